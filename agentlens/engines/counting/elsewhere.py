"""What can be asked of the rows of a metric that stay where they are?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd

from agentlens.engines.counting.base import OF_STEP, OF_TRACE, Base, base_of
from agentlens.engines.counting.levels import coded, is_level, levels_of
from agentlens.engines.counting.strongest import pulling
from agentlens.engines.counting.sums import SHARED, contrasted
from agentlens.engines.counting.tally import Groups, alike, gathered, pulled, scattered
from agentlens.engines.counting.told import told
from agentlens.engines.view import View
from agentlens.errors import UnknownNameError
from agentlens.measures.metric import Metric
from agentlens.measures.moments import Moments
from agentlens.measures.tally import Cell, Coding, Contrast, Levels
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.slicing.shared import Common

__all__ = ["Elsewhere", "elsewhere_of"]

_OWN, _STRETCH = "own", "stretch"
_TOOLS, _STEPS = "tool", "step"
_NAMES = (_TOOLS, _STEPS)
"""What the names of steps are called as a column: the former where all of them are tools."""


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """The rows of a metric on an engine.

    Attributes:
        view: the traces that are meant.
        base: the rows.
        notes: sentences on weights and on rows left out.
        absent: columns that the metric needs and the log does not record.
        known: the columns of the traces that can be asked for.
        steps: what the names of steps are called as a column; "" where rows are no steps.
    """

    view: View
    base: Base
    notes: tuple[str, ...]
    absent: tuple[str, ...]
    known: tuple[str, ...]
    steps: str

    def levels(self, column: str) -> Levels | None:
        """Return the values of a column; None where they are no levels, or too many.

        Args:
            column: of the traces, or "tool" or "step" for the names of steps.
        """
        if column != self.steps and column not in self.known:
            own = [self.steps] if self.steps else []
            raise UnknownNameError("trace column", column, [*self.known, *own])
        place = self._place(column)
        if not is_level(self.base.rows[place]):
            return None
        step = f"{OF_STEP}span_id"
        step = step if step in self.base.rows.columns else "trace"
        rows = self.base.counted(value=place, step=step)
        return levels_of(self.view.tables.engine, rows, self._kind(column))

    def sums(self, contrast: Contrast, codings: tuple[Coding, ...]) -> tuple[Moments, Common]:
        """Return the sums of each slice in each step, slices changing slowest, then of baselines.

        Args:
            contrast: the two stretches of time.
            codings: the columns that make slices.
        """
        engine, metric, steps = self.view.tables.engine, self.base.metric, contrast.steps
        rows, keys = self._rows(contrast, codings), [_OWN, _STRETCH]
        n_own = int(np.prod([one.n for one in codings]))
        n_cells, last = n_own * steps.n, steps.n * steps.width

        def group_of(frame: pd.DataFrame) -> Ints:
            own, since = (frame[name].to_numpy(np.int64) for name in keys)
            return np.where(since == last, n_cells + own, own * steps.n + since // steps.width)

        asked = contrasted(pulled(rows, keys, metric), (_OWN, _STRETCH), last)
        found = engine.arrow(asked).to_pandas()
        groups = Groups(rows, keys, group_of, n_cells + n_own)
        return gathered(engine, groups, metric, found), _common(found, group_of(found), groups.n)

    def behind(
        self, contrast: Contrast, codings: tuple[Coding, ...], cells: Sequence[Cell], most: int
    ) -> list[tuple[str, ...]]:
        """Return the traces that pull each cell to its side, the strongest first.

        Args:
            contrast: the two stretches of time.
            codings: the columns that make slices.
            cells: which slices in which steps moved where.
            most: traces of a cell that come back at most.
        """
        rows, width = self._rows(contrast, codings), contrast.steps.width
        tests = [(rows[_OWN] == one.own) & (rows[_STRETCH] == one.step * width) for one in cells]
        return pulling(self.view.tables.engine, rows, tests, cells, most)

    def _rows(self, contrast: Contrast, codings: tuple[Coding, ...]) -> Any:
        """Return the rows of both stretches of time, with their slice and their step."""
        places = {f"k{at}": self._place(one.column) for at, one in enumerate(codings)}
        rows = self.base.counted((), began=f"{OF_TRACE}start", **places)
        now, before = (
            _within(rows["began"], *one) for one in (contrast.current, contrast.baseline)
        )
        rows = rows.filter(now | before)
        steps = contrast.steps
        since = (rows["time"] - steps.first).clip(lower=0, upper=(steps.n - 1) * steps.width)
        own = ibis.literal(0, "int64")
        for at, one in enumerate(codings):
            own = own * one.n + coded(rows[f"k{at}"], one)
        stretch = ibis.cases(
            (_within(rows["began"], *contrast.current), since - since % steps.width),
            else_=steps.n * steps.width,
        )
        return rows.mutate(**{_OWN: own, _STRETCH: stretch})

    def _place(self, column: str) -> str:
        return f"{OF_STEP}name" if column == self.steps else f"{OF_TRACE}{column}"

    def _kind(self, column: str) -> str:
        return "text" if column == self.steps else self.view.tables.traces.kinds[column]


def elsewhere_of(
    view: View, metric: Metric, kinds: pd.DataFrame, by: tuple[str, ...], known: tuple[str, ...]
) -> Elsewhere:
    """Return the rows of a metric on an engine.

    Args:
        view: the traces that are meant.
        metric: what is counted.
        kinds: the scores that there are.
        by: the columns that may be asked for.
        known: the columns of the traces that can be asked for at all.
    """
    beside = ("start", *(name for name in by if name in known))
    spans = view.tables.spans
    named = metric.table == "spans" and spans is not None and "name" in spans.kinds
    asked = {*by} & {*_NAMES} or {*by} - {*known}  # an unknown name is answered with all there are
    steps = ("name", "kind", "span_id") if named and asked else ()
    base = base_of(view, metric, kinds, beside, steps)
    notes, absent = told(view, base)
    called = _called(view, base) if steps else _STEPS if named else ""
    return Elsewhere(view, base, notes, absent, known, called)


def _called(view: View, base: Base) -> str:
    """Return what the names of the steps are called: tools, where all of them are."""
    if f"{OF_STEP}kind" not in base.rows.columns:
        return _STEPS
    rows = base.counted(kind=f"{OF_STEP}kind")
    asked = rows.agg(n=rows.count(), tools=(rows["kind"] == _TOOLS).cast("int64").sum())
    found = view.tables.engine.arrow(asked).to_pylist()[0]
    return _TOOLS if found["n"] and found["n"] == found["tools"] else _STEPS


def _within(time: Any, start: int, end: int) -> Any:
    return (time >= start) & (time < end)


def _common(found: pd.DataFrame, at: Ints, n: int) -> Common:
    """Return what users in both of two groups share, from the sums of all groups."""
    sums: dict[str, Floats] = {
        name: scattered(found[name], at, n) for name in (*SHARED, "n", "sizes2")
    }
    return Common(
        alike=alike(sums, "lean2", "leaned2"),
        spread=float(sums["lean2"].sum() / max(sums["n"].sum(), 1.0)),
        pairs=float(sums["pairs"].sum()),
        leans=float(sums["leans"].sum()),
        held=sums["held"],
    )
