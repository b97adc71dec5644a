"""What is a log whose rows stay on another engine, and what does it bring here?"""

from collections.abc import Iterable
from functools import cached_property
from typing import cast

import pandas as pd

from agentlens import html, text
from agentlens.engines.asked import Extent, extent_of, first_seen, frequent, score_kinds, size_of
from agentlens.engines.bring import light, said
from agentlens.engines.counting.base import base_of
from agentlens.engines.counting.elsewhere import Elsewhere, elsewhere_of
from agentlens.engines.counting.strongest import strongest
from agentlens.engines.counting.tally import counted, nothing
from agentlens.engines.counting.told import rows_of, told
from agentlens.engines.draw_log import DrawnLog
from agentlens.engines.drawn import drawn, weighted
from agentlens.engines.rows import Brought
from agentlens.engines.view import View
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.metric import Metric
from agentlens.measures.tally import Grid, Tally
from agentlens.tables.log import Log
from agentlens.tables.period import Moment, length, microseconds, moment, time_at
from agentlens.tables.problems import Problem, rejected_rows, report_frame
from agentlens.tables.schema import TABLES
from agentlens.tables.trace import Trace

__all__ = ["EngineLog"]

_TICK = pd.Timedelta(1, "us")
_NEVER = cast("pd.Timestamp", pd.NaT)


