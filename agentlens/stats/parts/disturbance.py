"""How much do all rows of an hour move together, and what does that add to a part's variance?

Weather of any kind, a slow model, a busy shop, moves the rows of one hour alike and lasts for some
hours. Rows then tell less than their number says. What rows of different users have in common, at a
distance of 0, 1, 2, … hours, is measured on the residuals and put on top.
"""

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["extra_variance", "in_common"]

_LONGEST = 48
_ROUNDS = 3
_NO_PAIR = 1e-9


def in_common(residual: Floats, weight: Floats, arm: Ints, bins: Ints, cluster: Ints) -> Floats:
    """Return the covariance of two rows at a distance of 0, 1, 2, … bins; empty where none shows.

    Residuals are measured from means that moved with the rows, which hides what a short period has
    in common; how much is worked out from what is found, and found again. The sequence ends where
    two neighbours in it first add up to nothing (Geyer 1992).

    Args:
        residual: of each row, around the mean of its period and cell.
        weight: of each row.
        arm: its period, 0 or 1; rows of different periods are no pair.
        bins: the hour of each row, from 0.
        cluster: what rows of one user share; they are no pair within a bin.
    """
    n_bins = int(bins.max(initial=0)) + 1
    both = arm * n_bins + bins
    held = sums(both, weight, 2 * n_bins).reshape(2, n_bins)
    moved = sums(both, weight * residual, 2 * n_bins).reshape(2, n_bins)
    _, own = np.unique(both * (int(cluster.max(initial=0)) + 1) + cluster, return_inverse=True)
    k = int(own.max(initial=0)) + 1
    period = np.zeros(k, dtype=np.int64)
    period[own] = arm
    pairs = _products(held, sums(own, weight, k), period)
    products = _products(moved, sums(own, weight * residual, k), period)
    share = (held / np.maximum(held.sum(axis=1, keepdims=True), np.finfo(float).tiny)).T
    apart = _of_means(residual, weight, arm, cluster)
    every = pairs.sum(axis=0)
    met = every > _NO_PAIR * weight.sum()
    common = np.zeros(0)
    for _ in range(_ROUNDS):
        hidden = apart + extra_variance(share, common)
        moved_alike = (products + pairs * hidden[:, None]).sum(axis=0)
        common = np.divide(moved_alike, every, out=np.zeros_like(every), where=met)
        below = np.flatnonzero(~(common[:-1] + common[1:] > 0))
        common = common[: 2 * ((int(below[0]) + 1) // 2)] if below.size else common
    return common


def extra_variance(pull: Floats, common: Floats) -> Floats:
    """Return what the common movement adds to the variance of each part.

    Args:
        pull: by bin and part, how far the part moves when all rows of the bin do.
        common: what `in_common` gives.
    """
    added = np.zeros(pull.shape[1])
    for lag, covariance in enumerate(common[: pull.shape[0]]):
        product = (pull[lag:] * pull[: pull.shape[0] - lag]).sum(axis=0)
        added += covariance * product * (1 if lag == 0 else 2)
    return np.maximum(added, 0.0)


def _products(by_bin: Floats, own: Floats, period: Ints) -> Floats:
    """Return by period the sum of products at each distance; rows of one user are no pair."""
    near = (by_bin**2).sum(axis=1) - sums(period, own**2, 2)
    lags = range(1, min(_LONGEST, by_bin.shape[1]))
    far = [2 * (by_bin[:, lag:] * by_bin[:, :-lag]).sum(axis=1) for lag in lags]
    return np.stack([near, *far], axis=1)


def _of_means(residual: Floats, weight: Floats, arm: Ints, cluster: Ints) -> Floats:
    """Return the variance of each period's mean, users counting as one."""
    n = int(cluster.max(initial=0)) + 1
    each = sums(arm * n + cluster, weight * residual, 2 * n).reshape(2, n)
    whole = np.maximum(sums(arm, weight, 2), np.finfo(float).tiny)
    return np.asarray((each**2).sum(axis=1) / whole**2)
