"""What is a metric in each cell of a table, against the baseline of that very slice?"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtri

from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.slices.sums import Sums, sums_of
from agentlens.measures.estimate import estimated
from agentlens.measures.rows import Rows
from agentlens.measures.tally import Grid
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.intervals.difference import difference
from agentlens.stats.slicing.families import two_levels
from agentlens.stats.slicing.shared import correlated
from agentlens.stats.slicing.shrink import shrink

__all__ = ["FEW", "Cells", "cells_from", "cells_of", "told_apart"]

FEW = 20
"""Below so many rows in either period a cell says how many, and no percentage."""

_OWN = {
    "time", "n", "n_baseline", "value", "baseline", "change", "low", "high", "shrunk",
    "shrunk_low", "shrunk_high", "p", "q", "few", "stands", "said",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Cells:
    """The table, and where each row of it lies.

    Attributes:
        frame: a row a cell that has any row in either period.
        code: of each row of `frame`, the number of its cell.
        common: the change towards which cells were drawn.
    """

    frame: pd.DataFrame
    code: Ints
    common: float


def told_apart(dims: list[Dimension]) -> list[Dimension]:
    """Return columns under names that no column of the table has: `value` becomes `value_`.

    Args:
        dims: the columns.
    """
    return [replace(one, name=f"{one.name}_") if one.name in _OWN else one for one in dims]


def cells_of(
    rows: Rows,
    arm: Ints,
    dims: list[Dimension],
    steps: Grid | None,
    *,
    level: float,
    fdr: float,
) -> Cells:
    """Return the cells of one or two columns, or of columns and steps of time, of rows at hand.

    Args:
        rows: what the metric counts.
        arm: of each row.
        dims: the columns.
        steps: of the current period; None for the period as a whole.
        level: how often an interval must hold the truth.
        fdr: the share of false calls that is accepted.
    """
    return cells_from(sums_of(rows, arm, dims, steps), dims, steps, level=level, fdr=fdr)


def cells_from(
    sums: Sums, dims: list[Dimension], steps: Grid | None, *, level: float, fdr: float
) -> Cells:
    """Return the cells of a table from its sums, wherever they were made.

    Args:
        sums: of all cells and baselines.
        dims: the columns.
        steps: of the current period; None for the period as a whole.
        level: how often an interval must hold the truth.
        fdr: the share of false calls that is accepted.
    """
    sizes, shape, of = tuple(len(one.labels) for one in dims), sums.shape, sums.moments
    told, back = estimated(of, level), shape.back
    n = told["n"].to_numpy()
    code = np.flatnonzero((n[: shape.cells] > 0) | (n[back] > 0))
    now, before = (
        tuple(told[name].to_numpy()[at] for name in ("value", "low", "high"))
        for at in (code, back[code])
    )
    few = (n[code] < FEW) | (n[back[code]] < FEW)
    common = correlated(sums.common, of.weight2, of.joint2, shape.held)[code]
    own = code // shape.steps
    frame = pd.DataFrame(_labels(dims, own, sizes))
    if steps is not None:
        at = steps.first + (code % shape.steps) * steps.width
        frame["time"] = pd.to_datetime(at, unit="us", utc=True)
    frame = frame.assign(n=n[code], n_baseline=n[back[code]])
    family = _family(dims, own, sizes, steps)
    sides = _known(now, few), _known(before, few)
    changes, drawn_to = _changes(*sides, common, family, level=level, fdr=fdr)
    frame = frame.assign(**changes)
    frame["few"] = frame["p"].isna()
    frame["stands"] = frame["q"] <= fdr
    return Cells(frame, code, drawn_to)


def _labels(dims: list[Dimension], own: Ints, sizes: tuple[int, ...]) -> dict[str, list[str]]:
    places = np.unravel_index(own, sizes)
    return {
        one.name: [one.labels[at] for at in place.tolist()]
        for one, place in zip(dims, places, strict=True)
    }


def _family(dims: list[Dimension], own: Ints, sizes: tuple[int, ...], steps: Grid | None) -> Ints:
    """Return which cells belong together: those of a slice over time, or of a first column."""
    if steps is not None:
        return own
    if len(dims) == 1:
        return np.zeros_like(own)
    return own // sizes[1]


def _known(
    parts: tuple[Floats, ...], few: Ints | Floats | np.ndarray
) -> tuple[Floats, Floats, Floats]:
    value, low, high = (np.where(few, np.nan, one) for one in parts)
    return value, low, high


def _changes(
    now: tuple[Floats, Floats, Floats],
    before: tuple[Floats, Floats, Floats],
    common: Floats,
    family: Ints,
    *,
    level: float,
    fdr: float,
) -> tuple[dict[str, Floats], float]:
    found = difference(now, before, level, common=common)
    p = np.where(np.isfinite(found.low) & np.isfinite(found.high), found.p, np.nan)
    error = (found.high - found.low) / (2 * float(ndtri(0.5 + level / 2)))
    drawn = shrink(found.value, error, level)
    return {
        "value": now[0],
        "baseline": before[0],
        "change": found.value,
        "low": found.low,
        "high": found.high,
        "shrunk": drawn.value,
        "shrunk_low": drawn.low,
        "shrunk_high": drawn.high,
        "p": p,
        "q": two_levels(p, family, fdr),
    }, drawn.common
