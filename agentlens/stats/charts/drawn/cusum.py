"""Where do the arms of a CUSUM stand, and which bins are beyond its limits?"""

import numpy as np

from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.charts.arms import arms
from agentlens.stats.charts.carried import carried
from agentlens.stats.charts.drawn.shared import Drawn, called, deviations_of
from agentlens.stats.charts.follow import follow

__all__ = ["cusum_drawn"]


def cusum_drawn(
    *,
    standard: Floats,
    precision: Floats,
    present: Flags,
    tested: Flags,
    allowance: float,
    upper: float,
    lower: float,
    head_start: float,
) -> Drawn:
    """Return both arms in standard deviations, the downward one below zero, and what lies beyond.

    Args:
        standard: how far each bin lies from its centre, in standard deviations of its own.
        precision: of each bin against a typical one.
        present: bins with data.
        tested: bins that are tested, rather than learnt from.
        allowance: k, half the shift that the chart is made for.
        upper: h of the upward arm.
        lower: h of the downward arm.
        head_start: share of its limit at which an arm starts.
    """
    found = arms(
        deviations_of(standard, precision, present, np.zeros(3)),
        "cusum",
        allowance=allowance,
        head_start=head_start,
    )
    way = follow(found, upper, lower, tested[present])
    lines = {
        "up": carried(way.up, present),
        "down": -carried(way.down, present),
        "lower": np.full(present.size, -lower),
        "upper": np.full(present.size, upper),
    }
    return lines | called(way, found, upper, lower, present, tested)
