"""What is the quantile of each group, and between which values does it lie?"""

from collections.abc import Callable

import numpy as np
from scipy.special import betainc

from agentlens.stats.arrays import Floats, Ints

__all__ = ["Ranked", "levels", "rank"]

_HALVINGS = 60
_COUNTED = 1 << 16
"""Integers of two bytes are put in order by counting them, which takes no comparison."""


def levels(q: float, n: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the two probabilities at which the sample is read off for the interval of a quantile.

    Fractional order statistics: the r-th of n values lies above the quantile with probability
    betainc(r, n + 1 - r, q), and r is solved as a real number, so that the interval covers what it
    says at every n. Where the sample is too small to hold a limit (p95 below n = 72), NaN.

    >>> low, high = levels(0.95, np.array([71.0, 72.0, 1000.0]))
    >>> np.isnan(high).tolist(), high.round(3).tolist()
    ([True, False, False], [nan, 0.986, 0.963])
    """
    tail = (1 - level) / 2
    sizes, at = np.unique(n, return_inverse=True)  # of thousands of groups many are of one size
    low, high = _rank_where(q, sizes, 1 - tail), _rank_where(q, sizes, tail)
    return (low / (sizes + 1))[at], (high / (sizes + 1))[at]


def _rank_where(q: float, n: Floats, chance: float) -> Floats:
    """Solve betainc(r, n + 1 - r, q) = chance for r; it falls as r grows."""
    below, above = np.ones_like(n), np.maximum(n, 1.0)
    with np.errstate(invalid="ignore"):
        inside = (betainc(below, n, q) >= chance) & (betainc(above, 1.0, q) <= chance) & (n >= 1)
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        higher = betainc(middle, np.maximum(n + 1 - middle, 1e-9), q) >= chance
        below, above = np.where(higher, middle, below), np.where(higher, above, middle)
    return np.where(inside, (below + above) / 2, np.nan)


class Ranked:
    """Values sorted inside their groups, ready to be read off at any probability."""

    def __init__(self, values: Floats, weights: Floats, starts: Ints, counts: Ints) -> None:
        self._values, self._starts, self._counts = values, starts, counts
        total = np.concatenate([[0.0], np.cumsum(weights)])
        self._before, self._weights = total[:-1], weights
        self._base = total[starts]
        self._total = total[starts + counts] - self._base

    def at(self, probabilities: Floats, *, plus_one: bool = False) -> Floats:
        """Return each group's value at its probability, interpolated between neighbours.

        Args:
            probabilities: one for each group; NaN gives NaN.
            plus_one: place the k-th of n values at k / (n + 1) as order statistics want, rather
                than at (k - 1) / (n - 1), which is type 7 and pandas' default.
        """
        out = np.full(self._starts.size, np.nan)
        usable = np.flatnonzero((self._counts > 0) & ~np.isnan(probabilities))
        first, n = self._starts[usable], self._counts[usable]
        last = first + n - 1
        wanted = probabilities[usable]

        def where(at: Ints) -> Floats:
            return self._place(at, usable, plus_one=plus_one)

        at = _last_below(where, first, last, wanted)
        after = np.minimum(at + 1, last)
        here = where(at)
        gap = where(after) - here
        rise = np.divide(self._values[after] - self._values[at], gap, out=gap * 0, where=gap > 0)
        read = rise * (wanted - here) + self._values[at]
        out[usable] = np.where((at == last) | (wanted < here), self._values[at], read)
        return out

    def _place(self, at: Ints, group: Ints, *, plus_one: bool) -> Floats:
        """Return at which probability some values lie, one in each of these groups."""
        n, first = self._counts[group], self._starts[group]
        if plus_one:
            # the middle of the k-th of n equal weights is (k - 1/2) / n, which gives k / (n + 1)
            share = self._middle(at, group) / self._total[group]
            return np.asarray((share * n + 0.5) / (n + 1), dtype=np.float64)
        least, most = self._middle(first, group), self._middle(first + n - 1, group)
        alone = n == 1
        inner = (self._middle(at, group) - least) / np.where(alone, 1.0, most - least)
        return np.where(alone, 0.5, inner)

    def _middle(self, at: Ints, group: Ints) -> Floats:
        """Return the weight of a group's values below, and half of its own."""
        found: Floats = (self._before[at] - self._base[group]) + self._weights[at] / 2
        return found


def _last_below(where: Callable[[Ints], Floats], first: Ints, last: Ints, wanted: Floats) -> Ints:
    """Return, for each stretch of sorted places, the last that is not above what is wanted.

    All stretches are halved together; where even the first lies above, it is the first.
    """
    low, high = first.copy(), last.copy()
    while (low < high).any():
        middle = (low + high + 1) // 2
        below = where(middle) <= wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle - 1)
    return low


def rank(groups: Ints, values: Floats, weights: Floats, n_groups: int) -> Ranked:
    """Return the values sorted by group and value: a sort of all, then one that only counts."""
    even = weights.size == 0 or bool((weights == weights[0]).all())
    # Of equal values the lighter comes first, so that no answer depends on the order of the rows.
    order = np.argsort(values) if even else np.lexsort((weights, values))
    small = groups[order].astype(np.uint16 if n_groups <= _COUNTED else np.int64)
    order = order[np.argsort(small, kind="stable")]
    counts = np.bincount(groups, minlength=n_groups).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
    return Ranked(values[order], weights[order], starts, counts)
