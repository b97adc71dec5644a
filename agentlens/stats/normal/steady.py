"""Which bins of a baseline show normal, whatever repeats in it?

An incident of days can pass for the day of the week, and a week for a string of incidents. So both
readings are tried, and the one that explains more with less is believed.
"""

from collections.abc import Sequence

import numpy as np

from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.normal.memory import wandering
from agentlens.stats.normal.segments import penalty_for, segments, stable_points

__all__ = ["steady"]

_CLIP = 2.5
_FALSE = 0.01  # a baseline cut short for nothing costs more than a small change left in it
_PER_COLUMN = 2.0  # what a column of noise saves on average is 1


def steady(readings: Sequence[tuple[Floats, int]]) -> Flags:
    """Return which bins are of the normal level, by the reading that costs least.

    The cost of a reading is what its segments leave unexplained, in units of the noise, and a
    penalty for each change of level and for each column of its cycles.

    Args:
        readings: of each, the deviations from its centre in one common unit, NaN where a bin is
            empty, and the number of its columns.

    >>> x = np.sin(np.arange(200.0) ** 2)
    >>> x[90:120] += 4
    >>> int((~steady([(x, 0)])).sum())
    30
    """
    inflation = min(wandering(deviations) for deviations, _ in readings)
    m = int((~np.isnan(readings[0][0])).sum())
    penalty = penalty_for(m, inflation, _FALSE)
    noise = min(_noise(deviations) for deviations, _ in readings)
    if not noise > 0:
        return np.ones(readings[0][0].size, dtype=np.bool_)
    costs = [
        _cost(deviations / noise, penalty) + inflation * _PER_COLUMN * columns
        for deviations, columns in readings
    ]
    chosen = readings[int(np.argmin(costs))][0]
    return stable_points(chosen / noise, inflation, false=_FALSE)


def _noise(deviations: Floats) -> float:
    """Return the spread of the noise from steps, which a change of level spares."""
    inflation = wandering(deviations)
    phi = (inflation - 1) / (inflation + 1)
    steps = np.diff(deviations[~np.isnan(deviations)])
    return float(1.4826 * np.median(np.abs(steps)) / np.sqrt(2 * (1 - phi)))


def _cost(standard: Floats, penalty: float) -> float:
    x = standard - np.nanmedian(standard)
    starts = segments(np.clip(x, -2 * _CLIP, 2 * _CLIP), penalty)
    part = np.searchsorted(starts, np.arange(x.size), side="right") - 1
    left = x.copy()
    for one in range(len(starts)):
        left[part == one] -= np.nanmean(x[part == one])
    return float(np.nansum(np.clip(left, -_CLIP, _CLIP) ** 2)) + penalty * (len(starts) - 1)
