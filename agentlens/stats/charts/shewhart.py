"""Between which values does a single point lie, and what is the scale when nothing has changed?

The scales come from neighbours and from within groups, so that a level that moves does not widen
the limits that should find it. The limits of counts are exact: they leave no more than the wanted
chance outside, on either side, where three standard deviations of a rare event leave any.
"""

from collections.abc import Callable
from math import inf, sqrt

import numpy as np
from scipy.special import betainc, gammainc, gammaincc, gammaln, ndtr

from agentlens.errors import BadInputError
from agentlens.stats.arrays import Flags, Floats

__all__ = [
    "binomial_limits",
    "laney_sigma",
    "moving_range_sigma",
    "normal_limits",
    "poisson_limits",
    "range_sigma",
    "subgroup_sigma",
]

_MEAN_RANGE_OF_TWO = 2 / sqrt(np.pi)


def moving_range_sigma(values: Floats) -> float:
    """Return the standard deviation from the mean difference of neighbours; NaN if there are none.

    A missing point has no neighbours.

    >>> round(moving_range_sigma(np.array([49.6, 47.6, 49.9, np.nan, 51.3, 47.8])), 3)
    2.304
    """
    ranges = np.abs(np.diff(values))
    ranges = ranges[~np.isnan(ranges)]
    return float(ranges.mean() / _MEAN_RANGE_OF_TWO) if ranges.size else float("nan")


def subgroup_sigma(deviations: Floats, n: Floats) -> float:
    """Return the standard deviation from those within groups, each freed of its bias (c4).

    Args:
        deviations: the sample standard deviation of each group.
        n: its size; a group of one says nothing and is left out.

    >>> round(subgroup_sigma(np.array([1.0, 1.2]), np.array([5.0, 5.0])), 4)
    1.1702
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        c4 = np.sqrt(2 / (n - 1)) * np.exp(gammaln(n / 2) - gammaln((n - 1) / 2))
    return _mean_ratio(deviations, c4, n)


def range_sigma(ranges: Floats, n: Floats) -> float:
    """Return the standard deviation from the ranges within groups, each over its mean (d2).

    >>> round(range_sigma(np.array([2.0, 2.4]), np.array([5.0, 5.0])), 4)
    0.9459
    """
    x = np.linspace(-9, 9, 721)  # the integrand vanishes at both ends: equal steps are exact
    sizes, place = np.unique(n, return_inverse=True)
    within = 1 - ndtr(x) ** sizes[:, None] - ndtr(-x) ** sizes[:, None]
    return _mean_ratio(ranges, (within.sum(axis=1) * (x[1] - x[0]))[place], n)


def laney_sigma(values: Floats, centre: float, sigma: Floats) -> float:
    """Return how much wider than `sigma` the points really scatter (Laney's p' and u' charts).

    Args:
        values: the rates.
        centre: of the chart.
        sigma: the standard deviation that each rate would have from its number of rows alone.

    >>> laney_sigma(np.array([0.1, 0.3, 0.1]), 0.2, np.full(3, 0.2 / (2 / np.sqrt(np.pi)))).__round__(6)
    1.0
    """
    return moving_range_sigma((values - centre) / sigma)


def normal_limits(
    centre: float, sigma: Floats, width: float = 3.0, *, least: float = -inf, most: float = inf
) -> tuple[Floats, Floats]:
    """Return centre -/+ width sigma, kept between the least and the most that can be.

    >>> low, high = normal_limits(0.1, np.array([0.02, 0.04]), least=0.0)
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.04, 0.0], [0.16, 0.22])
    """
    return np.maximum(centre - width * sigma, least), np.minimum(centre + width * sigma, most)


def binomial_limits(n: Floats, p: float, tail: float = 0.00135) -> tuple[Floats, Floats]:
    """Return the smallest and the largest count inside: at most `tail` lies below, and above.

    Where n is zero or missing both are NaN.

    Args:
        n: the rows of each bin.
        p: the rate in control.
        tail: the chance that may lie outside on either side.

    >>> low, high = binomial_limits(np.array([0.0, 50.0]), 0.1)
    >>> low.tolist(), high.tolist()
    ([nan, 0.0], [nan, 12.0])
    """
    if not 0 <= p <= 1:
        message = f"p is a rate between 0 and 1, not {p!r}."
        raise BadInputError(message)
    known = np.where(n > 0, n, 1.0)

    def below(count: Floats) -> Floats:
        left = np.maximum(known - count, 0.5)  # anything above 0 where the count is n
        return np.where(count < known, betainc(left, count + 1, 1 - p), 1.0)

    def above(count: Floats) -> Floats:
        left = np.maximum(known - count, 0.5)
        return np.where(count < known, betainc(count + 1, left, p), 0.0)

    return _inside(below, above, known, n > 0, tail)


def poisson_limits(exposure: Floats, rate: float, tail: float = 0.00135) -> tuple[Floats, Floats]:
    """Return the smallest and the largest count inside: at most `tail` lies below, and above.

    Where the exposure is zero or missing both are NaN.

    >>> low, high = poisson_limits(np.array([1.0, 10.0]), 2.0)
    >>> low.tolist(), high.tolist()
    ([0.0, 8.0], [7.0, 35.0])
    """
    if not 0 <= rate < inf:
        message = f"rate is a count for each unit of exposure: 0 or more, not {rate!r}."
        raise BadInputError(message)
    mean = np.where(exposure > 0, exposure * rate, 0.0)
    # Chernoff's bound: so many standard deviations, and a few counts, hold all but 1e-300.
    most = np.ceil(mean + 40 * np.sqrt(mean) + 500)
    return _inside(
        lambda count: gammaincc(count + 1, mean),
        lambda count: gammainc(count + 1, mean),
        most,
        exposure > 0,
        tail,
    )


def _inside(
    below: Callable[[Floats], Floats],
    above: Callable[[Floats], Floats],
    most: Floats,
    known: Flags,
    tail: float,
) -> tuple[Floats, Floats]:
    """Return the limits from the chances of at most, and of more than, a count."""
    if not 0 < tail < 0.5:  # noqa: PLR2004 - two tails of a half are everything
        message = f"tail is the chance beyond one limit: above 0 and below 0.5, not {tail!r}."
        raise BadInputError(message)
    low = _first(lambda count: below(count) > tail, most)
    high = _first(lambda count: above(count) <= tail, most)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _first(holds: Callable[[Floats], Flags], most: Floats) -> Floats:
    """Return the smallest count for which it holds; it does at `most` and stays so above."""
    low, high = np.full_like(most, -1.0), most.copy()
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        there = holds(np.maximum(middle, 0.0)) & (middle >= 0)
        low, high = np.where(there, low, middle), np.where(there, middle, high)
    return high


def _mean_ratio(found: Floats, expected: Floats, n: Floats) -> float:
    ratios = found[n > 1] / expected[n > 1]
    return float(ratios.mean()) if ratios.size else float("nan")
