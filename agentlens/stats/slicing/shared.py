"""How much have two estimates in common, as the same users are in both?

Users who do badly in one period do badly in the other as well. What they share drops out of a
difference, which is then surer than its two estimates are.
"""

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import cluster, intraclass, sums

__all__ = ["in_common"]

_LEAST = 1e-12
_MOST, _PRIOR = 0.9, 30.0


def in_common(group: Ints, other: Ints, ids: Ints, weight: Floats, residual: Floats) -> Floats:
    """Return the correlation of the mean of each group with that of the group it is held against.

    How alike two rows of one cluster in both groups are is learnt from all groups together, as one
    of them says too little; few pairs of rows count for less. Below zero counts as zero.

    Args:
        group: of each row, from 0.
        other: of each group, the group it is held against.
        ids: an integer that rows of one cluster share.
        weight: of each row.
        residual: of each row, its value less the mean of its group.
    """
    n = other.size
    linear = weight * residual
    clusters = cluster(group, ids, n)
    alike = intraclass(linear, clusters)
    joint = (1 - alike) * sums(group, weight**2, n) + alike * clusters.squares(weight)
    n_ids = int(ids.max(initial=0)) + 1
    keys = np.unique(group * n_ids + ids)  # in the order of the clusters
    wanted = other[clusters.group] * n_ids + keys % n_ids
    at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    both = (keys[at] == wanted) & (other[clusters.group] != clusters.group)

    def products(values: Floats) -> Floats:
        each = clusters.within(values)
        return np.where(both, each * each[at], 0.0)

    pairs = float(products(np.ones_like(weight)).sum())
    if pairs <= 0:
        return np.zeros(n)
    spread = max(float(np.mean(linear**2)), _LEAST**2)
    shared = float(products(linear).sum()) / (pairs + _PRIOR) / spread
    held = sums(clusters.group, products(weight), n)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = shared * held / np.sqrt(joint * joint[other])
    return np.clip(np.nan_to_num(found), 0.0, _MOST)
