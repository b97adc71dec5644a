"""Between which values does the difference of two estimates lie?

Each estimate brings an interval of its own, of whatever kind; the two are put together the way
Newcombe does it for rates (the method of variance estimates recovery): each limit of the difference
takes from either interval the side that it depends on. Skewed intervals thus stay skewed.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from agentlens.stats.arrays import Floats

__all__ = ["Difference", "difference"]

_LEAST = 1e-12


class Difference(NamedTuple):
    """A difference, its interval, its standard error towards zero, and how far it is from zero.

    `p` is two-sided, from the interval at which zero would just be a limit, were it wider or
    narrower in proportion.
    """

    value: Floats
    low: Floats
    high: Floats
    error: Floats
    p: Floats


def difference(
    one: tuple[Floats, Floats, Floats],
    other: tuple[Floats, Floats, Floats],
    level: float = 0.95,
    *,
    common: Floats | float = 0.0,
) -> Difference:
    """Return one less other, each given as value, low and high at this level.

    Args:
        one: an estimate.
        other: what it is held against.
        level: of the limits.
        common: the correlation of the two, 0 for independent ones; what they share drops out.

    >>> as_rates = [tuple(np.array([v]) for v in rate) for rate in
    ...     [(0.8000, 0.6933, 0.8766), (0.6000, 0.4862, 0.7042)]]
    >>> found = difference(*as_rates)
    >>> [float(part[0].round(3)) for part in found[:3]]
    [0.2, 0.051, 0.337]
    """
    (a, a_low, a_high), (b, b_low, b_high) = one, other
    value = a - b
    below = _joined(a - a_low, b_high - b, common)
    above = _joined(a_high - a, b - b_low, common)
    z = float(ndtri(0.5 + level / 2))
    error = np.maximum(np.where(value >= 0, below, above) / z, _LEAST)
    p = 2 * ndtr(-np.abs(value) / error)
    return Difference(value, value - below, value + above, error, p)


def _joined(one: Floats, other: Floats, common: Floats | float) -> Floats:
    """Return the distance to a limit of a difference, from those of its two sides."""
    with np.errstate(invalid="ignore"):  # an open side times no correlation is no number
        shared = np.hypot(one - common * other, other * np.sqrt(1.0 - np.square(common)))
    return np.where(np.equal(common, 0.0), np.hypot(one, other), shared)
