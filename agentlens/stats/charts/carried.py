"""What does a chart show in a bin without data?"""

import numpy as np

from agentlens.stats.arrays import Flags, Floats

__all__ = ["carried"]


def carried(values: Floats, there: Flags) -> Floats:
    """Return values of the bins with data on all bins; an empty one repeats the one before.

    Args:
        values: of the bins with data.
        there: which bins have data; before the first of them nothing is known.

    >>> carried(np.array([1.0, 2.0]), np.array([False, True, False, True])).tolist()
    [nan, 1.0, 1.0, 2.0]
    """
    if not values.size:
        return np.full(there.size, np.nan)
    place = np.maximum.accumulate(np.where(there, np.cumsum(there) - 1, -1))
    return np.where(place >= 0, values[np.maximum(place, 0)], np.nan)
