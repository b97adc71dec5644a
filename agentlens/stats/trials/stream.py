"""Which differences become known, one after the other, as two arms fill up side by side?"""

import numpy as np

from agentlens.stats.arrays import Floats, Ints

__all__ = ["how_many_to_one", "side_by_side"]

_SETTLED, _MOST = 100, 8


def how_many_to_one(arm: Ints) -> tuple[int, int]:
    """Return how many of arm 1 and of arm 0 make a difference; (0, 0) before a hundred have come.

    It is read off the first hundred arrivals and never again, because a rule that changed with the
    data would rewrite what was known at earlier looks.

    >>> how_many_to_one(np.arange(200) % 4 // 3)
    (1, 3)
    """
    if arm.size < _SETTLED:
        return 0, 0
    one = int(arm[:_SETTLED].sum())
    other = _SETTLED - one
    if one <= other:
        return 1, min(max(round(other / max(one, 1)), 1), _MOST)
    return min(max(round(one / max(other, 1)), 1), _MOST), 1


def side_by_side(arm: Ints, values: Floats, each: tuple[int, int]) -> tuple[Floats, Floats, Ints]:
    """Return the means of arm 1 and of arm 0, group by group, and the row at which both are known.

    The first rows of arm 1 are held against the first of arm 0, then the next against the next, so
    that what the hour does to both drops out.

    Args:
        arm: of each row, in order of time.
        values: of each row.
        each: how many rows of arm 1 and of arm 0 make a group.

    >>> side_by_side(np.array([1, 0, 0, 1]), np.array([1.0, 0.0, 1.0, 1.0]), (1, 1))
    (array([1., 1.]), array([0., 1.]), array([1, 3]))
    """
    places = [np.flatnonzero(arm == side) for side in (1, 0)]
    if min(each) < 1:
        return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)
    n = min(place.size // size for place, size in zip(places, each, strict=True))
    means, known = [], []
    for place, size in zip(places, each, strict=True):
        taken = place[: n * size].reshape(n, size)
        means.append(values[taken].mean(axis=1))
        known.append(taken[:, -1])
    return means[0], means[1], np.maximum(*known).astype(np.int64)
