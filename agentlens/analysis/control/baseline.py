"""Which bins teach a chart what is normal, and are they enough?"""

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.control.followed import Followed
from agentlens.errors import BadInputError
from agentlens.measures.series import Bins
from agentlens.stats.arrays import Flags
from agentlens.tables.log import Log
from agentlens.tables.period import Period, length, window

__all__ = ["baseline_of", "inside", "shortfall", "unfinished"]

_LEAST = 24
_MOSTLY = 0.9
_LONGEST = pd.Timedelta(28, "D")
Span = tuple[pd.Timestamp, pd.Timestamp]


def baseline_of(log: Log, bins: Bins, asked: Period | None) -> Span | None:
    """Return the stretch to learn from: as asked, or the first half of the log, four weeks at most.

    A length counts from the start of the log, because a baseline ends before what it tests.
    """
    if not len(log):
        return None
    if asked is None:
        first, half = bins.starts[0], bins.starts[len(bins.starts) // 2]
        return first, min(half, first + _LONGEST)
    if isinstance(asked, str):
        return log.start, log.start + length(asked)
    return window(asked, log.start, log.stop)


def inside(frame: pd.DataFrame, bins: Bins, period: Span | None) -> Flags:
    """Return which bins belong to the baseline; one that reaches past its end does not."""
    if period is None:
        return np.zeros(len(frame), dtype=bool)
    ends = frame["time"] + bins.width
    return np.asarray((ends > period[0]) & (ends <= period[1]))


def unfinished(frame: pd.DataFrame, bins: Bins, stop: pd.Timestamp) -> Flags:
    """Return which bins the log covers for less than nine tenths: they may still change."""
    return np.asarray(frame["time"] + bins.width * _MOSTLY > stop)


def shortfall(found: Followed, normal: Flags, every: str) -> str:
    """Return what is missing for a chart, or nothing.

    Raises:
        BadInputError: the baseline leaves nothing to test.
    """
    name = text.capital(found.metric.title)
    if found.absent:
        columns = text.listed(found.absent)
        return (
            f"{name} is unknown: {columns} is not recorded; "
            f"map it with mapping={{{found.absent[0]!r}: …}}."
        )
    if not found.frame["n"].any():
        return f"{name} is unknown: no row counts towards it in this log."
    filled = int((normal & found.frame["value"].notna().to_numpy()).sum())
    if filled < _LEAST:
        span = text.duration(_LEAST * pd.Timedelta(every).total_seconds())
        return (
            f"{name} is unknown: the baseline holds {filled} bins with data and a chart needs"
            f" {_LEAST}, that is {span} at every={every!r}. Take a shorter bin, a longer baseline"
            " or more data."
        )
    if bool(normal.all()):
        message = "The baseline covers the whole log, so that nothing is left to test. Shorten it."
        raise BadInputError(message)
    return ""
