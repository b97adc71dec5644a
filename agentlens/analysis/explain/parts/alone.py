"""What does each dimension say of a change when it is looked at alone?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from agentlens.analysis.arms.dimensions import Dimension
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.groups import sums
from agentlens.stats.parts.kitagawa import Cells, cells_of, split

__all__ = ["FEW", "Alone", "alone", "varied"]

FEW = 10
"""Rows of either period without which a value is not compared."""

_SHARED = 0.5
_SEEN = 0.01
_PRIOR = 5.0


@dataclass(frozen=True, eq=False)
class Alone:
    """One dimension alone.

    Attributes:
        dimension: itself.
        cells: sums by value.
        shared: which values enough rows of both periods have, or hardly any of either.
        overlap: the smaller of the two periods' shares that lie in shared values.
        mix: by shared value, missing for the others.
        rate: the same.
        interaction: the same.
        remainder: by value: what values of one period only do.
        spread: variance of the change of each value's rate.
    """

    dimension: Dimension
    cells: Cells
    shared: Flags
    overlap: float
    mix: Floats
    rate: Floats
    interaction: Floats
    remainder: Floats
    spread: Floats

    @property
    def comparable(self) -> bool:
        """Whether most rows of both periods lie in values that both have, and not all in one."""
        return self.overlap >= _SHARED and int(self.shared.sum()) > 1

    @property
    def size(self) -> float:
        """How much the change of shares moves the mean, in whichever direction."""
        return abs(float(np.nansum(self.mix)))

    @property
    def unevenness(self) -> float:
        """How likely the rates' changes differ so much between values by chance."""
        return varied(self.change, self.spread)

    @property
    def change(self) -> Floats:
        """The change of each value's rate; missing where either period has few rows."""
        enough = (self.cells.counts >= FEW).all(axis=0)
        rate = self.cells.rate
        return np.where(enough, rate[1] - rate[0], np.nan)

    def frame(self) -> pd.DataFrame:
        """Return one row a value."""
        counts, weight, rate = self.cells.counts, self.cells.weight, self.cells.rate
        return pd.DataFrame(
            {
                "dimension": self.dimension.name,
                "value": list(self.dimension.labels),
                "n_current": counts[1],
                "n_baseline": counts[0],
                "share_current": weight[1],
                "share_baseline": weight[0],
                "mean_current": rate[1],
                "mean_baseline": rate[0],
                "mix": self.mix,
                "rate": self.rate,
                "interaction": self.interaction,
                "remainder": self.remainder,
            }
        )


def alone(
    dimension: Dimension, arm: Ints, y: Floats, weight: Floats, partner: float, design: float = 1.0
) -> Alone:
    """Return what one dimension says.

    Args:
        dimension: with a code for each row.
        arm: 1 for the current period, 0 for the baseline.
        y: number of each row.
        weight: of each row.
        partner: at whose values changes are valued.
        design: how much wider than independent rows the rows of one user vary.
    """
    k = len(dimension.labels)
    cells = cells_of(dimension.codes, arm, y, weight, k)
    most = cells.weight.max(axis=0)
    thin = cells.counts.min(axis=0) < FEW
    shared = ~(thin & (most >= _SEEN)) & (most > 0)
    if cells.counts[:, shared].sum(axis=1).min() < FEW:
        shared = np.zeros(k, dtype=bool)
    held = cells.weight[:, shared].sum(axis=1)
    nothing = np.full(k, np.nan)
    parts = [nothing, nothing.copy(), nothing.copy()]
    if shared.any():
        inside = Cells(
            cells.counts[:, shared],
            cells.weight[:, shared] / held[:, None],
            cells.total[:, shared] / held[:, None],
        )
        found = _pooled(inside, partner)
        for one, values in zip(parts, found, strict=True):
            one[shared] = values
    return Alone(
        dimension=dimension,
        cells=cells,
        shared=shared,
        overlap=float(held.min()),
        mix=parts[0],
        rate=parts[1],
        interaction=parts[2],
        remainder=_left(cells, shared),
        spread=_variance(cells, arm, dimension.codes, y, weight) * design,
    )


def varied(change: Floats, variance: Floats) -> float:
    """Return how likely changes would differ so much by chance; 1 where there are not two."""
    known = np.isfinite(change) & (variance > 0)
    if known.sum() < 2:  # noqa: PLR2004 - one value differs from nothing
        return 1.0
    precision = 1 / variance[known]
    middle = float((change[known] * precision).sum() / precision.sum())
    distance = float(((change[known] - middle) ** 2 * precision).sum())
    return float(chdtrc(int(known.sum()) - 1, distance))


def _pooled(cells: Cells, partner: float) -> Sequence[Floats]:
    """Return the parts by value; values with rows of one period only are taken with one another."""
    k = cells.counts.shape[1]
    empty = cells.counts.min(axis=0) == 0
    if not empty.any():
        found = split(cells, np.arange(k), partner)
        return found.mix, found.rate, found.interaction
    # The few rows of such values go with the smallest value that both periods have.
    home = int(np.flatnonzero(~empty)[np.argmin(cells.counts[:, ~empty].min(axis=0))])
    part = np.where(empty, home, np.arange(k))
    _, part = np.unique(part, return_inverse=True)
    found = split(cells, part.astype(np.int64), partner)
    out = []
    for values in (found.mix, found.rate, found.interaction):
        wide = np.zeros(k)
        wide[~empty] = values
        out.append(wide)
    return out


def _left(cells: Cells, shared: Flags) -> Floats:
    """Return by value how far rows that only one period has move its mean from the others'."""
    held = cells.weight[:, shared].sum(axis=1)
    inside = cells.total[:, shared].sum(axis=1) / held if shared.any() else np.zeros(2)
    moved = cells.total - cells.weight * inside[:, None]
    return np.where(shared, 0.0, moved[1] - moved[0])


def _variance(cells: Cells, arm: Ints, codes: Ints, y: Floats, weight: Floats) -> Floats:
    """Return the variance of each value's change, its spread drawn a little to that of all."""
    k = cells.counts.shape[1]
    both = arm * k + codes
    whole, squares = sums(both, weight, 2 * k), sums(both, weight**2, 2 * k)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.nan_to_num(cells.rate.reshape(-1))
        residual = (y - rate[both]) ** 2
        n = cells.counts.reshape(-1)
        common = float((weight * residual).sum() / weight.sum())
        own = sums(both, weight * residual, 2 * k) / whole
        drawn = (np.nan_to_num(own) * n + _PRIOR * common) / (n + _PRIOR)
        variance = (drawn * squares / whole**2).reshape(2, k).sum(axis=0)
    known: Floats = np.nan_to_num(variance, nan=np.inf)
    return known
