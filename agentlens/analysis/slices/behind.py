"""Which traces show that a slice changed?"""

import numpy as np

from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags

__all__ = ["behind"]

_MOST = 500


def behind(rows: Rows, within: Flags, sign: int, expected: float) -> tuple[str, ...]:
    """Return the traces that pull a slice to one side, the strongest first, then the newest.

    Args:
        rows: what the metric counts.
        within: the current rows of the slice.
        sign: +1 where the metric rose, -1 where it fell.
        expected: its value in the baseline.
    """
    level = expected if np.isfinite(expected) else 0.0
    # A rate has two values only: whatever it was before, one of them pulls up and one down.
    level = 0.5 if rows.metric.kind == "rate" else level
    pull = sign * (rows.numerator - level * rows.denominator)
    chosen = np.flatnonzero(within & (pull > 0))
    if not chosen.size:
        chosen = np.flatnonzero(within)
    order = np.lexsort((-rows.time[chosen], -pull[chosen]))
    ids = rows.ids.iloc[rows.positions[chosen[order]]]
    return tuple(dict.fromkeys(ids.astype(str)))[:_MOST]
