"""Which stretches of time are compared?

It is settled by when a few traces began, so that a log whose traces are not here need not bring
them.
"""

from dataclasses import dataclass

import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError
from agentlens.tables.log import Log
from agentlens.tables.period import Period, length, microseconds, window

__all__ = ["Span", "Stretches", "bounds", "overlapping", "stretches_of"]

_LONG = pd.Timedelta("8D")
_LONGEST = pd.Timedelta("28D")
_QUARTER = 4
_SHORTEST = pd.Timedelta("1ms")
Span = tuple[pd.Timestamp, pd.Timestamp]


@dataclass(frozen=True, eq=False, kw_only=True)
class Stretches:
    """Two stretches of time.

    Attributes:
        current: the time that the current traces are taken from.
        baseline: and those that they are compared with.
    """

    current: Span
    baseline: Span

    @property
    def said(self) -> str:
        """Both stretches as a phrase."""
        return f"{_phrase(self.current)} against {_phrase(self.baseline)}"

    @property
    def whole(self) -> Span:
        """From when until before when either of them lasts."""
        one, other = self.current, self.baseline
        return min(one[0], other[0]), max(one[1], other[1])


def stretches_of(
    log: Log, current: Period | None = None, baseline: Period | None = None
) -> Stretches:
    """Return the stretches of time that are compared, each with a trace in it.

    Args:
        log: the traces.
        current: as in `periods_of`.
        baseline: as in `periods_of`.

    Raises:
        BadInputError: a period holds no trace, or two stretches of time share some.
    """
    if pd.isna(log.start):
        message = "The log holds no traces, so that there is nothing to compare."
        raise BadInputError(message)
    now = _span(log, _default(log) if current is None else current, log.stop)
    _check_held("current", log, now)
    if baseline is None:
        then = max(log.start, now[0] - _LONGEST), now[0]
        if then[1] <= then[0]:
            message = (
                f"Nothing lies before the current period, {_phrase(now)}: the log begins with"
                " it. Pass baseline=, or a shorter current=."
            )
            raise BadInputError(message)
    else:
        then = _span(log, baseline, now[0])
    _check_held("baseline", log, then)
    found = Stretches(current=now, baseline=then)
    if not isinstance(current, Log) and not isinstance(baseline, Log):
        both = _within(log, (max(now[0], then[0]), min(now[1], then[1])))
        if both is not None and len(both):
            raise overlapping(found, len(both))
    return found


def overlapping(found: Stretches, shared: int) -> BadInputError:
    """Return the refusal of periods that share traces.

    Args:
        found: the stretches of time.
        shared: how many traces lie in both.
    """
    message = (
        f"The current period ({_phrase(found.current)}) and the baseline"
        f" ({_phrase(found.baseline)}) overlap: {text.plural(shared, 'trace')} would be compared"
        " with themselves. End the baseline where the current period begins."
    )
    return BadInputError(message)


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


def _span(log: Log, period: Period, end: pd.Timestamp) -> Span:
    """Return the stretch of time that a period means; a length counts back from `end`."""
    if isinstance(period, Log):
        if pd.isna(period.start):
            message = "The Log given as a period holds no trace. Pass one that does, or two times."
            raise BadInputError(message)
        return period.start, period.stop
    if isinstance(period, str):
        return end - length(period), end
    return window(period, log.start, log.stop)


def _check_held(which: str, log: Log, span: Span) -> None:
    """Refuse a stretch of time in which no trace began; the first and the last one are known."""
    if span[0] <= log.start < span[1] or span[0] < log.stop <= span[1]:
        return
    found = _within(log, span)
    if found is None or pd.isna(found.start):
        message = (
            f"The {which} period, {_phrase(span)}, holds no trace; the log has traces from"
            f" {_time(log.start)} to {_time(log.stop)}. Choose a period within."
        )
        raise BadInputError(message)


def _within(log: Log, span: Span) -> Log | None:
    """Return the traces that began in a stretch of time; None for no time at all."""
    return log.between(*span) if span[0] < span[1] else None


def _phrase(span: Span) -> str:
    return f"{_time(span[0])} to {_time(span[1])}"


def _time(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}" if moment == moment.normalize() else f"{moment:%Y-%m-%d %H:%M}"
