"""What was generated, and what does it cost?"""

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

__all__ = ["Bill", "Ledger", "cost", "digest"]

_USD = {
    "claude-haiku-5-5": (0.1, 0.5),
    "claude-sonnet-5-5": (2.0, 10.0),
    "claude-opus-5-5": (4.0, 20.0),
    "claude-opus-5": (5.0, 25.0),
    "claude-fable-5-1": (10.0, 50.0),
}
_READ = {"claude-opus-5-5": 0.05, "claude-fable-5-1": 0.025}


@dataclass(frozen=True)
class Bill:
    """One generation.

    Attributes:
        digest: of the whole body.
        model: that was asked.
        usage: as the answer tells it.
        usd: its cost; 0 for a model without a price.
        via: "sync" or "batch".
        message_id: of the answer.
        custom_id: in a batch.
    """

    digest: str
    model: str
    usage: Mapping[str, Any]
    usd: float
    via: str
    message_id: str
    custom_id: str = ""


class Ledger:
    """Every generation, in memory and, where a file is given, on the disk before it is answered.

    Args:
        path: of the file; a line each, as JSON.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.bills: list[Bill] = []

    def add(self, bill: Bill) -> None:
        """Bill a generation."""
        self.bills.append(bill)
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(bill)) + "\n")
                file.flush()
                os.fsync(file.fileno())

    @staticmethod
    def read(path: Path) -> list[Bill]:
        """Return what a file holds."""
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [Bill(**json.loads(line)) for line in lines]

    @property
    def usd(self) -> float:
        """What all of it costs."""
        return sum(bill.usd for bill in self.bills)

    @property
    def duplicates(self) -> int:
        """How many generations were of a body that had been billed before."""
        counted = Counter(bill.digest for bill in self.bills)
        return sum(n - 1 for n in counted.values())


def digest(body: Mapping[str, Any]) -> str:
    """Return what two equal bodies share."""
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def cost(model: str, usage: Mapping[str, Any], *, batch: bool) -> float:
    """Return what an answer costs in USD, reckoned apart from the package."""
    if model not in _USD:
        return 0.0
    into, out = _USD[model]
    kept = usage["cache_creation"]
    hour, minutes = kept["ephemeral_1h_input_tokens"], kept["ephemeral_5m_input_tokens"]
    read = usage["cache_read_input_tokens"]
    if usage["input_tokens"] + hour + minutes + read > 100_000 and model == "claude-haiku-5-5":
        into, out = 0.5, 2.5
    inputs = usage["input_tokens"] + 1.25 * minutes + 2 * hour + _READ.get(model, 0.1) * read
    total = (inputs * into + usage["output_tokens"] * out) / 1e6
    dearer = 1.1 if usage.get("inference_geo") == "us" else 1.0
    return float(total) * dearer * (0.5 if batch else 1.0)
