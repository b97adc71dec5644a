"""Between which values does a rate lie?"""

import numpy as np
from scipy.special import betaincinv, ndtri

from agentlens.stats.arrays import Floats

__all__ = ["clopper_pearson", "wilson"]


def wilson(successes: Floats, n: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the Wilson interval of a rate; n may be an effective size and need not be whole.

    Where n is zero the interval is NaN: nothing is known.

    >>> low, high = wilson(np.array([0.0, 19.0]), np.array([0.0, 20.0]))
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([nan, 0.7639], [nan, 0.9911])
    """
    z = ndtri(0.5 + level / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = successes / n
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return np.clip(middle - half, 0.0, p), np.clip(middle + half, p, 1.0)


def clopper_pearson(successes: Floats, n: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the exact interval of a rate, for rare events that must not be missed.

    >>> low, high = clopper_pearson(np.array([0.0]), np.array([100.0]))
    >>> float(low[0]), round(float(high[0]), 4)
    (0.0, 0.0362)
    """
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(successes > 0, betaincinv(successes, n - successes + 1, tail), 0.0)
        high = np.where(successes < n, betaincinv(successes + 1, n - successes, 1 - tail), 1.0)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)
