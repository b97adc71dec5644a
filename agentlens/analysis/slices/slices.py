"""How did a metric change in each slice of one or two columns, against the slice's own baseline?"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.arms.stretches import Stretches
from agentlens.analysis.control.signals import is_bad
from agentlens.analysis.slices.cells import Cells, cells_from, told_apart
from agentlens.analysis.slices.counted import Counted, Moved, counted
from agentlens.analysis.slices.crowd import check_least, crowded
from agentlens.analysis.slices.words import (
    band_of,
    caveats,
    facts,
    headline,
    name_of,
    said,
    unknown,
    unrecorded,
)
from agentlens.errors import BadInputError
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.measures.tally import Grid
from agentlens.result import Result, Signal
from agentlens.tables.log import Log
from agentlens.tables.period import Period, length, microseconds

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Slices", "slices"]

_MOST_COLUMNS = 2
_MOST_STEPS = 200
_SLIVER = 0.05
_MOST_SIGNALS = 20


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Slices(Result):
    """A table of slices: the change of each against its own baseline, and which stand.

    Attributes:
        metric: what was asked about.
        by: the columns.
        over: length of a step of the current period; None for the period as a whole.
    """

    verb: ClassVar[str] = "slices"

    metric: Metric
    by: tuple[str, ...]
    over: str | None

    def figure(self) -> "go.Figure":
        """Return the picture: a heatmap of the drawn-in changes; rows with intervals for one column."""
        from agentlens.figures.change.heatmap import heatmap_figure  # noqa: PLC0415 - on first use
        from agentlens.figures.change.slice_rows import rows_figure  # noqa: PLC0415 - on first use

        frame = self.frame
        if not frame.empty:
            frame = frame.assign(said=said(frame, self.metric.unit))
        draw = rows_figure if len(self.by) == 1 and self.over is None else heatmap_figure
        return draw(
            frame,
            by=(*self.by, *(("time",) if self.over else ())),
            title=self.title,
            unit=self.metric.unit,
            better=self.metric.better,
        )


def slices(
    log: Log,
    metric: str | Metric,
    by: str | Sequence[str],
    *,
    current: Period | None = None,
    baseline: Period | None = None,
    over: str | None = None,
    level: float = 0.95,
    fdr: float = 0.05,
    least_users: int = 0,
) -> Slices:
    """Return how a metric changed in each slice, against the slice's own baseline.

    What a slice has always been does not count, only what it has become. As the largest of many
    changes are partly luck, each is drawn towards the common one, the more the fewer rows it has;
    cells that stand are called at a false discovery rate. Below twenty rows a cell says how many.

    Args:
        log: the traces.
        metric: a name, or a Metric; not a count.
        by: one or two columns of the traces; for metrics of tool calls also "tool".
        current: a length that counts back from the end of the log, a pair of times, or a Log.
            Default: the last 24 hours; of a log of less than eight days the last quarter.
        baseline: a pair of times, a Log, or a length that counts back from the start of `current`.
            Default: all before `current`, at most 28 days.
        over: length of a step such as "1D": each slice in each step of the current period.
        level: how often an interval must hold the truth, on average over the cells.
        fdr: the share of false calls among the cells called that is accepted.
        least_users: cells with fewer users in a period are not shown, nor what would give them
            away; for what is shared. 0 shows all.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(incidents=["broken_refunds"])
        >>> table = al.slices(log, "strong_completion", ["task_type", "device"], current="7D")
        >>> table.frame.loc[table.frame["stands"], ["task_type", "device"]].values.tolist()
        [['refund', 'mobile']]
    """
    columns = _columns(by, over)
    _check_shares(level=level, fdr=fdr)
    check_least(least_users)
    wanted = find_metric(log, metric)
    if wanted.kind == "count":
        message = (
            f"{wanted.name} is a count; slices() compares values. al.series(log, {wanted.name!r},"
            " by=...) counts each slice over time, and al.drift(log) compares how traffic is mixed."
        )
        raise BadInputError(message)
    of = counted(log, wanted, columns, current, baseline)
    title = f"{text.capital(wanted.title)} by {text.listed(columns)}"
    title += f", every {over}" if over else ""
    if of.absent:
        return _nothing(title, unrecorded(wanted, of.absent), wanted, columns, over, of.notes)
    dims = told_apart(of.dims)
    columns = tuple(one.name for one in dims)
    steps = _steps(of.periods, over)
    sums = of.sums(steps)
    every = cells_from(sums, dims, steps, level=level, fdr=fdr)
    cells, unseen = crowded(every, sums, dims, least_users)
    left_out = [*unseen, *of.left_out]
    why = unknown(wanted, cells.frame)
    if why:
        notes = (*of.notes, *left_out)
        return _nothing(title, why, wanted, columns, over, notes, cells.frame)
    return Slices(
        title=title,
        band=band_of(cells.frame, wanted),
        headline=headline(cells.frame, columns, wanted),
        frame=cells.frame,
        caveats=caveats(
            of.notes,
            cells.frame,
            said=text.capital(of.periods.said),
            sizes=sums.sizes,
            left_out=left_out,
            level=level,
            fdr=fdr,
        ),
        known=MappingProxyType(facts(cells.frame, columns, wanted, cells.common)),
        found=_signals(cells, columns, of, steps),
        metric=wanted,
        by=columns,
        over=over,
    )


def _columns(by: object, over: str | None) -> tuple[str, ...]:
    names = [by] if isinstance(by, str) else list(by) if isinstance(by, Sequence) else []
    most = 1 if over else _MOST_COLUMNS
    if not 1 <= len(names) <= most or len(set(names)) < len(names):
        wanted = "one column, as over= takes the other side" if over else "one or two columns"
        message = f"by names {wanted} of the traces, not {by!r}. find_slices() searches more."
        raise BadInputError(message)
    return tuple(str(name) for name in names)


def _check_shares(*, level: object, fdr: object) -> None:
    for name, value, low, high in (("level", level, 0.5, 1.0), ("fdr", fdr, 0.0, 0.5)):
        if not isinstance(value, int | float) or not low < value < high:
            message = f"{name} lies between {low:g} and {high:g}, not {value!r}."
            raise BadInputError(message)


def _steps(periods: Stretches, over: str | None) -> Grid | None:
    if over is None:
        return None
    width, (start, end) = length(over), periods.current
    first = pd.Timestamp(start.value // width.value * width.value, tz="UTC")
    # The last moments of a day are no column of their own: they go to the next one.
    if first + width - start < _SLIVER * width and first + width < end:
        first += width
    n = -int((first - end) // width)
    if n > _MOST_STEPS:
        message = (
            f"over={over!r} cuts the current period into {n:,} steps, more than {_MOST_STEPS}"
            " columns of a picture. Take longer steps or a shorter period."
        )
        raise BadInputError(message)
    return Grid(microseconds(first), width.value // 1000, n)


def _nothing(
    title: str,
    why: str,
    metric: Metric,
    by: tuple[str, ...],
    over: str | None,
    notes: Sequence[str],
    frame: pd.DataFrame | None = None,
) -> Slices:
    empty = pd.DataFrame({name: pd.Series(dtype="str") for name in by})
    return Slices(
        title=title,
        band="unknown",
        headline=why,
        frame=empty if frame is None else frame,
        caveats=tuple(notes),
        metric=metric,
        by=by,
        over=over,
    )


def _signals(
    cells: Cells, by: tuple[str, ...], of: Counted, steps: Grid | None
) -> tuple[Signal, ...]:
    """Return a signal for each cell that stands, the surest first."""
    stands = np.flatnonzero(cells.frame["stands"])
    order = stands[np.argsort(cells.frame["p"].to_numpy()[stands], kind="stable")][:_MOST_SIGNALS]
    start, end = of.periods.current
    shown = [cells.frame.iloc[at] for at in order.tolist()]
    moved = [
        Moved(int(cells.code[at]), 1 if row["change"] > 0 else -1, float(row["baseline"]))
        for at, row in zip(order.tolist(), shown, strict=True)
    ]
    found = []
    for row, one, ids in zip(shown, moved, of.behind(steps, moved), strict=True):
        begin = row["time"] if steps is not None else start
        move = "rose" if one.sign > 0 else "fell"
        found.append(
            Signal(
                what=f"{of.metric.title} {move} for {name_of(row, by)}",
                start=begin,
                end=min(begin + pd.Timedelta(steps.width, "us"), end) if steps else end,
                value=float(row["value"]),
                expected=one.usual,
                n=int(row["n"]),
                trace_ids=ids,
                bad=is_bad(one.sign, of.metric),
            )
        )
    return tuple(found)
