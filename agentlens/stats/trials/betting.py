"""Between which values does a mean lie, at whatever moment one chooses to look?

A gambler bets at every observation that the mean is above m. If m is the mean, no stake earns
anything on average, and the capital grows twentyfold at any time with a chance of at most 5 %. All m that
have not made a gambler so rich are still possible: a set that holds the mean at all times at once.
The stake is not known beforehand, so the capital is spread over many.
"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats, Ints

__all__ = ["Sequence", "always_valid_p", "confidence_sequence"]

_STAKES = np.geomspace(0.004, 0.95, 12)
_NEAR, _POINTS = 1e-4, 64
_ROWS = 4096


class Sequence(NamedTuple):
    """The mean so far and the interval so far, at each look."""

    value: Floats
    low: Floats
    high: Floats


def confidence_sequence(values: Floats, looks: Ints, level: float = 0.95) -> Sequence:
    """Return intervals of the mean of values in [-1, 1] that all hold it at once.

    The values come in the order in which they became known; an interval never grows, because what
    was excluded once stays excluded.

    Args:
        values: one for each independent observation.
        looks: after how many observations one looks, rising.
        level: how often all intervals together must hold the mean.

    >>> drawn = np.where(np.arange(400) % 4 == 0, 1.0, 0.0)
    >>> found = confidence_sequence(drawn, np.array([100, 400]))
    >>> found.value.tolist(), found.low.round(2).tolist(), found.high.round(2).tolist()
    ([0.25, 0.25], [0.12, 0.18], [0.41, 0.33])
    """
    kept = np.concatenate([[0.0], np.cumsum(values)])[looks]
    mean = kept / np.maximum(looks, 1)
    tail = (1 - level) / 2
    middle = float(mean[-1]) if looks.size else 0.0
    low = _lower(values, looks, tail, middle)
    high = -_lower(-values, looks, tail, -middle)
    return Sequence(mean, low, high)


def always_valid_p(values: Floats, looks: Ints) -> float:
    """Return a p of "the mean is zero" that may be looked at as often as one likes.

    Args:
        values: as they became known, in [-1, 1].
        looks: after how many observations one looks, rising.
    """
    zero, most = np.zeros(1), 0.0
    for side in (1, -1):
        wealth, before = np.zeros((1, _STAKES.size)), 0
        for look in looks.tolist():
            held, many = np.unique(side * values[before:look], return_counts=True)
            wealth += _earned(held, many.astype(np.float64), zero)
            before = look
            most = max(most, float(_mixed(wealth)[0]))
    return float(min(2 * np.exp(-most), 1.0))


def _lower(values: Floats, looks: Ints, tail: float, middle: float) -> Floats:
    """Return the largest m that was excluded from below by each look."""
    grid = _grid(middle)
    wealth = np.zeros((grid.size, _STAKES.size))
    most = np.full(grid.size, -np.inf)
    bounds = np.full(looks.size, -1.0)
    before = 0
    for place, look in enumerate(looks.tolist()):
        for start in range(before, look, _ROWS):
            part = values[start : min(start + _ROWS, look)]
            held, many = np.unique(part, return_counts=True)
            wealth += _earned(held, many.astype(np.float64), grid)
        before = look
        most = np.maximum(most, _mixed(wealth))
        bounds[place] = _crossing(grid, most, -np.log(tail))
    return bounds


def _earned(held: Floats, many: Floats, grid: Floats) -> Floats:
    """Return what each stake (columns) earned against each m (rows), on the log."""
    ratio = (1 + held) / (1 + grid)[:, None]
    gains = np.empty((grid.size, _STAKES.size))
    for place, stake in enumerate(_STAKES.tolist()):
        gains[:, place] = np.log1p(stake * (ratio - 1)) @ many
    return gains


def _mixed(wealth: Floats) -> Floats:
    """Return the log of the mean capital over all stakes."""
    top = wealth.max(axis=1)
    return np.asarray(top + np.log(np.exp(wealth - top[:, None]).mean(axis=1)), dtype=np.float64)


def _crossing(grid: Floats, capital: Floats, limit: float) -> float:
    """Return where the capital, which falls as m rises, comes down to the limit."""
    if capital[0] < limit:
        return -1.0
    after = int(np.argmax(capital < limit)) if (capital < limit).any() else capital.size
    if after == capital.size:
        return float(grid[-1])
    high, low = capital[after - 1], capital[after]
    share = (high - limit) / (high - low)
    return float(grid[after - 1] + share * (grid[after] - grid[after - 1]))


def _grid(middle: float) -> Floats:
    """Return values from -1 to 1 that lie closest around the middle."""
    steps = np.geomspace(_NEAR, 2.0, _POINTS)
    points = np.concatenate([middle - steps, [middle], middle + steps])
    inside = points[(points > -1 + _NEAR / 2) & (points < 1)]
    return np.unique(np.concatenate([[-1 + _NEAR / 2], inside, [1.0]]))
