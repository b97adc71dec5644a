"""After how many bins does a chart call, once the mean has changed?"""

from collections.abc import Sequence

import numpy as np

from agentlens.stats.arrays import Floats
from agentlens.stats.charts.arms import PATIENCE, Arms

__all__ = ["delays", "delays_after", "delays_of_many"]

_STRETCH = 32


def delays_after(found: Arms, shifts: Sequence[float], upper: float, lower: float) -> list[float]:
    """Return what `delays` returns after each of several shifts, which share the way of the arms.

    An arm that starts at zero and has not called is the sum of its way without the shift and of
    the way of the shift alone, so that nothing is walked again for another shift or limit.

    Args:
        found: the arms without a shift.
        shifts: of the mean, in standard deviations of a typical bin.
        upper: limit above.
        lower: limit below.
    """
    if found.floor or found.head:
        return [delays(found.shifted(one), upper, lower) for one in shifts]
    return [_after(found, one, upper, lower) for one in shifts]


def _after(found: Arms, shift: float, upper: float, lower: float) -> float:
    up, down = found.way
    waiting = np.arange(found.reach.shape[1])
    called, waited = 0, 0
    for begin in range(0, min(PATIENCE, len(found.reach)), _STRETCH):
        bins = slice(begin, min(begin + _STRETCH, PATIENCE))
        rise, reach = shift * found.rise[bins, waiting], found.reach[bins, waiting]
        over = (up[bins, waiting] + rise > upper * reach) | (
            down[bins, waiting] - rise > lower * reach
        )
        calls = over.any(axis=0)
        waited += int(np.where(calls, over.argmax(axis=0) + 1, len(over)).sum())
        called += int(calls.sum())
        waiting = waiting[~calls]
        if not waiting.size:
            break
    return waited / called if called else np.inf


def delays(found: Arms, upper: float, lower: float) -> float:
    """Return after how many bins a chart calls on average; infinite where none ever does.

    Charts that have not called when patience ends count with the bins waited for, as in the mean
    of an exponential.
    """
    state = np.zeros((2, found.reach.shape[1]))
    bound = np.array([[upper], [lower]])
    state += found.head * bound
    waiting = np.ones(state.shape[1], dtype=bool)
    waited = 0
    for t, reach in enumerate(found.reach[:PATIENCE]):
        waited += int(waiting.sum())
        state = state * found.keep + found.steps[:, t]
        if found.floor:
            state = np.maximum(state, 0.0)
        waiting &= ~(state > bound * reach).any(axis=0)
        if not waiting.any():
            break
    called = int((~waiting).sum())
    return waited / called if called else np.inf


def delays_of_many(found: Arms, limits: Floats) -> Floats:
    """Return what `delays` returns for each of many limits, which share the way of the arms.

    Args:
        found: the arms.
        limits: (side, limit), upwards first.
    """
    start = found.head * limits[:, :, None]
    state = np.repeat(start, found.reach.shape[1], axis=2)
    waiting = np.ones(state.shape[1:], dtype=bool)
    waited = np.zeros(limits.shape[1], np.int64)
    open_ = np.arange(limits.shape[1])
    for t, reach in enumerate(found.reach[:PATIENCE]):
        still = waiting[open_].any(axis=1)
        if not still.all():
            state, open_ = state[:, still], open_[still]
        if not open_.size:
            break
        waited[open_] += waiting[open_].sum(axis=1)
        state = state * found.keep + found.steps[:, t][:, None, :]
        if found.floor:
            state = np.maximum(state, 0.0)
        waiting[open_] &= ~(state > limits[:, open_, None] * reach).any(axis=0)
    called = (~waiting).sum(axis=1)
    return np.where(called > 0, waited / np.maximum(called, 1), np.inf)
