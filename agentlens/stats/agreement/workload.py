"""How much traffic falls into each of three bands, wherever their edges are put?"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats
from agentlens.stats.groups import sums

__all__ = ["Loads", "apart", "loads"]

_LEAST = 1e-12


class Loads(NamedTuple):
    """Of the band that passes unseen, of the reviewed one and of the paged one: share and a day."""

    share: Floats
    a_day: Floats


def apart(scores: Floats, weight: Floats, steps: Floats) -> tuple[Floats, Floats]:
    """Return the weight of the scores at each step, and of those beyond it up to the next.

    Args:
        scores: of the traffic.
        weight: how many traces each stands for.
        steps: where an edge may lie, rising; no score lies before the first.

    >>> at, past = apart(np.array([0.0, 0.5, 1.0]), np.ones(3), np.array([0.0, 1.0]))
    >>> at.tolist(), past.tolist()
    ([1.0, 1.0], [1.0, 0.0])
    """
    if not steps.size:
        return np.zeros(0), np.zeros(0)
    place = np.maximum(np.searchsorted(steps, scores, side="right") - 1, 0)
    exact = scores == steps[place]
    return sums(place, weight * exact, steps.size), sums(place, weight * ~exact, steps.size)


def loads(at: Floats, past: Floats, *, none: float, days: float, above: int, below: int) -> Loads:
    """Return the load of each band.

    Args:
        at: weight at each step.
        past: weight beyond it, up to the next.
        none: weight without a score, which is reviewed.
        days: length of the window.
        above: place of the step from which on traces pass unseen; -1 for none.
        below: place of the step up to which somebody is called; -1 for none.

    >>> loads(np.ones(2), np.ones(2), none=1.0, days=2.0, above=1, below=0).a_day.tolist()
    [1.0, 1.0, 0.5]
    """
    up = _added(at[above:]) + _added(past[above:]) if above >= 0 else 0.0
    down = _added(at[: below + 1]) + _added(past[:below]) if below >= 0 else 0.0
    total = _added(at) + _added(past) + none
    held = np.array([up, total - up - down, down])
    return Loads(held / max(total, _LEAST), held / days)


def _added(parts: Floats) -> float:
    """Return a sum taken one by one, as a browser takes it: to the last digit the same."""
    return float(np.cumsum(parts)[-1]) if parts.size else 0.0
