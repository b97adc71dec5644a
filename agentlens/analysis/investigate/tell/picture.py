"""How did the metric run where it changed, and how elsewhere?"""

from collections.abc import Sequence

import pandas as pd

from agentlens.analysis.control.marks import marks_of
from agentlens.analysis.investigate.case import Case
from agentlens.analysis.investigate.find.watch import Course
from agentlens.analysis.investigate.question import Question
from agentlens.measures.rows import Rows
from agentlens.measures.series import binned, tabulate

__all__ = ["picture_of"]

_KEPT = ["part", "time", "n", "value", "low", "high"]
_EVERY = ("1h", "2h", "3h", "6h", "12h", "1D", "7D")
_ROWS = 25
_DAY = pd.Timedelta("1D")


def picture_of(
    question: Question, case: Case | None, courses: Sequence[Course]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the metric over time by part (part, time, n, value, low, high), and the releases.

    Where a slice changed, it is one part and all the rest another. Where the mix of traffic did,
    what it lets one expect stands beside the metric. Else all is one part.
    """
    marks = marks_of(question.log, question.metric)
    rows = question.rows
    if not len(question.log) or not rows.positions.size:
        return pd.DataFrame(columns=_KEPT), marks
    parts = {"all traffic": rows}
    if case is not None and case.slices:
        within = case.slices[0].within
        parts = {"all the rest": rows.only(~within), case.slices[0].name: rows.only(within)}
    parts = {name: part for name, part in parts.items() if part.positions.size}
    least = courses[0].bins.width if courses else _DAY  # rare events are counted by the day
    every = _bins(question, min(part.positions.size for part in parts.values()), least)
    told = [_course(question, name, part, every) for name, part in parts.items()]
    mixed = [one for one in courses if one.source == "mix"]
    if case is not None and case.cause == "mix" and mixed:
        frame = mixed[0].frame.assign(part="what the mix alone lets one expect")
        told.append(frame[_KEPT])
    return pd.concat(told, ignore_index=True), marks


def _bins(question: Question, fewest: int, least: pd.Timedelta) -> str:
    """Return the shortest bin, not below the least, in which the smallest part has enough rows."""
    covered = question.log.stop - question.log.start
    fitting = [one for one in _EVERY if least <= pd.Timedelta(one) <= covered]
    for every in fitting:
        if fewest / (covered / pd.Timedelta(every)) >= _ROWS:
            return every
    return fitting[-1] if fitting else f"{max(int(covered.total_seconds()), 1)}s"


def _course(question: Question, name: str, rows: Rows, every: str) -> pd.DataFrame:
    return tabulate(question.log, rows, binned(question.log, every)).assign(part=name)[_KEPT]
