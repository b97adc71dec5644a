"""How does a promise stand, from what each of its windows has seen, at any share allowed to be bad?

The bounds of what was seen do not depend on what is promised, so that a promise may be moved
without looking at a single row again.
"""

import numpy as np

from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.promises.budget import needed, pace

__all__ = ["LEAST_BAD", "STATES", "WHYS", "judged", "spend", "thresholds"]

STATES = ("none", "calm", "over", "proved", "fast")
"""How a window burns: no rows, within the budget, over it, proved to be, proved beyond its pace."""

WHYS = ("kept", "likely", "few", "thin", "burns", "burning", "broken", "empty")
"""What decided how the promise stands."""

LEAST_BAD = 2
"""Bad events without which nothing is called: a single one may be a slip of the one who counted."""

_FAST, _SLOW = 0.05, 0.10


def judged(
    *,
    share: Floats,
    low: Floats,
    high: Floats,
    bound: Floats,
    bad: Floats,
    n: Floats,
    n_eff: Floats,
    span: Floats,
    allowed: float,
) -> dict[str, np.ndarray]:
    """Return how each window burns and how the promise stands.

    Args:
        share: of bad rows in each window: the promise's own first, then from the shortest on.
        low: lower bound of it.
        high: upper bound of it.
        bound: the one-sided lower bound by which a window is called.
        bad: bad rows.
        n: rows.
        n_eff: rows, as many as their weights leave.
        span: length of each window.
        allowed: share of rows that may be bad.

    Returns:
        budget, burn, burn_low, burn_high, threshold and state (a place in STATES) of each window;
        why (a place in WHYS) and needed, the rows from which on it can be shown to be kept.

    >>> seen = {name: np.array([0.05]) for name in ("share", "low", "high", "bound")}
    >>> size = {name: np.array([1000.0]) for name in ("n", "n_eff", "span")}
    >>> found = judged(**seen, **size, bad=np.array([50.0]), allowed=0.1)
    >>> found["burn"].tolist(), STATES[found["state"][0]], WHYS[found["why"][0]]
    ([0.5], 'calm', 'kept')
    """
    burn, proof = share / allowed, bound / allowed
    threshold = thresholds(span, allowed)
    over, fast = _proved(proof, bad, 1.0), _proved(proof, bad, threshold)
    state = np.select([np.isnan(burn), fast, over, burn > 1], [0, 4, 3, 2], 1)
    agreed = over[1:-1] & over[2:] & (proof[2:] > threshold[2:])
    least = needed(allowed)
    reasons = {
        "empty": n[0] == 0,
        "broken": over[0],
        "burning": agreed.any(),
        "burns": over[1:].any(),
        "thin": np.isnan(low[0]),
        "few": n_eff[0] < least,
        "likely": burn[0] > 1,
        "kept": True,
    }
    why = next(name for name, holds in reasons.items() if holds)
    return {
        "budget": allowed * n,
        "burn": burn,
        "burn_low": low / allowed,
        "burn_high": high / allowed,
        "threshold": threshold,
        "state": state.astype(np.int64),
        "why": np.array([WHYS.index(why)]),
        "needed": np.array([least]),
    }


def spend(place: int, windows: int) -> float:
    """Return the share of the budget that is called when it is spent within one window.

    A tenth within the longest window is slow but sure, a twentieth within a shorter one is fast.

    Args:
        place: of the window, the promise's own standing first, then from the shortest on.
        windows: how many there are, the promise's own included.

    >>> spend(2, 3), spend(2, 4), spend(3, 4)
    (0.05, 0.05, 0.1)
    """
    alone = place == 2  # noqa: PLR2004 - the only pair of neighbours is a fast one
    return _SLOW if place == windows - 1 and not alone else _FAST


def thresholds(span: Floats, allowed: float) -> Floats:
    """Return the burn rate beyond which each window counts: its pace as the longer of two.

    It is 1 for the promise's own window and for the shortest, which is the longer one of none.
    """
    out = np.ones(span.size)
    for place in range(2, span.size):
        whole = float(span[0] / span[place])
        out[place] = pace(spend(place, span.size), whole, 1.0, allowed)
    return out


def _proved(proof: Floats, bad: Floats, threshold: Floats | float) -> Flags:
    """Return which windows are proved to burn faster than a threshold."""
    return np.asarray((proof > threshold) & (bad >= LEAST_BAD))
