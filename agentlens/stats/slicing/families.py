"""Which cells of a table may be called, when first its rows are chosen and then the cells in them?"""

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.multiple import benjamini_hochberg

__all__ = ["two_levels"]


def two_levels(p: Floats, family: Ints, fdr: float) -> Floats:
    """Return q of each cell: called at `fdr` where it is not above that.

    First families are chosen by the Simes test of all their cells, then cells inside the chosen
    ones at a level that pays for the choice (Benjamini and Bogomolov): of the cells called in a
    chosen family, on average over these, at most that share is false. A missing p is no comparison.

    Args:
        p: of each cell.
        family: of each cell, an integer from 0.
        fdr: the share of false calls that is accepted.

    >>> two_levels(np.array([0.001, 0.6, 0.4, 0.9]), np.array([0, 0, 1, 1]), 0.05).round(3).tolist()
    [0.004, 1.0, 1.0, 1.0]
    """
    q = np.full(p.shape, np.nan)
    names = np.unique(family[~np.isnan(p)])
    if not names.size:
        return q
    inner = {name: benjamini_hochberg(np.where(family == name, p, np.nan)) for name in names}
    outer = benjamini_hochberg(np.array([np.nanmin(one) for one in inner.values()]))
    chosen = max(int((outer <= fdr).sum()), 1)
    for name, of_family in zip(names, outer, strict=True):
        here = (family == name) & ~np.isnan(p)
        paid = np.minimum(inner[name][here] * names.size / chosen, 1.0)
        q[here] = np.maximum(paid, of_family)
    return q
