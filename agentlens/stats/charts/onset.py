"""When did the level change, given that a chart has called?

The points before the change are at 0, those from it on at a level not known; the likelihood of
each place of the change is compared with that of the best one. A place is believed as long as it
falls short of the best by no more than two Brownian motions that drift away from the truth, one
into the past and one into the future, would let it: the law for small steps, careful for large.
"""

from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from agentlens.errors import BadInputError
from agentlens.stats.arrays import Floats

__all__ = ["Onset", "onset"]


@dataclass(frozen=True)
class Onset:
    """When a level changed, and by how much.

    Attributes:
        index: the first changed point.
        low: the earliest point that may be the first changed one.
        high: the latest.
        shift: how far the points from `index` on lie from 0. The stretch was chosen because it
            lies far off, so just after an alarm this is too large rather than too small.
        error: standard error of the shift, were `index` known.
    """

    index: int
    low: int
    high: int
    shift: float
    error: float


def onset(
    deviations: Floats,
    variances: Floats,
    start: int,
    alarm: int,
    *,
    inflation: float = 1.0,
    level: float = 0.95,
    until: int | None = None,
) -> Onset:
    """Return the likeliest first changed point, the range that holds it, and the shift.

    The change is looked for from `start` to `alarm`, and to one side: that of the likeliest shift.
    A missing point says nothing: a range that reaches the points after a gap reaches into it.

    Args:
        deviations: from the level in control, in order of time; NaN where a bin is empty.
        variances: of each deviation.
        start: the first point that may have changed, after the episode before.
        alarm: the point at which the chart called.
        inflation: 1 + 2 Σ ρ_k, by how much memory inflates the variance of a long mean.
        level: how often the range is to hold the true onset.
        until: the last point used, not after the end of the episode; the alarm if not given.

    >>> found = onset(np.array([0, 1, -1, 0, 4, 5, 4.0]), np.ones(7), 0, 6)
    >>> found.index, found.low, found.high, round(found.shift, 2), round(found.error, 2)
    (4, 4, 4, 4.33, 0.58)
    """
    last = alarm if until is None else until
    _check(deviations, variances, (start, alarm, last), inflation, level)
    x, v = deviations[start : last + 1], variances[start : last + 1]
    known = ~(np.isnan(x) | np.isnan(v))
    weight = np.where(known, 1 / np.where(known, v, 1.0), 0.0)
    # What the points from each place on say together; added up from the end.
    told = np.cumsum((weight * np.where(known, x, 0.0))[::-1])[::-1][: alarm - start + 1]
    weights = np.cumsum(weight[::-1])[::-1][: alarm - start + 1]
    if not weights[0] > 0:
        return Onset(alarm, start, alarm, np.nan, np.inf)
    score = told / np.sqrt(np.where(weights > 0, weights, 1.0))
    side = 1.0 if score.max() >= -score.min() else -1.0
    likelihood = np.maximum(side * score, 0.0) ** 2  # twice the logarithm
    # A place in a gap is as likely as the first known point after it: that one is meant.
    best = int(np.flatnonzero(likelihood == likelihood.max())[-1])
    allowed = -2 * log(1 - sqrt(level)) * inflation
    believed = start + np.flatnonzero(likelihood.max() - likelihood <= allowed)
    return Onset(
        index=start + best,
        low=int(believed[0]),
        high=int(believed[-1]),
        shift=float(told[best] / weights[best]),
        error=sqrt(inflation / float(weights[best])),
    )


def _check(
    deviations: Floats,
    variances: Floats,
    places: tuple[int, int, int],
    inflation: float,
    level: float,
) -> None:
    start, alarm, until = places
    if not 0 <= start <= alarm <= until < deviations.size:
        message = (
            "An onset needs 0 <= start <= alarm <= until < points, not"
            f" start {start!r}, alarm {alarm!r}, until {until!r} of {deviations.size} points."
        )
        raise BadInputError(message)
    if variances.shape != deviations.shape:
        message = (
            "Each deviation needs its variance:"
            f" {deviations.size} deviations, {variances.size} variances."
        )
        raise BadInputError(message)
    if (variances <= 0).any():
        message = f"A variance must be above 0, not {float(np.nanmin(variances))!r}."
        raise BadInputError(message)
    if not (inflation > 0 and 0 < level < 1):
        message = (
            f"inflation must be above 0 and level between 0 and 1, not {inflation!r} and {level!r}."
        )
        raise BadInputError(message)
