"""From which score on may a machine decide alone, at a promised error?

The error is tested from the strictest threshold on, each only if all stricter ones held: then the
chance that any accepted threshold breaks its promise is at most what one test would allow.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv

from agentlens.stats.arrays import Flags, Floats

__all__ = ["Certified", "certify", "fewest", "grid"]

_STEPS = 41


class Certified(NamedTuple):
    """The last accepted threshold (NaN for none), and each step that was looked at."""

    threshold: float
    steps: Floats
    inside: Floats
    wrong: Floats
    bound: Floats
    accepted: Flags


def grid(scores: Floats) -> Floats:
    """Return the thresholds worth a test: the distinct values among 41 quantiles, rising.

    >>> grid(np.array([0.0, 25.0, 25.0, 100.0])).tolist()[-1]
    100.0
    """
    known = scores[~np.isnan(scores)]
    if not known.size:
        return np.zeros(0)
    return np.unique(np.quantile(known, np.linspace(0, 1, _STEPS), method="inverted_cdf"))


def fewest(error: float, tail: float) -> int:
    """Return how many labels without an error are needed inside a band at the least.

    >>> fewest(0.05, 0.05), fewest(0.10, 0.05), fewest(0.02, 0.05)
    (59, 29, 149)
    """
    return int(np.ceil(np.log(tail) / np.log1p(-error)))


def certify(scores: Floats, wrong: Flags, steps: Floats, error: float, tail: float) -> Certified:
    """Return the loosest threshold at or above which the error is certified to be this small.

    Steps with too few labels to certify anything are passed over; the first that fails ends it.

    Args:
        scores: of the labelled traces; turn the sign to certify a band that lies below.
        wrong: where the band would decide wrongly.
        steps: the thresholds, from strict (high) to loose (low).
        error: the share of wrong decisions allowed.
        tail: the chance allowed that the promise is broken.
    """
    order = np.argsort(scores, kind="stable")
    rising = np.concatenate([[0.0], np.cumsum(wrong[order].astype(np.float64))])
    below = np.searchsorted(scores[order], steps, side="left")
    inside = (scores.size - below).astype(np.float64)
    counted = rising[-1] - rising[below]
    with np.errstate(invalid="ignore"):
        bound = betaincinv(counted + 1, np.maximum(inside - counted, 1e-12), 1 - tail)
    bound = np.where(counted >= inside, 1.0, bound)
    tested = inside >= fewest(error, tail)
    holds = bound <= error
    failed = np.flatnonzero(tested & ~holds)
    until = int(failed[0]) if failed.size else steps.size
    accepted = tested & holds & (np.arange(steps.size) < until)
    last = np.flatnonzero(accepted)
    threshold = float(steps[last[-1]]) if last.size else float("nan")
    return Certified(threshold, steps, inside, counted, bound, accepted)
