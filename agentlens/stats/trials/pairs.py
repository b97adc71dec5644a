"""Do the differences of pairs lean to one side?"""

from typing import NamedTuple

import numpy as np
from scipy.special import betainc, ndtr, ndtri

from agentlens.stats.arrays import Floats, Ints

__all__ = ["Typical", "by_cluster", "mcnemar", "signed_rank", "typical_difference"]

_EXACT = 50
_MOST = 2000
_FEWEST = 2


class Typical(NamedTuple):
    """The typical difference of a pair (Hodges-Lehmann), its interval, and the signed-rank p."""

    value: float
    low: float
    high: float
    p: float


def mcnemar(gained: int, lost: int) -> float:
    """Return the exact two-sided p of McNemar's test.

    Only pairs that disagree speak, and without a difference each is as likely to say one thing as
    the other.

    Args:
        gained: pairs in which only the current one is true.
        lost: pairs in which only the baseline is.

    >>> round(mcnemar(2, 10), 4)
    0.0386
    """
    n, least = gained + lost, min(gained, lost)
    if n == 0:
        return 1.0
    return min(2 * float(betainc(n - least, least + 1, 0.5)), 1.0)


def signed_rank(differences: Floats) -> float:
    """Return the two-sided p of Wilcoxon's signed-rank test; pairs without a difference are left out.

    Exact up to fifty differences without ties, else normal with the variance that ties leave.

    >>> signed_rank(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    0.0625
    """
    moved = differences[differences != 0]
    n = moved.size
    if n == 0:
        return 1.0
    size, place, counts = np.unique(np.abs(moved), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[place]
    up = float(ranks[moved > 0].sum())
    if n <= _EXACT and size.size == n:
        chances = _chances(n)
        least = min(up, n * (n + 1) / 2 - up)
        return float(min(2 * chances[: round(least) + 1].sum(), 1.0))
    ties = float((counts.astype(np.float64) ** 3 - counts).sum())
    variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    return float(2 * ndtr(-abs(up - n * (n + 1) / 4) / np.sqrt(variance)))


def typical_difference(differences: Floats, level: float = 0.95) -> Typical:
    """Return the median of the means of all two differences, which no single pair can move.

    Its limits are those means between which the signed ranks leave the middle. Of more than two
    thousand differences so many are taken, evenly over their order.

    Args:
        differences: one for each independent pair, or cluster of pairs.
        level: how often the interval must hold the truth.
    """
    p = signed_rank(differences)
    if differences.size < _FEWEST:
        return Typical(np.nan, np.nan, np.nan, p)
    taken = differences
    if taken.size > _MOST:
        taken = taken[np.linspace(0, taken.size - 1, _MOST).astype(np.int64)]
    n = taken.size
    first, second = np.triu_indices(n)
    means = np.sort((taken[first] + taken[second]) / 2)
    cut = _left_out(n, level)
    limits = (np.nan, np.nan) if cut < 0 else (float(means[cut]), float(means[-1 - cut]))
    return Typical(float(np.median(means)), *limits, p)


def _left_out(n: int, level: float) -> int:
    """Return how many means lie below the lower limit; -1 where so few cannot say."""
    tail = (1 - level) / 2
    if n <= _EXACT:
        return int(np.searchsorted(np.cumsum(_chances(n)), tail, side="right")) - 1
    spread = np.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    return int(np.floor(n * (n + 1) / 4 + float(ndtri(tail)) * spread))


def _chances(n: int) -> Floats:
    """Return how likely each sum of the ranks that go up is, from 0 to n(n+1)/2."""
    chances = np.ones(1)
    for rank in range(1, n + 1):
        grown = np.zeros(chances.size + rank)
        grown[: chances.size] += chances / 2
        grown[rank:] += chances / 2
        chances = grown
    return chances


def by_cluster(values: Floats, ids: Ints) -> Floats:
    """Return the mean of each cluster, in the order of its first value."""
    _, first, place = np.unique(ids, return_index=True, return_inverse=True)
    means = np.bincount(place, weights=values) / np.bincount(place)
    return np.asarray(means[np.argsort(first, kind="stable")], dtype=np.float64)
