"""How often does a judge contradict itself when it is asked again?"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.intervals.rates import wilson

__all__ = ["Flips", "flips"]


class Flips(NamedTuple):
    """The chance that two runs differ on an item, its interval, and what it rests on."""

    value: float
    low: float
    high: float
    n_eff: float


def flips(
    passes: Floats,
    runs: Floats,
    level: float = 0.95,
    *,
    stratum: Ints | None = None,
    share: Floats | None = None,
) -> Flips:
    """Return the flip rate over items that were each judged several times.

    Pairs of runs of one item move together, so the interval counts the pairs as the fewer
    independent ones that would vary as much.

    Args:
        passes: runs that passed, by item.
        runs: runs with a verdict, by item, two or more.
        level: how often the interval must hold the truth.
        stratum: of each item, where some kinds of items were drawn more often than others.
        share: of all traffic in each stratum.

    >>> [round(one, 3) for one in flips(np.array([3.0] * 18 + [2, 1]), np.full(20, 3.0))]
    [0.067, 0.018, 0.215, 29.556]
    """
    n = passes.size
    if n == 0:
        return Flips(np.nan, np.nan, np.nan, 0.0)
    pairs = runs * (runs - 1) / 2
    items = passes * (runs - passes) / pairs
    where = np.zeros(n, dtype=np.int64) if stratum is None else stratum
    weight = np.ones(1) if share is None else share
    count = sums(where, np.ones(n), weight.size)
    weight = np.where(count > 0, weight, 0.0)
    weight = weight / weight.sum()
    mean = sums(where, items, weight.size) / np.maximum(count, 1)
    squares = sums(where, (items - mean[where]) ** 2, weight.size) / np.maximum(count - 1, 1)
    value = float(weight @ mean)
    error = float(weight**2 @ (squares / np.maximum(count, 1)))
    n_eff = float(n)
    if 0 < value < 1 and error > 0:
        n_eff = min(value * (1 - value) / error, float(pairs.sum()))
    low, high = wilson(np.array([value * n_eff]), np.array([n_eff]), level)
    return Flips(value, float(low[0]), float(high[0]), n_eff)
