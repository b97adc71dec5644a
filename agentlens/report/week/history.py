"""How much of the past is a week judged by?"""

from dataclasses import dataclass

import pandas as pd

from agentlens import text
from agentlens.report.week.span import Span
from agentlens.tables.log import Log

__all__ = ["History", "past_of"]

_WEEKS = (53, 26, 13, 8, 4, 2)


@dataclass(frozen=True, eq=False)
class History:
    """A week with its past.

    Attributes:
        whole: a year of it at most, for what needs no rows, or those of a window of its own.
        near: as much of that as can be looked at row by row, or a draw of the two weeks.
        said: a sentence where that is less; "" where it is not.
    """

    whole: Log
    near: Log
    said: str


def past_of(log: Log, span: Span) -> History:
    """Return the week with its past; of a log whose rows are elsewhere no more than it brings.

    Args:
        log: the traces.
        span: the week.
    """
    longest, *shorter = _WEEKS
    whole = _until(log, span, longest)
    if log.room is None or len(whole) <= log.room:
        return History(whole, whole, "")
    parts = {weeks: _until(log, span, weeks) for weeks in shorter}
    fitting = (weeks for weeks, one in parts.items() if len(one) <= log.room)
    weeks = next(fitting, shorter[-1])
    near = parts[weeks].at_hand()
    said = (
        f"Charts and promises aside, judged by the last {weeks} weeks: with more there are over"
        f" {text.count(log.room)} traces, the most that this log brings at once."
    )
    return History(whole, near, " ".join([said, *near.drawn]))


def _until(log: Log, span: Span, weeks: int) -> Log:
    """Return so many weeks of the past, and in any case what the week is held against."""
    return log.between(min(span.end - pd.Timedelta(7 * weeks, "D"), span.before[0]), span.end)
