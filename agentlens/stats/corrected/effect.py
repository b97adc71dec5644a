"""How many independent rows are clustered rows worth?"""

import numpy as np
from scipy.special import stdtrit

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["FEWEST", "design_effect", "label_influence", "repeated", "share_influence"]

FEWEST = 10
"""With fewer clusters than these an interval would be a guess."""
_Z = 1.959963984540054


def design_effect(influence: Floats, cluster: Ints) -> float:
    """Return by how much clusters widen a variance: 1 for single rows, never below 1.

    The few clusters on which the variance rests are paid for by the t quantile in place of the
    normal one; no effect is larger than the largest cluster.

    Args:
        influence: how far each row moves the estimate.
        cluster: an integer that rows of one session share.

    >>> rows = np.repeat([0.5, -0.5] * 20, 4)
    >>> design_effect(rows, np.repeat(np.arange(40), 4)), design_effect(rows, np.arange(160))
    (4.0, 1.0)
    """
    of_row = np.unique(cluster, return_inverse=True)[1].astype(np.int64)
    sizes = np.bincount(of_row)
    alone = float((influence**2).sum())
    if sizes.size < 2 or sizes.max() < 2 or alone <= 0:  # noqa: PLR2004 - a pair, not a setting
        return 1.0
    within = np.sort(sums(of_row, influence, sizes.size) ** 2)  # sorted: no order of rows counts
    together = sizes.size / (sizes.size - 1) * float(within.sum())
    paid = (float(stdtrit(sizes.size - 1, 0.975)) / _Z) ** 2
    return float(np.clip(together / alone * paid, 1.0, sizes.max()))


def label_influence(cell: Ints, passed: Floats, weight: Floats, share: Floats) -> Floats:
    """Return how far each label moves the post-stratified rate.

    Args:
        cell: of each label.
        passed: 1 where a person passed it, else 0.
        weight: of each label inside its cell.
        share: of each cell in all traffic.
    """
    total = sums(cell, weight, share.size)
    mean = sums(cell, weight * passed, share.size) / np.where(total > 0, total, 1.0)
    return np.asarray(share[cell] * weight / total[cell] * (passed - mean[cell]), np.float64)


def share_influence(member: Floats, weight: Floats) -> Floats:
    """Return how far each judged trace moves the share of those that are members."""
    total = float(weight.sum())
    share = float((weight * member).sum()) / total if total > 0 else 0.0
    return np.asarray(weight * (member - share), dtype=np.float64)


def repeated(cluster: Ints) -> tuple[bool, int]:
    """Return whether any cluster holds two rows, and how many clusters there are.

    >>> repeated(np.array([4, 4, 7]))
    (True, 2)
    """
    n = int(np.unique(cluster).size)
    return n < cluster.size, n
