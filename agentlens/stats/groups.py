"""How is a column summed by group, and by cluster inside each group, in one pass?"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats, Ints

__all__ = ["Clusters", "cluster", "distinct", "intraclass", "sums"]

_DENSE = 8


def sums(groups: Ints, values: Floats, n_groups: int) -> Floats:
    """Return the sum of the values in each group.

    >>> sums(np.array([0, 2, 0]), np.array([1.0, 5.0, 2.0]), 3).tolist()
    [3.0, 0.0, 5.0]
    """
    return np.bincount(groups, weights=values, minlength=n_groups).astype(np.float64, copy=False)


@dataclass(frozen=True)
class Clusters:
    """Which rows belong together inside a group: cluster of each row, group of each cluster."""

    of_row: Ints
    group: Ints
    n_groups: int

    @property
    def per_group(self) -> Floats:
        """The number of clusters in each group."""
        return np.bincount(self.group, minlength=self.n_groups).astype(np.float64)

    def within(self, values: Floats) -> Floats:
        """Return the sum of the values in each cluster."""
        return sums(self.of_row, values, self.group.size)

    def squares(self, values: Floats) -> Floats:
        """Return, by group, the sum of the squared cluster sums."""
        return sums(self.group, self.within(values) ** 2, self.n_groups)


def cluster(groups: Ints, ids: Ints, n_groups: int) -> Clusters:
    """Return the clusters: rows that share both group and id.

    Args:
        groups: the group of each row.
        ids: an integer for each session or user, zero or above.
        n_groups: how many groups there are, empty ones included.
    """
    n_ids = int(ids.max()) + 1 if ids.size else 1
    keys, of_row = distinct(groups * n_ids + ids, n_groups * n_ids)
    return Clusters(of_row, keys // n_ids, n_groups)


def distinct(keys: Ints, n_keys: int) -> tuple[Ints, Ints]:
    """Return the keys that occur, in order, and the place of each row's among them.

    Args:
        keys: zero or above.
        n_keys: all lie below; where that is not much more than there are rows, nothing is sorted.

    >>> [one.tolist() for one in distinct(np.array([7, 2, 7]), 8)]
    [[2, 7], [1, 0, 1]]
    """
    if n_keys > _DENSE * keys.size:
        found, place = np.unique(keys, return_inverse=True)
        return found.astype(np.int64, copy=False), place.astype(np.int64, copy=False)
    seen = np.zeros(n_keys, dtype=bool)  # no sort where keys lie close together
    seen[keys] = True
    met: Ints = np.flatnonzero(seen)
    rank = np.empty(n_keys, dtype=np.int64)  # only the places of keys that occur are ever read
    rank[met] = np.arange(met.size)
    return met, rank[keys]


def intraclass(residuals: Floats, clusters: Clusters) -> float:
    """Return the correlation of two rows of the same cluster, pooled over all groups.

    Pooling is what makes the design effect of a group with twenty rows usable: a group's own
    estimate would be noise. Correlations below zero count as zero.

    Args:
        residuals: each value less its group's mean.
        clusters: which rows belong together.
    """
    sizes = clusters.within(np.ones_like(residuals))
    pairs = float((sizes**2 - sizes).sum())
    variance = float(np.mean(residuals**2)) if residuals.size else 0.0
    if pairs <= 0 or variance <= 0:
        return 0.0
    products = float((clusters.within(residuals) ** 2).sum() - (residuals**2).sum())
    return float(np.clip(products / pairs / variance, 0.0, 1.0))
