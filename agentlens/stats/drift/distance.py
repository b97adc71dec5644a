"""How far are two distributions from one another?"""

import numpy as np
from scipy.special import rel_entr

from agentlens.stats.arrays import Floats

__all__ = ["jensen_shannon", "psi", "rank_biserial", "wasserstein"]


def jensen_shannon(p: Floats, q: Floats) -> float:
    """Return the Jensen-Shannon divergence in bits: 0 where equal, 1 where nothing is shared.

    >>> jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    1.0
    """
    middle = (p + q) / 2
    nats = (rel_entr(p, middle).sum() + rel_entr(q, middle).sum()) / 2
    return float(np.clip(nats / np.log(2), 0.0, 1.0))


def psi(p: Floats, q: Floats) -> float:
    """Return the population stability index of shares above zero.

    It has no threshold of its own: what it is where nothing changed depends on n and on the number
    of cells, and is to be shown beside it.

    >>> round(psi(np.array([0.5, 0.5]), np.array([0.6, 0.4])), 4)
    0.0405
    """
    return float(((p - q) * np.log(p / q)).sum())


def wasserstein(value: Floats, p: Floats, q: Floats) -> float:
    """Return how far the mass must be moved on average to make one distribution the other.

    Args:
        value: of the levels, rising.
        p: share at each level of the one.
        q: and of the other.

    >>> wasserstein(np.array([0.0, 1.0, 3.0]), np.array([1.0, 0, 0]), np.array([0.0, 0.5, 0.5]))
    2.0
    """
    return float(np.abs(np.cumsum(p - q)[:-1]) @ np.diff(value))


def rank_biserial(p: Floats, q: Floats) -> float:
    """Return how much likelier a value of p lies above one of q than below; from -1 to 1.

    >>> rank_biserial(np.array([0.0, 1.0]), np.array([1.0, 0.0]))
    1.0
    """
    middle = np.cumsum(q) - q / 2
    return float(np.clip(2 * (p @ middle) - 1, -1.0, 1.0))
