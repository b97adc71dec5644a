"""Where does a smoothed series stand, and how far may it stand from its centre?"""

import numpy as np

from agentlens.stats.arrays import Flags, Floats

__all__ = ["episodes", "ewma"]


def ewma(
    values: Floats,
    variances: Floats,
    lam: float,
    centre: float = 0.0,
    *,
    start_variance: float = 0.0,
) -> tuple[Floats, Floats]:
    """Return z_t = lam x_t + (1 - lam) z_(t-1) from z_0 = centre, and its exact variance.

    The variance follows each point's own, V_t = lam² σ_t² + (1 - lam)² V_(t-1), so that a bin with
    few rows moves the limits as it moves the line. A missing point changes neither.

    Args:
        values: the points in order of time; NaN where a bin is empty.
        variances: of each point.
        lam: the weight of the newest point, above 0 and at most 1.
        centre: where the line starts.
        start_variance: the variance of that start, 0 where it is known.

    >>> z, v = ewma(np.array([1.0, np.nan, 3.0]), np.ones(3), 0.5)
    >>> z.tolist(), v.tolist()
    ([0.5, 0.5, 1.75], [0.25, 0.25, 0.3125])
    """
    line, spread = np.empty_like(values), np.empty_like(values)
    z, v = centre, start_variance
    for t, (x, s) in enumerate(zip(values.tolist(), variances.tolist(), strict=True)):
        if x == x and s == s:  # noqa: PLR0124 - NaN is the only value that differs from itself
            z = lam * x + (1 - lam) * z
            v = lam * lam * s + (1 - lam) * (1 - lam) * v
        line[t], spread[t] = z, v
    return line, spread


def episodes(beyond: Flags) -> list[tuple[int, int]]:
    """Return first and last index of each run of points beyond the limits.

    >>> episodes(np.array([False, True, True, False, True]))
    [(1, 2), (4, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], beyond.astype(np.int8), [0]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]
