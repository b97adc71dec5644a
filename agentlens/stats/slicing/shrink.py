"""How far should the change of each slice be drawn towards what all slices did?

Of many slices, those that seem to have changed most were mostly lucky or unlucky. Each estimate is
drawn towards the common one, the more the less it knows by itself; how much the slices truly differ
is learnt from all of them.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from agentlens.stats.arrays import Floats

__all__ = ["Shrunk", "shrink"]

_ENOUGH = 4
_TINY = 1e-300


class Shrunk(NamedTuple):
    """The drawn-in estimates with their intervals, the common one, and how much slices differ."""

    value: Floats
    low: Floats
    high: Floats
    common: float
    between: float


def shrink(value: Floats, error: Floats, level: float = 0.95) -> Shrunk:
    """Return the estimates drawn towards their common mean, with intervals that hold on average.

    The variance between slices comes from moments and one Newton step of its likelihood. That it is
    an estimate, and the mean too, widens the intervals (Morris). Fewer than four slices teach
    nothing about how slices differ: they stay as they are. A missing estimate stays missing.

    Args:
        value: of each slice.
        error: its standard error.
        level: how often the intervals must hold the truth, on average over the slices.

    >>> found = shrink(np.array([0.0, 0.1, -0.1, 0.3]), np.array([0.1, 0.1, 0.1, 0.1]))
    >>> found.value.round(2).tolist(), round(found.common, 3)
    ([0.01, 0.1, -0.08, 0.27], 0.075)
    """
    known = np.isfinite(value) & np.isfinite(error) & (error > 0)
    z = float(ndtri(0.5 + level / 2))
    k = int(known.sum())
    drawn, half = value.astype(np.float64), z * error
    if k < _ENOUGH:
        mean = float(np.average(value[known], weights=error[known] ** -2)) if k else np.nan
        return Shrunk(drawn, drawn - half, drawn + half, mean, np.nan)
    y, noise = value[known], error[known] ** 2
    between = _between(y, noise)
    weight = 1 / (between + noise)
    common = float((weight * y).sum() / weight.sum())
    # Unequal noise lets fewer slices speak on the variance between them.
    typical = float((weight * noise).sum() / weight.sum())
    pull = (k - 3) / (k - 1) * noise * weight
    lack = (k - 1) / k * noise * weight
    learnt = 2 / (k - 3) * pull**2 * (typical + between) / (noise + between) * (y - common) ** 2
    variance = noise * (1 - lack) + lack**2 / weight.sum() + learnt
    drawn[known] = (1 - pull) * y + pull * common
    half = np.full(value.shape, np.nan)
    half[known] = z * np.sqrt(variance)
    drawn[~known] = np.nan
    return Shrunk(drawn, drawn - half, drawn + half, common, between)


def _between(y: Floats, noise: Floats) -> float:
    """Return the variance between slices: moments, then one step up the likelihood."""
    weight = 1 / noise
    total = weight.sum()
    mean = (weight * y).sum() / total
    spare = float((weight * (y - mean) ** 2).sum()) - (y.size - 1)
    moments = max(spare / float(total - (weight**2).sum() / total), 0.0)
    weight = 1 / (noise + moments)
    mean = (weight * y).sum() / weight.sum()
    slope = float(
        (weight**2 * (y - mean) ** 2).sum() - weight.sum() + (weight**2).sum() / weight.sum()
    )
    curve = float((weight**2).sum())
    return max(moments + slope / max(curve, _TINY), 0.0)
