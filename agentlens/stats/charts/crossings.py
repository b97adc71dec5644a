"""How often does an arm that forgets pass its limit, without walking the way of each limit?

An arm that starts anew at an alarm is the arm that never does, less what it held then, which fades
from bin to bin. So one way is walked for all limits, and only the bins in which it lies beyond a
limit are looked at again: an arm that started anew lies lower and can pass nowhere else.
"""

import numpy as np

from agentlens.stats.arrays import Floats, Ints

__all__ = ["crossings", "heights", "way"]

_NEARLY = 1 - 1e-9


def way(steps: Floats, keep: float) -> Floats:
    """Return where arms stand that never start anew.

    Args:
        steps: (side, bin, path): what each bin adds.
        keep: share of an arm that is kept from bin to bin.

    >>> way(np.ones((1, 3, 1)), 0.5).ravel().tolist()
    [1.0, 1.5, 1.75]
    """
    out = np.empty_like(steps)
    state = np.zeros((steps.shape[0], steps.shape[2]))
    for t in range(steps.shape[1]):
        state *= keep
        state += steps[:, t]
        out[:, t] = state
    return out


def heights(walked: Floats, reach: Floats) -> Floats:
    """Return (side, path, bin): how many limits of 1 high arms stand that never start anew.

    Args:
        walked: (side, bin, path): their way.
        reach: (bin, path): a limit of 1 in the units of the arms.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.ascontiguousarray((walked / reach).transpose(0, 2, 1))


def crossings(walked: Floats, height: Floats, reach: Floats, keep: float, limits: Floats) -> Ints:
    """Return alarms by (side, limit, path), each arm starting anew after each of its own.

    Args:
        walked: (side, bin, path): the way of arms that never start anew.
        height: its `heights`, by which the bins are found that may lie beyond a limit.
        reach: (bin, path): a limit of 1 in the units of the arms.
        keep: share of an arm that is kept from bin to bin.
        limits: (side, limit), above zero.

    >>> walked, reach = way(np.ones((1, 4, 1)), 0.5), np.ones((4, 1))
    >>> crossings(walked, heights(walked, reach), reach, 0.5, np.array([[1.4]])).tolist()
    [[[2]]]
    """
    bins, paths = reach.shape
    series, at, stands, bound = [], [], [], []
    for side, (line, high, own) in enumerate(zip(walked, height, limits, strict=True)):
        path, place = np.divmod(np.flatnonzero(high > own.min() * _NEARLY), bins)
        stand, unit = line[place, path], reach[place, path]
        for which, limit in enumerate(own):
            beyond = np.flatnonzero(stand > limit * _NEARLY * unit)
            series.append((side * own.size + which) * paths + path[beyond])
            at.append(place[beyond])
            stands.append(stand[beyond])
            bound.append(limit * unit[beyond])
    whose = np.concatenate(series)
    fired = _fired(whose, np.concatenate(at), np.concatenate(stands), np.concatenate(bound), keep)
    counts = np.bincount(whose[fired], minlength=limits.size * paths)
    return counts.reshape(*limits.shape, paths)


def _fired(series: Ints, at: Ints, stands: Floats, bound: Floats, keep: float) -> Ints:
    """Return the places of the alarms; rows are sorted by series and bin.

    All series are gone through side by side, from one bin beyond the limit to the next.
    """
    first = np.flatnonzero(np.diff(series, prepend=-1))
    end = np.append(first[1:], series.size)
    row, since, held = first, np.zeros(first.size, np.int64), np.zeros(first.size)
    fades = keep ** np.arange(int(at.max(initial=0)) + 1)
    found = [np.zeros(0, np.int64)]
    while row.size:
        fired = stands[row] - fades[at[row] - since] * held > bound[row]
        found.append(row[fired])
        since, held = np.where(fired, at[row], since), np.where(fired, stands[row], held)
        row = row + 1
        left = row < end
        if not left.all():
            row, end, since, held = row[left], end[left], since[left], held[left]
    return np.concatenate(found)
