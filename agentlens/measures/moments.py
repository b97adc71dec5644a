"""Which sums of its rows does a metric need, so that nothing else must leave the place they are in?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import Clusters, cluster, intraclass, sums
from agentlens.stats.intervals.quantiles import rank

__all__ = ["Moments", "moments", "value_of"]


_ROUNDING, _NOTHING = 1e-12, 1e-300
"""How exact a number is to its own size; what nothing is divided by."""


def _none() -> Floats:
    return np.zeros(0)


@dataclass(frozen=True, eq=False, kw_only=True)
class Moments:
    """The sums of each group; with them alone a value and its interval are computed.

    What is called the pull of a row is its weight times its distance from the value of its group;
    for a quantile, the distance of "it lies above" from the share that lies above.

    Attributes:
        metric: what is summed.
        n: rows.
        weight: Σ w.
        weight2: Σ w².
        total: Σ w·y.
        squares: Σ w·y².
        below: Σ w·d, the denominators.
        value: of the metric.
        share: for a quantile, the weighted share of rows that lie above it.
        pull2: Σ of squared pulls.
        pull3: Σ of cubed pulls.
        open2: Σ of squared pulls, each times the chance that its row had not been seen; where the
            question is about the process that made the rows, the same as `pull2`.
        open_weight2: the same of w².
        clusters: users.
        sizes2: Σ over users of their squared number of rows.
        joint2: Σ over users of their squared weight.
        pulled2: Σ over users of their squared pull; for a ratio.
        held2: Σ over users of their squared Σ w·y; for a count.
        alike: the correlation of two rows of one user, pooled over all groups.
        read: for a quantile, the value of each group at a probability, the k-th of n values lying
            at k / (n + 1).
    """

    metric: Metric
    n: Floats
    weight: Floats
    weight2: Floats
    total: Floats
    squares: Floats
    below: Floats
    value: Floats
    clusters: Floats
    share: Floats = field(default_factory=_none)
    pull2: Floats = field(default_factory=_none)
    pull3: Floats = field(default_factory=_none)
    open2: Floats = field(default_factory=_none)
    open_weight2: Floats = field(default_factory=_none)
    sizes2: Floats = field(default_factory=_none)
    joint2: Floats = field(default_factory=_none)
    pulled2: Floats = field(default_factory=_none)
    held2: Floats = field(default_factory=_none)
    alike: float = 0.0
    read: Callable[[Floats], Floats] | None = None

    @property
    def rho(self) -> float:
        """How alike rows of one user are; 0 where rows differ from their group by rounding alone."""
        if self.metric.kind == "quantile":
            return self.alike
        usual = float(self.squares.sum()) / max(float(self.weight.sum()), _NOTHING)
        noise = _ROUNDING**2 * usual * float(self.weight2.sum())
        return self.alike if float(self.pull2.sum()) > noise else 0.0


def value_of(metric: Metric, weight: Floats, total: Floats, below: Floats) -> Floats:
    """Return the value of each group from its sums; NaN where it has none.

    Args:
        metric: of any kind but a quantile, which no sum gives.
        weight: Σ w.
        total: Σ w·y.
        below: Σ w·d.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if metric.kind == "count":
            return total
        if metric.kind == "ratio":
            return np.where(below > 0, total / below, np.nan)
        return total / weight


def moments(rows: Rows, group: Ints, n_groups: int, *, finite: bool = False) -> Moments:
    """Return the sums of each group of rows that are in memory.

    Args:
        rows: what the metric counts.
        group: of each row, from 0.
        n_groups: how many groups there are, empty ones included.
        finite: whether the question is about these rows and those they were sampled from alone.
    """
    w, y, d, metric = rows.weight, rows.numerator, rows.denominator, rows.metric
    users = cluster(group, rows.cluster, n_groups)

    def summed(values: Floats) -> Floats:
        return sums(group, values, n_groups)

    weight, total, below = summed(w), summed(w * y), summed(w * d)
    known: dict[str, Any] = {
        "metric": metric,
        "n": np.bincount(group, minlength=n_groups).astype(np.float64),
        "weight": weight,
        "weight2": summed(w**2),
        "total": total,
        "squares": summed(w * y**2),
        "below": below,
        "clusters": users.per_group,
    }
    if metric.kind == "count":
        return Moments(**known, value=total, held2=users.squares(w * y))
    if metric.kind == "quantile":
        ranked = rank(group, y, w, n_groups)
        value = ranked.at(np.full(n_groups, metric.q or 0.5))
        above = (y > value[group]).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = summed(w * above) / weight
        spread = _spread(w, above - share[group], users, group, finite=finite)
        return Moments(
            **known, value=value, share=share, **spread, read=lambda p: ranked.at(p, plus_one=True)
        )
    value = value_of(metric, weight, total, below)
    away = y - np.nan_to_num(value)[group] * d
    pulled: dict[str, Any] = {"pulled2": users.squares(w * away)} if metric.kind == "ratio" else {}
    return Moments(**known, value=value, **_spread(w, away, users, group, finite=finite), **pulled)


def _spread(
    w: Floats, away: Floats, users: Clusters, group: Ints, *, finite: bool
) -> dict[str, Any]:
    """Return the sums that say how far a value may be from the truth."""

    def summed(values: Floats) -> Floats:
        return sums(group, values, users.n_groups)

    pull = w * away
    square = pull**2  # a third power by pow() would take as long as all the rest
    unseen = np.clip(1.0 - 1.0 / w, 0.0, 1.0) if finite else np.ones_like(w)
    return {
        "pull2": summed(square),
        "pull3": summed(pull * square),
        "open2": summed(square * unseen),
        "open_weight2": summed(w**2 * unseen),
        "sizes2": users.squares(np.ones_like(w)),
        "joint2": users.squares(w),
        "alike": intraclass(pull, users),
    }
