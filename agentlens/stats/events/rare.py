"""How often does something happen that was seen a few times, or never?"""

import numpy as np
from scipy.special import betaincinv

from agentlens.stats.arrays import Floats

__all__ = ["share_interval"]


def share_interval(events: Floats, n: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the exact limits of a share, whatever it is.

    Where none was seen there is nothing to err on below, so that the upper limit takes the whole
    of what may be missed: about 3/n at 95 %. Numbers need not be whole.

    Args:
        events: how many were seen.
        n: among how many.
        level: how often the limits must hold the share.

    >>> [one.round(4).tolist() for one in share_interval(np.array([0.0, 3.0]), np.array([300.0] * 2))]
    [[0.0, 0.0021], [0.0099, 0.0289]]
    """
    miss = 1.0 - level
    none, every = events <= 0, events >= n
    inner = np.where(none | every, n / 2.0, events)
    below = betaincinv(inner, n - inner + 1.0, miss / 2.0)
    above = betaincinv(inner + 1.0, n - inner, 1.0 - miss / 2.0)
    with np.errstate(divide="ignore"):
        edge = np.where(n > 0, miss ** (1.0 / n), 0.0)
    low = np.where(none, 0.0, np.where(every, edge, below))
    return low, np.where(every, 1.0, np.where(none, 1.0 - edge, above))
