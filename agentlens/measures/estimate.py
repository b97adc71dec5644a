"""What is the value of a metric in each group, and between which values does it lie?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.measures.metric import Kind
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import Clusters, cluster, intraclass, sums
from agentlens.stats.intervals.counts import poisson_interval
from agentlens.stats.intervals.means import log_t_interval, skewed_t_interval
from agentlens.stats.intervals.quantiles import levels, rank
from agentlens.stats.intervals.rates import wilson

__all__ = ["estimate"]

_FEW_EFFECTIVE = 30
_SAME = 1 - 1e-9
_LEFT = 1e-12
_CLOSED = ("rate", "mean")


class _Spread(NamedTuple):
    """Kish's effective n, what it comes to where the period is closed, and a mean's variance."""

    n_eff: Floats
    n_left: Floats
    variance: Floats

    def worth(self, of_one: Floats | float) -> Floats:
        """Return how many rows make a mean so precise; n_eff where all rows say the same."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.variance > 0, of_one / self.variance, self.n_left)


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
    finite: bool

    def total(self, values: Floats) -> Floats:
        return sums(self.group, values, self.n_groups)

    def spread(self, residuals: Floats) -> _Spread:
        """Return how precise a weighted mean is, from each row's distance to it.

        n_eff is Kish's: what weights alone cost. The variance is Σ w²e² / (Σw)², widened as rows of
        one cluster correlate; where most failures are kept it is far below what n_eff promises.
        """
        w = self.rows.weight
        linear = w * residuals
        rho = intraclass(linear, self.clusters)
        joint, sizes = self.clusters.squares(w), self.clusters.squares(np.ones_like(w))
        unseen = np.clip(1.0 - 1.0 / w, 0.0, 1.0) if self.finite else np.ones_like(w)
        squares = self.total(linear**2 * unseen)
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.maximum(self.total(w**2 * unseen) / self.weight2, _LEFT)
            n_eff = self.weight**2 / ((1 - rho) * self.weight2 + rho * joint)
            widened = 1 + rho * (sizes - self.n) / self.n
            return _Spread(n_eff, n_eff / left, squares * widened / self.weight**2)


Estimate = tuple[Floats, Floats, Floats, Floats]
"""Value, low, high and effective n of each group."""


def estimate(
    rows: Rows, group: Ints, n_groups: int, level: float = 0.95, *, finite: bool = False
) -> pd.DataFrame:
    """Return n, n_eff, value, low, high and the sums of each group; empty ones are missing.

    Args:
        rows: what the metric counts.
        group: of each row, from 0.
        n_groups: how many groups there are, empty ones included.
        level: how often the intervals must hold the truth.
        finite: whether the truth is that of the rows which were sampled from, and not of the
            process that made them.
    """
    if finite and rows.metric.kind not in _CLOSED:
        message = (
            f"finite=True is for a rate or a mean; {rows.metric.name} is a {rows.metric.kind}."
        )
        raise BadInputError(message)
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
        finite=finite,
    )
    value, low, high, n_eff = _KINDS[rows.metric.kind](groups)
    empty = groups.n == 0
    unequal = groups.weight**2 < groups.n * groups.weight2 * _SAME
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


def _centred(groups: _Groups, y: Floats) -> tuple[Floats, Floats]:
    """Return the weighted mean of each group and each row's distance from its own."""
    w = groups.rows.weight
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = groups.total(w * y) / groups.weight
    return mean, y - mean[groups.group]


def _rate(groups: _Groups) -> Estimate:
    rate, residuals = _centred(groups, groups.rows.numerator)
    spread = groups.spread(residuals)
    worth = spread.worth(rate * (1 - rate))
    low, high = wilson(rate * worth, worth, groups.level)
    return rate, low, high, spread.n_eff


def _mean(groups: _Groups) -> Estimate:
    mean, residuals = _centred(groups, groups.rows.numerator)
    spread = groups.spread(residuals)
    n_eff, linear = spread.n_eff, groups.rows.weight * residuals
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sqrt(spread.variance * n_eff * n_eff / (n_eff - 1))
        second, third = groups.total(linear**2), groups.total(linear**3)
        kish = groups.weight / np.sqrt(groups.weight2)
        skewness = np.where(second > 0, kish * third / second**1.5, 0.0)
    low, high = skewed_t_interval(mean, deviation, skewness, n_eff, groups.level)
    return mean, low, high, n_eff


def _quantile(groups: _Groups) -> Estimate:
    rows = groups.rows
    q = rows.metric.q or 0.5
    ranked = rank(groups.group, rows.numerator, rows.weight, groups.n_groups)
    value = ranked.at(np.full(groups.n_groups, q))
    above = (rows.numerator > value[groups.group]).astype(np.float64)
    share, residuals = _centred(groups, above)
    spread = groups.spread(residuals)
    first, last = levels(q, np.nan_to_num(spread.worth(share * (1 - share))), groups.level)
    return value, ranked.at(first, plus_one=True), ranked.at(last, plus_one=True), spread.n_eff


def _ratio(groups: _Groups) -> Estimate:
    rows = groups.rows
    w, above, below = rows.weight, rows.numerator, rows.denominator
    with np.errstate(divide="ignore", invalid="ignore"):
        total, base = groups.total(w * above), groups.total(w * below)
        ratio = np.where(base > 0, total / base, np.nan)
        residuals = w * (above - np.nan_to_num(ratio)[groups.group] * below)
        error = np.sqrt(groups.clusters.squares(residuals))
        many = groups.clusters.per_group
        relative = error * np.sqrt(many / (many - 1)) / total
    n_eff = groups.spread(residuals / w).n_eff
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
