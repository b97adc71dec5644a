"""Which slices of the rows of a metric changed between two arms?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.arms.periods import BASELINE, CURRENT
from agentlens.errors import BadInputError
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.intervals.quantiles import rank
from agentlens.stats.slicing.sample import Place, Sample, Scale, inside, sample
from agentlens.stats.slicing.search import Slice, search

__all__ = ["LEAST", "Found", "FoundSlice", "found_slices", "sample_of"]

LEAST = 30
_TENTH, _FOUND = 10, 0.8


@dataclass(frozen=True, eq=False)
class FoundSlice:
    """A slice that changed otherwise than the rest.

    Attributes:
        values: its label by column.
        place: the same as places of columns and labels among the dimensions.
        within: which of all rows lie in it, in either arm or in none.
        confirmed: its change beyond the rest, and p with every look paid for.
    """

    values: dict[str, str]
    place: Place
    within: Flags
    confirmed: Slice

    @property
    def name(self) -> str:
        """The slice as a phrase."""
        return ", ".join(f"{column}={label}" for column, label in self.values.items())


@dataclass(frozen=True, eq=False)
class Found:
    """What a search found.

    Attributes:
        slices: the strongest first.
        n_slices: how many were looked at.
        least: the fewest rows in either period that a slice needed.
        all_counted: whether no set of columns had to be left out.
        total: the change of all rows together, as far as their mix does not explain it.
        visible: the excess that a tenth of all rows must have to be found four times in five.
    """

    slices: tuple[FoundSlice, ...]
    n_slices: int
    least: int
    all_counted: bool = True
    total: float = np.nan
    visible: float = np.nan


def found_slices(
    rows: Rows,
    dims: Sequence[Dimension],
    arm: Ints,
    *,
    depth: int = 3,
    least: int = LEAST,
    most: int = 10,
    alpha: float = 0.05,
) -> Found:
    """Return the slices that changed beyond the rest, each at a p that pays for the whole search.

    Args:
        rows: what the metric counts; not a count.
        dims: the columns that make slices.
        arm: of each row: CURRENT, BASELINE, or -1 for neither.
        depth: the most columns of a slice.
        least: the fewest rows of a slice in either arm.
        most: slices to return at most.
        alpha: the chance of returning any slice where none changed.
    """
    if not dims or not {CURRENT, BASELINE} <= set(np.unique(arm).tolist()):
        return Found((), 0, least)
    compared = sample_of(rows, dims, arm)
    told = search(compared, depth=depth, least=least, most=most, alpha=alpha)
    codes = tuple(one.codes for one in dims)
    slices = tuple(
        FoundSlice(
            {dims[column].name: dims[column].labels[code] for column, code in one.place},
            one.place,
            inside(codes, one.place),
            one,
        )
        for one in told.found
    )
    total, visible = _overall(compared, told.n_slices, alpha)
    return Found(slices, told.n_slices, least, told.all_counted, total, visible)


def sample_of(rows: Rows, dims: Sequence[Dimension], arm: Ints) -> Sample:
    """Return the rows of both arms as the search wants them.

    Args:
        rows: what the metric counts; not a count.
        dims: the columns that make slices.
        arm: of each row.
    """
    compared = (arm == CURRENT) | (arm == BASELINE)
    # Where all rows are compared none of them is copied.
    use = slice(None) if compared.all() else np.flatnonzero(compared)
    number, base, scale = _outcome(rows, arm)
    return sample(
        tuple(one.codes[use] for one in dims),
        tuple(len(one.labels) for one in dims),
        arm[use],
        number=number[use],
        base=base[use],
        weight=rows.weight[use],
        ids=rows.cluster[use],
        scale=scale,
    )


def _overall(compared: Sample, n_slices: int, alpha: float) -> tuple[float, float]:
    """Return the change of all rows, and what a tenth of them would have to add to be found."""
    held = compared.weight * compared.base
    total, below, squares = (
        np.bincount(compared.arm, weights=one, minlength=2)
        for one in (compared.weight * compared.excess, held, held**2)
    )
    if (below <= 0).any() or not n_slices:
        return np.nan, np.nan
    mean = total / below
    residual = compared.weight * compared.excess - mean[compared.arm] * held
    spread = float((residual**2).sum() / squares.sum())
    error = (spread * float((squares / below**2).sum()) * _TENTH) ** 0.5
    far = -float(ndtri(alpha / 2 / n_slices)) - float(ndtri(1 - _FOUND))
    return float(mean[1] - mean[0]), error * far


def _outcome(rows: Rows, arm: Ints) -> tuple[Floats, Floats, Scale]:
    """Return what is summed, what it is divided by, and on which scale all rows move alike."""
    kind, number, one = rows.metric.kind, rows.numerator, np.ones(rows.numerator.size)
    if kind == "count":
        message = (
            f"{rows.metric.name} is a count: a slice of it has a share of the traffic, and no value"
            " that could change. al.drift(log) compares how traffic is mixed, and al.series(log,"
            f" {rows.metric.name!r}, by=...) counts slices over time; pass a rate, a mean, a quantile"
            " or a ratio here."
        )
        raise BadInputError(message)
    if kind == "quantile":
        before = np.flatnonzero(arm == BASELINE)
        group = np.zeros(before.size, dtype=np.int64)
        ranked = rank(group, number[before], rows.weight[before], 1)
        limit = float(ranked.at(np.array([rows.metric.q or 0.5]))[0])
        return (number > limit).astype(np.float64), one, "odds"
    if kind == "rate":
        return number, one, "odds"
    base = rows.denominator if kind == "ratio" else one
    return number, base, "log" if (number >= 0).all() else "plain"
