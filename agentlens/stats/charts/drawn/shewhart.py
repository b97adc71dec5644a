"""Within which limits does a single bin lie, and which bins are beyond them?"""

import numpy as np

from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.charts.arms import arms
from agentlens.stats.charts.carried import carried
from agentlens.stats.charts.drawn.shared import Drawn, called, deviations_of, shown
from agentlens.stats.charts.follow import follow

__all__ = ["shewhart_drawn"]


def shewhart_drawn(  # noqa: PLR0913 - all that a chart knows of its bins
    *,
    above: Floats,
    below: Floats,
    precision: Floats,
    present: Flags,
    tested: Flags,
    fired: Flags,
    centre: Floats,
    upper: float,
    lower: float,
    scale: float,
    log_scale: bool,
    clipped: bool,
) -> Drawn:
    """Return centre and normal limits in the metric's unit, and what lies beyond them.

    Args:
        above: how unlikely so large a value of each bin is, in standard deviations.
        below: the same for so small a value.
        precision: of each bin against a typical one.
        present: bins with data.
        tested: bins that are tested, rather than learnt from.
        fired: bins that call for another reason, such as a run rule.
        centre: of each bin.
        upper: largest score allowed above.
        lower: largest score allowed below.
        scale: standard deviation of a typical bin, in the metric's unit.
        log_scale: whether all of that are logarithms.
        clipped: whether the metric is a share, from 0 to 1.
    """
    scores = deviations_of(above, precision, present, np.zeros(3), (above[None], below[None]))
    found = arms(scores, "shewhart")
    way = follow(found, upper, lower, tested[present], fired[present])
    half = carried(scale / precision[present], present)
    lines = {"centre": centre, "upper": centre + upper * half, "lower": centre - lower * half}
    drawn = shown(lines, log_scale=log_scale, clipped=clipped)
    return drawn | called(way, found, upper, lower, present, tested)
