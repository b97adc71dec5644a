"""What do many variances together tell of each of them?

A variance that was learnt from three values is worth little alone. That of many metrics, each beside
what sampling gives it, tells how lucky days are and how much that differs from metric to metric: each
is drawn towards what is common to all, as far as chance explains its distance. This is the scaled F
model of moderated t tests: log variances less their expected bias have a common mean and a spread
beyond that of chance, and both are matched.
"""

import numpy as np
from scipy.special import digamma, polygamma

from agentlens.stats.arrays import Floats

__all__ = ["FEWEST", "pooled"]

FEWEST = 5
"""With fewer variances than this nothing is drawn anywhere."""

_ALIKE = 3  # metrics move together: so many are taken for one
_STEPS = 8


def pooled(variance: Floats, degrees: Floats) -> tuple[Floats, Floats]:
    """Return variances drawn towards what is common to them, and their degrees of freedom.

    Args:
        variance: each in a common unit; one that is zero or unknown comes back as it is.
        degrees: of freedom of each.

    >>> drawn, freedom = pooled(np.array([0.2, 0.8, 1.0, 1.1, 1.9, 4.0]), np.full(6, 3.0))
    >>> drawn.round(2).tolist(), freedom.round(1).tolist()
    ([1.05, 1.25, 1.32, 1.35, 1.62, 2.32], [9.0, 9.0, 9.0, 9.0, 9.0, 9.0])
    """
    known = np.isfinite(variance) & (variance > 0) & (degrees > 0)
    if known.sum() < FEWEST:
        return variance, degrees
    own, half = variance[known], degrees[known] / 2
    logs = np.log(own) - digamma(half) + np.log(half)
    beyond = float(logs.var(ddof=1) - polygamma(1, half).mean())
    most = float(degrees[known].sum()) / _ALIKE
    common, freedom = float(np.exp(logs.mean())), most
    if beyond > 0:
        wanted = 2 * _inverse_trigamma(beyond)
        common *= float(np.exp(digamma(wanted / 2)) / (wanted / 2))
        freedom = min(wanted, most)
    drawn, worth = variance.copy(), degrees.copy()
    worth[known] = degrees[known] + freedom
    drawn[known] = (freedom * common + degrees[known] * own) / worth[known]
    return drawn, worth


def _inverse_trigamma(value: float) -> float:
    """Return where the trigamma function takes a value, by Newton's steps."""
    at = 0.5 + 1 / value
    for _ in range(_STEPS):
        here = float(polygamma(1, at))
        at += here * (1 - here / value) / float(polygamma(2, at))
    return at
