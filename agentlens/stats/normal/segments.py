"""Is a stretch of standardised deviations of one level, and which of its points show normal?

A stretch is parted where that lowers the squared error by more than a penalty for each change. The
penalty is what a series that does not change exceeds with a given probability, so that a baseline
in order is rarely parted. It grows with the memory of the series, which lets it wander.
"""

from math import log, sqrt

import numpy as np

from agentlens.errors import BadInputError
from agentlens.stats.arrays import Flags, Floats, Ints

__all__ = ["penalty_for", "segments", "stable_points"]

_SHORTEST = 12
_NEW_NORMAL = 48  # two days of hours: what is shorter may pass, and says little of a daily cycle
_CLIP = 2.5  # the scale is that of points clipped here, so heavy tails pass for no change
_CLIPPED_VARIANCE = 0.95774  # E[min(z², 2.5²)] of a standard normal z
_ROUNDS = 5


def segments(standard: Floats, penalty: float, *, least: int = _SHORTEST) -> list[int]:
    """Return the first point of each segment, of the best of all partitions.

    The best one has the least sum of squared deviations from the means of its segments plus
    `penalty` for each change of level.

    Args:
        standard: deviations in order of time; NaN where a bin is empty, which counts for nothing.
        penalty: what a change must save, in squared units of the deviations.
        least: the fewest known points of a segment.

    >>> segments(np.array([0, 0, 0, 4, 5, 4, 0, 0.0]), 3.0, least=2)
    [0, 3, 6]
    """
    if not (penalty >= 0 and least >= 1):
        message = (
            "The penalty must not be negative and the shortest segment has at least one point,"
            f" not penalty {penalty!r} and least {least!r}."
        )
        raise BadInputError(message)
    places = np.flatnonzero(~np.isnan(standard))
    if places.size < 2 * least:
        return [0]
    x = standard[places]
    total = np.concatenate([[0.0], np.cumsum(x - x.mean())])
    before = _last_changes(total, penalty, least)
    cuts, end = [], x.size
    while end := int(before[end]):
        cuts.append(int(places[end]))
    return [0, *reversed(cuts)]


def _last_changes(total: Floats, penalty: float, least: int) -> Ints:
    """Return where the last segment begins in the best partition of each first so many points.

    To lower the squared error is to raise the sum of (segment total)² / (segment length).
    """
    n = total.size - 1
    lengths = np.arange(n, 0, -1, dtype=np.float64)
    best = np.full(n + 1, -np.inf)
    best[0] = penalty  # the first segment is no change
    before = np.zeros(n + 1, dtype=np.int64)
    for end in range(least, n + 1):
        some = end - least + 1
        gain = total[end] - total[:some]
        gain *= gain
        gain /= lengths[n - end : n - end + some]
        gain += best[:some]
        before[end] = place = int(gain.argmax())
        best[end] = gain[place] - penalty
    return before


def penalty_for(
    n: int, inflation: float = 1.0, false: float = 0.05, *, least: int = _SHORTEST
) -> float:
    """Return the penalty at which a stable series of unit variance is parted that often.

    Fitted to simulations of independent normal series of 24 to 2,000 points. The best single change
    is the highest point of a squared stationary process that runs for 2 log(n / least - 1), hence
    the form; several changes at once add to the longest series only.

    Args:
        n: known points.
        inflation: 1 + 2 Σ ρ_k, by how much memory inflates the variance of a long mean. Means of a
            dozen points are inflated less, so a series with memory is parted more rarely.
        false: the probability, .01 to .1.
        least: the fewest known points of a segment.

    >>> round(penalty_for(336), 2), round(penalty_for(336, 4.0), 2)
    (9.92, 39.69)
    """
    if not (n >= 1 and inflation > 0 and 0 < false < 1 and least >= 1):
        message = (
            "A penalty needs a point or more, an inflation above 0, a probability between 0 and 1"
            f" and segments of a point or more, not {n!r}, {inflation!r}, {false!r} and {least!r}."
        )
        raise BadInputError(message)
    runs = 2 * log(max(n / least - 1, 1.0))
    return inflation * max(3 * log(1 + runs) - 2 - 1.95 * log(false), 0.0)


