"""Between which values does the mean of a count lie?"""

import numpy as np
from scipy.special import gammaincinv

from agentlens.stats.arrays import Floats

__all__ = ["poisson_interval"]


def poisson_interval(
    count: Floats, variance: Floats | None = None, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the exact Poisson interval, widened where the count is weighted or comes in clusters.

    A count whose variance is v times itself is treated as a Poisson count of count / v.

    Args:
        count: what was counted.
        variance: its variance, the count itself where events come one by one.
        level: how often the interval must hold the mean.

    >>> low, high = poisson_interval(np.array([0.0, 10.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 4.795], [3.689, 18.39])
    """
    spread = count if variance is None else variance
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(count > 0, spread / count, 1.0)
    alone = count / scale
    tail = (1 - level) / 2
    low = np.where(alone > 0, gammaincinv(np.maximum(alone, 1e-300), tail), 0.0)
    high = np.asarray(gammaincinv(alone + 1, 1 - tail), dtype=np.float64)
    return low * scale, high * scale
