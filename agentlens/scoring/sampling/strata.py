"""Which traces are alike, and how many of each kind are drawn when the number is fixed?"""

import numpy as np

from agentlens.errors import BadInputError
from agentlens.scoring.sampling.draw import Lots
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.tables.log import Log

__all__ = ["fewer", "fixed", "strata"]


def strata(log: Log, by: tuple[str, ...]) -> Ints:
    """Return the stratum of each trace, from 0; a missing value is a stratum of its own."""
    if not by or not len(log):
        return np.zeros(len(log), dtype=np.int64)
    grouped = log.traces.groupby(list(by), dropna=False, observed=True, sort=True)
    return np.asarray(grouped.ngroup(), dtype=np.int64)


def fewer(log: Log, by: tuple[str, ...], n: int) -> tuple[str, ...]:
    """Return as many of the columns as leave a draw for each stratum, the first ones first."""
    while by and len(log) and int(strata(log, by).max()) + 1 > n:
        by = by[:-1]
    return by


def fixed(stratum: Ints, order: Floats | Lots, n: int) -> tuple[Flags, Floats]:
    """Return which rows are drawn when n are, and the probability of each row: n_h of N_h.

    Each stratum gives one, and the rest are shared out in proportion to size, so that no stratum
    has a probability of zero.

    Args:
        stratum: of each row, from 0.
        order: the rows of a stratum with the smallest values are drawn.
        n: how many rows to draw in all.
    """
    sizes = np.bincount(stratum)
    drawn = _shared_out(sizes, n)
    by_lot = np.lexsort((order, stratum))
    place = np.empty(stratum.size, dtype=np.int64)
    firsts = np.cumsum(sizes) - sizes
    place[by_lot] = np.arange(stratum.size) - firsts[stratum[by_lot]]
    return place < drawn[stratum], (drawn / sizes)[stratum]


def _shared_out(sizes: Ints, n: int) -> Ints:
    """Return how many of each stratum are drawn, by largest remainders."""
    if n >= sizes.sum():
        return sizes
    if n < sizes.size:
        message = (
            f"n={n:,} cannot give one trace to each of {sizes.size:,} strata, and a stratum without"
            " a draw would have no weight. Raise n or name fewer columns in by=."
        )
        raise BadInputError(message)
    ideal = (n - sizes.size) * (sizes - 1) / (sizes.sum() - sizes.size)
    extra = np.floor(ideal).astype(np.int64)
    left = n - sizes.size - int(extra.sum())
    most = np.argsort(-(ideal - extra), kind="stable")[:left]
    extra[most] += 1
    return np.asarray(extra + 1, dtype=np.int64)
