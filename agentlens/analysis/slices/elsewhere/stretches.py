"""Which stretches of time are compared, of traces that stay where they are?

A few of their starts settle it as all of them would: the first and the last one, and those next to
where a period begins or ends.
"""

import pandas as pd

from agentlens.analysis.arms.periods import Periods, Span, periods_of
from agentlens.tables.log import Log
from agentlens.tables.period import Period, length, window

__all__ = ["stretches"]

_TICK = pd.Timedelta(1, "us")
_MOST = 100_000


def stretches(log: Log, current: Period | None, baseline: Period | None) -> Periods | None:
    """Return the periods that are meant, of a few traces in the place of all of them.

    None where that takes rows: a period is a log, of which the very traces are meant, or so many
    traces are in both that they are not counted out here.

    Args:
        log: the traces.
        current: as in `periods_of`.
        baseline: as in `periods_of`.
    """
    if isinstance(current, Log) or isinstance(baseline, Log):
        return None
    if not len(log):
        return periods_of(_traces([]), current, baseline)
    ends = [log.start, log.stop - _TICK]
    starts = _telling(log, ends, _current(log, ends, current), current, baseline)
    return None if starts is None else periods_of(_traces(starts), current, baseline)


def _current(log: Log, ends: list[pd.Timestamp], current: Period | None) -> Span:
    if current is None:  # the first trace is never in it, so that it can stand for a baseline
        return periods_of(_traces(ends), None, _traces(ends[:1])).current
    if isinstance(current, str):
        return log.stop - length(current), log.stop
    return window(current, log.start, log.stop)


def _telling(
    log: Log,
    ends: list[pd.Timestamp],
    now: Span,
    current: Period | None,
    baseline: Period | None,
) -> list[pd.Timestamp] | None:
    """Return also the starts that tell whether a period holds traces, and how many both do.

    None where those in both are too many.
    """
    found = {*ends}
    if not (current is None or isinstance(current, str)):  # a length holds the last trace
        held = _first(log, now)
        if not held:
            return ends  # that is refused, whatever the baseline
        found |= {*held}
    if baseline is None or isinstance(baseline, str):  # it ends where the current one begins
        earlier = log.start, now[0]
        last = [log.between(*earlier).stop - _TICK] if _is_time(earlier) else []
        return sorted({*found, *last})
    before = window(baseline, log.start, log.stop)
    both = max(now[0], before[0]), min(now[1], before[1])
    found |= {*_first(log, before), *_first(log, both)}
    shared = len(log.between(*both)) if _is_time(both) else 0
    known = sum(both[0] <= one < both[1] for one in found)
    return sorted(found) + (shared - known) * _first(log, both) if shared <= _MOST else None


def _is_time(span: Span) -> bool:
    return span[0] < span[1]


def _first(log: Log, span: Span) -> list[pd.Timestamp]:
    """Return the first start in a stretch of time; nothing where there is none."""
    if not _is_time(span):
        return []
    within = log.between(*span)
    return [within.start] if len(within) else []


def _traces(starts: list[pd.Timestamp]) -> Log:
    """Return a log of traces that began then; equal numbers are the same trace."""
    ids = pd.Series([f"{at}" for at in range(len(starts))], dtype="str")
    times = pd.Series(pd.DatetimeIndex(starts, tz="UTC").as_unit("us"))
    return Log(traces=pd.DataFrame({"trace_id": ids, "start": times}))
