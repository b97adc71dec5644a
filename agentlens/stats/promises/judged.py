"""How does a promise stand, from what each of its windows has seen, at any share allowed to be bad?

The bounds of what was seen do not depend on what is promised, so that a promise may be moved
without looking at a single row again.
"""

import numpy as np

from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.promises.budget import needed, pace

__all__ = ["STATES", "WHYS", "judged"]

STATES = ("none", "calm", "over", "proved", "fast")
"""How a window burns: no rows, within the budget, over it, proved to be, proved beyond its pace."""

WHYS = ("kept", "likely", "few", "thin", "burns", "burning", "broken", "empty")
"""What decided how the promise stands."""

_LEAST_BAD = 2
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
    threshold = _thresholds(span, allowed)
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


def _proved(proof: Floats, bad: Floats, threshold: Floats | float) -> Flags:
    """Return which windows are proved to burn faster than a threshold."""
    return np.asarray((proof > threshold) & (bad >= _LEAST_BAD))


def _thresholds(span: Floats, allowed: float) -> Floats:
    """Return the burn rate beyond which each window counts.

    It is the pace of the longer one of two neighbours: a tenth of the budget within the longest
    window, a twentieth within a shorter one; one for the shortest and for the promise's own.
    """
    out = np.ones(span.size)
    for place in range(2, span.size):
        last = place == span.size - 1 and place > 2  # noqa: PLR2004 - the only pair is a fast one
        out[place] = pace(_SLOW if last else _FAST, float(span[0] / span[place]), 1.0, allowed)
    return out
