"""Into which ranges is a number cut, and when are two cells too thin to be told apart?

One binning for every distance and every picture: ranges that hold equal shares of the baseline,
open at both ends, so that what lies beyond the baseline's values has a place.
"""

import numpy as np

from agentlens.stats.arrays import Floats, Ints

__all__ = ["cells", "merged", "smoothed"]

_CLOSE = 1e-9
_TWO_CELLS = 2 + _CLOSE


def cells(share: Floats, parts: int) -> Ints:
    """Return the cell of each level, so that each holds about an equal share of the baseline.

    Equal values are never torn apart: where one value holds more than a cell's share there are
    fewer cells, and one that holds two has its own, as what comes below it is news. There are two
    cells at least, wherever there are two levels.

    Args:
        share: of the baseline at each level, in the order of the levels.
        parts: how many cells there are at most.

    >>> cells(np.array([0.25, 0.25, 0.25, 0.25, 0.0]), 2).tolist()
    [0, 0, 1, 1, 1]
    >>> cells(np.array([0.9, 0.1]), 4).tolist(), cells(np.array([0.1, 0.9]), 4).tolist()
    ([0, 1], [0, 1])
    """
    reached = np.cumsum(share) / share.sum()
    wanted = np.arange(1, parts) / parts
    last = np.searchsorted(reached, wanted - _CLOSE, side="left")
    below = np.flatnonzero(share * parts > _TWO_CELLS * share.sum()) - 1
    cuts = np.unique(np.concatenate([last[last < share.size - 1], below[below >= 0]]))
    if not cuts.size and share.size > 1:
        cuts = np.array([share.size - 2])
    return np.searchsorted(cuts, np.arange(share.size), side="left").astype(np.int64)


def merged(clusters: Floats, least: float) -> Ints:
    """Return a cell for each category, those seen in too few clusters taken together in the last.

    Args:
        clusters: in which a category occurs.
        least: how many are enough.

    >>> merged(np.array([50.0, 2.0, 30.0, 3.0]), 8).tolist()
    [0, 2, 1, 2]
    """
    enough = clusters >= least
    place = np.cumsum(enough) - 1
    return np.where(enough, place, int(enough.sum())).astype(np.int64)


def smoothed(share: Floats, n: float) -> Floats:
    """Return shares to which half a row is added in each cell, so that none is zero.

    >>> smoothed(np.array([1.0, 0.0]), 9.0).tolist()
    [0.95, 0.05]
    """
    counts = share * n + 0.5
    return np.asarray(counts / counts.sum(), dtype=np.float64)
