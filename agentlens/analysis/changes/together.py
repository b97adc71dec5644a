"""What do all metrics together tell of the luck of days?"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from agentlens.analysis.changes.one.change import Change, finished
from agentlens.stats.normal.pooled import FEWEST, pooled
from agentlens.stats.normal.steps import Luck

__all__ = ["together"]

_LASTS = 2.0


def together(changes: Sequence[Change], level: float) -> tuple[Change, ...]:
    """Return the changes with the luck of each drawn towards what is common to all.

    A luck that was learnt from few days would be taken for nothing where it happened to be small,
    and many metrics leave room for that to happen. Where the past was too short to show how long
    good days last, what there is of luck beyond sampling counts twice.

    Args:
        changes: each with the luck that it showed itself.
        level: how often an interval must hold the truth.
    """
    shown = [one.step.learnt for one in changes if one.step is not None]
    shown = [one for one in shown if one.sampling > 0]
    if len(shown) < FEWEST:
        return tuple(changes)
    ratio = np.array([one.luck.variance / one.sampling for one in shown])
    drawn = pooled(ratio, np.array([one.luck.degrees for one in shown]))
    common = dict(zip(map(id, shown), zip(*drawn, strict=True), strict=True))
    return tuple(_drawn(one, common, level) for one in changes)


def _drawn(one: Change, common: dict[int, tuple[float, float]], level: float) -> Change:
    """Return a change with the luck that was drawn for it, in spreads of sampling."""
    if one.step is None or id(one.step.learnt) not in common:
        return one
    own = one.step.learnt
    times, degrees = common[id(own)]
    more = max(times - 1, 0.0) * (1.0 if own.taught else _LASTS)
    luck = Luck(own.sampling * (1 + float(more)), float(degrees))
    return finished(replace(one, step=replace(one.step, learnt=replace(own, luck=luck))), level)
