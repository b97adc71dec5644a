"""Which mean of rows is a metric, so that its change can be told in parts?"""

from dataclasses import dataclass

import numpy as np

from agentlens import text
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.intervals.quantiles import rank

__all__ = ["Linear", "linear"]


@dataclass(frozen=True, eq=False)
class Linear:
    """Numbers of rows whose weighted means differ between the periods by the metric's change.

    Attributes:
        y: of each row.
        baseline: what is explained, in the baseline.
        current: and in the current period.
        unit: of both.
        said: what they are called, where it is not the metric itself.
        threshold: of a quantile: the baseline's.
    """

    y: Floats
    baseline: float
    current: float
    unit: str
    said: str = ""
    threshold: float = np.nan


def linear(rows: Rows, arm: Ints, weight: Floats, *, threshold: float | None = None) -> Linear:
    """Return the rows' numbers; the arm of each row is 0 or 1 and both have rows.

    A rate and a mean are means already. A ratio of sums a / b is made linear around the average R
    of the two periods: (a - R b) / b̄, whose means differ by exactly the ratio's change. A quantile
    is told as the share of rows beyond the baseline's.

    Args:
        rows: of the metric.
        arm: 1 for the current period, 0 for the baseline.
        weight: of each row.
        threshold: of a quantile, where it is known already.
    """
    kind = rows.metric.kind
    y = rows.numerator
    if kind == "ratio":
        whole = sums(arm, weight, 2)
        above = sums(arm, weight * rows.numerator, 2) / whole
        below = sums(arm, weight * rows.denominator, 2) / whole
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(below > 0, above / below, np.nan)
        y = (rows.numerator - ratio.mean() * rows.denominator) / below.mean()
        return Linear(y, float(ratio[0]), float(ratio[1]), rows.metric.unit)
    if kind == "quantile":
        q = rows.metric.q or 0.5
        if threshold is None:
            before = arm == 0
            ranked = rank(arm[before], rows.numerator[before], weight[before], 1)
            threshold = float(ranked.at(np.array([q]))[0])
        y = (rows.numerator > threshold).astype(np.float64)
        said = (
            f"share beyond {text.number(threshold, rows.metric.unit)}, the baseline's"
            f" {rows.metric.title}"
        )
        low, high = _means(y, arm, weight)
        return Linear(y, low, high, "share", said, threshold)
    low, high = _means(y, arm, weight)
    return Linear(y, low, high, rows.metric.unit)


def _means(y: Floats, arm: Ints, weight: Floats) -> tuple[float, float]:
    means = sums(arm, weight * y, 2) / sums(arm, weight, 2)
    return float(means[0]), float(means[1])
