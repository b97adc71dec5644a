"""What is kept for how long, and what is no longer needed today?"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens import text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.lake.files.manifest import ListRef, Part, Snapshot
from agentlens.lake.files.tables import Kept
from agentlens.lake.store.amend import Gone, amend, drop_files, rewritten
from agentlens.lake.store.history import Store
from agentlens.lake.store.reader import Reader
from agentlens.lake.upkeep.ledger import record
from agentlens.tables.period import length
from agentlens.tables.schema import TRACES

__all__ = ["QUARANTINE", "Removed", "Retention", "apply", "retention_of"]

QUARANTINE = "30D"
_LABELLED = "labelled"
_TRIMMED = ("text", "scores")


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long each class of rows is kept, counted from when it happened.

    Attributes:
        text: what was said, and what raters wrote.
        spans: the steps.
        rows: traces, facts and scores.
        keep_text: the text of traces that `keep_if` names.
        keep_if: `column`, `column=value` or `labelled`, of which one must hold.
    """

    text: str = "30D"
    spans: str = "90D"
    rows: str = "365D"
    keep_text: str = "90D"
    keep_if: tuple[str, ...] = ("status=error", "escalated", "safety_flagged", _LABELLED)

    def __post_init__(self) -> None:
        order = ("text", "keep_text", "rows")
        lengths = [length(getattr(self, name)) for name in order]
        if lengths != sorted(lengths) or length(self.spans) > length(self.rows):
            message = (
                "What is derived outlives what it was derived from: text <= keep_text <= rows and"
                f" spans <= rows, not text={self.text!r}, keep_text={self.keep_text!r},"
                f" spans={self.spans!r}, rows={self.rows!r}."
            )
            raise BadInputError(message)

    def before(self, name: str, now: pd.Timestamp) -> str:
        """Return the first day that is kept of a class; at least its length is kept of each."""
        return f"{(now - length(getattr(self, name))).floor('D'):%Y-%m-%d}"


@dataclass(frozen=True, kw_only=True, repr=False)
class Removed:
    """What retention removed.

    Attributes:
        snapshot: the number of the snapshot without it.
        rows: table to how many rows went.
        files: how many files went.
        bytes: how large they were.
    """

    snapshot: int
    rows: Mapping[str, int]
    files: int
    bytes: int

    def __repr__(self) -> str:
        """Return it as a sentence."""
        if not self.files:
            return "Removed(nothing was due)"
        rows = text.listed(f"{n:,} rows of {table}" for table, n in self.rows.items() if n)
        return (
            f"Removed({rows or 'no row'}; {text.plural(self.files, 'file')},"
            f" {self.bytes:,} bytes. Promoted cases, saved reports and exported files are outside"
            " the lake and stay.)"
        )


def retention_of(snapshot: Snapshot) -> Retention | None:
    """Return what the lake was told to keep; None where it was never told."""
    if not snapshot.retention:
        return None
    said = dict(snapshot.retention)
    return Retention(**{**said, "keep_if": tuple(said["keep_if"])})


def apply(store: Store, retention: Retention | None, now: pd.Timestamp) -> Removed:
    """Return what was removed of what is no longer to be kept.

    Args:
        store: the lake's.
        retention: what to keep; None removes only old rows of the quarantine.
        now: the time now.
    """
    if retention is not None:
        _check(store, retention)
    limits = _limits(retention, now)
    work = _Work(store, retention, limits, now)
    gone = amend(store, work.change, act="retention", edit=work.edit, reach=work.reach)
    if gone.parts:
        record(store, "retain", _facts(gone, retention, limits))
        drop_files(store, gone)
    return Removed(
        snapshot=gone.snapshot.n,
        rows=gone.rows,
        files=len(gone.parts),
        bytes=sum(part.size for _, part in gone.parts),
    )


