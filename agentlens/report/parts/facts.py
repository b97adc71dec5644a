"""What does a report remember, so that the next one can say what changed?"""

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from itertools import islice
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from agentlens.report.parts.definitions import definitions
from agentlens.result import Result, Signal
from agentlens.text import Fact

if TYPE_CHECKING:
    from agentlens.report.parts.told import Told

__all__ = ["FORMAT", "fact", "facts", "known", "number"]

FORMAT = 2
"""Raised when the shape below changes, so that a reader knows what it has in hand."""

_LONGEST = 2000
_MOST = 500
One = TypeVar("One")


def known(result: Result) -> dict[str, Any]:
    """Return what a Result knows, as JSON can say it: facts, signals, definitions and caveats.

    Args:
        result: any Result.

    Example:
        >>> import agentlens as al
        >>> met = al.check_slos(al.demo(), al.SLO("met", "strong_completion", 0.8))
        >>> known(met)["facts"]["met"]["unit"]
        'share'
    """
    return {
        "facts": {_cut(name): number(fact) for name, fact in _first(result.facts().items())},
        "signals": [_signal(signal) for signal in _first(result.signals())],
        "definitions": {_cut(name): _cut(one) for name, one in _first(definitions(result).items())},
        "caveats": [_cut(one) for one in result.caveats],
    }


def number(fact: Fact) -> dict[str, object]:
    """Return a number as JSON can say it; `fact` is the way back.

    Args:
        fact: the number.

    Example:
        >>> number(Fact(value=0.5, unit="share", n=400))["low"] is None
        True
    """
    return {
        "value": _plain(fact.value),
        "low": _plain(fact.low),
        "high": _plain(fact.high),
        "n": _plain(fact.n),
        "unit": fact.unit,
    }


def fact(said: Mapping[str, Any]) -> Fact:
    """Return a number again, from what JSON says of it.

    Args:
        said: as `number` returned it.

    Example:
        >>> str(fact({"value": 0.5, "low": None, "high": None, "n": 400, "unit": "share"}))
        '50.0%, n = 400'
    """
    ends = {name: nan if said[name] is None else said[name] for name in ("value", "low", "high")}
    return Fact(**ends, n=said["n"], unit=said["unit"])


def facts(
    results: "Mapping[str, Result | Told]",
    title: str,
    period: str,
    *,
    band: str = "unknown",
    sections: Mapping[str, str] | None = None,
    stamps: Mapping[str, str] | None = None,
) -> str:
    """Return the numbers of a report as JSON, by the names under which the page shows the Results.

    Args:
        results: anchor to Result, or to what it told, in the order of the page.
        title: the title of the report.
        period: the period of the report.
        band: the band of the report.
        sections: anchor to the heading under which the Result stands.
        stamps: what the report was made from, such as the snapshot.

    Example:
        >>> import agentlens as al
        >>> worst = al.worst(al.demo().last("24h"))
        >>> json.loads(facts({worst.id: worst}, "The day", ""))["results"][worst.id]["band"]
        'watch'
    """
    under = sections or {}
    whole = {
        "format": FORMAT,
        "generator": f"AgentLens {version('agentlens')}",
        "title": _cut(title),
        "period": _cut(period),
        "band": band,
        "stamps": {_cut(name): _cut(value) for name, value in (stamps or {}).items()},
        "results": {name: _entry(one, under.get(name, "")) for name, one in results.items()},
    }
    return json.dumps(whole, allow_nan=False)


def _entry(one: "Result | Told", heading: str) -> dict[str, Any]:
    inner = known(one) if isinstance(one, Result) else one.known
    return {
        "verb": one.verb,
        "title": _cut(one.title),
        "band": one.band,
        "headline": _cut(one.headline),
        "section": _cut(heading),
        **{name: inner[name] for name in ("facts", "signals", "definitions")},
    }


def _signal(signal: Signal) -> dict[str, object]:
    return {
        "what": _cut(signal.what),
        "start": _time(signal.start),
        "end": _time(signal.end),
        "bad": bool(signal.bad),
        "traces": len(signal.trace_ids),
    }


def _time(value: pd.Timestamp) -> str | None:
    said = value.isoformat()
    return None if said == "NaT" else said


def _plain(value: object) -> object:
    """Return a value that JSON can say, cut; a number that is none becomes null."""
    if isinstance(value, str):
        return _cut(value)
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not isfinite(value) else value


def _first(many: Iterable[One]) -> Iterator[One]:
    return islice(many, _MOST)


def _cut(words: str) -> str:
    return words[:_LONGEST]
