"""What is a log, and how is a part of it chosen?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self, cast

import pandas as pd

from agentlens import html, text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.stats.arrays import Ints
from agentlens.tables.clusters import CLUSTERED, clusters_of
from agentlens.tables.kinds import first_seen, score_kinds
from agentlens.tables.match import among, kept
from agentlens.tables.period import Moment, length, moment
from agentlens.tables.problems import rejected_rows, report_frame, total
from agentlens.tables.save import save_log
from agentlens.tables.schema import SCORES, SPANS, TRACES, Table
from agentlens.tables.trace import Trace
from agentlens.tables.weights import weighting
from agentlens.tables.wide import wide

__all__ = ["Log"]

_TICK = pd.Timedelta(1, "us")
_NEVER = cast("pd.Timestamp", pd.NaT)


def _nothing(table: Table) -> Callable[[], pd.DataFrame]:
    return lambda: pd.DataFrame(columns=[one.name for one in table.columns if one.required])


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Log:
    """Three tidy tables of what an agent did, and the report of how they came here.

    Choosing a part gives a new Log; nothing changes the one at hand.

    Attributes:
        traces: one row per run.
        spans: one row per step.
        scores: one row per judgement.
        report: what was read, dropped, assumed and repaired.
        rejected: the rows that no table could take, whole, with the reason.
        truth: for simulated logs, what was planted; None for real ones.

    Example:
        >>> import agentlens as al
        >>> log = al.demo(days=7, traces_per_day=50, seed=1)
        >>> log.last("24h").where(device="mobile")
        Log(25 traces, 190 spans, 59 scores)
    """

    traces: pd.DataFrame
    spans: pd.DataFrame = field(default_factory=_nothing(SPANS))
    scores: pd.DataFrame = field(default_factory=_nothing(SCORES))
    report: pd.DataFrame = field(default_factory=lambda: report_frame(()))
    rejected: pd.DataFrame = field(
        default_factory=lambda: rejected_rows(pd.DataFrame(), "", "trace_id", "")
    )
    truth: pd.DataFrame | None = None

    def __len__(self) -> int:
        """Return the number of traces."""
        return len(self.traces)

    def __repr__(self) -> str:
        """Return the size of each table."""
        sizes = (self.traces, self.spans, self.scores)
        names = ("traces", "spans", "scores")
        return f"Log({', '.join(f'{len(t):,} {n}' for t, n in zip(sizes, names, strict=True))})"

    @cached_property
    def start(self) -> pd.Timestamp:
        """When the first trace began; NaT for an empty log."""
        return self._began.min() if len(self) else _NEVER

    @cached_property
    def stop(self) -> pd.Timestamp:
        """Just after the last trace began; NaT for an empty log."""
        return self._began.max() + _TICK if len(self) else _NEVER

    @cached_property
    def clusters(self) -> Ints:
        """A number of each trace that those of one user share; of a session, where no user is known."""
        return clusters_of(self.columns("traces", CLUSTERED))

    @property
    def room(self) -> int | None:
        """How many traces can be looked at one by one; None for all that there are."""
        return None

    @property
    def drawn(self) -> tuple[str, ...]:
        """A sentence where these are some traces, drawn because all are too many to be looked at."""
        said: tuple[str, ...] = self.__dict__.get("_drawn", ())
        return said

    def at_hand(self) -> "Log":
        """Return the traces as they can be looked at one by one: of too many of them a draw."""
        return self

    def columns(self, table: str, names: Iterable[str]) -> pd.DataFrame:
        """Return the rows of a table in their order, with at least these columns of those it has.

        A log that has to be read first brings no more than these; this one has all at hand.

        Args:
            table: traces, spans or scores.
            names: of the columns; those that the table does not have are left out.
        """
        del names
        frame: pd.DataFrame = getattr(self, table)
        return frame

    def score_kinds(self) -> pd.DataFrame:
        """Return name, source, and whether every value is 0 or 1, a row for each score there is."""
        return self._kinds

    def frequent(self, column: str, *, steps: str = "") -> list[object]:
        """Return the values of a column of the traces, the most frequent first.

        Args:
            column: of the traces, or of steps.
            steps: their kind, where steps are meant.
        """
        table, needed = ("spans", ["kind", column]) if steps else ("traces", [column])
        rows = self.columns(table, needed)
        if not {*needed} <= {*rows.columns}:
            raise UnknownNameError(f"{table[:-1]} column", column, getattr(self, table).columns)
        return (
            (rows[rows["kind"] == steps] if steps else rows)[column].value_counts().index.tolist()
        )

    def first_seen(self, table: str, column: str, of: str = "") -> pd.Series:
        """Return when each value of a column was first seen, in that order; empty without it.

        Args:
            table: "traces", by their start, or "scores", by their time.
            column: whose values are meant.
            of: for scores, the name that is meant.
        """
        time = "start" if table == "traces" else "time"
        rows = self.columns(table, [column, time, "name"])
        if column not in rows or time not in rows:
            return pd.Series(dtype="datetime64[us, UTC]")
        return first_seen(rows[rows["name"] == of] if of else rows, column, time)

    def last(self, span: str) -> "Log":
        """Return the traces that began in the last `span` of this log, counted from its last trace.

        Args:
            span: a length of time such as "24h" or "7D".
        """
        back = length(span)
        return self if not len(self) else self._keep(self._began >= self.stop - back)

    def between(self, start: Moment, end: Moment) -> "Log":
        """Return the traces that began at `start` or later and before `end`.

        Args:
            start: a time; one without a zone is UTC.
            end: a time after it.
        """
        first, last = moment(start), moment(end)
        if last <= first:
            message = f"between({start!r}, {end!r}) ends before it begins; swap the two times."
            raise BadInputError(message)
        return self._keep((self._began >= first) & (self._began < last))

    def where(self, **columns: object) -> "Log":
        """Return the traces whose columns have these values.

        Args:
            columns: a value, or a list of values of which one must match; None matches missing.
        """
        traces = self.columns("traces", columns)
        keep = pd.Series(data=True, index=traces.index)
        for name, wanted in columns.items():
            if name not in traces:
                raise UnknownNameError("trace column", name, self.traces.columns)
            listed = not isinstance(wanted, str) and isinstance(wanted, Iterable)
            values = list(wanted) if listed else [wanted]  # type: ignore[call-overload]
            found = traces[name].isin([value for value in values if value is not None])
            if None in values:
                found |= traces[name].isna()
            keep &= found.fillna(value=False).astype(bool)
        return self._keep(keep)

    def wide(self) -> pd.DataFrame:
        """Return the traces with one column per score name, from its newest rubric version.

        A column is called `score:<name>`; human labels of a name that a judge also gives are
        `score:<name>@human`. Which version stands in which column is in `.attrs["rubrics"]`.
        """
        return wide(self.traces, self.scores)

    def trace(self, trace_id: str) -> Trace:
        """Return one trace with its steps and judgements.

        Args:
            trace_id: its id.
        """
        row = self.traces.loc[self.traces["trace_id"] == trace_id]
        if row.empty:
            hint = f"This log holds {len(self):,} traces; log.traces['trace_id'] lists them."
            raise UnknownNameError("trace", trace_id, (), hint=hint)
        return Trace(
            row=row.iloc[0],
            spans=self.spans.loc[self.spans["trace_id"] == trace_id].reset_index(drop=True),
            scores=self.scores.loc[self.scores["trace_id"] == trace_id].reset_index(drop=True),
        )

    def save(self, path: str | Path) -> list[Path]:
        """Write the three tables beside one another and return the files.

        Args:
            path: ends in .parquet, .jsonl, .jsonl.gz, .csv or .csv.gz; the table's name is put
                before that ending.
        """
        return save_log({"traces": self.traces, "spans": self.spans, "scores": self.scores}, path)

    def facts(self) -> dict[str, str]:
        """Return what a person first wants to know of a log, name to text."""
        if not len(self):
            return {"traces": "none", "report": _report_line(self.report)}
        known = [name for name in ("session_id", "user_id") if name in self.traces]
        distinct = [f"{self.traces[name].nunique():,} {name[:-3]}s" for name in known]
        facts = {
            "period": f"{self.start:%Y-%m-%d %H:%M} to {self.stop:%Y-%m-%d %H:%M} UTC",
            "traces": ", ".join([text.count(len(self)), *distinct]),
            "spans": text.count(len(self.spans)),
            "scores": self._scored(),
            "report": _report_line(self.report),
        }
        note = weighting(self.traces).note
        return facts | ({"weights": note} if note else {})

    def _repr_html_(self) -> str:
        more = {}
        if len(self):
            start = [name for name in _FIRST if name in self.traces]
            more["First traces"] = html.table(self.traces[start].head(5))
        if len(self.report):
            more["Load report"] = html.table(self.report)
        if len(self.rejected):
            more["Rejected rows"] = html.table(self.rejected, most=50)
        return html.card("Log", facts=self.facts(), more=more)

    @cached_property
    def _kinds(self) -> pd.DataFrame:
        """Every metric of a score asks for this, and a frozen log's scores stay as they are."""
        return score_kinds(self.columns("scores", ["name", "source", "value"]))

    @property
    def _began(self) -> pd.Series:
        """When each trace began."""
        return self.columns("traces", ["start"])["start"]

    @classmethod
    def _like(cls, log: "Log", **own: object) -> Self:
        """Return a log of this kind that came here as another one did, and what is its own."""
        made = cls.__new__(cls)
        same = {name: getattr(log, name) for name in ("report", "rejected", "truth")}
        made.__dict__.update(same | {"_drawn": log.drawn} | own)
        return made

    def _keep(self, rows: pd.Series) -> "Log":
        if rows.all():
            return self
        return _Part.of(self, kept(self.traces, rows))

    def _scored(self) -> str:
        if not len(self.scores) or "source" not in self.scores:
            return text.count(len(self.scores))
        by_source = self.scores["source"].value_counts()
        parts = [f"{n:,} {source}" for source, n in by_source.items()]
        return f"{len(self.scores):,} ({text.listed(parts)})"


