"""Which week is meant, and what is it held against?"""

import re
from dataclasses import dataclass

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.tables.period import Moment, length, window

__all__ = ["Span", "Week", "span_of"]

Week = str | tuple[Moment, Moment]
"""A length such as "7D", a week such as "2026-W47", "last" for the last whole one, or two times."""

_DAY = pd.Timedelta(1, "D")
_WEEK = pd.Timedelta(7, "D")
_NAMED = re.compile(r"(\d{4})-?W(\d{1,2})")


@dataclass(frozen=True)
class Span:
    """A week, and the time that it is compared with.

    Attributes:
        start: when the week begins.
        end: just after it ends.
        before: from and until when it is compared.
        name: such as "2026-W47"; "" for a time that is no calendar week.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    before: tuple[pd.Timestamp, pd.Timestamp]
    name: str

    @property
    def now(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """The week as a pair of times."""
        return self.start, self.end

    @property
    def title(self) -> str:
        """What the report is called."""
        return (
            f"Week {self.name[-2:].lstrip('0')} of {self.name[:4]}"
            if self.name
            else "Weekly report"
        )

    @property
    def words(self) -> str:
        """The week and what it is held against, in words."""
        return f"{_told(*self.now)}, against {_told(*self.before)}"


def span_of(week: Week, against: Week | None, first: pd.Timestamp, stop: pd.Timestamp) -> Span:
    """Return the week that is meant on a log from `first` to just before `stop`.

    Args:
        week: which.
        against: what it is compared with; None for the time of equal length just before.
        first: when the log begins.
        stop: when it ends.
    """
    start, end = _pair("week", week, first, stop.ceil("h"))
    if end <= first or start >= stop:
        message = (
            f"week={week!r} is {_told(start, end)}, and the log covers {_told(first, stop)}:"
            " it has no trace of that week. Name a week in between."
        )
        raise BadInputError(message)
    size = end - start
    before = (start - size, start) if against is None else _pair("against", against, first, start)
    if before[1] > start:
        message = (
            f"against={against!r} is {_told(*before)} and overlaps the week, {_told(start, end)}."
            " Name a time that ends before it."
        )
        raise BadInputError(message)
    return Span(start, end, before, _calendar(start, end))


def _pair(
    what: str, week: Week, first: pd.Timestamp, end: pd.Timestamp
) -> tuple[pd.Timestamp, pd.Timestamp]:
    if not isinstance(week, str):
        return window(week, first, end)
    if week == "last":
        monday = _monday(end)
        return monday - _WEEK, monday
    named = _NAMED.fullmatch(week.strip())
    if named:
        return _named(what, int(named[1]), int(named[2]))
    try:
        size = length(week)
    except BadInputError as error:
        message = (
            f"{what}={week!r} is no week. Write '2026-W47', 'last' for the last whole one, a length"
            " such as '7D', or two times."
        )
        raise BadInputError(message) from error
    return end - size, end


def _named(what: str, year: int, number: int) -> tuple[pd.Timestamp, pd.Timestamp]:
    try:
        monday = pd.Timestamp.fromisocalendar(year, number, 1).tz_localize("UTC")
    except ValueError as error:
        message = f"{what}='{year}-W{number:02d}': the year {year} has no such week."
        raise BadInputError(message) from error
    return monday, monday + _WEEK


def _monday(time: pd.Timestamp) -> pd.Timestamp:
    """Return the last Monday, 00:00 UTC, that is not after a time."""
    day = time.floor("D")
    return day - int(day.weekday()) * _DAY


def _calendar(start: pd.Timestamp, end: pd.Timestamp) -> str:
    if start != _monday(start) or end - start != _WEEK:
        return ""
    year, number, _ = start.isocalendar()
    return f"{year}-W{number:02d}"


def _told(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Return a stretch of time as a reader says it: whole days as days, the last one included."""
    if start == start.floor("D") and end == end.floor("D"):
        last = end - _DAY
        first = f"{start:%d %b}" if start.year == last.year else f"{start:%d %b %Y}"
        return f"{last:%d %b %Y}" if start == last else f"{first} – {last:%d %b %Y}"
    return f"{start:%d %b %Y %H:%M} – {end:%d %b %Y %H:%M} UTC"
