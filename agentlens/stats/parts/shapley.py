"""How is a joint effect of several columns shared out among them, fairly?

Each column gets what it adds, averaged over all orders in which the columns can be brought in
(Shapley 1953). The shares add up to the joint effect, columns that are alike get alike, and one
that never adds anything gets nothing.
"""

from collections.abc import Callable
from itertools import combinations
from math import comb

import numpy as np

from agentlens.stats.arrays import Floats

__all__ = ["MOST_EXACT", "shapley"]

MOST_EXACT = 6
"""Columns up to which every set of them is looked at; beyond, orders are drawn."""

_ORDERS = 64


def shapley(n: int, effect: Callable[[tuple[int, ...]], Floats], *, seed: int = 0) -> Floats:
    """Return what each of n columns gets, one line a column; lines add up to the joint effect.

    Args:
        n: how many columns there are.
        effect: of a set of columns, as an array of any length; that of none is zero.
        seed: of the orders that are drawn where there are more than six columns.

    >>> shapley(2, lambda held: np.array([float(len(held) == 2)])).tolist()
    [[0.5], [0.5]]
    """
    whole = effect(tuple(range(n)))
    shares = np.zeros((n, whole.size))
    if n <= MOST_EXACT:
        for size in range(1, n + 1):
            for held in combinations(range(n), size):
                value = whole if size == n else effect(held)
                inside = np.isin(np.arange(n), held)
                shares[inside] += value / (n * comb(n - 1, size - 1))
                shares[~inside] -= value / (n * comb(n - 1, size)) if size < n else 0.0
        return shares
    seen: dict[tuple[int, ...], Floats] = {tuple(range(n)): whole}
    rng = np.random.default_rng(seed)
    for _ in range(_ORDERS // 2):
        order = rng.permutation(n)
        # An order and its reverse together are steadier than two that know nothing of each other.
        for one in (order, order[::-1]):
            before = np.zeros_like(whole)
            for place in range(n):
                held = tuple(sorted(one[: place + 1].tolist()))
                if held not in seen:
                    seen[held] = effect(held)
                shares[one[place]] += (seen[held] - before) / _ORDERS
                before = seen[held]
    return shares
