"""At which score does passing become cheaper than failing?"""

import numpy as np

from agentlens.stats.arrays import Flags, Floats, Ints

__all__ = ["cheapest", "cost_at", "costs", "resampled"]

_TIED = 1e-9


def costs(
    scores: Floats, passed: Flags, weight: Floats, cost_fp: float, cost_fn: float
) -> tuple[Floats, Floats]:
    """Return each threshold between two scores, and what deciding by it would have cost.

    Args:
        scores: of the labelled traces.
        passed: what a person said.
        weight: how many traces each stands for.
        cost_fp: of passing what a person fails.
        cost_fn: of failing what a person passes.

    >>> cut, cost = costs(np.array([0.2, 0.8]), np.array([False, True]), np.ones(2), 1.0, 1.0)
    >>> cut.tolist(), cost.tolist()
    ([0.2, 0.5, inf], [1.0, 0.0, 1.0])
    """
    values, place = np.unique(scores, return_inverse=True)
    fails = np.bincount(place, weights=weight * ~passed, minlength=values.size)
    passes = np.bincount(place, weights=weight * passed, minlength=values.size)
    above = np.concatenate([np.cumsum(fails[::-1])[::-1], [0.0]])
    below = np.concatenate([[0.0], np.cumsum(passes)])
    cuts = np.concatenate([values[:1], (values[1:] + values[:-1]) / 2, [np.inf]])
    return cuts, cost_fp * above + cost_fn * below


def cheapest(
    scores: Floats, passed: Flags, weight: Floats, cost_fp: float, cost_fn: float
) -> tuple[float, float]:
    """Return the threshold of least cost, of ties the middle of the longest run, and its cost.

    >>> cheapest(np.array([0.1, 0.3, 0.9]), np.array([False, True, True]), np.ones(3), 1.0, 1.0)
    (0.2, 0.0)
    """
    cuts, cost = costs(scores, passed, weight, cost_fp, cost_fn)
    least = float(cost.min())
    best = cost <= least + _TIED * (1 + least)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], best.astype(np.int64), [0]])))
    starts, stops = edges[::2], edges[1::2]
    longest = int(np.argmax(stops - starts))
    middle = (int(starts[longest]) + int(stops[longest]) - 1) // 2
    return float(cuts[middle]), least


def cost_at(
    threshold: float, scores: Floats, passed: Flags, cost_fp: float, cost_fn: float
) -> Floats:
    """Return what each labelled trace costs when it is decided by this threshold."""
    up = scores >= threshold
    return np.where(up & ~passed, cost_fp, 0.0) + np.where(~up & passed, cost_fn, 0.0)


def resampled(
    scores: Floats,
    passed: Flags,
    weight: Floats,
    clusters: Ints,
    prices: tuple[float, float],
    *,
    seed: int = 0,
    draws: int = 1000,
) -> Floats:
    """Return the threshold that each of many redrawings of the sessions would have chosen.

    Args:
        scores: of the labelled traces.
        passed: what a person said.
        weight: how many traces each stands for.
        clusters: the session of each, from zero on.
        prices: of passing what fails and of failing what passes.
        seed: of the draws.
        draws: how many.
    """
    n = int(clusters.max(initial=-1)) + 1
    times = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)
    chosen = [cheapest(scores, passed, weight * one[clusters], *prices)[0] for one in times]
    return np.array(chosen)
