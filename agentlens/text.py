"""How does a number become words? One place, so that it looks the same everywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, isfinite, isnan, log10, nan

__all__ = [
    "Fact",
    "capital",
    "count",
    "duration",
    "interval",
    "listed",
    "number",
    "plural",
    "share",
    "significant",
]

_MISSING = "unknown"
_ENOUGH = 200
_TINY = -6
_RARE = 0.001
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A number that knows its unit, its interval and how many rows stand behind it."""

    value: float | str
    unit: str = ""
    low: float = nan
    high: float = nan
    n: int | None = None

    def __str__(self) -> str:
        """Return the number as a reader sees it, interval and n included."""
        if isinstance(self.value, str):
            return self.value
        shown = number(self.value, self.unit, n=self.n)
        if isfinite(self.low) and isfinite(self.high):
            shown += f" {interval(self.low, self.high, self.unit, n=self.n)}"
        return shown if self.n is None else f"{shown}, n = {count(self.n)}"


def number(value: float, unit: str = "", *, n: int | None = None) -> str:
    """Return a number in its unit: shares as percent, seconds as a duration, dollars with a sign.

    >>> number(0.8312, "share", n=500), number(0.8312, "share", n=80), number(1234.5, "s")
    ('83.1%', '83%', '20.6 min')
    >>> number(0.00413, "USD"), number(float("nan"))
    ('$0.0041', 'unknown')
    """
    if isnan(value):
        return _MISSING
    if unit == "share":
        return share(value, n)
    if unit == "s":
        return duration(value)
    if unit == "USD":
        sign = "-" if value < 0 else ""
        return f"{sign}${significant(abs(value), 4 if abs(value) >= 1 else 2)}"
    plain = count(value) if not unit and float(value).is_integer() else significant(value)
    return f"{plain} {unit}" if unit else plain


def share(value: float, n: int | None = None) -> str:
    """Return a share as percent, with a decimal only where at least 200 rows carry it.

    >>> share(0.5, 10), share(0.9987, 5000), share(0.000378, 5000)
    ('50%', '99.9%', '0.038%')
    """
    if isnan(value):
        return _MISSING
    if 0 < abs(value) < _RARE:
        return f"{significant(100 * value, 2)}%"
    return f"{100 * value:.{1 if n is None or n >= _ENOUGH else 0}f}%"


def interval(low: float, high: float, unit: str = "", *, n: int | None = None) -> str:
    """Return an interval in brackets; beside a minus sign the dash becomes a word.

    >>> interval(0.71, 0.78, "share"), interval(1.5, 2.25, "s"), interval(-4.5, 1.25, "points")
    ('[71.0%–78.0%]', '[1.50 s–2.25 s]', '[-4.50 to 1.25 points]')
    """
    if low < 0 or high < 0:
        ends = number(low, unit, n=n), number(high, unit, n=n)
        first = ends[0].removesuffix(f" {unit}") if unit else ends[0]
        return f"[{first} to {ends[1]}]"
    return f"[{number(low, unit, n=n)}–{number(high, unit, n=n)}]"


def count(n: float) -> str:
    """Return a count with thousands separators.

    >>> count(1234567)
    '1,234,567'
    """
    return _MISSING if isnan(n) else f"{n:,.0f}"


def capital(words: str) -> str:
    """Return a phrase that can begin a sentence; acronyms keep their letters.

    >>> capital("latency p95"), capital("LLM calls")
    ('Latency p95', 'LLM calls')
    """
    return words[:1].upper() + words[1:]


def plural(n: float, what: str) -> str:
    """Return a count with its noun, in the plural where there is not exactly one.

    >>> plural(1, "bin"), plural(1200, "bin")
    ('1 bin', '1,200 bins')
    """
    return f"{count(n)} {what}{'' if n == 1 else 's'}"


def duration(seconds: float) -> str:
    """Return a duration in the unit in which a person would say it.

    >>> duration(0.0123), duration(3.2), duration(90), duration(7200), duration(200000)
    ('12.3 ms', '3.20 s', '90.0 s', '2.00 h', '2.31 days')
    """
    if isnan(seconds):
        return _MISSING
    size = abs(seconds)
    if size < 1.0:
        return f"{significant(1000 * seconds)} ms"
    for least, length, unit in ((2 * _DAY, _DAY, "days"), (2 * _HOUR, _HOUR, "h")):
        if size >= least:
            return f"{significant(seconds / length)} {unit}"
    if size >= 2 * _MINUTE:
        return f"{significant(seconds / _MINUTE)} min"
    return f"{significant(seconds)} s"


def significant(value: float, digits: int = 3) -> str:
    """Return a number with this many significant digits and no exponent where that stays short.

    >>> significant(1234.5), significant(0.00123), significant(12.345), significant(0)
    ('1,234', '0.00123', '12.3', '0')
    """
    if isnan(value):
        return _MISSING
    if not isfinite(value):
        return "infinite" if value > 0 else "minus infinite"
    if value == 0:
        return "0"
    exponent = floor(log10(abs(value)))
    if exponent < _TINY:
        return f"{value:.{digits - 1}e}"
    return f"{value:,.{max(digits - 1 - exponent, 0)}f}"


def listed(words: Iterable[object], *, most: int = 5) -> str:
    """Return words as a phrase, the rest counted.

    >>> listed(["a", "b", "c"]), listed("abcdefg", most=2)
    ('a, b and c', 'a, b and 5 more')
    """
    every = [str(word) for word in words]
    if len(every) > most:
        return f"{', '.join(every[:most])} and {len(every) - most:,} more"
    *first, last = every or [""]
    return f"{', '.join(first)} and {last}" if first else last
