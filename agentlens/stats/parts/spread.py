"""Between which values does each part of a difference lie?"""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.parts.disturbance import extra_variance

__all__ = ["Spread", "joined", "spread"]

_LEAST = 1e-300


class Spread(NamedTuple):
    """Standard error, limits and two-sided p of each part, and the degrees of freedom."""

    error: Floats
    low: Floats
    high: Floats
    p: Floats
    df: float


def joined(cluster: Ints, arm: Ints) -> tuple[Ints, float]:
    """Return the clusters counted from 0, and the degrees of freedom that the smaller arm gives."""
    found, own = np.unique(cluster, return_inverse=True)
    each = [np.unique(own[arm == one]).size for one in (0, 1)]
    del found
    return own.astype(np.int64), float(max(min(each) - 1, 1))


def spread(
    value: Floats, adds: Floats, own: Ints, df: float, pull: Floats, common: Floats, level: float
) -> Spread:
    """Return the spread of parts from what each row adds to them.

    Rows of one user count as one, in whichever period they lie; what all rows of an hour have in
    common is put on top.

    Args:
        value: of each part.
        adds: what each row adds to each part, one line a part.
        own: the cluster of each row, counted from 0.
        df: degrees of freedom.
        pull: see `extra_variance`.
        common: see `extra_variance`.
        level: how often the limits must hold the truth.
    """
    k = int(own.max(initial=0)) + 1
    variance = np.array([float((sums(own, line, k) ** 2).sum()) for line in adds])
    variance *= k / max(k - 1, 1)
    error = np.sqrt(variance + extra_variance(pull, common))
    half = float(stdtrit(df, 0.5 + level / 2)) * error
    p = 2 * stdtr(df, -np.abs(value) / np.maximum(error, _LEAST))
    return Spread(error, value - half, value + half, np.where(error > 0, p, 1.0), df)
