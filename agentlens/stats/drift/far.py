"""How far has a number moved, in standard deviations, and between which values does that lie?

The distance never falls below zero, and by chance alone it is above. Its lower limit is therefore
taken from users other than those who told in which direction each part of the distribution moved.
"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.drift.contrast import contrast
from agentlens.stats.drift.distance import rank_biserial, wasserstein
from agentlens.stats.drift.levels import Levels
from agentlens.stats.drift.sample import Sample
from agentlens.stats.drift.verdicts import Verdict

__all__ = ["Far", "far", "quarters"]


class Far(NamedTuple):
    """The distance in standard deviations of the baseline, its interval, and the rank-biserial."""

    value: float
    low: float
    high: float
    ranks: float
    shares: Floats


def quarters(sample: Sample, found: Levels) -> tuple[Ints, Floats]:
    """Return a cell for each row, and the weight of each level by period and half of the users.

    Args:
        sample: the rows.
        found: the level of each row.
    """
    n = found.value.size
    cell = sample.quarter * n
    cell += found.code
    weight = None if sample.even else sample.weight
    counts = np.bincount(cell, weights=weight, minlength=4 * n).astype(np.float64)
    return cell, counts.reshape(4, n)


def far(
    sample: Sample, found: tuple[Ints, Floats], value: Floats, verdict: Verdict, level: float
) -> Far:
    """Return how far apart the two periods are.

    Args:
        sample: the rows.
        found: their quarters.
        value: of each level.
        verdict: on the column.
        level: how often the interval must hold the truth.
    """
    cell, counts = found
    whole = counts[:2].sum(axis=0), counts[2:].sum(axis=0)
    before, now = whole[0] / whole[0].sum(), whole[1] / whole[1].sum()
    unit = _spread(value, before) or _spread(value, (before + now) / 2) or 1.0
    distance = wasserstein(value, now, before) / unit
    steps = np.diff(value)
    ways = [_way(counts[2 + other], counts[other], steps) / unit for other in (1, 0)]
    level_of_half = counts[:2] + counts[2:]
    middle = [
        float(way @ held / (held.sum() or 1.0))
        for way, held in zip(ways, level_of_half, strict=True)
    ]
    told = np.stack([way - at for way, at in zip(ways, middle, strict=True)] * 2)
    squares = (counts * told**2).sum(axis=1).reshape(2, 2).sum(axis=1)
    apart = contrast(sample, told.ravel()[cell], verdict, level, squares=squares)
    reach = apart.high - apart.value
    low = float(np.clip(apart.low, 0.0, distance))
    return Far(distance, low, distance + reach, rank_biserial(now, before), np.stack([before, now]))


def _way(now: Floats, before: Floats, steps: Floats) -> Floats:
    """Return a number for each level whose mean moves by the distance: far ends count most."""
    one: Floats = now / (float(now.sum()) or 1.0)
    other: Floats = before / (float(before.sum()) or 1.0)
    side = np.sign(np.cumsum(one - other)[:-1]) * steps
    return np.append(np.cumsum(side[::-1])[::-1], 0.0)


def _spread(value: Floats, share: Floats) -> float:
    scale = float(np.abs(value).max(initial=0.0)) or 1.0  # squares of huge values would overflow
    apart = value / scale - float(share @ (value / scale))
    return scale * float(np.sqrt(float(share @ apart**2)))
