"""How much have two estimates in common, as the same users are in both?

Users who do badly in one period do badly in the other as well. What they share drops out of a
difference, which is then surer than its two estimates are.
"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import cluster, intraclass, sums

__all__ = ["Common", "common", "correlated"]

_LEAST = 1e-12
_MOST, _PRIOR = 0.9, 30.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Common:
    """The sums of the users who are in a group and in the one that it is held against.

    What is called the lean of a row is its weight times its distance from the mean of its group.

    Attributes:
        alike: the correlation of the leans of two rows of one user in a group, over all groups.
        spread: the mean of the squared leans of all rows.
        pairs: Σ over groups and users of their rows there times those in the other group.
        leans: the same of the sums of their leans.
        held: the same of the sums of their weights, of each group.
    """

    alike: float
    spread: float
    pairs: float
    leans: float
    held: Floats


def common(group: Ints, other: Ints, ids: Ints, weight: Floats, residual: Floats) -> Common:
    """Return the sums of what each group shares with the one that it is held against.

    Args:
        group: of each row, from 0.
        other: of each group, the group it is held against; itself where there is none.
        ids: an integer that rows of one user share.
        weight: of each row.
        residual: of each row, its value less the mean of its group.
    """
    n, linear = other.size, weight * residual
    clusters = cluster(group, ids, n)
    n_ids = int(ids.max(initial=0)) + 1
    keys = np.unique(group * n_ids + ids)  # in the order of the clusters
    wanted = other[clusters.group] * n_ids + keys % n_ids
    at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    both = (keys[at] == wanted) & (other[clusters.group] != clusters.group)

    def products(values: Floats) -> Floats:
        each = clusters.within(values)
        return np.where(both, each * each[at], 0.0)

    return Common(
        alike=intraclass(linear, clusters),
        spread=float(np.mean(linear**2)) if linear.size else 0.0,
        pairs=float(products(np.ones_like(weight)).sum()),
        leans=float(products(linear).sum()),
        held=sums(clusters.group, products(weight), n),
    )


def correlated(of: Common, weight2: Floats, joint2: Floats, other: Ints) -> Floats:
    """Return the correlation of the mean of each group with that of the group it is held against.

    How alike two rows of one user in both groups are is learnt from all groups together, as one of
    them says too little; few pairs of rows count for less. Below zero counts as zero.

    Args:
        of: the sums of what they share.
        weight2: Σ w² of each group.
        joint2: Σ over users of their squared weight, of each group.
        other: of each group, the group it is held against.
    """
    if of.pairs <= 0:
        return np.zeros(other.size)
    joint = (1 - of.alike) * weight2 + of.alike * joint2
    shared = of.leans / (of.pairs + _PRIOR) / max(of.spread, _LEAST**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = shared * of.held / np.sqrt(joint * joint[other])
    return np.clip(np.nan_to_num(found), 0.0, _MOST)
