"""How far has a number moved, in standard deviations, and between which values does that lie?

The distance never falls below zero, and by chance alone it is above. Its lower limit is therefore
taken from users other than those who told in which direction each part of the distribution moved.
"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats
from agentlens.stats.drift.contrast import contrast
from agentlens.stats.drift.distance import rank_biserial, wasserstein
from agentlens.stats.drift.levels import Levels
from agentlens.stats.drift.sample import Sample, table
from agentlens.stats.drift.verdicts import Verdict

__all__ = ["Far", "far"]


class Far(NamedTuple):
    """The distance in standard deviations of the baseline, its interval, and the rank-biserial."""

    value: float
    low: float
    high: float
    ranks: float
    shares: Floats


def far(sample: Sample, found: Levels, verdict: Verdict, level: float) -> Far:
    """Return how far apart the two periods are.

    Args:
        sample: the rows.
        found: the level of each row.
        verdict: on the column.
        level: how often the interval must hold the truth.
    """
    n = found.value.size
    half = sample.group & 1
    counts = table(sample.arm * 2 + half, 4, found.code, n, sample.weight)
    whole = counts[:2].sum(axis=0), counts[2:].sum(axis=0)
    before, now = whole[0] / whole[0].sum(), whole[1] / whole[1].sum()
    unit = _spread(found.value, before) or _spread(found.value, (before + now) / 2) or 1.0
    distance = wasserstein(found.value, now, before) / unit
    steps = np.diff(found.value)
    ways = [_way(counts[2 + other], counts[other], steps) / unit for other in (1, 0)]
    level_of_half = counts[:2] + counts[2:]
    middle = [
        float(way @ held / (held.sum() or 1.0))
        for way, held in zip(ways, level_of_half, strict=True)
    ]
    told = np.concatenate([way - at for way, at in zip(ways, middle, strict=True)])[
        half * n + found.code
    ]
    apart = contrast(sample, told, verdict, level)
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
    apart = value - float(share @ value)
    return float(np.sqrt(float(share @ apart**2)))
