"""Does a judge err alike in every slice?"""

import numpy as np
from scipy.special import chdtrc

from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.multiple import holm

__all__ = ["homogeneity"]


def homogeneity(wrong: Flags, human: Flags, part: Ints, n_parts: int) -> tuple[Floats, Floats]:
    """Return, for each slice against all others, p of "the judge errs alike", raw and by Holm.

    What people pass and what they fail are compared apart and their chi-squares added, because the
    two kinds of error have rates of their own. NaN where a slice or the rest has no labels.

    Args:
        wrong: whether judge and person differ.
        human: whether the person passed it.
        part: the slice of each label.
        n_parts: how many slices there are.

    >>> wrong = np.array([1, 1, 1, 0, 0, 0, 0, 0] * 4, dtype=bool)
    >>> p, _ = homogeneity(wrong, np.ones(32, bool), np.tile([0, 0, 0, 0, 1, 1, 1, 1], 4), 2)
    >>> [float(one) for one in p.round(5)]
    [1e-05, 1e-05]
    """
    chi, freedom = np.zeros(n_parts), np.zeros(n_parts)
    for kind in (human, ~human):
        n = sums(part[kind], np.ones(int(kind.sum())), n_parts)
        bad = sums(part[kind], wrong[kind].astype(np.float64), n_parts)
        rest, rest_bad = n.sum() - n, bad.sum() - bad
        share = bad.sum() / max(n.sum(), 1.0)
        known = (n > 0) & (rest > 0) & (0 < share < 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            gap = bad / n - rest_bad / rest
            square = gap**2 / (share * (1 - share) * (1 / n + 1 / rest))
        chi += np.where(known, square, 0.0)
        freedom += known
    p = np.where(freedom > 0, chdtrc(np.maximum(freedom, 1), chi), np.nan)
    return p, holm(p)