def stable_points(
    standard: Floats,
    inflation: float = 1.0,
    *,
    least: int = _NEW_NORMAL,
    false: float = 0.05,
) -> Flags:
    """Return which points show normal; all of them where no change is found.

    Normal is the latest level that at least `least` known points share, for a shift that lasted so
    long is the new normal. Kept is every segment at that level, as far as the penalty can tell:
    both sides of an incident that passed, but not the incident, and not a last segment too short
    to be believed. If no level is held so long, the one held longest is normal.

    Args:
        standard: deviations, standardised; a scale that is wrong by a factor of two does no harm.
        inflation: 1 + 2 Σ ρ_k, by how much memory inflates the variance of a long mean.
        least: the fewest known points that make a level normal; 48 are two days of hours.
        false: the probability with which points of a stable series are left out.

    >>> x = np.sin(np.arange(200.0) ** 2)
    >>> x[90:120] += 4
    >>> np.flatnonzero(~stable_points(x))[[0, -1]].tolist()
    [90, 119]
    """
    known = ~np.isnan(standard)
    scale = _scale_of_steps(standard[known], inflation)
    if not scale > 0:
        return np.ones(standard.size, dtype=np.bool_)
    penalty = penalty_for(int(known.sum()), inflation, false)
    middle = float(np.median(standard[known]))
    # Once more with the spread within the segments, which is right whatever shape the memory has.
    for _ in range(2):
        x = np.clip((standard - middle) / scale, -_CLIP, _CLIP)
        starts = segments(x, penalty)
        segment = np.searchsorted(starts, np.arange(x.size), side="right") - 1
        scale = _scale_within(standard[known], segment[known], inflation) or scale
    counts = np.bincount(segment[known])
    totals = np.bincount(segment[known], weights=x[known]).astype(np.float64)
    level = _levels(totals, counts, penalty)
    held = np.bincount(level, weights=counts)[level]
    long = np.flatnonzero(held >= least)
    normal = level[long[-1] if long.size else held.argmax()]
    return np.asarray(level[segment] == normal)


def _levels(totals: Floats, counts: Ints, penalty: float) -> Ints:
    """Return which level each segment is at; two are one where that costs no more than a change.

    The pair that costs least is joined first, lest a short segment bridge two levels.
    """
    level = np.arange(counts.size)
    totals, counts = totals.copy(), counts.astype(np.float64)
    while True:
        with np.errstate(divide="ignore", invalid="ignore"):
            means = totals / counts
            weight = counts[:, None] * counts / (counts[:, None] + counts)
            cost = weight * (means[:, None] - means) ** 2
        cost = np.where(np.triu(counts[:, None] * counts > 0, 1), cost, np.inf)
        first, second = np.unravel_index(cost.argmin(), cost.shape)
        if not cost[first, second] <= penalty:
            return level
        level[level == second] = first
        totals[first] += totals[second]
        counts[first] += counts[second]
        totals[second] = counts[second] = 0


def _scale_of_steps(x: Floats, inflation: float) -> float:
    """Return the standard deviation of the noise, from steps, which a change of level spares.

    Memory makes steps smaller than noise: as in an autoregression of order one.
    """
    phi = (inflation - 1) / (inflation + 1)
    return _spread(np.diff(x)) / sqrt(2 * (1 - phi)) if x.size > 1 else 0.0


def _scale_within(x: Floats, segment: Ints, inflation: float) -> float:
    """Return the standard deviation about the medians of the segments."""
    count = int(segment[-1]) + 1
    centres = np.array([np.median(x[segment == one]) for one in range(count)])
    # Each level that is fitted takes the variance of its own error away.
    left = max(1 - count * inflation / x.size, 0.5)
    return _spread(x - centres[segment]) / sqrt(left)


def _spread(residuals: Floats) -> float:
    """Return the standard deviation about 0, of the normal where a few points lie far off."""
    size = np.abs(residuals)
    scale = 1.4826 * float(np.median(size))
    if not scale > 0:
        return float(np.sqrt((size**2).mean()))
    for _ in range(_ROUNDS):
        within = np.minimum(size, _CLIP * scale) ** 2
        scale = float(np.sqrt(within.mean() / _CLIPPED_VARIANCE))
    return scale
