"""How is a column summed by group, and by cluster inside each group, in one pass?"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats, Ints

__all__ = ["Clusters", "cluster", "intraclass", "sums"]


def sums(groups: Ints, values: Floats, n_groups: int) -> Floats:
    """Return the sum of the values in each group.

    >>> sums(np.array([0, 2, 0]), np.array([1.0, 5.0, 2.0]), 3).tolist()
    [3.0, 0.0, 5.0]
    """
    return np.bincount(groups, weights=values, minlength=n_groups).astype(np.float64)


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
    keys, of_row = np.unique(groups * n_ids + ids, return_inverse=True)
    return Clusters(of_row.astype(np.int64), (keys // n_ids).astype(np.int64), n_groups)


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