@dataclass(frozen=True)
class _Work:
    store: Store
    retention: Retention | None
    limits: Mapping[str, str]
    now: pd.Timestamp

    def reach(self, ref: ListRef) -> bool:
        """Return whether a day of this month may lie before what is kept whole."""
        trim = self.limits.get("trim", "") if ref.table in _TRIMMED else ""
        return f"{ref.month}-01" < max(self.limits.get(ref.table, ""), trim)

    def change(self, table: Kept, part: Part) -> list[Part]:
        """Return what is left of a part."""
        if part.day < self.limits.get(table.name, ""):
            return []
        trims = table.name in _TRIMMED and part.day < self.limits.get("trim", "")
        if not trims or part.trimmed:
            return [part]
        made = rewritten(self.store, table, part, lambda rows: self._trimmed(table, rows))
        return [replace(one, trimmed=True) for one in made]

    def edit(self, snapshot: Snapshot, lost: bool) -> Snapshot:  # noqa: FBT001 - a callback
        """Return the manifest with what is kept for how long, and since when there is less."""
        said: Any = snapshot.retention
        if self.retention is not None:
            said = {**asdict(self.retention), "keep_if": list(self.retention.keep_if)}
        expired = dict(snapshot.expired)
        if lost:
            days = {**self.limits, "text": self.limits.get("trim", "")}
            days.pop("trim", None)
            expired |= {name: max(day, expired.get(name, "")) for name, day in days.items() if day}
        return replace(snapshot, retention=said, expired=expired)

    def _trimmed(self, table: Kept, rows: pa.Table) -> pa.Table:
        """Return the texts of traces that stay; scores lose only what the rater wrote."""
        stays = pc.is_in(rows["trace_id"], value_set=self._staying(rows["trace_id"]))
        if table.name == "text":
            return rows.filter(stays)
        if "comment" not in rows.column_names:
            return rows
        place = rows.column_names.index("comment")
        nothing = pa.scalar(None, rows["comment"].type)
        return rows.set_column(place, "comment", pc.if_else(stays, rows["comment"], nothing))

    def _staying(self, ids: pa.ChunkedArray) -> pa.Array:
        wanted = ids.unique().to_pandas()
        reader = Reader(self.store, self.store.head())
        rules = () if self.retention is None else self.retention.keep_if
        found = [_matching(reader, rule, wanted) for rule in rules]
        every = pd.concat([pd.Series(dtype="str"), *found]).drop_duplicates()
        return pa.array(every.astype("str"), pa.string())


def _matching(reader: Reader, rule: str, ids: pd.Series) -> pd.Series:
    """Return the traces among these for which a rule holds."""
    if rule == _LABELLED:
        columns = reader.columns("scores")
        if not {"trace_id", "source"} <= set(columns):
            return pd.Series(dtype="str")
        scores = reader.read("scores", columns=["trace_id", "source"], ids=ids)
        return scores.loc[(scores["source"] == "human").to_numpy(dtype=bool), "trace_id"]
    column, _, value = rule.partition("=")
    if column not in reader.columns("traces"):
        return pd.Series(dtype="str")
    traces = reader.read("traces", columns=["trace_id", column], ids=ids)
    said = traces[column].astype("str").str.lower()
    holds = (said == (value.lower() or "true")).to_numpy(dtype=bool, na_value=False)
    return traces.loc[holds, "trace_id"]


def _limits(retention: Retention | None, now: pd.Timestamp) -> dict[str, str]:
    """Return table to the first day that stays; `trim` is the first day whose text stays whole."""
    limits = {"rejected": f"{(now - length(QUARANTINE)).floor('D'):%Y-%m-%d}"}
    if retention is None:
        return limits
    rows = retention.before("rows", now)
    return limits | {
        "traces": rows,
        "facts": rows,
        "scores": rows,
        "report": rows,
        "spans": retention.before("spans", now),
        "text": retention.before("keep_text", now),
        "trim": retention.before("text", now),
    }


def _check(store: Store, retention: Retention) -> None:
    known = {*TRACES.names, *Reader(store, store.head()).columns("traces")}
    for rule in retention.keep_if:
        column = rule.partition("=")[0]
        if rule != _LABELLED and column not in known:
            raise UnknownNameError("trace column in keep_if", column, [*known, _LABELLED])


def _facts(gone: Gone, retention: Retention | None, limits: Mapping[str, str]) -> dict[str, Any]:
    return {
        "why": "older than the time for which it is kept",
        "retention": None if retention is None else asdict(retention),
        "days_before": dict(limits),
        "rows": dict(gone.rows),
        "files": _files(gone.parts),
    }


def _files(parts: Iterable[tuple[str, Part]]) -> list[dict[str, Any]]:
    return [
        {"table": table, "day": part.day, "path": part.path, "rows": part.rows, "bytes": part.size}
        for table, part in parts
    ]
