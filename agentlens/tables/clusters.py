"""Which traces belong to one user?"""

import numpy as np
import pandas as pd

from agentlens.stats.arrays import Ints

__all__ = ["CLUSTERED", "clusters_of"]

CLUSTERED = ("user_id", "session_id")
"""The columns that say which traces belong together, the first before the second."""


def clusters_of(traces: pd.DataFrame) -> Ints:
    """Return the user of each trace; where unknown its session; where unknown itself.

    >>> clusters_of(pd.DataFrame({"user_id": ["u", None, "u"], "session_id": ["a", "b", "c"]})).tolist()
    [0, 2, 0]
    """
    ids = np.full(len(traces), -1, dtype=np.int64)
    free = 0
    for column in CLUSTERED:
        if column in traces and (ids < 0).any():
            codes = pd.factorize(traces[column])[0]
            ids = np.where((ids < 0) & (codes >= 0), codes + free, ids)
            free += int(codes.max(initial=-1)) + 1
    return np.where(ids < 0, np.arange(free, free + len(traces)), ids)
