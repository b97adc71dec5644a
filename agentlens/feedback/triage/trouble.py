"""What speaks against each trace, and how strongly?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agentlens import text
from agentlens.tables.log import Log
from agentlens.tables.match import places

__all__ = ["POINTS", "Trouble", "troubles"]

POINTS = {
    "safety flag": 5,
    "error": 4,
    "failed check": 4,
    "failed verdict": 3,
    "escalated": 3,
    "corrected": 3,
    "low rating": 3,
    "no answer": 3,
    "abandoned": 2,
    "low judge score": 2,
    "asked again": 1,
    "tool errors": 1,
    "unusual cost": 1,
    "unusual time": 1,
}
"""How much each thing counts; a trace that has several has their sum."""

_LOW_RATING = 0.5
_UNUSUAL = 3.0
_RARE = 0.01
_ENOUGH = 20
_TWO_DIGITS = 10


@dataclass(frozen=True, eq=False)
class Trouble:
    """One thing that speaks against some traces.

    Attributes:
        kind: a name of `POINTS`.
        marked: whether it holds, by trace.
        words: a phrase with "{}" for the number, where there is one.
        values: the number to say, by trace.
        unit: its unit.
    """

    kind: str
    marked: NDArray[np.bool_]
    words: str
    values: NDArray[np.object_] | None = None
    unit: str = ""

    def say(self, row: int) -> str:
        """Return the phrase for one trace."""
        if self.values is None:
            return self.words
        value = self.values[row]
        return self.words.format(_short(value) if isinstance(value, (int, float)) else value)


def _short(value: float) -> str:
    whole = float(value).is_integer() or value >= _TWO_DIGITS
    return text.count(value) if whole else text.significant(value, 2)


def troubles(log: Log, failed: pd.DataFrame) -> list[Trouble]:
    """Return what speaks against the traces, gravest first.

    Cost and time are unusual at three times the median of the task and more, and only where no
    more than one trace in a hundred goes so far.

    Args:
        log: the traces.
        failed: failed verdicts, as `failing` gives them.
    """
    traces = log.traces
    found = [*_flags(traces), *_verdicts(traces, failed), *_counts(traces)]
    for column, kind, words in (
        ("cost_usd", "unusual cost", "{} x usual cost"),
        ("latency_s", "unusual time", "{} x usual time"),
    ):
        times = _times_usual(traces, column).to_numpy()
        far = (times >= _UNUSUAL) & (times > _usually(times))
        found.append(Trouble(kind, far, words, times.astype(object)))
    found = [one for one in found if one.marked.any()]
    return sorted(found, key=lambda one: -POINTS[one.kind])


def _flags(traces: pd.DataFrame) -> Iterator[Trouble]:
    for column, kind, words in (
        ("safety_flagged", "safety flag", "safety flagged"),
        ("escalated", "escalated", "escalated"),
        ("user_corrected", "corrected", "corrected by the user"),
        ("abandoned", "abandoned", "abandoned"),
    ):
        if column in traces:
            yield Trouble(kind, _true(traces[column]), words)
    error = np.zeros(len(traces), dtype=bool)
    if "status" in traces:
        error = _true(traces["status"] == "error")
        types = traces["error_type"] if "error_type" in traces else pd.Series(index=traces.index)
        told = types.astype(object).where(types.notna(), "of unknown type")
        yield Trouble("error", error, "error {}", told.to_numpy(dtype=object))
    if "completed" in traces:
        silent = _true(~traces["completed"].astype("boolean")) & ~error
        if "status" in traces:
            silent &= ~_true(traces["status"] == "open")
        if "abandoned" in traces:
            silent &= ~_true(traces["abandoned"])
        yield Trouble("no answer", silent, "no answer")


def _verdicts(traces: pd.DataFrame, failed: pd.DataFrame) -> Iterator[Trouble]:
    for (source, name), rows in failed.groupby(["source", "name"], sort=True, observed=True):
        at = places(traces["trace_id"], rows["trace_id"])
        marked = at >= 0
        safe = str(name).replace("{", "{{").replace("}", "}}")
        if source == "check":
            yield Trouble("failed check", marked, f"check {name} failed")
        elif rows["verdict"].all():
            yield Trouble("failed verdict", marked, f"judge {name} failed")
        else:
            numbers = np.append(rows["value"].to_numpy(dtype=object), np.nan)[at]
            yield Trouble("low judge score", marked, f"judge {safe} {{}}", numbers)


def _counts(traces: pd.DataFrame) -> Iterator[Trouble]:
    if "user_rating" in traces:
        rating = traces["user_rating"]
        low = _true(rating < _LOW_RATING)
        yield Trouble("low rating", low, "rated {}", rating.to_numpy(dtype=object))
    for column, kind, words in (
        ("repeated_prompts", "asked again", "asked again {} x"),
        ("tool_errors", "tool errors", "{} x tool error"),
    ):
        if column in traces:
            numbers = traces[column].astype("Float64").fillna(0.0)
            said: NDArray[np.object_] = numbers.astype(object).to_numpy()
            yield Trouble(kind, _true(numbers > 0), words, said)


def _times_usual(traces: pd.DataFrame, column: str) -> pd.Series:
    """Return how many times the median of its task each trace took; that of all where few did."""
    if column not in traces:
        return pd.Series(np.nan, index=traces.index)
    values = traces[column].astype("float64")
    usual = pd.Series(values.median() if values.count() >= _ENOUGH else np.nan, index=traces.index)
    if "task_type" in traces:
        by_task = values.groupby(traces["task_type"].astype(object))
        enough = by_task.transform("count") >= _ENOUGH
        usual = usual.where(~enough.fillna(value=False), by_task.transform("median"))
    return values / usual.where(usual > 0)


def _usually(times: NDArray[np.float64]) -> float:
    """Return what no more than one in a hundred go beyond, one of a few."""
    known = times[~np.isnan(times)]
    rare = int(max(1.0, _RARE * known.size))
    return float(np.partition(known, -rare - 1)[-rare - 1]) if rare < known.size else -np.inf


def _true(marks: pd.Series) -> NDArray[np.bool_]:
    return np.asarray(marks.fillna(value=False), dtype=bool)
