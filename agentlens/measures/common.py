"""What have the rows of a metric in common with those that they are held against?"""

import numpy as np

from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.slicing.shared import Common, common

__all__ = ["common_of"]


def common_of(rows: Rows, group: Ints, other: Ints, value: Floats) -> Common:
    """Return the sums of what each group of rows shares with the one that it is held against.

    Args:
        rows: what the metric counts, in memory.
        group: of each row, from 0.
        other: of each group, the group it is held against; itself where there is none.
        value: of the metric in each group.
    """
    level = np.nan_to_num(value)[group]
    residual: Floats = rows.numerator - level * rows.denominator
    if rows.metric.kind == "quantile":
        # How far it is from the share of rows that ought to lie at or below.
        residual = (rows.numerator <= level).astype(np.float64) - (rows.metric.q or 0.5)
    return common(group, other, rows.cluster, rows.weight, residual)
