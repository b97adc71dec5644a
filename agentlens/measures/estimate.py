"""What is the value of a metric in each group, and between which values does it lie?"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.measures.metric import Kind
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.counts import poisson_interval
from agentlens.stats.groups import Clusters, cluster, intraclass, sums
from agentlens.stats.means import log_t_interval, skewed_t_interval
from agentlens.stats.quantiles import levels, rank
from agentlens.stats.rates import wilson

__all__ = ["estimate"]

_FEW_EFFECTIVE = 30


@dataclass(frozen=True, eq=False)
class _Groups:
    """The rows of a metric by group, and the sums that every kind needs."""

    rows: Rows
    group: Ints
    n_groups: int
    clusters: Clusters
    n: Floats
    weight: Floats
    weight2: Floats
    level: float

    def total(self, values: Floats) -> Floats:
        return sums(self.group, values, self.n_groups)

    def effective(self, residuals: Floats) -> Floats:
        """Return how many independent, equally weighted rows would be as precise as these.

        The variance of a weighted mean whose rows correlate by rho inside clusters is
        ((1 - rho) Σw² + rho Σ W_c²) / (Σw)², W_c being the weight of a cluster.
        """
        rho = intraclass(residuals, self.clusters)
        joint = self.clusters.squares(self.rows.weight)
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.weight**2 / ((1 - rho) * self.weight2 + rho * joint)


Estimate = tuple[Floats, Floats, Floats, Floats]
"""Value, low, high and effective n of each group."""


def estimate(rows: Rows, group: Ints, n_groups: int, level: float = 0.95) -> pd.DataFrame:
    """Return n, n_eff, value, low, high and the sums of each group; empty ones are missing.

    Args:
        rows: what the metric counts.
        group: of each row, from 0.
        n_groups: how many groups there are, empty ones included.
        level: how often the intervals must hold the truth.
    """
    weight = rows.weight
    groups = _Groups(
        rows=rows,
        group=group,
        n_groups=n_groups,
        clusters=cluster(group, rows.cluster, n_groups),
        n=np.bincount(group, minlength=n_groups).astype(np.float64),
        weight=sums(group, weight, n_groups),
        weight2=sums(group, weight**2, n_groups),
        level=level,
    )
    value, low, high, n_eff = _KINDS[rows.metric.kind](groups)
    empty = groups.n == 0
    unequal = weight.size > 0 and bool((weight != weight[0]).any())
    thin = empty | (unequal & (n_eff < _FEW_EFFECTIVE))
    return pd.DataFrame(
        {
            "n": groups.n.astype(np.int64),
            "n_eff": np.where(empty, 0.0, n_eff),
            "value": np.where(empty, np.nan, value),
            "low": np.where(thin, np.nan, low),
            "high": np.where(thin, np.nan, high),
            "weight": groups.weight,
            "total": groups.total(weight * rows.numerator),
            "squares": groups.total(weight * rows.numerator**2),
            "below": groups.total(weight * rows.denominator),
        }
    )


def _centred(groups: _Groups) -> tuple[Floats, Floats]:
    """Return the weighted mean of each group and each row's distance from its own."""
    y, w = groups.rows.numerator, groups.rows.weight
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = groups.total(w * y) / groups.weight
    return mean, y - mean[groups.group]


def _rate(groups: _Groups) -> Estimate:
    rate, residuals = _centred(groups)
    n_eff = groups.effective(residuals)
    low, high = wilson(rate * n_eff, n_eff, groups.level)
    return rate, low, high, n_eff


def _mean(groups: _Groups) -> Estimate:
    mean, residuals = _centred(groups)
    n_eff = groups.effective(residuals)
    w = groups.rows.weight
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = groups.total(w * residuals**2) / groups.weight
        third = groups.total(w * residuals**3) / groups.weight
        deviation = np.sqrt(variance * n_eff / (n_eff - 1))
        skewness = np.where(variance > 0, third / variance**1.5, 0.0)
    low, high = skewed_t_interval(mean, deviation, skewness, n_eff, groups.level)
    return mean, low, high, n_eff


def _quantile(groups: _Groups) -> Estimate:
    rows = groups.rows
    q = rows.metric.q or 0.5
    ranked = rank(groups.group, rows.numerator, rows.weight, groups.n_groups)
    value = ranked.at(np.full(groups.n_groups, q))
    above = (rows.numerator > value[groups.group]).astype(np.float64) - (1 - q)
    n_eff = groups.effective(above)
    first, last = levels(q, np.nan_to_num(n_eff), groups.level)
    return value, ranked.at(first, plus_one=True), ranked.at(last, plus_one=True), n_eff


def _ratio(groups: _Groups) -> Estimate:
    rows = groups.rows
    w, above, below = rows.weight, rows.numerator, rows.denominator
    with np.errstate(divide="ignore", invalid="ignore"):
        total, base = groups.total(w * above), groups.total(w * below)
        ratio = np.where(base > 0, total / base, np.nan)
        residuals = w * (above - np.nan_to_num(ratio)[groups.group] * below)
        spread = np.sqrt(groups.clusters.squares(residuals))
        many = groups.clusters.per_group
        relative = spread * np.sqrt(many / (many - 1)) / total
    n_eff = groups.effective(residuals / w)
    low, high = log_t_interval(ratio, relative, many - 1, groups.level)
    return ratio, low, high, n_eff


def _count(groups: _Groups) -> Estimate:
    rows = groups.rows
    held = rows.weight * rows.numerator
    count = groups.total(held)
    low, high = poisson_interval(count, groups.clusters.squares(held), groups.level)
    return count, low, high, groups.n


_KINDS: dict[Kind, Callable[[_Groups], Estimate]] = {
    "rate": _rate,
    "mean": _mean,
    "quantile": _quantile,
    "ratio": _ratio,
    "count": _count,
}
