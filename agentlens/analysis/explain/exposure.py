"""How many days does each period cover, and how much do days differ?"""

import numpy as np

from agentlens.stats.arrays import Flags, Floats, Ints

__all__ = ["exposure", "overdispersion"]

_DAY = 24
_ENOUGH_DAYS = 5


def exposure(hour: Ints, arm: Ints) -> tuple[Floats, Flags]:
    """Return the days that each period covers, baseline first, and which rows are compared.

    Args:
        hour: of each row.
        arm: its period, 0 or 1.
    """
    spans = [(int(hour[arm == one].min()), int(hour[arm == one].max()) + 1) for one in (0, 1)]
    covered = np.zeros(_DAY, dtype=bool)
    covered[np.arange(*spans[1]) % _DAY] = True
    days = [float(covered[np.arange(*span) % _DAY].sum()) / covered.sum() for span in spans]
    return np.maximum(np.array(days), 1 / _DAY), covered[hour % _DAY]


def overdispersion(hour: Ints) -> float:
    """Return how much more the days of the baseline differ than random arrivals would.

    Args:
        hour: of each row of the baseline.
    """
    daily = np.bincount((hour - hour.min()) // _DAY)[1:-1] if hour.size else np.zeros(0)
    if daily.size < _ENOUGH_DAYS or daily.mean() <= 0:
        return 1.0
    return max(1.0, float(daily.var(ddof=1) / daily.mean()))
