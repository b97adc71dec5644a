"""Between which values does the difference of two estimates lie that may share clusters?"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from agentlens.stats.arrays import Floats

__all__ = ["Contrast", "joined", "sides"]


@dataclass(frozen=True)
class Contrast:
    """Two values and their difference, each with its interval.

    Attributes:
        current: value of arm 1.
        baseline: value of arm 0.
        value: current less baseline.
        low: lower limit of the difference; on a log scale, at the level of the baseline.
        high: upper limit.
        p: two-sided, at which the interval would just reach zero.
        reach: how far the interval of arm 1 reaches down and up, then that of arm 0, on the scale
            on which they are put together.
        correlation: of the two values.
        n_eff: what the rows of arm 1, then of arm 0, are worth in independent ones.
        times: how many standard errors the interval reaches.
        log_scale: whether the arms are compared by their ratio.
    """

    current: float
    baseline: float
    value: float
    low: float
    high: float
    p: float
    reach: tuple[float, float, float, float]
    correlation: float
    n_eff: tuple[float, float]
    times: float
    log_scale: bool


def joined(
    arms: tuple[Floats, Floats, Floats],
    correlation: float,
    n_eff: Floats,
    student: tuple[float, float],
    *,
    log_scale: bool = False,
) -> Contrast:
    """Return the difference of two values, each limit from the sides of both that it depends on.

    With a correlation this is the square-and-add rule less twice the shared part, so that pairs and
    users in both arms make a difference sharper, as they should.

    Args:
        arms: value, low and high of arm 0 and arm 1.
        correlation: of the two values.
        n_eff: of arm 0 and arm 1.
        student: how many standard errors the limits reach, and the degrees of freedom of that.
        log_scale: put together the logarithms, so that the ratio is compared.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = [np.where(one > 0, np.log(one), np.nan) for one in arms] if log_scale else arms
    (base, one), (base_low, one_low), (base_high, one_high) = (part.tolist() for part in scaled)
    reach = (one - one_low, one_high - one, base - base_low, base_high - base)
    apart = one - base
    down, up = sides(reach, correlation)
    low, high = apart - down, apart + up
    level = float(arms[0][0])
    if log_scale:
        low, high = level * float(np.expm1(low)), level * float(np.expm1(high))
    return Contrast(
        current=float(arms[0][1]),
        baseline=level,
        value=float(arms[0][1]) - level,
        low=low,
        high=high,
        p=_p(apart, down if apart >= 0 else up, student),
        reach=reach,
        correlation=correlation,
        n_eff=(float(n_eff[1]), float(n_eff[0])),
        times=student[0],
        log_scale=log_scale,
    )


def sides(reach: tuple[float, float, float, float], r: float) -> tuple[float, float]:
    """Return how far the interval of a difference reaches down and up.

    >>> sides((3.0, 1.0, 1.0, 4.0), 0.0)
    (5.0, 1.4142135623730951)
    """
    one_down, one_up, base_down, base_up = reach
    return _both(one_down, base_up, r), _both(one_up, base_down, r)


def _both(one: float, other: float, r: float) -> float:
    return float(np.sqrt(np.maximum(one**2 + other**2 - 2 * r * one * other, 0.0)))


def _p(apart: float, towards: float, student: tuple[float, float]) -> float:
    if not (np.isfinite(apart) and np.isfinite(towards)):
        return float("nan")
    if apart == 0:
        return 1.0
    if towards == 0:
        return 0.0
    times, degrees = student
    return float(2 * stdtr(degrees, -abs(apart) / towards * times))
