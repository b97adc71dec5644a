"""What share would people pass in another window, if the judge errs there as it did here?"""

from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats

__all__ = ["Traffic", "carried", "drawn_shares", "separates"]

_HALF = 0.5
_LEAST, _RARE, _ERRORS = 0.1, 0.01, 2.0


class Traffic(NamedTuple):
    """What the judge said of a window; counts are effective ones.

    `passed` of `verdicts` with a verdict, and the share of traces `without` one, among `judged`.
    """

    passed: float
    verdicts: float
    without: float
    judged: float


def carried(passing: Floats, sensitivity: Floats, specificity: Floats) -> Floats:
    """Return the human pass rate behind a judge's pass rate; it may lie outside 0 and 1.

    >>> carried(np.array([0.8]), np.array([0.95]), np.array([0.7])).round(3).tolist()
    [0.769]
    """
    return np.asarray((passing + specificity - 1) / (sensitivity + specificity - 1), np.float64)


def separates(sensitivity: Floats, specificity: Floats) -> bool:
    """Return whether a judge tells pass from fail well enough to be corrected, by its draws.

    >>> rng = np.random.default_rng(1)
    >>> separates(rng.beta(90, 10, 999), rng.beta(7, 3, 999))
    True
    >>> separates(rng.beta(9, 1, 999), rng.beta(2, 8, 999))
    False
    """
    j = sensitivity + specificity - 1
    often = float(np.mean(j <= _LEAST))
    return often <= _RARE and float(j.mean()) > _ERRORS * float(j.std())


def drawn_shares(traffic: Traffic, rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Return draws of the judge's pass rate and of the share without a verdict."""
    failed = max(traffic.verdicts - traffic.passed, 0.0)
    passing = rng.beta(traffic.passed + _HALF, failed + _HALF, size=n)
    if not traffic.without:
        return passing, np.zeros(n)
    count = traffic.without * traffic.judged
    return passing, rng.beta(count + _HALF, traffic.judged - count + _HALF, size=n)
