"""What does a report remember, so that the next one can say what changed?"""

import json
from collections.abc import Mapping
from math import isfinite

import numpy as np

from agentlens.result import Result
from agentlens.text import Fact

__all__ = ["FORMAT", "facts"]

FORMAT = 1
"""Raised when the shape below changes, so that a reader knows what it has in hand."""

_LONGEST = 2000


def facts(results: Mapping[str, Result], title: str, period: str) -> str:
    """Return the numbers of a report as JSON, by the names under which the page shows the Results.

    Args:
        results: anchor to Result, in the order of the page.
        title: the title of the report.
        period: the period of the report.
    """
    known = {
        name: {
            "verb": result.verb,
            "title": result.title[:_LONGEST],
            "band": result.band,
            "headline": result.headline[:_LONGEST],
            "facts": {key[:_LONGEST]: _said(fact) for key, fact in result.facts().items()},
        }
        for name, result in results.items()
    }
    named = {"title": title[:_LONGEST], "period": period[:_LONGEST]}
    whole = {"format": FORMAT, **named, "results": known}
    return json.dumps(whole, allow_nan=False)


def _said(fact: Fact) -> dict[str, object]:
    return {
        "value": _plain(fact.value),
        "low": _plain(fact.low),
        "high": _plain(fact.high),
        "n": _plain(fact.n),
        "unit": fact.unit,
    }


def _plain(value: object) -> object:
    """Return a value that JSON can say, cut; a number that is none becomes null."""
    if isinstance(value, str):
        return value[:_LONGEST]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not isfinite(value) else value
