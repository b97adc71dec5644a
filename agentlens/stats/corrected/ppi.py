"""What does prediction-powered inference say? For comparison: it is too sure below 200 labels."""

import numpy as np
from scipy.special import ndtri

from agentlens.stats.arrays import Floats

__all__ = ["ppi"]


def ppi(
    labelled: tuple[Floats, Floats], rest: Floats, level: float = 0.95
) -> tuple[float, float, float]:
    """Return the rate and its normal interval by PPI++ with the best mix of judge and people.

    Args:
        labelled: what people and the judge said of a uniform sample, as 1 and 0.
        rest: what the judge said of the traces without a label.
        level: of the interval.

    >>> rng = np.random.default_rng(0)
    >>> y = (rng.random(100) < 0.8).astype(float)
    >>> [round(one, 2) for one in ppi((y, y), (rng.random(900) < 0.8).astype(float))]
    [0.79, 0.76, 0.81]
    """
    y, f = labelled
    m, n = y.size, rest.size
    spread = float(np.var(f, ddof=1))
    common = float(np.cov(y, f)[0, 1])
    mixed = common / ((1 + m / n) * spread) if spread > 0 else 0.0
    share = float(np.clip(mixed, 0.0, 1.0))
    value = float(y.mean() + share * (rest.mean() - f.mean()))
    variance = float(np.var(y - share * f, ddof=1)) / m + share**2 * float(np.var(rest)) / n
    half = float(ndtri(0.5 + level / 2)) * float(np.sqrt(variance))
    return value, max(value - half, 0.0), min(value + half, 1.0)
