"""By how much do two arms differ once both have the same mix, and how sure is that?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr, stdtrit

from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.intervals.means import log_t_interval
from agentlens.stats.intervals.quantiles import levels, rank
from agentlens.stats.intervals.rates import wilson
from agentlens.stats.trials.influence import (
    Covariance,
    Moves,
    Standard,
    covariance,
    standardised,
)
from agentlens.stats.trials.joined import Contrast, joined

__all__ = ["Kind", "Sample", "contrast", "usable"]

Kind = Literal["rate", "mean", "quantile", "ratio"]
_FEWEST = 2
_LEAST = 1e-300
_FEW = 1.5  # with one degree of freedom an interval says nothing
_NONE = 1e-12  # sums of shares are 1 but for rounding


@dataclass(frozen=True, eq=False)
class Sample:
    """The rows of two arms.

    Attributes:
        arm: of each row, 1 for the one that is judged and 0 for the one it is held against.
        cell: of each row, from 0; rows of one cell are alike.
        cluster: an integer that rows which are not independent share, over both arms.
        weight: of each row.
        above: the number of each row.
        below: what it is divided by in a ratio, else 1.
        block: an integer that rows of one stretch of time share, where a shock of that time would
            be taken for a difference of the arms; None where both arms ran at once.
    """

    arm: Ints
    cell: Ints
    cluster: Ints
    weight: Floats
    above: Floats
    below: Floats
    block: Ints | None = None

    def only(self, rows: Flags) -> "Sample":
        """Return some of the rows."""
        block = None if self.block is None else self.block[rows]
        return Sample(
            self.arm[rows],
            self.cell[rows],
            self.cluster[rows],
            self.weight[rows],
            self.above[rows],
            self.below[rows],
            block,
        )


def usable(sample: Sample) -> Flags:
    """Return which rows lie in cells in which both arms have two clusters or more.

    >>> three = Sample(*(np.array(v) for v in ([1, 1, 0], [0, 0, 0], [0, 1, 2])),
    ...     *(np.ones(3) for _ in range(3)))
    >>> usable(three).tolist()
    [False, False, False]
    """
    n_ids = int(sample.cluster.max(initial=0)) + 1
    n_cells = int(sample.cell.max(initial=0)) + 1
    pairs = np.unique((sample.cell * 2 + sample.arm) * n_ids + sample.cluster)
    counts = np.bincount(pairs // n_ids, minlength=2 * n_cells).reshape(-1, 2)
    enough = np.asarray((counts >= _FEWEST).all(axis=1), dtype=bool)
    return enough[sample.cell]


def contrast(
    sample: Sample, kind: Kind, *, q: float = 0.5, level: float = 0.95, log_scale: bool = False
) -> Contrast:
    """Return how the two arms differ; what cannot be known is NaN.

    Every cell must be `usable`. Each arm brings an interval of its own kind (Wilson for rates, order
    statistics for quantiles, Student's t for means, on the log for ratios), and the limits of the
    difference take from either the side that they depend on, less what the arms share.

    Args:
        sample: the rows.
        kind: what is compared.
        q: which quantile.
        level: how often the interval must hold the true difference.
        log_scale: compare by ratio rather than by difference.
    """
    standard = standardised(sample.arm, sample.cell, sample.weight)
    value, moves, over = _values(sample, standard, kind, q)
    found = covariance(standard, moves, sample.cluster, sample.block)
    degrees = _degrees(found)
    times = float(stdtrit(degrees, 0.5 + level / 2)) if degrees > _FEW else np.nan
    normal = float(2 * ndtr(times) - 1)  # the level at which a normal quantile is as large
    worth = found.independent
    if kind == "rate":
        worth = _worth(value, found)
        value = np.clip(value, 0.0, 1.0)
        low, high = wilson(value * worth, worth, normal)
    elif kind == "quantile":
        worth = _worth(over, found)
        first, last = levels(q, worth, normal)
        ranked = rank(sample.arm, sample.above, standard.share, 2)
        low, high = (ranked.at(one, plus_one=True) for one in (first, last))
    elif kind == "ratio" or log_scale:
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.sqrt(found.variance) / value
        low, high = log_t_interval(value, relative, np.full(2, degrees), level)
    else:
        half = times * np.sqrt(found.variance)
        low, high = value - half, value + half
    return joined(
        (value, low, high), found.correlation, worth, (times, degrees), log_scale=log_scale
    )


def _values(
    sample: Sample, standard: Standard, kind: Kind, q: float
) -> tuple[Floats, Moves, Floats]:
    """Return the value of each arm, what rows add to its error, and for a quantile the share above."""
    if kind == "quantile":
        value = rank(sample.arm, sample.above, standard.share, 2).at(np.full(2, q))
        over = (sample.above > value[sample.arm]).astype(np.float64)
        return value, standard.moves(over), standard.means(over)
    value = standard.means(sample.above)
    if kind != "ratio":
        return value, standard.moves(sample.above), value
    base = standard.means(sample.below)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where((base > 0) & (value > 0), value / base, np.nan)
        residual = sample.above - np.nan_to_num(value)[sample.arm] * sample.below
        return value, standard.moves(residual).over(base, sample.arm), value


def _degrees(found: Covariance) -> float:
    """Return the degrees of freedom of the difference: Welch's, fewer as arms share clusters."""
    squares = float((found.variance**2 / found.degrees).sum())
    squares += 2 * float(found.variance.prod()) * found.shared
    if not squares > 0:
        return float(found.degrees.min())
    return max(float(found.variance.sum()) ** 2 / max(squares, _LEAST), 1.0)


def _worth(share: Floats, found: Covariance) -> Floats:
    """Return how many independent rows would know a share as well.

    An arm whose rows all agree does not show how alike its users are: it takes over what clusters
    cost the other arm, or where that shows nothing either, its clusters alone count.
    """
    alone = share * (1 - share)
    told = (alone > _NONE) & (found.variance > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(told, alone / found.variance, found.independent)
    if told.sum() == 1:
        price = float((found.rows / worth)[told][0])
        worth = np.where(told, worth, np.clip(found.rows / price, found.independent, found.rows))
    return worth
