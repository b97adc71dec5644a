"""Can the data carry an explanation at all, and what would be needed?"""

import numpy as np

from agentlens import text
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Ints

__all__ = ["lacking"]

_LEAST = 30
_CLUSTERS = 10
_BEYOND = 5


def lacking(rows: Rows, arm: Ints, periods: str) -> str:
    """Return why a change cannot be explained, in a sentence; empty where it can.

    Args:
        rows: of the metric.
        arm: of each row: 1 current, 0 baseline, -1 neither.
        periods: what is compared, as a phrase.
    """
    metric = rows.metric
    title = text.capital(metric.title)
    if rows.absent:
        what = text.listed(rows.absent)
        return f"{title} cannot be known: the log does not record {what}."
    for period, name in ((1, "current period"), (0, "baseline")):
        inside = (arm == period) & (rows.weight > 0)
        w = rows.weight[inside]
        n = float(w.sum() ** 2 / (w**2).sum()) if w.size else 0.0
        if n < _LEAST:
            worth = "" if n > w.size - 1 else f", worth {n:.0f} of equal weight,"
            return (
                f"{title} cannot be explained ({periods}): {text.plural(w.size, 'row')}{worth} in"
                f" the {name}, and at least {_LEAST} are needed."
            )
        users = np.unique(rows.cluster[inside]).size
        if users < _CLUSTERS:
            return (
                f"{title} cannot be explained ({periods}): all {text.count(w.size)} rows of the"
                f" {name} are of {text.plural(users, 'user')}, and at least {_CLUSTERS} are needed."
            )
        if metric.kind == "ratio" and not (rows.denominator[inside] * w).sum() > 0:
            return (
                f"{title} cannot be explained ({periods}): in the {name} there is nothing to"
                " divide by; take a longer period."
            )
        q = metric.q or 0.5
        least = _BEYOND / min(q, 1 - q)
        if metric.kind == "quantile" and n < least:
            return (
                f"{title} cannot be explained ({periods}): {text.plural(w.size, 'row')} in the"
                f" {name}, and at least {least:.0f} are needed."
            )
    return ""
