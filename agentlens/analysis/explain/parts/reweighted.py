"""What would a quantile be with the mix of another period?"""

import numpy as np

from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Ints
from agentlens.stats.groups import sums
from agentlens.stats.intervals.quantiles import rank

__all__ = ["at_same_mix"]


def at_same_mix(rows: Rows, arm: Ints, group: Ints) -> float:
    """Return the current quantile, every group of cells weighted to its share of the baseline.

    Args:
        rows: of both periods.
        arm: 1 for the current period, 0 for the baseline.
        group: cells of each row, both periods having some; -1 where only one of them has.
    """
    k = int(group.max(initial=0)) + 1
    now, before = ((arm == one) & (group >= 0) for one in (1, 0))
    share = [
        sums(group[part], rows.weight[part], k) / rows.weight[part].sum() for part in (now, before)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(share[0] > 0, share[1] / share[0], 0.0)
    weight = rows.weight[now] * factor[group[now]]
    ranked = rank(np.zeros(weight.size, dtype=np.int64), rows.numerator[now], weight, 1)
    return float(ranked.at(np.array([rows.metric.q or 0.5]))[0])
