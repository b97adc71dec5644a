"""Is a judge right as often as it says it is?"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.intervals.rates import wilson

__all__ = ["Reliability", "brier", "calibration_error", "isotonic", "reliability"]


class Reliability(NamedTuple):
    """By bin of equal count: confidence said, share that was right with its interval, and n."""

    said: Floats
    right: Floats
    low: Floats
    high: Floats
    n: Floats


def reliability(said: Floats, right: Floats, bins: int = 5, level: float = 0.95) -> Reliability:
    """Return how often the judge was right at each level of what it said.

    Equal values stay in one bin, so there may be fewer bins than asked for.

    Args:
        said: the confidence, from 0 to 1.
        right: 1 where a person agrees, else 0.
        bins: at most.
        level: how often an interval must hold the truth.

    >>> reliability(np.array([0.5, 0.5, 1.0, 1.0]), np.array([1.0, 0, 1, 1]), 2).right.tolist()
    [0.5, 1.0]
    """
    place = _places(said, bins)
    count = sums(place, np.ones_like(said), int(place.max(initial=-1)) + 1)
    total = sums(place, right, count.size)
    low, high = wilson(total, count, level)
    return Reliability(sums(place, said, count.size) / count, total / count, low, high, count)


def brier(said: Floats, right: Floats) -> float:
    """Return the mean squared distance between what was said and what came.

    >>> brier(np.array([1.0, 0.5]), np.array([1.0, 0.0]))
    0.125
    """
    return float(np.mean((said - right) ** 2)) if said.size else float("nan")


def calibration_error(found: Reliability) -> float:
    """Return the mean distance between confidence and share right over the bins, by their n."""
    return float(np.average(np.abs(found.said - found.right), weights=found.n))


def isotonic(said: Floats, right: Floats, asked: Floats) -> Floats:
    """Return what each asked confidence is worth, by the rising map that fits best.

    Between two values that were seen the map is a straight line, beyond them it stays flat.

    Args:
        said: confidences with a label.
        right: 1 where a person agrees, else 0.
        asked: confidences to translate.

    >>> isotonic(np.array([0.2, 0.4, 0.9]), np.array([1.0, 0.0, 1.0]), np.array([0.3])).tolist()
    [0.5]
    """
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 - heavy, and rarely asked for

    values, place = np.unique(said, return_inverse=True)
    count = np.bincount(place).astype(np.float64)
    fitted = isotonic_regression(np.bincount(place, weights=right) / count, weights=count).x
    return np.asarray(np.interp(asked, values, fitted), dtype=np.float64)


def _places(said: Floats, bins: int) -> Ints:
    values, place, counts = np.unique(said, return_inverse=True, return_counts=True)
    if values.size <= bins:
        return place.astype(np.int64)
    middle = np.cumsum(counts) - counts / 2
    wanted = np.minimum((middle / said.size * bins).astype(np.int64), bins - 1)
    return np.unique(wanted, return_inverse=True)[1][place].astype(np.int64)
