"""What is the value of a metric in each group, and between which values does it lie?"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.measures.metric import Kind, Metric
from agentlens.measures.moments import Moments, moments
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.intervals.counts import poisson_interval
from agentlens.stats.intervals.means import log_t_interval, skewed_t_interval
from agentlens.stats.intervals.quantiles import levels
from agentlens.stats.intervals.rates import wilson

__all__ = ["check_finite", "estimate", "estimated"]

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


Estimate = tuple[Floats, Floats, Floats]
"""Low, high and effective n of each group."""


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
    check_finite(rows.metric, finite=finite)
    return estimated(moments(rows, group, n_groups, finite=finite), level)


def check_finite(metric: Metric, *, finite: bool) -> None:
    """Refuse to ask of a closed period what only has an answer for the process."""
    if finite and metric.kind not in _CLOSED:
        message = f"finite=True is for a rate or a mean; {metric.name} is a {metric.kind}."
        raise BadInputError(message)


def estimated(of: Moments, level: float = 0.95) -> pd.DataFrame:
    """Return what `estimate` does, from sums that were made wherever the rows are.

    Args:
        of: the sums of each group.
        level: how often the intervals must hold the truth.
    """
    low, high, n_eff = _KINDS[of.metric.kind](of, level)
    empty = of.n == 0
    unequal = of.weight**2 < of.n * of.weight2 * _SAME
    thin = empty | (unequal & (n_eff < _FEW_EFFECTIVE))
    return pd.DataFrame(
        {
            "n": of.n.astype(np.int64),
            "n_eff": np.where(empty, 0.0, n_eff),
            "value": np.where(empty, np.nan, of.value),
            "low": np.where(thin, np.nan, low),
            "high": np.where(thin, np.nan, high),
            "weight": of.weight,
            "total": of.total,
            "squares": of.squares,
            "below": of.below,
        }
    )


def _spread(of: Moments) -> _Spread:
    """Return how precise a weighted mean is.

    n_eff is Kish's: what weights alone cost. The variance is Σ w²e² / (Σw)², widened as rows of
    one cluster correlate; where most failures are kept it is far below what n_eff promises.
    """
    rho = of.rho
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.maximum(of.open_weight2 / of.weight2, _LEFT)
        n_eff = of.weight**2 / ((1 - rho) * of.weight2 + rho * of.joint2)
        widened = 1 + rho * (of.sizes2 - of.n) / of.n
        return _Spread(n_eff, n_eff / left, of.open2 * widened / of.weight**2)


def _rate(of: Moments, level: float) -> Estimate:
    spread = _spread(of)
    worth = spread.worth(of.value * (1 - of.value))
    low, high = wilson(of.value * worth, worth, level)
    return low, high, spread.n_eff


def _mean(of: Moments, level: float) -> Estimate:
    spread = _spread(of)
    n_eff = spread.n_eff
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sqrt(spread.variance * n_eff * n_eff / (n_eff - 1))
        kish = of.weight / np.sqrt(of.weight2)
        skewness = np.where(of.pull2 > 0, kish * of.pull3 / of.pull2**1.5, 0.0)
    low, high = skewed_t_interval(of.value, deviation, skewness, n_eff, level)
    return low, high, n_eff


def _quantile(of: Moments, level: float) -> Estimate:
    spread = _spread(of)
    worth = np.nan_to_num(spread.worth(of.share * (1 - of.share)))
    first, last = levels(of.metric.q or 0.5, worth, level)
    read = of.read or (lambda probabilities: np.full(probabilities.size, np.nan))
    return read(first), read(last), spread.n_eff


def _ratio(of: Moments, level: float) -> Estimate:
    many = of.clusters
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.sqrt(of.pulled2) * np.sqrt(many / (many - 1)) / of.total
    low, high = log_t_interval(of.value, relative, many - 1, level)
    return low, high, _spread(of).n_eff


def _count(of: Moments, level: float) -> Estimate:
    low, high = poisson_interval(of.total, of.held2, level)
    return low, high, of.n


_KINDS: dict[Kind, Callable[[Moments, float], Estimate]] = {
    "rate": _rate,
    "mean": _mean,
    "quantile": _quantile,
    "ratio": _ratio,
    "count": _count,
}
