"""Are these more events than before, where they come in bursts?

Ten failures of one user are one thing that happened, not ten. If nothing changed, each burst falls
whole into the current period or into the baseline, by the share of the exposure; what the current
period then holds is a sum of bursts whose law can be written down exactly. Bursts of one event give
the conditional binomial.
"""

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["burst_tail", "unrest"]


def burst_tail(sizes: Ints, current: int, share: float) -> float:
    """Return P(at least `current` events fall into the current period), if nothing changed.

    Args:
        sizes: events of each burst, of either period.
        current: events in the current period.
        share: of the exposure that lies in the current period.

    >>> burst_tail(np.array([10]), 10, 0.25)  # one user, ten times: it had to happen somewhere
    0.25
    >>> round(burst_tail(np.ones(10, dtype=np.int64), 10, 0.25), 8)
    9.5e-07
    """
    if current <= 0:
        return 1.0
    law = np.ones(1)
    for size, many in zip(*np.unique(sizes, return_counts=True), strict=True):
        spaced = np.zeros(int(size * many) + 1)
        spaced[:: int(size)] = _binomial(int(many), share)
        law = np.convolve(law, spaced)
    return float(min(law[current:].sum(), 1.0))


def unrest(kind: Ints, counts: Floats, shares: Floats, squares: Floats) -> Floats:
    """Return the squared distances of counts from what is expected, added up by kind of event.

    Only the stretches of time in which something happened are given; the many others are empty and
    follow from what is expected of them. Divided by the number of events, and corrected for the
    rates that were estimated, this is 1 for events that come one by one.

    Args:
        kind: of each stretch with events.
        counts: events of that kind in it.
        shares: of the exposure of the kind that lies in it.
        squares: by kind, the sum of the squared shares of all stretches, empty ones included.

    >>> unrest(np.array([0]), np.array([8.0]), np.array([0.25]), np.array([4 * 0.25**2])).tolist()
    [48.0]
    """
    n = squares.size
    total = sums(kind, counts, n)
    own = sums(kind, counts**2 - 2.0 * counts * total[kind] * shares, n)
    return np.maximum(own + total**2 * squares, 0.0)


def _binomial(n: int, p: float) -> Floats:
    k = np.arange(n + 1, dtype=np.float64)
    choose = gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0)
    return np.asarray(np.exp(choose + xlogy(k, p) + xlog1py(n - k, -p)), dtype=np.float64)
