"""What does deciding by each of many thresholds get right, and what does it cost?"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.groups import sums

__all__ = [
    "Decided",
    "Stepped",
    "at_every_threshold",
    "decided",
    "least",
    "prices_paid",
    "rates",
    "stepped",
]

_MOST = 500
_TIED = 1e-9


class Stepped(NamedTuple):
    """Thresholds, rising, and what lies from each on up to the next: what people fail and pass."""

    cuts: Floats
    fails: Floats
    passes: Floats


class Decided(NamedTuple):
    """By threshold: both pass, only the person passes, only the score passes, both fail."""

    both: Floats
    person: Floats
    score: Floats
    neither: Floats


def stepped(scores: Floats, passed: Flags, weight: Floats, most: int = _MOST) -> Stepped:
    """Return the thresholds between scores, at most so many, with the weight from each to the next.

    The first passes everything, the last, which is infinite, nothing. Where there are more scores
    than may be shown, thresholds at even ranks are kept, and every count at them is exact.

    Args:
        scores: of the labelled traces.
        passed: what a person said.
        weight: how many traces each stands for.
        most: thresholds.

    >>> found = stepped(np.array([0.2, 0.8]), np.array([False, True]), np.ones(2))
    >>> found.cuts.tolist(), found.fails.tolist(), found.passes.tolist()
    ([0.2, 0.5, inf], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    """
    values = np.unique(scores)
    cuts = np.concatenate([values[:1], (values[1:] + values[:-1]) / 2, [np.inf]])
    if cuts.size > most:
        cuts = cuts[np.unique(np.linspace(0, cuts.size - 1, most).round().astype(np.int64))]
    place = np.searchsorted(cuts, scores, side="right") - 1
    fails, passes = (sums(place, weight * mark, cuts.size) for mark in (~passed, passed))
    return Stepped(cuts, fails, passes)


def decided(fails: Floats, passes: Floats) -> Decided:
    """Return the four counts at each threshold.

    Args:
        fails: what people fail, from each threshold on up to the next.
        passes: what people pass.

    >>> [one.tolist() for one in decided(np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))]
    [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]
    """
    above = [np.cumsum(one[::-1])[::-1] for one in (passes, fails)]
    below = [np.concatenate([[0.0], np.cumsum(one)])[:-1] for one in (passes, fails)]
    return Decided(above[0], below[0], above[1], below[1])


def rates(found: Decided) -> tuple[Floats, Floats, Floats]:
    """Return agreement, sensitivity and specificity; NaN where nothing could be right."""
    both, person, score, neither = found
    with np.errstate(divide="ignore", invalid="ignore"):
        return (
            (both + neither) / (both + person + score + neither),
            both / (both + person),
            neither / (score + neither),
        )


def prices_paid(found: Decided, cost_fp: float, cost_fn: float) -> Floats:
    """Return what deciding by each threshold costs in all.

    Args:
        found: the counts.
        cost_fp: of passing what a person fails.
        cost_fn: of failing what a person passes.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(cost_fp * found.score + cost_fn * found.person, dtype=np.float64)


def least(cost: Floats) -> int:
    """Return the place of the least cost, of ties the middle of the longest run; -1 for none.

    >>> least(np.array([2.0, 1.0, 1.0, 1.0, 2.0, 1.0])), least(np.zeros(0))
    (2, -1)
    """
    lowest = float(cost.min(initial=np.inf))
    if not np.isfinite(lowest):
        return -1
    best = cost <= lowest + _TIED * (1 + lowest)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], best.astype(np.int64), [0]])))
    starts, stops = edges[::2], edges[1::2]
    longest = int(np.argmax(stops - starts))
    return (int(starts[longest]) + int(stops[longest]) - 1) // 2


def at_every_threshold(
    fails: Floats, passes: Floats, cost_fp: float, cost_fn: float
) -> dict[str, Floats | int]:
    """Return counts, rates and cost at each threshold, and the place of the least cost.

    Args:
        fails: what people fail, from each threshold on up to the next.
        passes: what people pass.
        cost_fp: of passing what a person fails.
        cost_fn: of failing what a person passes.
    """
    found = decided(fails, passes)
    agreement, sensitivity, specificity = rates(found)
    cost = prices_paid(found, cost_fp, cost_fn)
    return {
        **found._asdict(),
        "agreement": agreement,
        "sensitivity": sensitivity,
        "specificity": specificity,
        "cost": cost,
        "best": least(cost),
    }
