"""What would the mix of traffic alone let one expect of each row?

A line through the baseline says what a row of each kind of traffic comes to. Drawn over time, what
it expects moves only where the kinds of traffic come in other shares; what happens inside them
cannot move it.
"""

from dataclasses import replace

import numpy as np

from agentlens.analysis.arms.dimensions import VERSIONS, Dimension
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Floats, Ints

__all__ = ["added_up", "expected_by_mix", "least_shift"]

_SEEN = 0.5
_RIDGE = 5.0  # a value seen five times is believed half


def added_up(rows: Rows, normal: Flags) -> Floats:
    """Return a number for each row whose mean over rows moves as the metric does.

    That is the row's own number for a rate or a mean; what it adds for a ratio; and for a quantile
    whether it lies beyond the baseline's.

    Args:
        rows: what the metric counts.
        normal: the rows of the baseline.
    """
    w, y = rows.weight, rows.numerator
    if rows.metric.kind == "ratio":
        below = float(np.average(rows.denominator[normal], weights=w[normal]))
        ratio = float(np.average(y[normal], weights=w[normal])) / below
        out: Floats = ratio + (y - ratio * rows.denominator) / below
        return out
    if rows.metric.kind == "quantile":
        order = np.argsort(y[normal], kind="stable")
        share = np.cumsum(w[normal][order])
        place = int(np.searchsorted(share, (rows.metric.q or 0.5) * share[-1]))
        far: Floats = (y > y[normal][order][min(place, order.size - 1)]).astype(np.float64)
        return far
    return y


def expected_by_mix(rows: Rows, dims: list[Dimension], normal: Flags) -> Rows | None:
    """Return the same rows, each with what the baseline lets one expect of its kind of traffic.

    Args:
        rows: what the metric counts.
        dims: circumstances; versions are no kind of traffic and left out.
        normal: the rows of the baseline.
    """
    kept = [one for one in dims if one.varies and one.name not in VERSIONS]
    if not kept or not normal.any():
        return None
    y = added_up(rows, normal)
    w = rows.weight[normal]
    level = float(np.average(y[normal], weights=w))
    starts = np.cumsum([0, *(len(one.labels) for one in kept)])
    places = [one.codes + start for one, start in zip(kept, starts, strict=False)]
    effect = _line([one[normal] for one in places], int(starts[-1]), y[normal] - level, w)
    expected = level + np.sum([effect[one] for one in places], axis=0)
    metric = Metric(
        f"{rows.metric.name} by mix",
        "mean",
        rows.metric.better,
        numerator="latency_s",  # never evaluated: the numbers are given
    )
    return replace(rows, metric=metric, numerator=expected, denominator=np.ones_like(expected))


def least_shift(rows: Rows, normal: Flags, bins: int) -> float:
    """Return the smallest shift by mix worth a call: half of the scatter of the metric's own bins.

    What lies below is never seen in the metric itself.

    Args:
        rows: what the metric counts.
        normal: the rows of the baseline.
        bins: how many the log has.
    """
    y = added_up(rows, normal)[normal]
    return float(_SEEN * np.std(y) / np.sqrt(max(rows.positions.size / bins, 1.0)))


def _line(places: list[Ints], columns: int, y: Floats, w: Floats) -> Floats:
    """Return the effect of each value, by weighted least squares drawn a little towards zero."""
    normal = np.zeros((columns, columns))
    for one in places:
        for other in places:
            flat = np.bincount(one * columns + other, weights=w, minlength=columns**2)
            normal += flat.reshape(columns, columns)
    against = np.zeros(columns)
    for one in places:
        against += np.bincount(one, weights=w * y, minlength=columns)
    normal[np.diag_indices(columns)] += _RIDGE * float(w.mean())
    return np.asarray(np.linalg.solve(normal, against), dtype=np.float64)
