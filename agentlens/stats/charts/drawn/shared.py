"""What do all drawn charts say of their bins?"""

import numpy as np

from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.charts.arms import Arms
from agentlens.stats.charts.carried import carried
from agentlens.stats.charts.follow import Path
from agentlens.stats.normal.futures import Deviations

__all__ = ["Drawn", "called", "deviations_of", "shown"]

_JUST_BEYOND = 1 + 1e-9

Drawn = dict[str, np.ndarray]
"""By name, what is drawn of each bin."""


def deviations_of(
    standard: Floats,
    precision: Floats,
    present: Flags,
    memory: Floats,
    tails: tuple[Floats, Floats] | None = None,
) -> Deviations:
    """Return one history as deviations, which are what charts are made of."""
    return Deviations(
        standard[None], precision[None], np.ones(1), memory[None], present, tails=tails
    )


def shown(lines: Drawn, *, log_scale: bool, clipped: bool) -> Drawn:
    """Return lines in the unit of the metric."""
    if log_scale:
        lines = {name: np.exp(values) for name, values in lines.items()}
    if clipped:
        lines = {name: np.clip(values, 0.0, 1.0) for name, values in lines.items()}
    return lines


def called(
    way: Path, found: Arms, upper: float, lower: float, present: Flags, tested: Flags
) -> Drawn:
    """Return how the chart stands, which bins are beyond, and the episodes, of all bins."""
    # A gap ends no episode: an empty bin repeats the one before it.
    held = np.nan_to_num(carried(way.episode.astype(np.float64), present)).astype(np.int64)
    beyond = np.zeros(tested.size, np.int64)
    beyond[present] = way.beyond
    reach = found.reach[:, 0]
    up, down = way.up / (upper * reach), way.down / (lower * reach)
    stand = carried(np.where(up >= down, up, -down), present)
    # A run rule calls from within the limits.
    within = (beyond != 0) & (np.abs(stand) <= 1)
    return {
        "stand": np.where(within, beyond * _JUST_BEYOND, stand),
        "beyond": beyond,
        "episode": np.where(tested, held, 0),
    }
