"""Are these more events than the baseline lets one expect, given how much was looked at?

Given how many there are in both periods, each falls into the current one with the probability that
is its share of the exposure, if nothing changed. That is exact at any count, zero included. Counts
need not be whole: what comes in clumps, or with unequal weights, counts as the fewer events that
would be as uncertain.
"""

import numpy as np
from scipy.special import betainc, betaincinv

from agentlens.stats.arrays import Floats

__all__ = ["fewer", "more", "ratio_interval"]

_LEAST = 1e-300


def more(current: Floats, baseline: Floats, share: Floats) -> Floats:
    """Return P(at least `current` of all events fall into the current period), if nothing changed.

    Args:
        current: events in the current period.
        baseline: events in the baseline.
        share: of the exposure that lies in the current period.

    >>> more(np.array([3.0]), np.array([0.0]), np.array([0.25])).tolist()
    [0.015625]
    """
    some = current > 0
    tail = betainc(np.where(some, np.maximum(current, _LEAST), 1.0), baseline + 1.0, share)
    return np.where(some, tail, 1.0)


def fewer(current: Floats, baseline: Floats, share: Floats) -> Floats:
    """Return P(at most `current` of all events fall into the current period), if nothing changed.

    >>> fewer(np.array([0.0]), np.array([3.0]), np.array([0.25])).round(6).tolist()
    [0.421875]
    """
    return more(baseline, current, 1.0 - share)


def ratio_interval(
    current: Floats, baseline: Floats, share: Floats, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Return how many times as frequent events became, and the exact limits of that.

    No event before makes the ratio and its upper limit infinite; no event at all leaves all open.

    >>> [one.round(2).tolist() for one in ratio_interval(np.array([8.0]), np.array([2.0]),
    ...     np.array([0.5]))]
    [[4.0], [0.8], [38.67]]
    """
    tail = (1.0 - level) / 2.0
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = share / (1.0 - share)
        value = current / baseline / odds
        least = np.asarray(
            betaincinv(np.maximum(current, _LEAST), baseline + 1.0, tail), dtype=np.float64
        )
        most = np.asarray(
            betaincinv(current + 1.0, np.maximum(baseline, _LEAST), 1.0 - tail), dtype=np.float64
        )
        low: Floats = np.where(current > 0, least / (1.0 - least) / odds, 0.0)
        high: Floats = np.where(baseline > 0, most / (1.0 - most) / odds, np.inf)
    return value, low, high
