"""How does a batch go from being handed in to lying in a file?"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.loopback.wire.answers import Answer, Request
from tests.messages.api.checks import refused_body, refused_names
from tests.messages.api.errors import error_body, missing, refused
from tests.messages.api.generating import Model
from tests.messages.ledger import digest
from tests.messages.truths import words

__all__ = ["Batch", "Batches"]

_FATES = ("succeeded", "errored", "expired", "canceled")


@dataclass
class Batch:
    """One batch: the result of each item, known at once and told when enough was asked."""

    batch_id: str
    created: datetime
    results: dict[str, dict[str, Any]]
    polls: int
    archived: bool = False

    def told(self, url: str) -> dict[str, Any]:
        """Return what is said of it."""
        ended, there = self.polls <= 0, f"{url}/v1/messages/batches/{self.batch_id}/results"
        kinds = Counter(result["type"] for result in self.results.values())
        counts = {kind: kinds[kind] if ended else 0 for kind in _FATES}
        return {
            "id": self.batch_id,
            "type": "message_batch",
            "processing_status": "ended" if ended else "in_progress",
            "request_counts": {"processing": 0 if ended else len(self.results), **counts},
            "created_at": _iso(self.created),
            "expires_at": _iso(self.created + timedelta(days=1)),
            "ended_at": _iso(self.created) if ended else None,
            "archived_at": _iso(self.created) if self.archived else None,
            "cancel_initiated_at": None,
            "results_url": there if ended and not self.archived else None,
        }


@dataclass
class Batches:
    """All batches of a server, the newest last; what succeeds is billed when it is handed in."""

    model: Model
    every: dict[str, Batch] = field(default_factory=dict)
    _seen: Counter[str] = field(default_factory=Counter)
    _ids: Any = field(default_factory=count)

    def create(self, request: Request, url: str) -> Answer:
        """Take a batch."""
        rows = request.json().get("requests") or []
        wrong = refused_names(rows)
        if wrong is not None:
            return wrong
        results = {str(row["custom_id"]): self._result(row) for row in rows}
        batch = self.add(results, datetime.fromtimestamp(request.time, UTC))
        return Answer(200, batch.told(url), {"request-id": f"req_{batch.batch_id}"})

    def add(self, results: dict[str, dict[str, Any]], created: datetime) -> Batch:
        """Keep a batch, whoever handed it in."""
        batch = Batch(f"msgbatch_{next(self._ids):04d}", created, results, self.model.options.polls)
        self.every[batch.batch_id] = batch
        return batch

    def one(self, batch_id: str, url: str) -> Answer:
        """Say where a batch stands; each time it is asked, it comes nearer to its end."""
        batch = self.every.get(batch_id)
        if batch is None:
            return missing(f"batch: {batch_id}")
        told = batch.told(url)
        batch.polls -= 1
        return Answer(200, told)

    def listed(self, request: Request, url: str) -> Answer:
        """Return a page of batches, the newest first."""
        names = [*reversed(self.every)]
        after, before = request.get("after_id"), request.get("before_id")
        if after in names:
            names = names[names.index(after) + 1 :]
        if before in names:
            names = names[: names.index(before)]
        page = names[: int(request.get("limit", "20"))]
        body = {
            "data": [self.every[name].told(url) for name in page],
            "has_more": len(page) < len(names),
            "first_id": page[0] if page else None,
            "last_id": page[-1] if page else None,
        }
        return Answer(200, body)

    def results(self, batch_id: str) -> Answer:
        """Return the file of results, in another order than that of the requests."""
        batch = self.every.get(batch_id)
        if batch is None:
            return missing(f"batch: {batch_id}")
        if batch.polls > 0 or batch.archived:
            return refused("The results are not available.")
        lines = [
            json.dumps({"custom_id": name, "result": result}, ensure_ascii=False) + "\n"
            for name, result in sorted(batch.results.items(), key=lambda one: digest(one[1]))
        ]
        return Answer(200, "".join(lines).encode(), {"Content-Type": "application/binary"})

    def cancel(self, batch_id: str, url: str) -> Answer:
        """Say that a batch is being canceled; here nothing is stopped by it."""
        batch = self.every.get(batch_id)
        if batch is None:
            return missing(f"batch: {batch_id}")
        return Answer(200, batch.told(url) | {"processing_status": "canceling"})

    def _result(self, row: Mapping[str, Any]) -> dict[str, Any]:
        body = row["params"]
        wrong = refused_body(body, known=self.model.options.models)
        if wrong is not None:
            return {"type": "errored", "error": wrong.body}
        text = words(body["messages"][-1]["content"])
        fate = self.model.options.fate(text, self._seen[digest(body)])
        self._seen[digest(body)] += 1
        if fate == "succeeded":
            return {"type": fate, "message": self.model.message(body, str(row["custom_id"]))}
        if fate == "errored":
            return {"type": fate, "error": error_body("api_error", "Internal server error")}
        if fate == "invalid":
            wrong_body = error_body("invalid_request_error", "params: not valid")
            return {"type": "errored", "error": wrong_body}
        return {"type": fate}


def _iso(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
