"""What does an earlier report say, read defensively: it is a file that anyone may have written?"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite, nan
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

from agentlens.report.parts.facts import FORMAT
from agentlens.text import Fact
from agentlens.theme import BANDS

__all__ = ["Known", "Noted", "Remembered", "known_from"]

_LONGEST = 2000
_MOST = 2000
_OLDEST = 1
One = TypeVar("One")


@dataclass(frozen=True)
class Noted:
    """A signal of an earlier report: what, from when to when, and how many traces show it."""

    what: str
    start: datetime | None
    end: datetime | None
    bad: bool
    traces: int


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """A Result of an earlier report; None where its format did not yet hold something."""

    verb: str
    title: str
    band: str
    facts: Mapping[str, Fact]
    signals: tuple[Noted, ...] | None
    definitions: Mapping[str, str] | None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a report remembers, or why nothing could be read from it.

    Attributes:
        title: of the report.
        period: of the report, in words.
        results: by the names under which the page shows them.
        stamps: what it was made of and how.
        caveat: what a reader has to know of the file, one sentence; "" for nothing.
        readable: whether it can be compared with.
    """

    title: str = ""
    period: str = ""
    results: Mapping[str, Remembered] = field(default_factory=lambda: MappingProxyType({}))
    stamps: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    caveat: str = ""
    readable: bool = True


def known_from(text: str, name: str) -> Known:
    """Return what a report remembers.

    Args:
        text: JSON, as `facts` wrote it.
        name: of the file, for the sentence that says what is wrong with it.

    Example:
        >>> known_from("{", "week-46.html").caveat
        'What week-46.html remembers cannot be read, so nothing is compared with it.'
    """
    try:
        whole = json.loads(text, parse_constant=_refuse)
        found = whole["format"]
        if not isinstance(found, int) or isinstance(found, bool) or found < _OLDEST:
            _refuse(str(found))
        if found > FORMAT:
            return Known(readable=False, caveat=_newer(name, found))
        return Known(
            title=_words(whole["title"]),
            period=_words(whole["period"]),
            results=_mapped(whole["results"], _result),
            stamps=_mapped(whole.get("stamps", {}), _words),
            caveat=_older(name, found) if found < FORMAT else "",
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        caveat = f"What {name} remembers cannot be read, so nothing is compared with it."
        return Known(readable=False, caveat=caveat)


def _newer(name: str, found: int) -> str:
    return (
        f"{name} is of a newer format ({found}) than this version reads ({FORMAT}), so nothing is "
        "compared with it. Update AgentLens."
    )


def _older(name: str, found: int) -> str:
    return (
        f"{name} is of an older format ({found}): it remembers no signals and no definitions, so "
        "that only bands and numbers are compared."
    )


def _result(one: Mapping[str, Any]) -> Remembered:
    if one["band"] not in BANDS:
        _refuse(one["band"])
    signals, definitions = one.get("signals"), one.get("definitions")
    return Remembered(
        verb=_words(one["verb"]),
        title=_words(one["title"]),
        band=one["band"],
        facts=_mapped(one["facts"], _fact),
        signals=None if signals is None else tuple(_noted(it) for it in signals[:_MOST]),
        definitions=None if definitions is None else _mapped(definitions, _words),
    )


def _fact(one: Mapping[str, Any]) -> Fact:
    value = one["value"]
    n = one["n"]
    return Fact(
        value=value[:_LONGEST] if isinstance(value, str) else _number(value),
        unit=_words(one["unit"]),
        low=_number(one["low"]),
        high=_number(one["high"]),
        n=None if n is None else int(n),
    )


def _noted(one: Mapping[str, Any]) -> Noted:
    start, end = _time(one["start"]), _time(one["end"])
    return Noted(_words(one["what"]), start, end, bool(one["bad"]), int(one["traces"]))


def _time(value: Any) -> datetime | None:
    time = None if value is None else datetime.fromisoformat(_words(value))
    if time is not None and time.tzinfo is None:
        _refuse(value)
    return time


def _mapped(given: Mapping[str, Any], made: Callable[[Any], One]) -> dict[str, One]:
    if len(given) > _MOST:
        _refuse(f"{len(given)} entries")
    return {name[:_LONGEST]: made(one) for name, one in given.items()}


def _number(value: Any) -> float:
    number = nan if value is None else float(value)
    return number if isfinite(number) else nan


def _words(value: Any) -> str:
    if not isinstance(value, str):
        _refuse(str(value)[:9])
    return value[:_LONGEST]


def _refuse(what: str) -> NoReturn:
    message = f"not what a report remembers: {what!r}"
    raise ValueError(message)
