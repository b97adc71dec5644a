"""How small must a p-value be when it is one of many?"""

import numpy as np

from agentlens.stats.arrays import Floats

__all__ = ["benjamini_hochberg", "benjamini_yekutieli", "holm"]


def benjamini_hochberg(p: Floats) -> Floats:
    """Return p-values adjusted so that of those called, at most that share is expected to be false.

    Holds for tests that are independent or move together. A missing p-value stays missing and is no
    comparison.

    >>> benjamini_hochberg(np.array([0.01, 0.02, 0.9, np.nan])).round(3).tolist()
    [0.03, 0.03, 0.9, nan]
    """
    return _stepped_up(p, 1.0)


def benjamini_yekutieli(p: Floats) -> Floats:
    """Return the same for tests that depend on one another in any way; it asks for more.

    >>> benjamini_yekutieli(np.array([0.01, 0.02, 0.9])).round(3).tolist()
    [0.055, 0.055, 1.0]
    """
    m = int((~np.isnan(p)).sum())
    return _stepped_up(p, float((1 / np.arange(1, m + 1)).sum()))


def holm(p: Floats) -> Floats:
    """Return p-values adjusted so that even one false call is as rare as said, whatever depends.

    >>> holm(np.array([0.01, 0.02, 0.9, np.nan])).round(3).tolist()
    [0.03, 0.04, 0.9, nan]
    """
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    left = order.size - np.arange(order.size)
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(left * p[order]), 1.0)
    return adjusted


def _stepped_up(p: Floats, factor: float) -> Floats:
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    m = order.size
    scaled = factor * m * p[order] / np.arange(1, m + 1)
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
