"""What is a metric in each cell of a table, against the baseline of that very slice?"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtri

from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.arms.periods import BASELINE, CURRENT
from agentlens.analysis.slices.told import only
from agentlens.measures.estimate import estimate
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.intervals.difference import difference
from agentlens.stats.slicing.families import two_levels
from agentlens.stats.slicing.shared import in_common
from agentlens.stats.slicing.shrink import shrink

__all__ = ["FEW", "Cells", "Steps", "cells_of", "told_apart"]

FEW = 20
"""Below so many rows in either period a cell says how many, and no percentage."""

_OWN = {
    "time", "n", "n_baseline", "value", "baseline", "change", "low", "high", "shrunk",
    "shrunk_low", "shrunk_high", "p", "q", "few", "stands", "said",
}  # fmt: skip


@dataclass(frozen=True)
class Steps:
    """The current period cut into steps of one length, in microseconds since 1970."""

    start: int
    width: int
    n: int

    def of(self, time: Ints) -> Ints:
        """Return the step of each time; those outside go to the nearest."""
        steps: Ints = np.clip((time - self.start) // self.width, 0, self.n - 1)
        return steps


@dataclass(frozen=True, eq=False)
class Cells:
    """The table, and where each row of it lies.

    Attributes:
        frame: a row a cell that has any row in either period.
        code: of each row of `frame`, the number of its cell.
        of_row: of each row of the metric, the number of the cell that its current value is in.
        common: the change towards which cells were drawn.
    """

    frame: pd.DataFrame
    code: Ints
    of_row: Ints
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
    steps: Steps | None,
    *,
    level: float,
    fdr: float,
) -> Cells:
    """Return the cells of one or two columns, or of columns and steps of time.

    Args:
        rows: what the metric counts.
        arm: of each row.
        dims: the columns.
        steps: of the current period; None for the period as a whole.
        level: how often an interval must hold the truth.
        fdr: the share of false calls that is accepted.
    """
    sizes = tuple(len(one.labels) for one in dims)
    own = np.ravel_multi_index(tuple(one.codes for one in dims), sizes).astype(np.int64)
    n_own, n_steps = int(np.prod(sizes)), steps.n if steps else 1
    of_row = own * n_steps + (steps.of(rows.time) if steps else 0)
    use = arm >= BASELINE
    n_cells = n_own * n_steps
    group = np.where(arm == CURRENT, of_row, n_cells + own)[use]
    told = estimate(only(rows, use), group, n_cells + n_own, level)
    n = told["n"].to_numpy()
    back = n_cells + np.arange(n_cells) // n_steps
    code = np.flatnonzero((n[:n_cells] > 0) | (n[back] > 0))
    now, before = (
        tuple(told[name].to_numpy()[at] for name in ("value", "low", "high"))
        for at in (code, back[code])
    )
    few = (n[code] < FEW) | (n[back[code]] < FEW)
    common = _common(rows, use, group, told["value"].to_numpy(), back)[code]
    frame = pd.DataFrame(_labels(dims, code // n_steps, sizes))
    if steps is not None:
        at = steps.start + (code % n_steps) * steps.width
        frame["time"] = pd.to_datetime(at, unit="us", utc=True)
    frame = frame.assign(n=n[code], n_baseline=n[back[code]])
    family = _family(dims, code // n_steps, sizes, steps)
    sides = _known(now, few), _known(before, few)
    changes, drawn_to = _changes(*sides, common, family, level=level, fdr=fdr)
    frame = frame.assign(**changes)
    frame["few"] = frame["p"].isna()
    frame["stands"] = frame["q"] <= fdr
    return Cells(frame, code, of_row, drawn_to)


def _common(rows: Rows, use: Flags, group: Ints, value: Floats, back: Ints) -> Floats:
    """Return how much the value of each cell has in common with that of its baseline."""
    part = only(rows, use)
    level = np.nan_to_num(value)[group]
    residual: Floats = part.numerator - level * part.denominator
    if rows.metric.kind == "quantile":
        residual = (part.numerator <= level).astype(np.float64) - (rows.metric.q or 0.5)
    other = np.concatenate([back, np.arange(back.size, value.size)])
    return in_common(group, other, part.cluster, part.weight, residual)


def _labels(dims: list[Dimension], own: Ints, sizes: tuple[int, ...]) -> dict[str, list[str]]:
    places = np.unravel_index(own, sizes)
    return {
        one.name: [one.labels[at] for at in place.tolist()]
        for one, place in zip(dims, places, strict=True)
    }


def _family(dims: list[Dimension], own: Ints, sizes: tuple[int, ...], steps: Steps | None) -> Ints:
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
