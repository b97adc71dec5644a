"""Is the traffic split between the arms as it should be, and does the split hold?"""

from typing import NamedTuple

import numpy as np
from scipy.special import betainc, gammaincc

from agentlens.stats.arrays import Ints

__all__ = ["Split", "split"]

_PARTS = 10
_FEWEST = 5
_LEAST = 2


class Split(NamedTuple):
    """The share of arm 1, the p of an even split, and the p of a split that never changes."""

    share: float
    even: float
    steady: float


def split(arm: Ints) -> Split:
    """Return how clusters were split, given the arm in which each arrived, in order of time.

    >>> split(np.arange(1000) % 2)
    Split(share=0.5, even=1.0, steady=1.0)
    """
    n, one = arm.size, int(arm.sum())
    if not 0 < one < n:
        return Split(one / max(n, 1), np.nan, np.nan)
    least = min(one, n - one)
    even = min(2 * float(betainc(n - least, least + 1, 0.5)), 1.0)
    share = one / n
    parts = int(min(_PARTS, n * min(share, 1 - share) // _FEWEST))
    if parts < _LEAST:
        return Split(share, even, np.nan)
    part = np.arange(n) * parts // n
    sizes = np.bincount(part, minlength=parts)
    found = np.bincount(part, weights=arm, minlength=parts)
    square = float(((found - sizes * share) ** 2 / (sizes * share * (1 - share))).sum())
    return Split(share, even, float(gammaincc((parts - 1) / 2, square / 2)))
