"""How rich would a gambler be by now who bets that a share is not what it should be?

If the share is what was claimed, no bet earns anything on average, and the wealth reaches twenty at
any time with a chance of at most one in twenty: one may look after every label.
"""

from typing import Literal

import numpy as np

from agentlens.stats.arrays import Floats

__all__ = ["wealth"]

_STAKES = 12
_SMALLEST, _BOLDEST = 0.05, 0.9
_RICHEST = 700.0


def wealth(y: Floats, p0: float, side: Literal["above", "below"] = "above") -> Floats:
    """Return the wealth after each label, its start of one left out.

    Args:
        y: 1 where both agree, else 0, in the order in which the labels were drawn.
        p0: the share that is tested.
        side: bet that the truth lies above (to certify) or below it (to raise an alarm).

    >>> wealth(np.ones(3), 0.5).round(3).tolist()
    [1.463, 2.214, 3.459]
    >>> wealth(np.array([]), 0.5).tolist()
    []
    """
    stakes = np.linspace(_SMALLEST, _BOLDEST / max(p0, 1 - p0), _STAKES)
    gains = (y - p0) if side == "above" else (p0 - y)
    logs = np.cumsum(np.log1p(stakes[:, None] * gains[None, :]), axis=1)
    return np.asarray(np.exp(np.minimum(logs, _RICHEST)).mean(axis=0), dtype=np.float64)
