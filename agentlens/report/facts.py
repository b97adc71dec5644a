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
            "title": result.title,
            "band": result.band,
            "headline": result.headline,
            "facts": {key: _said(fact) for key, fact in result.facts().items()},
        }
        for name, result in results.items()
    }
    whole = {"format": FORMAT, "title": title, "period": period, "results": known}
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
    """Return a value that JSON can say; a number that is none becomes null."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not isfinite(value) else value
