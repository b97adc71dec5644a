"""What does a table of slices need of a log, wherever its rows are?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from agentlens.analysis.arms.dimensions import Dimension, dimensions
from agentlens.analysis.arms.periods import CURRENT, around, periods_of
from agentlens.analysis.arms.stretches import Stretches, bounds, stretches_of
from agentlens.analysis.slices.behind import MOST, behind, level_of
from agentlens.analysis.slices.levels import levelled
from agentlens.analysis.slices.sums import Shape, Sums, cell_of, sums_of
from agentlens.measures.metric import Metric
from agentlens.measures.rows import metric_rows
from agentlens.measures.tally import Cell, Contrast, Contrasting, Grid
from agentlens.tables.log import Log
from agentlens.tables.period import Period

__all__ = ["Counted", "Moved", "counted"]


class Moved(NamedTuple):
    """A cell by its number, to which side it moved, and its usual value."""

    cell: int
    sign: int
    usual: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Counted:
    """A metric in two periods, to be told apart by columns.

    Attributes:
        metric: what is counted.
        periods: which time is held against which.
        notes: sentences on weights and on rows left out.
        absent: columns that the metric needs and the log does not record; nothing else is known
            then.
        dims: the columns; of rows that are elsewhere without the value of each row.
        left_out: a sentence for each column of which values were taken together.
        sums: gives the sums of the cells of all columns and of steps.
        behind: gives the traces behind each of some cells, with and without steps.
    """

    metric: Metric
    periods: Stretches
    notes: tuple[str, ...]
    absent: tuple[str, ...]
    dims: list[Dimension]
    left_out: list[str]
    sums: Callable[[Grid | None], Sums]
    behind: Callable[[Grid | None, Sequence[Moved]], list[tuple[str, ...]]]


def counted(
    log: Log,
    metric: Metric,
    columns: Sequence[str],
    current: Period | None = None,
    baseline: Period | None = None,
) -> Counted:
    """Return a metric in two periods, counted where the rows of the log are.

    Args:
        log: the traces.
        metric: what is counted.
        columns: by which rows are told apart.
        current: as in `slices`.
        baseline: as in `slices`.
    """
    found = _there(log, metric, columns, current, baseline)
    return _here(log, metric, columns, current, baseline) if found is None else found


def _here(
    log: Log,
    metric: Metric,
    columns: Sequence[str],
    current: Period | None,
    baseline: Period | None,
) -> Counted:
    periods = periods_of(log, current, baseline)
    rows = metric_rows(periods.log, metric)
    dims, left_out = ([], []) if rows.absent else dimensions(periods.log, rows, columns)
    arm = periods.of(rows)

    def pulling(steps: Grid | None, cells: Sequence[Moved]) -> list[tuple[str, ...]]:
        cell = np.where(arm == CURRENT, cell_of(rows, dims, steps), -1)
        return [behind(rows, cell == one.cell, one.sign, one.usual) for one in cells]

    return Counted(
        metric=metric,
        periods=periods,
        notes=rows.notes,
        absent=rows.absent,
        dims=dims,
        left_out=[*periods.log.drawn, *left_out],
        sums=lambda steps: sums_of(rows, arm, dims, steps),
        behind=pulling,
    )


def _there(
    log: Log,
    metric: Metric,
    columns: Sequence[str],
    current: Period | None,
    baseline: Period | None,
) -> Counted | None:
    """Return the same of rows that stay where they are; None where each of them is needed."""
    if isinstance(current, Log) or isinstance(baseline, Log) or not isinstance(log, Contrasting):
        return None  # of a log its very traces are meant
    periods = stretches_of(log, current, baseline)
    part = around(log, periods.whole)
    rows = part.elsewhere(metric, tuple(columns)) if isinstance(part, Contrasting) else None
    if rows is None:
        return None
    found = ([], [], ()) if rows.absent else levelled(rows, metric, columns)
    if found is None:
        return None
    dims, left_out, codings = found

    def summed(steps: Grid | None) -> Sums:
        sums = rows.sums(_contrast(periods, steps), codings)
        return Sums(Shape.of(dims, steps), *sums)

    def pulling(steps: Grid | None, cells: Sequence[Moved]) -> list[tuple[str, ...]]:
        n = Shape.of(dims, steps).steps
        moved = [
            Cell(one.cell // n, one.cell % n, one.sign, level_of(metric, one.usual))
            for one in cells
        ]
        return rows.behind(_contrast(periods, steps), codings, moved, MOST)

    return Counted(
        metric=metric,
        periods=periods,
        notes=rows.notes,
        absent=rows.absent,
        dims=dims,
        left_out=left_out,
        sums=summed,
        behind=pulling,
    )


def _contrast(periods: Stretches, steps: Grid | None) -> Contrast:
    current, baseline = bounds(periods.current), bounds(periods.baseline)
    whole = Grid(current[0], max(current[1] - current[0], 1), 1)
    return Contrast(current, baseline, steps or whole)
