"""Which traces are compared with which?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.arms.stretches import Span, Stretches, bounds, overlapping, stretches_of
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.period import Period

__all__ = [
    "BASELINE",
    "CURRENT",
    "Periods",
    "Span",
    "arm_of",
    "around",
    "bounds",
    "periods_in",
    "periods_of",
]

BASELINE, CURRENT = 0, 1
_NEITHER = -1


@dataclass(frozen=True, eq=False, kw_only=True)
class Periods(Stretches):
    """Two sets of traces of one log that share none.

    Attributes:
        log: holds both, and as little besides as their stretches of time allow.
        arm: of each trace of the log: CURRENT, BASELINE, or -1 for neither.
    """

    log: Log
    arm: Ints

    def of(self, rows: Rows) -> Ints:
        """Return the arm of each row of a metric; the rows must be those of this log."""
        return self.arm[rows.positions]

    @property
    def sizes(self) -> tuple[int, int]:
        """The number of traces in the current period and in the baseline."""
        return int((self.arm == CURRENT).sum()), int((self.arm == BASELINE).sum())


def periods_of(
    log: Log,
    current: Period | None = None,
    baseline: Period | None = None,
    *,
    each: bool = False,
) -> Periods:
    """Return the traces that are compared.

    What began before or after both periods is no part of the answer: of a log whose traces are not
    here it is not even brought. Where they are too many to be looked at, a draw speaks for them.

    Args:
        log: the traces.
        current: a length that counts back from the end of the log, a pair of times, or a Log, of
            which the very traces are meant. Default: the last 24 hours; of a log of less than
            eight days the last quarter.
        baseline: a pair of times, a Log, or a length that counts back from the start of `current`.
            Default: all before `current`, at most 28 days.
        each: whether a draw is of no use, since traces are held against one another.

    Raises:
        BadInputError: a period holds no trace, or the two share some.
    """
    whole = _united(log, [one for one in (current, baseline) if isinstance(one, Log)])
    found = stretches_of(whole, current, baseline)
    part = around(whole, found.whole)
    part = part if each else part.at_hand()
    now, then = (
        _chosen(part, asked, span)
        for asked, span in ((current, found.current), (baseline, found.baseline))
    )
    shared = int((now & then).sum())
    if shared:
        raise overlapping(found, shared)
    return Periods(log=part, arm=arm_of(now, then), current=found.current, baseline=found.baseline)


def periods_in(log: Log, found: Stretches) -> Periods:
    """Return the traces of two stretches of time as places in a log that may hold many others.

    Args:
        log: the traces; either stretch may have none.
        found: the stretches. Where both claim a trace, it is current.
    """
    now, then = (_chosen(log, None, span) for span in (found.current, found.baseline))
    return Periods(log=log, arm=arm_of(now, then), current=found.current, baseline=found.baseline)


def arm_of(now: Flags, then: Flags) -> Ints:
    """Return CURRENT, BASELINE or -1 for neither; where both claim a row, it is current.

    >>> arm_of(np.array([True, False, False]), np.array([True, True, False])).tolist()
    [1, 0, -1]
    """
    return np.where(now, CURRENT, np.where(then, BASELINE, _NEITHER)).astype(np.int64)


def around(log: Log, span: Span) -> Log:
    """Return the traces that began in a stretch of time: the log itself where that is all of it."""
    covered = span[0] <= log.start and log.stop <= span[1]
    return log if covered else log.between(*span)


def _chosen(log: Log, period: Period | None, span: Span) -> Flags:
    """Return which traces a period means."""
    if isinstance(period, Log):
        return among(log.traces["trace_id"], period.traces["trace_id"])
    start = log.traces["start"]
    inside: Flags = ((start >= span[0]) & (start < span[1])).to_numpy(dtype=bool)
    return inside


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
