"""What is true of an item, and what does a judge with known errors say of it?"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

__all__ = ["Truths", "uniform", "words"]

_TRUTH = re.compile(r"truth(?:[:. ](\w+))?(?:=|>|&gt;|\": ?\")(pass|fail|unknown|\d+)")


@dataclass(frozen=True)
class Truths:
    """Answers as a judge would that errs at known rates, always alike on the same item.

    The truth of an item stands in it, as truth=pass, <truth>fail</truth> or, for one criterion of
    several, truth:politeness=fail; where it does not, it is drawn.

    Attributes:
        sensitivity: share of true passes that are called pass.
        specificity: share of true fails that are called fail.
        rate: share of passes among items that say nothing.
        flips: share of answers that come out the other way when the same item is asked again.
        seed: of all draws.
    """

    sensitivity: float = 1.0
    specificity: float = 1.0
    rate: float = 0.8
    flips: float = 0.0
    seed: int = 0

    def truth(self, text: str, criterion: str = "") -> str:
        """Return what is true of an item."""
        marks = dict(_TRUTH.findall(text))
        said = marks.get(criterion) or marks.get("")
        drawn = "pass" if uniform(self.seed, "truth", criterion, text) < self.rate else "fail"
        return said or drawn

    def verdict(self, text: str, criterion: str = "", time: int = 0) -> str:
        """Return what is said of it when it is asked for the nth time."""
        truth = self.truth(text, criterion)
        right = {"pass": self.sensitivity, "fail": self.specificity}.get(truth)
        if right is None:
            return truth
        wrong = uniform(self.seed, "error", criterion, text) >= right
        flipped = uniform(self.seed, "flip", criterion, text, time) < self.flips
        return {"pass": "fail", "fail": "pass"}[truth] if wrong != flipped else truth

    def __call__(self, body: Mapping[str, Any], time: int) -> str:
        """Return the answer to a request, in the form that it asks for."""
        text = words(body["messages"][-1]["content"])
        asked = (body.get("output_config") or {}).get("format") or {}
        return json.dumps(self._filled(asked.get("schema") or {}, text, "", time))

    def _filled(self, schema: Mapping[str, Any], text: str, criterion: str, time: int) -> Any:
        parts = schema.get("properties") or {"verdict": {"enum": ["pass", "fail"]}}
        told: dict[str, Any] = {}
        for name, part in parts.items():
            if part.get("type") == "object":
                told[name] = self._filled(part, text, name, time)
            elif name == "verdict":
                told[name] = _among(self.verdict(text, criterion, time), part.get("enum") or [])
            elif name == "confidence":
                told[name] = 75
            else:
                told[name] = "step 1"
        return told


def words(content: object) -> str:
    """Return the text of a system prompt or of a message, whichever way it is written."""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return "".join(block.get("text", "") for block in blocks)


def uniform(*parts: object) -> float:
    """Return a number in [0, 1) that is always the same for the same parts."""
    said = "|".join(map(str, parts)).encode()
    return int.from_bytes(sha256(said).digest()[:8]) / 2**64


def _among(verdict: str, allowed: list[Any]) -> Any:
    """Return a verdict as the schema has it: on a scale, pass is its top and fail its foot."""
    if verdict in allowed or not allowed:
        return verdict
    if verdict.isdecimal() and int(verdict) in allowed:
        return int(verdict)
    return allowed[-1] if verdict == "pass" else allowed[0]
