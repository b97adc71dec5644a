"""Where does one chart stand, bin by bin, and when does it call?"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.charts.arms import Arms

__all__ = ["Path", "follow"]

_RUNAWAY = 2.0
_BACK = 0.5


@dataclass(frozen=True)
class Path:
    """The way of one chart.

    Attributes:
        up: the upward arm.
        down: the downward arm.
        beyond: 1 above, -1 below, 0 within the limits.
        episode: the same, held until the arm is back within half its limit.
    """

    up: Floats
    down: Floats
    beyond: Ints
    episode: Ints


def follow(
    found: Arms, upper: float, lower: float, tested: Flags, also: Flags | None = None
) -> Path:
    """Return where a chart stands in each bin, and its alarms.

    An alarm is an episode: it lasts until the arm is back within half its limit, so that a line
    along the limit is one alarm and not many; then the chart starts anew. Before the test begins
    nothing is called; the test starts anew. A CUSUM is held at twice its limit, or a long incident
    would take as long to forget.

    Args:
        found: the arms of a single path.
        upper: limit of the upward arm.
        lower: limit of the downward arm.
        tested: which bins are tested.
        also: bins that call for another reason, such as a run rule.
    """
    bounds = np.array([upper, lower])
    fresh = found.head * bounds
    state = fresh
    out = np.empty((2, tested.size))
    beyond, episode = np.zeros(tested.size, np.int64), np.zeros(tested.size, np.int64)
    calling, before = 0, False
    for t, now in enumerate(tested.tolist()):
        if now != before:
            state, before, calling = fresh, now, 0
        state = found.keep * state + found.steps[:, t, 0]
        if found.floor:
            state = np.clip(state, 0.0, _RUNAWAY * bounds)
        out[:, t] = state
        over = state / (bounds * found.reach[t, 0])
        if not now:
            continue
        if (over > 1).any() or (also is not None and also[t]):
            calling = (1, -1)[int(np.argmax(over))]
            beyond[t] = calling
        elif calling and over[0 if calling > 0 else 1] < _BACK:
            state, calling = fresh, 0
        episode[t] = calling
    return Path(out[0], out[1], beyond, episode)
