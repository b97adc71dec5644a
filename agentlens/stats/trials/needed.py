"""How many times the rows are needed until a margin can be told from no difference?"""

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr, ndtri

from agentlens.stats.intervals.rates import wilson
from agentlens.stats.trials.joined import Contrast, sides

__all__ = ["POWER", "factor_for_margin"]

POWER = 0.8
"""How often a comparison of two arms that do not differ shall be decided."""

_HALVINGS = 50
_FURTHEST = 1e9


def factor_for_margin(
    found: Contrast, margin: float, *, rate: bool, worse_is_lower: bool, both_grow: bool
) -> float:
    """Return by how much the rows must grow for the interval to end inside the margin.

    The interval is that of two arms that do not differ: for rates the one that it would be at the
    baseline's rate with so many effective rows, for others the present one, narrower by the root.
    It must leave room for the luck of the draw, so that four in five such comparisons decide.

    Args:
        found: what is known now.
        margin: how much worse is no worse, above zero, on the scale of `found.reach`.
        rate: whether the arms are rates, compared by their difference.
        worse_is_lower: whether a lower value is worse.
        both_grow: whether the baseline grows, too; else it is over.
    """
    times = found.times
    room = margin * times / (times + float(ndtri(POWER)))

    def width(factor: float) -> float:
        reach = _of_rates(found, factor, both_grow=both_grow) if rate else found.reach
        if not rate:
            one, base = factor**-0.5, (factor if both_grow else 1.0) ** -0.5
            reach = (reach[0] * one, reach[1] * one, reach[2] * base, reach[3] * base)
        down, up = sides(reach, found.correlation)
        return down if worse_is_lower else up

    return _first(width, room)


def _of_rates(
    found: Contrast, factor: float, *, both_grow: bool
) -> tuple[float, float, float, float]:
    """Return the reach of two equal rates with so many times the effective rows."""
    one, base = found.n_eff
    rate = (found.baseline * base + 1) / (base + 2)  # a rate of 0 or 1 would have no width
    sizes = np.array([one * factor, base * (factor if both_grow else 1.0)])
    low, high = wilson(rate * sizes, sizes, float(2 * ndtr(found.times) - 1))
    return (
        rate - float(low[0]),
        float(high[0]) - rate,
        rate - float(low[1]),
        float(high[1]) - rate,
    )


def _first(width: Callable[[float], float], room: float) -> float:
    """Return the factor from which on the width fits, as it shrinks; infinite where it never does."""
    if not (np.isfinite(width(1.0)) and room > 0):
        return float("nan")
    low = high = 1.0
    while width(high) > room and high < _FURTHEST:
        low, high = high, 2 * high
    if width(high) > room:
        return float("inf")
    while width(low) <= room and low > 1 / _FURTHEST:
        low, high = low / 2, low
    for _ in range(_HALVINGS):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if width(middle) > room else (low, middle)
    return high
