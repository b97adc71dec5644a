"""What did the judge say?"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.rubrics.schema import CONFIDENCES
from agentlens.tables.characters import whole

__all__ = ["Reading", "Verdict", "read"]

_LONGEST = 2_000
_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(.*)\n```\s*\Z", re.DOTALL)


@dataclass(frozen=True)
class Verdict:
    """One answer: its word, its number (pass is 1, fail is 0, unknown is missing), on what it rests.

    `confidence` is in percent, missing where the judge did not say.
    """

    label: str
    value: float
    evidence: str = ""
    confidence: float = nan


@dataclass(frozen=True)
class Reading:
    """What an answer comes to: verdicts by score name, or the reason why there is none.

    `status` is "" where there is a verdict of the whole; else abstained, empty, unparsable (no
    JSON object) or invalid (one that does not answer what was asked).
    """

    status: str
    verdicts: Mapping[str, Verdict]


def read(rubric: Rubric, text: str) -> Reading:
    """Return the verdicts in an answer; this never raises, because the answer was paid for.

    Args:
        rubric: what was asked.
        text: the words of the answer.

    Example:
        >>> rubric = Rubric("tone", 1, "Is it polite?")
        >>> read(rubric, '{"evidence": "step 2", "verdict": "fail"}').verdicts["tone"].value
        0.0
        >>> read(rubric, "I would say it passes.").status
        'unparsable'
    """
    if not text.strip():
        return Reading("empty", {})
    said = _object_in(text)
    if said is None:
        return Reading("unparsable", {})
    named = {name: said.get(name) for name in rubric.criteria} or {rubric.name: said}
    parts = {name: _verdict(rubric, answer) for name, answer in named.items()}
    known = {name: part for name, part in parts.items() if part is not None}
    if len(known) < len(parts):
        return Reading("invalid", {})
    if rubric.criteria:
        return _combined(rubric, known)
    return Reading("abstained" if known[rubric.name].label == "unknown" else "", known)


def _object_in(text: str) -> dict[str, object] | None:
    fenced = _FENCED.match(text)
    try:
        said = json.loads(fenced.group(1) if fenced else text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _combined(rubric: Rubric, parts: Mapping[str, Verdict]) -> Reading:
    """Return the parts and the whole; one unknown part leaves open what no other part settles."""
    decisive, other = ("fail", "pass") if rubric.combine == "all" else ("pass", "fail")
    labels = [part.label for part in parts.values()]
    open_ = "unknown" if "unknown" in labels else other
    label = decisive if decisive in labels else open_
    kept = [part for part in parts.values() if part.label == label]
    sure = [part.confidence for part in kept]
    overall = Verdict(
        label,
        {"pass": 1.0, "fail": 0.0}.get(label, nan),
        "; ".join(f"{name}: {part.evidence}" for name, part in parts.items() if part in kept),
        # a whole of "all" is as sure as its least sure part, one decisive part as itself
        min(sure) if label == other else max(sure, default=nan),
    )
    named = {f"{rubric.name}.{name}": part for name, part in parts.items()}
    return Reading("abstained" if label == "unknown" else "", {rubric.name: overall} | named)


def _verdict(rubric: Rubric, said: object) -> Verdict | None:
    if not isinstance(said, Mapping):
        return None
    answer, evidence = said.get("verdict"), said.get("evidence")
    sure = said.get("confidence")
    known = isinstance(sure, (int, float)) and sure in CONFIDENCES and not isinstance(sure, bool)
    confidence = float(sure) if known else nan  # type: ignore[arg-type]  # a number, as asked above
    words = whole(evidence[:_LONGEST]) if isinstance(evidence, str) else ""
    if rubric.scale is not None:
        if isinstance(answer, bool) or not isinstance(answer, int) or answer not in rubric.scale:
            return None
        return Verdict(str(answer), float(answer), words, confidence)
    if not isinstance(answer, str) or answer not in rubric.verdicts:
        return None
    return Verdict(answer, {"pass": 1.0, "fail": 0.0}.get(answer, nan), words, confidence)
