"""How likely is a sum of squares so large by chance, if its parts are correlated and unequal?

Without a change, the squared length of a vector of differences is a sum of chi-squares, each times
an eigenvalue of the covariance. That covariance is itself estimated, so the sum is divided by an
independent chi-square over its degrees of freedom. The upper tail of that ratio is the probability
that a signed sum of chi-squares is above zero, which a saddlepoint gives to a few per cent of p.
"""

import numpy as np
from scipy.special import fdtrc, ndtr

from agentlens.stats.arrays import Floats

__all__ = ["tail"]

_TINY = 1e-10
_STEPS = 200
_CLOSE = 1e-9
_MIDDLE = 0.05


def tail(size: float, scales: Floats, freedom: float) -> float:
    """Return the probability of a sum at least so large.

    Args:
        size: the sum of squares that was seen.
        scales: eigenvalues of the covariance under no change.
        freedom: degrees of freedom of that covariance.

    >>> round(tail(3.84, np.array([1.0]), 1e6), 3)
    0.05
    """
    kept = scales[scales > scales.max(initial=0.0) * _TINY]
    if not kept.size or size <= 0:
        return 1.0
    if np.ptp(kept) <= _TINY * kept[0]:
        return float(fdtrc(kept.size, freedom, size / kept.sum()))
    size, kept = size / kept.max(), kept / kept.max()
    at = _saddle(size, kept, freedom)
    bent = _cumulants(at, size, kept, freedom)
    root = np.sign(at) * np.sqrt(max(-2 * bent[0], 0.0))
    if abs(root) < _MIDDLE:
        return _by_moments(size, kept, freedom)
    slope = at * np.sqrt(bent[2])
    return float(ndtr(-(root + np.log(slope / root) / root)))


def _cumulants(at: float, size: float, scales: Floats, freedom: float) -> tuple[float, ...]:
    """Return the cumulant function of the signed sum, and its first and second derivative."""
    share = size / freedom
    plus, minus = 1 - 2 * at * scales, 1 + 2 * at * share
    value = -0.5 * np.log(plus).sum() - 0.5 * freedom * np.log(minus)
    first = (scales / plus).sum() - freedom * share / minus
    second = (2 * scales**2 / plus**2).sum() + 2 * freedom * share**2 / minus**2
    return float(value), float(first), float(second)


def _saddle(size: float, scales: Floats, freedom: float) -> float:
    """Return where the first derivative is zero; it rises throughout."""
    low, high = -freedom / (2 * size), 0.5
    at = 0.0
    for _ in range(_STEPS):
        _, first, second = _cumulants(at, size, scales, freedom)
        low, high = (low, at) if first > 0 else (at, high)
        step = at - first / second
        after = step if low < step < high else (low + high) / 2
        if abs(after - at) <= _CLOSE * abs(after):
            return after
        at = after
    return at


def _by_moments(size: float, scales: Floats, freedom: float) -> float:
    """Return the tail of one F of equal mean and variance; near the mean that is near enough."""
    many = scales.sum() ** 2 / (scales**2).sum()
    return float(fdtrc(many, freedom, size / scales.sum()))