class EngineLog(Log):
    """A log on another engine: sums come from there, rows only within a bound.

    `series`, `control_chart`, `charts`, `metrics` and `slices` ask for sums, whatever the number
    of traces. Verbs that hold users against themselves need a row a trace, without what was said: of
    more traces than `most` they look at a draw.

    Attributes:
        view: which rows of which tables.
        most: traces whose rows are brought at most.
    """

    view: View
    most: int

    @classmethod
    def of(cls, view: View, most: int) -> "EngineLog":
        """Return the log of a view.

        Args:
            view: which rows of which tables.
            most: traces whose rows are brought at most.
        """
        log = cls.__new__(cls)
        log.__dict__.update(view=view, most=most)
        return log

    @cached_property
    def traces(self) -> pd.DataFrame:
        """One row per run, without what was said: `trace` brings that of one."""
        return self._rows("traces").whole("traces")

    @cached_property
    def spans(self) -> pd.DataFrame:
        """One row per step, without what was said."""
        return self._rows("spans").whole("spans")

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per judgement, without what was said."""
        return self._rows("scores").whole("scores")

    @cached_property
    def report(self) -> pd.DataFrame:
        """What was assumed of the tables."""
        said = (
            *self.view.tables.said,
            "ids are unique: tables on an engine are not searched for duplicates",
        )
        return report_frame([Problem(action="assumed", n=0, detail=one) for one in said])

    @cached_property
    def rejected(self) -> pd.DataFrame:
        """Rows that no table could take: they stay where they are."""
        return rejected_rows(pd.DataFrame(), "", "trace_id", "")

    @cached_property
    def truth(self) -> pd.DataFrame | None:
        """What was planted: unknown of what comes from an engine."""
        return None

    @cached_property
    def start(self) -> pd.Timestamp:
        """When the first trace began; NaT for an empty log."""
        first = self._extent.first
        return _NEVER if first is None else time_at(first)

    @cached_property
    def stop(self) -> pd.Timestamp:
        """Just after the last trace began; NaT for an empty log."""
        last = self._extent.last
        return _NEVER if last is None else time_at(last) + _TICK

    @property
    def room(self) -> int | None:
        """How many traces can be looked at one by one; None for all that there are."""
        return self.most if self._lazy else None

    def at_hand(self) -> Log:
        """Return the traces as they can be looked at one by one: of more than `most` a draw.

        Who is drawn is settled by a digest of the id, the same on every engine and every day; each
        is weighted by one over its probability, which is in every interval.
        """
        fits = not self._lazy or len(self) <= self.most
        return self if fits else DrawnLog.of(self, self.view, self.most)

    def __len__(self) -> int:
        """Return the number of traces."""
        return self._extent.traces

    def __repr__(self) -> str:
        """Return the number of traces and where they are."""
        if not self._lazy:
            return super().__repr__()
        return f"Log({len(self):,} traces; on {self.view.tables.engine.name})"

    def columns(self, table: str, names: Iterable[str]) -> pd.DataFrame:
        """Return the rows of a table in their order, with at least these columns of those it has.

        Nothing else is brought.

        Args:
            table: traces, spans or scores.
            names: of the columns; those that the table does not have are left out.
        """
        if table in self.__dict__ or not self._lazy:
            return super().columns(table, names)
        return self._rows(table).columns(table, names)

    def tally(
        self, metric: Metric, grid: Grid, by: tuple[str, ...] = (), *, finite: bool = False
    ) -> Tally:
        """Return the sums of a metric by bin and slice, summed where the rows are.

        Args:
            metric: what is counted.
            grid: the bins.
            by: columns of the traces that make slices.
            finite: whether the question is about these rows and those they were sampled from alone.
        """
        base = base_of(self.view, metric, self.score_kinds(), by)
        notes, absent = told(self.view, base)
        kinds = self.view.tables.traces.kinds
        slices = {name: kinds[name] for name in by}
        if absent or not grid.n:
            moments, found = nothing(metric, grid, slices)
        else:
            engine = self.view.tables.engine
            moments, found = counted(engine, base, grid, slices, finite=finite)
        return Tally(moments=moments, slices=found, notes=notes, absent=absent)

    def strongest(
        self, metric: Metric, span: tuple[int, int], side: int, centre: float, most: int
    ) -> tuple[str, ...]:
        """Return the traces that pull a stretch of time to one side, the strongest first.

        Args:
            metric: what is counted.
            span: from when, and until before when, in microseconds since 1970.
            side: 1 above the centre, -1 below it.
            centre: where the metric was expected.
            most: rows that are looked at.
        """
        base = base_of(self.view, metric, self.score_kinds())
        return strongest(self.view.tables.engine, base, span, side=side, centre=centre, most=most)

    def rows_of(self, metric: Metric) -> int:
        """Return how many rows a metric counts.

        Args:
            metric: what is counted.
        """
        return rows_of(self.view, base_of(self.view, metric, self.score_kinds()))

    def elsewhere(self, metric: Metric, by: tuple[str, ...]) -> Elsewhere | None:
        """Return the rows of a metric where they are, to hold one time against another.

        None where they are here.

        Args:
            metric: what is counted.
            by: columns that may be asked for.
        """
        if not self._lazy:
            return None
        known = tuple(light(self.view, "traces"))
        return elsewhere_of(self.view, metric, self.score_kinds(), by, known)

    def frequent(self, column: str, *, steps: str = "") -> list[object]:
        """Return the values of a column of the traces, the most frequent first.

        Args:
            column: of the traces, or of steps.
            steps: their kind, where steps are meant.
        """
        if not self._lazy:
            return super().frequent(column, steps=steps)
        return frequent(self.view, column, steps)

    def first_seen(self, table: str, column: str, of: str = "") -> pd.Series:
        """Return when each value of a column was first seen, in that order; empty without it.

        Args:
            table: "traces", by their start, or "scores", by their time.
            column: whose values are meant.
            of: for scores, the name that is meant.
        """
        if not self._lazy:
            return super().first_seen(table, column, of)
        return first_seen(self.view, table, column, of)

    def last(self, span: str) -> Log:
        """Return the traces that began in the last `span` of this log, counted from its last trace.

        Args:
            span: a length of time such as "24h" or "7D".
        """
        back = length(span)
        if not self._lazy or not len(self):
            return super().last(span)
        return self._narrowed(self.view.between(self.stop - back, None))

    def between(self, start: Moment, end: Moment) -> Log:
        """Return the traces that began at `start` or later and before `end`.

        Args:
            start: a time; one without a zone is UTC.
            end: a time after it.
        """
        first, last = moment(start), moment(end)
        if not self._lazy:
            return super().between(start, end)
        if last <= first:
            message = f"between({start!r}, {end!r}) ends before it begins; swap the two times."
            raise BadInputError(message)
        return self._narrowed(self.view.between(first, last))

    def where(self, **columns: object) -> Log:
        """Return the traces whose columns have these values.

        Args:
            columns: a value, or a list of values of which one must match; None matches missing.
        """
        if not self._lazy:
            return super().where(**columns)
        return self._narrowed(
            self.view.where({name: _values(one) for name, one in columns.items()})
        )

    def trace(self, trace_id: str) -> Trace:
        """Return one trace with its steps and judgements, and with all that was said.

        Args:
            trace_id: its id.
        """
        if not self._lazy:
            return super().trace(trace_id)
        view = self.view.where({"trace_id": (trace_id,)})
        found = _whole(view)
        if not len(found["traces"]):
            hint = f"This log holds {len(self):,} traces; their ids are those of the table."
            raise UnknownNameError("trace", trace_id, (), hint=hint)
        row = found["traces"].iloc[0]
        return Trace(row=row, spans=found["spans"], scores=found["scores"])

    def sample(self, n: int, *, unit: str = "trace_id", salt: str = "agentlens") -> Log:
        """Return a log in memory of about n traces, with all that was said and how likely each was.

        Who is drawn is settled by a digest of the id, the same on every engine. What is counted of
        the sample is weighted by one over its probability.

        Args:
            n: traces to expect.
            unit: what is drawn whole: "trace_id", "session_id" or "user_id".
            salt: another one draws others.

        Example:
            >>> import agentlens as al, duckdb
            >>> warehouse, rows = duckdb.connect(), al.demo(days=7, traces_per_day=50).traces
            >>> log = al.read_table(warehouse.register("traces", rows))
            >>> 20 < len(log.sample(40)) < 60
            True
        """
        view, p = drawn(self.view, n, len(self), unit=unit, salt=salt)
        found = _whole(view)
        return Log(**(found | {"traces": weighted(found["traces"], p)}), report=self.report)

    def plain(self) -> Log:
        """Return an ordinary log with every table in memory, texts aside."""
        return Log(traces=self.traces, spans=self.spans, scores=self.scores, report=self.report)

    def facts(self) -> dict[str, str]:
        """Return what a person first wants to know of a log, name to text."""
        if not self._lazy:
            return super().facts()
        where = {"engine": self.view.tables.engine.name}
        if not len(self):
            return {"traces": "none", **where}
        period = f"{self.start:%Y-%m-%d %H:%M} to {self.stop:%Y-%m-%d %H:%M} UTC"
        sizes = {name: text.count(size_of(self.view, name)) for name in ("spans", "scores")}
        rows = f"of about {self.most:,} traces at most, texts aside; more are drawn from"
        known = {"period": period, "traces": text.count(len(self)), **sizes}
        return {**known, **where, "rows brought": rows}

    def _repr_html_(self) -> str:
        return html.card("Log", facts=self.facts()) if self._lazy else super()._repr_html_()

    @property
    def _lazy(self) -> bool:
        """Whether the rows are on the engine; a changed copy has tables of its own."""
        return "view" in self.__dict__

    @cached_property
    def _extent(self) -> Extent:
        if self._lazy:
            return extent_of(self.view)
        starts = self.traces["start"]
        ends = (microseconds(one) for one in (starts.min(), starts.max())) if len(starts) else ()
        return Extent(len(starts), *(tuple(ends) or (None, None)))

    @cached_property
    def _kinds(self) -> pd.DataFrame:
        return score_kinds(self.view) if self._lazy else super()._kinds

    def _rows(self, table: str) -> Brought:
        """Return what brings the rows of a table, the same ones every time; too many are refused."""
        if self.view.tables.of(table) is not None and len(self) > self.most:
            message = (
                f"This asks for rows of {len(self):,} traces, more than the {self.most:,} that are"
                f" brought from {self.view.tables.engine.name} at most. Ask of a part, with .last(),"
                " .between() or .where(); of a weighted sample, with .sample(100_000); or raise"
                " most= in read_table. series(), control_chart() and charts() need no rows; nor does"
                " slices(), but by ranges of a number or by more than a thousand values."
            )
            raise BadInputError(message)
        return self._held

    @cached_property
    def _held(self) -> Brought:
        return Brought(self.view)

    def _narrowed(self, view: View) -> "EngineLog":
        return EngineLog.of(view, self.most)

    def _keep(self, rows: pd.Series) -> Log:
        return self if rows.all() else self.plain()._keep(rows)  # noqa: SLF001 - of its own kind


def _whole(view: View) -> dict[str, pd.DataFrame]:
    """Return the tables of a view, with all that was said."""
    return {name: said(view, name) for name in TABLES}


def _values(wanted: object) -> tuple[object, ...]:
    listed = not isinstance(wanted, str) and isinstance(wanted, Iterable)
    return tuple(wanted) if listed else (wanted,)  # type: ignore[arg-type]