class _Part(Log):
    """Some traces of a log in memory; their steps and scores are picked when they are asked for."""

    @classmethod
    def of(cls, log: Log, traces: pd.DataFrame) -> "_Part":
        return cls._like(log, traces=traces, _log=log)

    @cached_property
    def spans(self) -> pd.DataFrame:
        """One row per step."""
        return self._own("spans")

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per judgement."""
        return self._own("scores")

    def _own(self, table: str) -> pd.DataFrame:
        rows: pd.DataFrame = getattr(self.__dict__["_log"], table)
        return kept(rows, among(rows["trace_id"], self.traces["trace_id"]))


_FIRST = [
    column.name
    for column in TRACES.columns
    if column.name in {"trace_id", "start", "task_type", "status", "latency_s", "input", "output"}
]


def _report_line(report: pd.DataFrame) -> str:
    counted = [
        f"{n:,} {word}"
        for word, n in (
            ("dropped", total(report, "dropped")),
            ("duplicate", total(report, "duplicate")),
        )
        if n
    ]
    other = sorted({*report["action"]} - {"read", "dropped", "duplicate"})
    if not counted and not other:
        return "nothing dropped, nothing assumed"
    rows = f"{'; '.join(counted) or 'nothing dropped'}"
    return f"{rows}; see log.report for what was {text.listed(other)}" if other else rows
