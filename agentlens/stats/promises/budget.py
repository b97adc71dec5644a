"""When is a budget of bad events too small to be judged, burnt too fast, or gone?"""

from math import ceil, inf, log

import numpy as np

from agentlens.stats.arrays import Floats

__all__ = ["gone_after", "needed", "pace"]

_EVERY_SECOND = 0.5


def needed(allowed: float, alpha: float = 0.05) -> int:
    """Return the smallest n at which no bad event at all would prove that a promise is kept.

    With n events, none of them bad, a share of `allowed` is refuted once (1 - allowed)^n <= alpha.

    >>> needed(0.005), needed(0.15)
    (598, 19)
    """
    return ceil(log(alpha) / log(1 - allowed))


def pace(spend: float, whole: float, part: float, allowed: float) -> float:
    """Return how many times too fast events must go wrong to spend this much of the budget.

    Spending a share `spend` of a budget for the time `whole` within the time `part` takes a burn
    rate of spend * whole / part. Below 1 nothing is wrong, so it is at least 1. Where the budget is
    generous that may ask for more than all events to be bad, so that an outage would never count:
    every second event bad is always fast enough.

    >>> [round(pace(0.05, 28 * 24, 6, allowed), 9) for allowed in (0.01, 0.2)], pace(0.1, 28, 3, 0.01)
    ([5.6, 2.5], 1.0)
    """
    return max(1.0, min(spend * whole / part, _EVERY_SECOND / allowed))


def gone_after(
    leaves: Floats, bad: Floats, weight: Floats, *, allowed: float, burn: float, traffic: float
) -> float:
    """Return when the budget of a window that moves along is gone, if it burns on like this.

    While new events come in, old ones leave the window, and take with them what they had spent.

    Args:
        leaves: how long from now until each event leaves the window, in ascending order.
        bad: 1 for a bad event, 0 for a good one.
        weight: of each event.
        allowed: share of events that may be bad.
        burn: share of new events that are bad, in units of `allowed`.
        traffic: weight of the new events per unit of time.

    >>> gone_after(np.arange(1.0, 101), np.zeros(100), np.ones(100), allowed=0.1, burn=2, traffic=1)
    50.0
    """
    over = weight * (bad - allowed)
    level = float(over.sum())
    if level >= 0:
        return 0.0
    slope = traffic * allowed * (burn - 1)
    if slope <= 0:
        return inf
    after = level + slope * leaves - np.cumsum(over)
    reached = np.flatnonzero(np.maximum(after, after + over) >= 0)
    place = int(reached[0]) if reached.size else leaves.size
    # from the last event that left the way up is straight; it ends earlier if a good one leaves
    start, height = (leaves[place - 1], after[place - 1]) if place else (0.0, level)
    straight = float(start - height / slope)
    return min(straight, float(leaves[place])) if reached.size else straight
