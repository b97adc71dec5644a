"""Which traces show that a slice changed?"""

import numpy as np

from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags

__all__ = ["MOST", "behind", "level_of"]

MOST = 500
"""Traces that are named behind a signal at most."""


def behind(rows: Rows, within: Flags, sign: int, expected: float) -> tuple[str, ...]:
    """Return the traces that pull a slice to one side, the strongest first, then the newest.

    Args:
        rows: what the metric counts.
        within: the current rows of the slice.
        sign: +1 where the metric rose, -1 where it fell.
        expected: its value in the baseline.
    """
    pull = sign * (rows.numerator - level_of(rows.metric, expected) * rows.denominator)
    chosen = np.flatnonzero(within & (pull > 0))
    if not chosen.size:
        chosen = np.flatnonzero(within)
    order = np.lexsort((-rows.time[chosen], -pull[chosen]))
    ids = rows.ids.iloc[rows.positions[chosen[order]]]
    return tuple(dict.fromkeys(ids.astype(str)))[:MOST]


def level_of(metric: Metric, expected: float) -> float:
    """Return from where rows pull up or down.

    Args:
        metric: what is counted.
        expected: its value in the baseline.
    """
    # A rate has two values only: whatever it was before, one of them pulls up and one down.
    if metric.kind == "rate":
        return 0.5
    return expected if np.isfinite(expected) else 0.0
