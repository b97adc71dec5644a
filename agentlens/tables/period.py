"""Which stretch of time is meant: by a length, a pair of times, or another log?"""

from datetime import datetime
from typing import Protocol, runtime_checkable

import pandas as pd

from agentlens.errors import BadInputError

__all__ = [
    "Covering",
    "Moment",
    "Period",
    "length",
    "microseconds",
    "moment",
    "shared",
    "time_at",
    "window",
]

_PAIR = 2
Moment = str | datetime | pd.Timestamp


@runtime_checkable
class Covering(Protocol):
    """Something that covers a stretch of time, such as a Log."""

    @property
    def start(self) -> pd.Timestamp:
        """When it begins."""
        ...

    @property
    def stop(self) -> pd.Timestamp:
        """Just after it ends."""
        ...


Bounds = tuple[pd.Timestamp | None, pd.Timestamp | None]
"""From when until before when; None where that side is open."""

Period = str | tuple[Moment, Moment] | Covering


def moment(value: Moment) -> pd.Timestamp:
    """Return a time in UTC; one without a zone is read as UTC.

    >>> moment("2026-11-01 12:00")
    Timestamp('2026-11-01 12:00:00+0000', tz='UTC')
    """
    try:
        time = pd.Timestamp(value)
    except (ValueError, TypeError) as error:
        message = f"{value!r} is not a time. Write it like '2026-11-01' or '2026-11-01 12:00'."
        raise BadInputError(message) from error
    if pd.isna(time):
        message = f"{value!r} is not a time. Write it like '2026-11-01' or '2026-11-01 12:00'."
        raise BadInputError(message)
    return time.tz_localize("UTC") if time.tzinfo is None else time.tz_convert("UTC")


def microseconds(time: pd.Timestamp) -> int:
    """Return a time as microseconds since 1970, as the rows of a metric hold it.

    >>> microseconds(moment("1970-01-01 00:00:01"))
    1000000
    """
    return int(time.value) // 1000  # pandas gives nanoseconds, whatever the unit of the time


def time_at(microseconds: int) -> pd.Timestamp:
    """Return the time so many microseconds after 1970 began; the way back of `microseconds`.

    >>> microseconds(time_at(1_000_000))
    1000000
    """
    return pd.Timestamp(int(microseconds), unit="us", tz="UTC")


def shared(one: Bounds, other: Bounds) -> Bounds:
    """Return what lies within both of two stretches of time, either of which may be open.

    >>> shared((None, moment("2026-11-03")), (moment("2026-11-01"), None))[0]
    Timestamp('2026-11-01 00:00:00+0000', tz='UTC')
    """
    starts = [each[0] for each in (one, other) if each[0] is not None]
    ends = [each[1] for each in (one, other) if each[1] is not None]
    return max(starts, default=None), min(ends, default=None)


def length(value: str | pd.Timedelta) -> pd.Timedelta:
    """Return a length of time, which must be above zero.

    >>> length("24h")
    Timedelta('1 days 00:00:00')
    """
    try:
        span = pd.Timedelta(value)
    except (ValueError, TypeError) as error:
        message = f"{value!r} is not a length of time. Write it like '24h', '7D' or '30min'."
        raise BadInputError(message) from error
    if not span > pd.Timedelta(0):
        message = f"A length of time must be above zero, not {value!r}."
        raise BadInputError(message)
    return span


def window(
    period: Period, first: pd.Timestamp, end: pd.Timestamp
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the half-open window that a period means on a log from `first` to just before `end`.

    A length counts back from the end of the log; a pair of times is taken as it is; a log means
    the time that it covers.
    """
    if isinstance(period, str):
        return max(first, end - length(period)), end
    if isinstance(period, tuple):
        if len(period) != _PAIR:
            message = f"A period is a pair of times, (from, until); found {len(period)} values."
            raise BadInputError(message)
        start, stop = moment(period[0]), moment(period[1])
        if stop <= start:
            message = f"The period {period!r} ends before it begins; swap the two times."
            raise BadInputError(message)
        return start, stop
    if isinstance(period, Covering):
        return period.start, period.stop
    message = f"A period is '24h', a pair of times or a Log, not {type(period).__name__}."
    raise BadInputError(message)
