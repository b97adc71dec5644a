"""Which traces are compared with which?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.period import Period, length, microseconds, window

__all__ = ["BASELINE", "CURRENT", "Periods", "Span", "arm_of", "bounds", "periods_of"]

BASELINE, CURRENT = 0, 1
_NEITHER = -1
_DAY = pd.Timedelta("24h")
_LONG = pd.Timedelta("8D")
_LONGEST = pd.Timedelta("28D")
_QUARTER = 4
_SHORTEST = pd.Timedelta("1ms")
Span = tuple[pd.Timestamp, pd.Timestamp]


@dataclass(frozen=True, eq=False)
class Periods:
    """Two sets of traces of one log that share none.

    Attributes:
        log: holds both.
        arm: of each trace of the log: CURRENT, BASELINE, or -1 for neither.
        current: the time that the current traces are taken from.
        baseline: and those that they are compared with.
    """

    log: Log
    arm: Ints
    current: Span
    baseline: Span

    def of(self, rows: Rows) -> Ints:
        """Return the arm of each row of a metric; the rows must be those of this log."""
        return self.arm[rows.positions]

    @property
    def said(self) -> str:
        """Both periods as a phrase."""
        return f"{_phrase(self.current)} against {_phrase(self.baseline)}"

    @property
    def sizes(self) -> tuple[int, int]:
        """The number of traces in the current period and in the baseline."""
        return int((self.arm == CURRENT).sum()), int((self.arm == BASELINE).sum())


def periods_of(log: Log, current: Period | None = None, baseline: Period | None = None) -> Periods:
    """Return the traces that are compared.

    Args:
        log: the traces.
        current: a length that counts back from the end of the log, a pair of times, or a Log, of
            which the very traces are meant. Default: the last 24 hours; of a log of less than
            eight days the last quarter.
        baseline: a pair of times, a Log, or a length that counts back from the start of `current`.
            Default: all before `current`, at most 28 days.

    Raises:
        BadInputError: a period holds no trace, or the two share some.
    """
    whole = _united(log, [one for one in (current, baseline) if isinstance(one, Log)])
    if not len(whole):
        message = "The log holds no traces, so that there is nothing to compare."
        raise BadInputError(message)
    asked = _default(whole) if current is None else current
    now, now_span = _chosen(whole, asked, whole.stop)
    if not now.any():
        raise BadInputError(_nothing("current", now_span, whole))
    if baseline is None:
        before = max(whole.start, now_span[0] - _LONGEST), now_span[0]
        if before[1] <= before[0]:
            message = (
                f"Nothing lies before the current period, {_phrase(now_span)}: the log begins with"
                " it. Pass baseline=, or a shorter current=."
            )
            raise BadInputError(message)
        baseline = before
    then, then_span = _chosen(whole, baseline, now_span[0])
    if not then.any():
        raise BadInputError(_nothing("baseline", then_span, whole))
    shared = int((now & then).sum())
    if shared:
        message = (
            f"The current period ({_phrase(now_span)}) and the baseline ({_phrase(then_span)})"
            f" overlap: {text.plural(shared, 'trace')} would be compared with themselves. End the"
            " baseline where the current period begins."
        )
        raise BadInputError(message)
    return Periods(whole, arm_of(now, then), now_span, then_span)


def arm_of(now: Flags, then: Flags) -> Ints:
    """Return CURRENT, BASELINE or -1 for neither; where both claim a row, it is current.

    >>> arm_of(np.array([True, False, False]), np.array([True, True, False])).tolist()
    [1, 0, -1]
    """
    return np.where(now, CURRENT, np.where(then, BASELINE, _NEITHER)).astype(np.int64)


def bounds(span: Span) -> tuple[int, int]:
    """Return both ends of a stretch of time, in microseconds since 1970."""
    return microseconds(span[0]), microseconds(span[1])


def _default(log: Log) -> Period:
    covered = log.stop - log.start
    if covered < _SHORTEST:
        message = (
            f"All traces of the log began at {_time(log.start)}, so that nothing lies before any of"
            " them. Pass current= and baseline=, as Logs, or read a longer log."
        )
        raise BadInputError(message)
    return "24h" if covered >= _LONG else (log.stop - covered / _QUARTER, log.stop)


def _chosen(log: Log, period: Period, end: pd.Timestamp) -> tuple[Flags, Span]:
    """Return which traces a period means, and its bounds; a length counts back from `end`."""
    if isinstance(period, Log):
        if not len(period):
            message = "The Log given as a period holds no trace. Pass one that does, or two times."
            raise BadInputError(message)
        return among(log.traces["trace_id"], period.traces["trace_id"]), (period.start, period.stop)
    span = (
        (end - length(period), end)
        if isinstance(period, str)
        else window(period, log.start, log.stop)
    )
    start = log.traces["start"]
    inside: Flags = ((start >= span[0]) & (start < span[1])).to_numpy(dtype=bool)
    return inside, span


def _united(log: Log, others: list[Log]) -> Log:
    """Return one log with the traces of all; a trace that several hold is taken once."""
    for other in others:
        fresh = ~among(other.traces["trace_id"], log.traces["trace_id"])
        if not fresh.any():
            continue
        ids = other.traces["trace_id"][fresh]
        log = Log(
            traces=pd.concat([log.traces, other.traces[fresh]], ignore_index=True),
            spans=_more(log.spans, other.spans, ids),
            scores=_more(log.scores, other.scores, ids),
            report=log.report,
        )
    return log


def _more(held: pd.DataFrame, other: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    fresh = other[among(other["trace_id"], ids)]
    if not len(held):
        return fresh.reset_index(drop=True)
    return pd.concat([held, fresh], ignore_index=True) if len(fresh) else held


def _nothing(which: str, span: Span, log: Log) -> str:
    return (
        f"The {which} period, {_phrase(span)}, holds no trace; the log has traces from"
        f" {_time(log.start)} to {_time(log.stop)}. Choose a period within."
    )


def _phrase(span: Span) -> str:
    return f"{_time(span[0])} to {_time(span[1])}"


def _time(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}" if moment == moment.normalize() else f"{moment:%Y-%m-%d %H:%M}"
