"""Which two stretches of time are compared?"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from agentlens.errors import BadInputError
from agentlens.tables.period import moment

__all__ = ["Span", "Windows", "asked", "said", "written"]

Span = tuple[pd.Timestamp, pd.Timestamp]
Windows = Mapping[str, Span]
_NAMES = ("baseline", "current")
_PAIR = 2


def asked(content: Mapping[str, Any], now: Windows) -> dict[str, Span]:
    """Return both windows as a browser names them.

    A browser counts milliseconds: an end that it did not move keeps its finer digits.

    Args:
        content: from and to of each, in UTC.
        now: the windows as they are.
    """
    found = {}
    for name in _NAMES:
        ends = content.get(name)
        if not isinstance(ends, Sequence) or len(ends) != _PAIR:
            message = f"{name} is a pair of times, not {ends!r:.80}."
            raise BadInputError(message)
        start, stop = (
            _kept(moment(str(end)), old) for end, old in zip(ends, now[name], strict=True)
        )
        if not start < stop:
            message = (
                f"The {name} window begins at {start:%Y-%m-%d %H:%M} and ends no later. Widen it."
            )
            raise BadInputError(message)
        found[name] = (start, stop)
    return found


def said(windows: Windows) -> dict[str, list[str]]:
    """Return both windows as a browser reads them."""
    return {name: [end.isoformat() for end in windows[name]] for name in _NAMES}


def written(span: Span) -> str:
    """Return a window as Python writes it.

    >>> written((pd.Timestamp("2026-11-01", tz="UTC"), pd.Timestamp("2026-11-02 06:30", tz="UTC")))
    "('2026-11-01', '2026-11-02 06:30:00')"
    """
    return repr(tuple(_short(end) for end in span))


def _short(end: pd.Timestamp) -> str:
    plain = end.tz_convert("UTC").tz_localize(None)
    return f"{plain:%Y-%m-%d}" if plain == plain.normalize() else str(plain)


def _kept(new: pd.Timestamp, old: pd.Timestamp) -> pd.Timestamp:
    return old if new.floor("ms") == old.floor("ms") else new
