"""What does Python say of a setting of a chart, in its own words?"""

from math import inf, isfinite

import pandas as pd

from agentlens import text
from agentlens.analysis.control.design import Design

__all__ = ["is_turned", "said"]

_WEEK = pd.Timedelta(7, "D")
_SIGMA = 1.0
_TURNED = ("EWMA", "limits", "false alarms", "charts like this one", "design")


def is_turned(name: str) -> bool:
    """Return whether a fact of a chart depends on its limits or its memory.

    >>> is_turned("limits"), is_turned("a change of 5 points"), is_turned("n per bin")
    (True, True, False)
    """
    return name in _TURNED or name.startswith("a change of ")


def said(design: Design, every: pd.Timedelta) -> list[list[str]]:
    """Return how often the chart calls for nothing in a week, and how late it calls for something.

    Args:
        design: of the chart.
        every: length of a bin.
    """
    return [
        ["false alarms a week", _a_week(design, every)],
        ["finds 1σ after", _late(design.delay[_SIGMA], every)],
    ]


def _a_week(design: Design, every: pd.Timedelta) -> str:
    bins = _WEEK / every
    value, low, high = (
        bins / one if one > 0 else inf
        for one in (design.achieved.run_length, design.achieved.high, design.achieved.low)
    )
    return f"{text.significant(value, 2)} {text.interval(low, high)}, by simulation"


def _late(bins: float, every: pd.Timedelta) -> str:
    if not isfinite(bins):
        return "more than 500 bins, often never"
    after = text.duration(bins * every.total_seconds())
    return f"{text.significant(bins, 2)} bins ({after}) on average"
