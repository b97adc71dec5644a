"""How much of a difference of two means is mix, and how much is change inside the cells?

The means are y₁ = Σ w₁ₖ r₁ₖ and y₀ = Σ w₀ₖ r₀ₖ over shared cells k. Their difference is
Σ r̄ₖ Δwₖ (mix) + Σ w̄ₖ Δrₖ (rate), where each change is valued at the average of the two periods, so
that nothing is left over (Kitagawa 1955). Valued at the baseline, a third term Σ Δwₖ Δrₖ remains.

Both terms are smooth functions of sums of rows. What one row adds to a term is, to first order,
its share of the weight times (intercept + slope · y), with one intercept and slope for each cell
and period; these carry the intervals.
"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["AVERAGE", "BASELINE", "Cells", "Split", "cells_of", "split"]

AVERAGE, BASELINE = 0.5, 0.0
"""At which values of the other factor a change is valued: of both periods, or of the baseline."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Sums of each cell, one line a period, the baseline first.

    Attributes:
        counts: rows.
        weight: their weights, as a share of those of the period.
        total: the same times y.
    """

    counts: Ints
    weight: Floats
    total: Floats

    def by(self, part: Ints) -> "Cells":
        """Return the sums of groups of cells."""
        k = int(part.max(initial=0)) + 1
        counts, weight, total = (
            np.stack([sums(part, line, k) for line in table])
            for table in (self.counts, self.weight, self.total)
        )
        return Cells(counts.astype(np.int64), weight, total)

    @property
    def rate(self) -> Floats:
        """The mean of y in each cell, by period; missing where there is no row."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.total / self.weight


@dataclass(frozen=True, eq=False)
class Split:
    """A difference in two parts, or three.

    Attributes:
        mix: by group of cells; the sum over groups is the mix part, each told against the mean.
        rate: by group of cells.
        interaction: by group of cells; zero where changes are valued at the average.
        mix_row: intercept and slope of each cell by period, of the whole mix part.
        rate_row: the same of the rate part, by group: what a row adds to its own group's part.
        share_row: what any row of a period takes from the parts, by group.
    """

    mix: Floats
    rate: Floats
    interaction: Floats
    mix_row: Floats
    rate_row: Floats


def cells_of(cell: Ints, arm: Ints, y: Floats, weight: Floats, n_cells: int) -> Cells:
    """Return the sums of each cell.

    Args:
        cell: of each row.
        arm: its period: 0 for the baseline, 1 for the current one.
        y: its number.
        weight: its weight.
        n_cells: how many cells there are.
    """
    both, k = arm * n_cells + cell, 2 * n_cells
    whole = sums(arm, weight, 2)[:, None]
    return Cells(
        np.bincount(both, minlength=k).reshape(2, n_cells).astype(np.int64),
        sums(both, weight, k).reshape(2, n_cells) / whole,
        sums(both, weight * y, k).reshape(2, n_cells) / whole,
    )


def split(cells: Cells, part: Ints, partner: float = AVERAGE, *, only: Ints | None = None) -> Split:
    """Return the parts of current mean less baseline mean; every group has rows of both periods.

    Args:
        cells: sums of small cells.
        part: the group of each, within which a change counts as one of rates.
        partner: AVERAGE or BASELINE.
        only: groups to which the rate's rows are limited.
    """
    groups = cells.by(part)
    w, r = groups.weight, groups.rate
    grown, changed = w[1] - w[0], r[1] - r[0]
    at_rate, at_share = r[0] + partner * changed, w[0] + partner * grown
    middle = float((at_share * at_rate).sum())
    inside = np.ones_like(changed) if only is None else np.isin(np.arange(changed.size), only) * 1.0
    sign, side = np.array([[-1.0], [1.0]]), np.array([[1 - partner], [partner]])
    # A mean of n rows is nearer to them than the truth is: n/(n-1).
    n = np.maximum(groups.counts, 2)
    spare = np.sqrt(n / (n - 1))
    mix_level = sign * (at_rate - (w * at_rate).sum(axis=1, keepdims=True))
    mix_slope = side * grown / w
    gone = (w * changed * inside).sum(axis=1, keepdims=True)
    rate_level = side * (changed * inside - gone)
    rate_slope = sign * inside * at_share / w
    return Split(
        mix=grown * (at_rate - middle),
        rate=at_share * changed,
        interaction=(1 - 2 * partner) * grown * changed,
        mix_row=_rows(mix_level, mix_slope, r, spare)[:, :, part],
        rate_row=_rows(rate_level, rate_slope, r, spare)[:, :, part],
    )


def _rows(level: Floats, slope: Floats, rate: Floats, spare: Floats) -> Floats:
    """Return intercept and slope of rows from the level of a cell and the slope about its mean."""
    return np.stack([level - slope * spare * rate, slope * spare])
