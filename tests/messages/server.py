"""How are messages served over HTTP on this machine, and put away without a trace?"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from tests.loopback.wire.answers import Answer, Request, html
from tests.loopback.wire.serving import Serving
from tests.messages.api.batches import Batches
from tests.messages.api.generating import Model
from tests.messages.api.routes import Kind, kind_of, routed
from tests.messages.faults.plan import Faults
from tests.messages.ledger import Ledger
from tests.messages.options import Options

__all__ = ["Messages", "Seen"]


class Seen(NamedTuple):
    """One request that came in: what it asked for, its path, its headers, its body."""

    kind: Kind
    path: str
    headers: Mapping[str, str]
    body: bytes


class Messages(Serving):
    """A server of messages on 127.0.0.1 for as long as the `with` block lasts.

    Args:
        options: how it behaves.
        faults: what goes wrong.
        ledger: the path of a file in which every generation is kept, too.
        now: what time it is.

    Example:
        >>> with Messages() as server:
        ...     server.url.startswith("http://127.0.0.1:"), server.billed
        (True, 0)
    """

    def __init__(
        self,
        options: Options | None = None,
        *,
        faults: Faults | None = None,
        ledger: Path | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.options = options or Options()
        super().__init__("messages", self.options.prefix)
        self.faults = faults or Faults()
        self.ledger = Ledger(ledger)
        self.batches = Batches(Model(self.options, self.ledger))
        self.seen: list[Seen] = []
        self._now = now

    @property
    def billed(self) -> int:
        """How many answers were generated."""
        return len(self.ledger.bills)

    def asked(self, kind: Kind) -> list[Seen]:
        """Return the requests of a kind that came in."""
        return [one for one in self.seen if one.kind == kind]

    def foreign_batch(self, size: int) -> str:
        """Hand in a batch as somebody else would, and return its id; its bills are not ours."""
        body = {"type": "canceled"}
        results = {f"other-{place}": dict(body) for place in range(size)}
        with self._lock:
            return self.batches.add(results, datetime.fromtimestamp(self._now(), UTC)).batch_id

    def archive(self, batch_id: str) -> None:
        """Let the results of a batch be gone."""
        with self._lock:
            self.batches.every[batch_id].archived = True

    def _heard(
        self,
        method: str,
        path: str,
        params: dict[str, list[str]],
        headers: dict[str, str],
        body: bytes,
    ) -> tuple[Answer, float]:
        with self._lock:
            now, path = self._now(), self._inside(path)
            request = Request(method, path, params, headers, body, len(self.seen), now)
            self.seen.append(Seen(kind_of(request), path, headers, body))
            self.on_request()
            if path.startswith("//"):
                return html(404, "404"), now
            return self._holding(self.faults.answer(request, self._clean)), now

    def _clean(self, request: Request) -> Answer:
        answer = routed(self.batches, request, self.url)
        named: dict[str, Any] = {"request-id": f"req_{request.index:06d}"}
        return replace(answer, headers=named | answer.headers) if answer.status == 200 else answer
