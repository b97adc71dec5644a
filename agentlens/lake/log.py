"""How is a log read from a lake without reading what nobody asks for?"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

import pandas as pd

from agentlens import html, text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.lake.edges import edge
from agentlens.lake.files.manifest import Snapshot
from agentlens.lake.narrow import Narrow
from agentlens.lake.sync.finish import Finished, finished, spans_of
from agentlens.lake.upkeep.snapshots import kept_for, left_since, rows_of
from agentlens.lake.view import Texts, View
from agentlens.sources.intake.road import Choices
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.period import Moment, length, moment
from agentlens.tables.problems import Problem, rejected_rows, report_frame
from agentlens.tables.trace import Trace

__all__ = ["LakeLog"]

_TICK = pd.Timedelta(1, "us")
_NEVER = cast("pd.Timestamp", pd.NaT)
_SAME = ["source", "table", "file", "field", "action", "severity", "detail"]
Stored = Callable[[str, object], object]


class LakeLog(Log):
    """A log whose tables are read when they are first used; choosing a part reads nothing.

    Attributes:
        view: which rows of which snapshot.
    """

    view: View

    @classmethod
    def of(cls, view: View, stored: Stored, choices: Choices) -> "LakeLog":
        """Return the log of a view.

        Args:
            view: which rows of which snapshot.
            stored: from a column and a value to the value as the lake keeps it.
            choices: what the user decided about outcomes and slices.
        """
        log = cls.__new__(cls)
        log.__dict__.update(view=view, _as_stored=stored, _choices=choices)
        return log

    @cached_property
    def traces(self) -> pd.DataFrame:
        """One row per run."""
        if self.built:
            return self._finished.traces
        self._narrow.drop("traces")
        return self.view.traces()

    @cached_property
    def spans(self) -> pd.DataFrame:
        """One row per step."""
        self._narrow.drop("spans")
        rows = self.view.rows("spans")
        return spans_of(rows, self.traces["trace_id"]) if self.built else rows

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per judgement."""
        if self.built:
            return self._finished.scores
        self._narrow.drop("scores")
        return self.view.rows("scores")

    @cached_property
    def report(self) -> pd.DataFrame:
        """What was read, dropped, assumed and repaired by all syncs, and what has expired."""
        expired = [
            Problem(action="missing", n=0, table=table, detail=f"{table} expired before {day}")
            for table, day in self.view.lost()
        ]
        known = self.view.reader.columns("report")
        said = _summed(self.view.reader.read("report")) if known else report_frame(())
        more = [*expired, *(self._finished.problems if self.built else ())]
        return pd.concat([said, report_frame(more)], ignore_index=True) if more else said

    @cached_property
    def rejected(self) -> pd.DataFrame:
        """The rows that no table could take, of the last thirty days."""
        empty = rejected_rows(pd.DataFrame(), "", "trace_id", "")
        if not self.view.reader.columns("rejected"):
            return empty
        return self.view.reader.read("rejected", columns=list(empty.columns))

    @cached_property
    def truth(self) -> pd.DataFrame | None:
        """What was planted: unknown of what comes from a lake."""
        return None

    @cached_property
    def start(self) -> pd.Timestamp:
        """When the first trace began; NaT for an empty log."""
        found = self._starts.min() if self._read else edge(self.view, last=False)
        return _NEVER if found is None else found

    @cached_property
    def stop(self) -> pd.Timestamp:
        """Just after the last trace began; NaT for an empty log."""
        found = self._starts.max() if self._read else edge(self.view, last=True)
        return _NEVER if found is None else found + _TICK

    def __len__(self) -> int:
        """Return the number of traces."""
        return len(self._starts)

    def __repr__(self) -> str:
        """Return the number of traces and where they are."""
        if not self._lazy:
            return super().__repr__()
        return f"Log({len(self):,} traces; of the lake's snapshot {self.view.reader.snapshot.n})"

    def columns(self, table: str, names: Iterable[str]) -> pd.DataFrame:
        """Return the rows of a table in their order, with at least these columns of those it has.

        Nothing else is read. Traces that are built from steps are told by all their columns.

        Args:
            table: traces, spans or scores.
            names: of the columns; those that the table does not have are left out.
        """
        if table in self.__dict__ or not self._lazy or self.built:
            return super().columns(table, names)
        return self._narrow.columns(table, names)

    def last(self, span: str) -> Log:
        """Return the traces that began in the last `span` of this log, counted from its last trace.

        Args:
            span: a length of time such as "24h" or "7D".
        """
        back = length(span)
        if not self._lazy or self.built or pd.isna(self.stop):
            return super().last(span)
        return self._narrowed(self.view.between(self.stop - back, None))

    def between(self, start: Moment, end: Moment) -> Log:
        """Return the traces that began at `start` or later and before `end`.

        Args:
            start: a time; one without a zone is UTC.
            end: a time after it.
        """
        first, last = moment(start), moment(end)
        if not self._lazy or self.built:
            return super().between(start, end)
        if last <= first:
            message = f"between({start!r}, {end!r}) ends before it begins; swap the two times."
            raise BadInputError(message)
        return self._narrowed(self.view.between(first, last))

    def where(self, **columns: object) -> Log:
        """Return the traces whose columns have these values; users are named as you know them.

        Args:
            columns: a value, or a list of values of which one must match; None matches missing.
        """
        kept = self.stored(columns)
        there = self.view.reader.columns("traces") if self._lazy else []
        if not self._lazy or self.built or not set(columns) <= set(there):
            return super().where(**{name: list(values) for name, values in kept.items()})
        return self._narrowed(self.view.where(kept))

    def stored(self, columns: Mapping[str, object]) -> dict[str, tuple[object, ...]]:
        """Return the values of columns as the lake keeps them.

        Args:
            columns: by name, a value or several.
        """
        return {name: _values(name, wanted, self._stored) for name, wanted in columns.items()}

    def trace(self, trace_id: str) -> Trace:
        """Return one trace with its steps and judgements, and with all that was said.

        Args:
            trace_id: its id.
        """
        if not self._lazy or self.built or "spans" in self.__dict__:
            return super().trace(trace_id)
        found = self._narrowed(replace(self.view, texts="all").where({"trace_id": (trace_id,)}))
        if not len(found):
            hint = f"This log holds {len(self):,} traces; log.traces['trace_id'] lists them."
            raise UnknownNameError("trace", trace_id, (), hint=hint)
        return Trace(row=found.traces.iloc[0], spans=found.spans, scores=found.scores)

    def told(self, texts: Texts) -> Log:
        """Return the same traces with other inputs and outputs read, where they are not read yet.

        Traces that are built from steps stay as they are: what was said is a part of them.

        Args:
            texts: "all", those of "traces" only, or "none".
        """
        if not self._lazy or self.built or texts == self.view.texts:
            return self
        return self._narrowed(replace(self.view, texts=texts))

    def plain(self) -> Log:
        """Return an ordinary log with every table in memory, free of the lake's files."""
        return Log(
            traces=self.traces,
            spans=self.spans,
            scores=self.scores,
            report=self.report,
            rejected=self.rejected,
        )

    def facts(self) -> dict[str, str]:
        """Return what a person first wants to know of a log, name to text."""
        if not self._lazy:
            return super().facts()
        snapshot = self.view.reader.snapshot
        known = {"snapshot": f"{snapshot.n}, of {snapshot.committed_at:%Y-%m-%d %H:%M} UTC"}
        if not len(self):
            return {"traces": "none", **known}
        return {
            "period": f"{self.start:%Y-%m-%d %H:%M} to {self.stop:%Y-%m-%d %H:%M} UTC",
            "traces": text.count(len(self)),
            "spans": text.count(self._size("spans")),
            "scores": text.count(self._size("scores")),
            **known,
        }

    def _repr_html_(self) -> str:
        return html.card("Log", facts=self.facts()) if self._lazy else super()._repr_html_()

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot that brought these rows; None for a changed copy, whose rows are its own."""
        if not self._lazy:
            return None
        return rows_of(self.view.reader.store, self.view.reader.snapshot)

    @property
    def removed(self) -> str:
        """Whose rows were taken out of that snapshot since, in words; "" where nobody's were."""
        found = self.snapshot
        return "" if found is None else left_since(self.view.reader.store, found)

    def keep(self, why: str) -> str:
        """Return why the snapshot of these rows could not be named; "" once it stays for good.

        Args:
            why: such as the report that is printed from them.
        """
        found = self.snapshot
        return "" if found is None else kept_for(self.view.reader.store, found, why)

    @property
    def built(self) -> bool:
        """Whether the traces were built from steps, so that a whole log says more of them."""
        return self._lazy and "metadata" in self.view.reader.columns("traces")

    @cached_property
    def _finished(self) -> Finished:
        choices: Choices = self.__dict__["_choices"]
        return finished(self.view, choices)

    @property
    def _lazy(self) -> bool:
        """Whether the tables come from the lake; a changed copy has tables of its own."""
        return "view" in self.__dict__

    @property
    def _stored(self) -> Stored:
        found: Stored = self.__dict__.get("_as_stored", lambda _column, value: value)
        return found

    @property
    def _read(self) -> bool:
        """Whether it is known when every trace began, or cannot be known without reading all."""
        if "traces" in self.__dict__ or not self._lazy or self.built:
            return True
        return self._narrow.holds("traces", "start")

    @property
    def _starts(self) -> pd.Series:
        return self.columns("traces", ["start"])["start"]

    @cached_property
    def _narrow(self) -> Narrow:
        return Narrow(self.view)

    def _size(self, table: str) -> int:
        counted = None if self.built else self.view.counted(table)
        if counted is not None:
            return counted
        rows = self.columns(table, ["trace_id"])["trace_id"]
        return int(among(rows, self.traces["trace_id"]).sum()) if self.built else len(rows)

    def _narrowed(self, view: View) -> "LakeLog":
        return LakeLog.of(view, self._stored, self.__dict__["_choices"])

    def _keep(self, rows: pd.Series) -> Log:
        """Return a part that no view describes, as an ordinary log."""
        if rows.all():
            return self
        if not self.built:
            return self.plain()._keep(rows)  # noqa: SLF001 - of its own kind
        part = self._finished.part(self.traces[rows])
        kept = self._narrowed(self.view.where({"trace_id": tuple(part.traces["trace_id"])}))
        kept.__dict__.update(_finished=part)
        return kept


def _values(name: str, wanted: object, stored: Stored) -> tuple[object, ...]:
    listed = not isinstance(wanted, str) and isinstance(wanted, Iterable)
    values: list[Any] = list(wanted) if listed else [wanted]  # type: ignore[call-overload]
    return tuple(stored(name, one) for one in values)


def _summed(report: pd.DataFrame) -> pd.DataFrame:
    """Return the report with one line for what several syncs said alike."""
    whole = report_frame(())
    lines = report.reindex(columns=whole.columns)
    same = [name for name in _SAME if name in lines]
    grouped = lines.groupby(same, sort=False, dropna=False)
    summed = grouped.agg(n=("n", "sum"), share=("share", "last"), examples=("examples", "first"))
    return summed.reset_index()[list(whole.columns)]
