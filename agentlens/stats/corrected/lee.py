"""How is a judge's rate corrected where only counts are known on the labelled side?"""

import numpy as np
from scipy.special import ndtri

__all__ = ["lee"]


def lee(
    traffic: tuple[float, float],
    passes: tuple[float, float],
    fails: tuple[float, float],
    level: float = 0.95,
) -> tuple[float, float, float]:
    """Return the corrected rate and its adjusted Wald interval (Lee et al., arXiv 2511.21140).

    The labels must be a uniform sample, and the judge must err in the new traffic as on them.

    Args:
        traffic: verdicts that pass, and all verdicts, of the traffic.
        passes: of the traces that people pass, those that the judge passes, and all.
        fails: of the traces that people fail, those that the judge fails, and all.
        level: how often the interval must hold the truth.

    >>> [round(one, 3) for one in lee((820, 1000), (80, 85), (11, 15))]
    [0.824, 0.713, 0.911]
    """
    (u, n), (a, m1), (d, m0) = traffic, passes, fails
    z = float(ndtri(0.5 + level / 2))
    p = (u + z**2 / 2) / (n + z**2)
    s, c = (a + 1) / (m1 + 2), (d + 1) / (m0 + 2)
    j = s + c - 1
    if not j:  # a coin: its verdicts say nothing
        return p, 0.0, 1.0
    theta = (p + c - 1) / j
    of_s, of_c = s * (1 - s) / (m1 + 2), c * (1 - c) / (m0 + 2)
    shift = 2 * z**2 * (theta * of_s - (1 - theta) * of_c)
    variance = p * (1 - p) / (n + z**2) + (1 - theta) ** 2 * of_c + theta**2 * of_s
    half = z * float(np.sqrt(variance)) / abs(j)
    low, high = np.clip([theta + shift - half, theta + shift + half], 0.0, 1.0)
    return float(np.clip(theta, 0.0, 1.0)), float(low), float(high)
