"""By how many days may a row lie before the trace that it belongs to?

Steps and scores of the traces of last week lie in last week and after it, unless clocks differ or a
trace was dated anew. Each commit notes the most that ever happened, so that who asks for last week
need not look for its rows in every day of a year.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.lake.files.manifest import Snapshot
from agentlens.lake.files.tables import DELETED, kept
from agentlens.lake.store.reader import Reader

__all__ = ["earliest", "noted"]

_NOTE = "leads"
_LOOSE = "loose"
"""Whether there may be rows without a trace: they belong to one that comes later."""
_TABLES = ("spans", "text", "scores")
_NONE = pa.table(
    {"trace_id": pa.array([], pa.string()), "start": pa.array([], pa.timestamp("us", "UTC"))}
)


def earliest(snapshot: Snapshot, table: str, since: pd.Timestamp | None) -> pd.Timestamp | None:
    """Return the time before which no row lies of traces that began since then; None if unknown.

    Args:
        snapshot: of a lake.
        table: spans, text or scores.
        since: the earliest start of the traces.
    """
    days = snapshot.notes.get(_NOTE, {}).get(table)
    return None if since is None or days is None else since.floor("D") - pd.Timedelta(days, "D")


def noted(reader: Reader, head: Snapshot, written: Mapping[str, pa.Table]) -> Snapshot:
    """Return the next manifest with a note of what these rows say about that.

    A table of which a lake held rows before there were such notes stays without one.

    Args:
        reader: of the next snapshot, which holds them.
        head: the snapshot before them.
        written: table to the rows that were written.
    """
    new = reader.snapshot
    rows = {name: one for name, one in written.items() if one.num_rows and name != "facts"}
    if not rows:
        return new
    said = head.notes.get(_NOTE, {})
    starts = _starts(reader, rows)
    moved, removed = _graves(rows.get("traces"), starts)
    known: dict[str, int] = {_LOOSE: int(removed or said.get(_LOOSE, 0))}
    for name in _TABLES:
        before = said.get(name, None if head.columns.get(name) else 0)
        if before is None:
            continue
        sought = rows.get(name)
        if moved or said.get(_LOOSE):  # rows that were written earlier may count, too
            sought = _all(reader, name, starts)
        lead, loose = (0, False) if sought is None else _lead(sought, kept(name).time, starts)
        known[name] = max(before, lead)
        known[_LOOSE] |= int(loose)
    return replace(new, notes={**new.notes, _NOTE: known})


def _starts(reader: Reader, rows: Mapping[str, pa.Table]) -> pa.Table:
    """Return the day of each trace that the rows speak of and that is there."""
    came = rows.get("traces", _NONE)
    if DELETED in came.column_names:
        came = came.filter(pc.invert(pc.fill_null(came[DELETED], False)))  # noqa: FBT003
    ids = [one["trace_id"].unique() for one in rows.values()]
    other = [one.filter(pc.invert(_among(one, came["trace_id"]))) for one in ids]
    sought = pd.concat([one.to_pandas() for one in other]).drop_duplicates()
    found = [came.select(["trace_id", "start"])]
    if len(sought) and reader.columns("traces"):
        read = reader.rows(kept("traces"), ["trace_id", "start"], ids=("trace_id", sought))
        found += [read] if read.num_rows else []
    every = pa.concat_tables(found).combine_chunks()
    return pa.table({"trace_id": every["trace_id"], "day": _days(every["start"])})


def _all(reader: Reader, table: str, starts: pa.Table) -> pa.Table | None:
    """Return when every row of these traces was; None where there are none."""
    if not reader.columns(table) or not starts.num_rows:
        return None
    names, ids = ["trace_id", kept(table).time], starts["trace_id"].to_pandas()
    rows = reader.rows(kept(table), names, ids=("trace_id", ids))
    return rows if rows.num_rows else None


def _lead(rows: pa.Table, time: str, starts: pa.Table) -> tuple[int, bool]:
    """Return by how many days at most a row lies before its trace, and whether one has none."""
    begun = _begun(rows["trace_id"], starts)
    most = pc.max(pc.subtract(begun, _days(rows[time]))).as_py()
    return max(0, int(most or 0)), begun.null_count > 0


def _graves(traces: pa.Table | None, starts: pa.Table) -> tuple[bool, bool]:
    """Return whether a trace now begins on another day, and whether one is no longer there."""
    if traces is None or DELETED not in traces.column_names:
        return False, False
    graves = traces.filter(pc.fill_null(traces[DELETED], False))["trace_id"]  # noqa: FBT003
    gone = _begun(graves, starts).null_count
    return len(graves) > gone, gone > 0


def _begun(ids: Any, starts: pa.Table) -> pa.ChunkedArray:
    return starts["day"].take(pc.index_in(ids, value_set=_one(starts["trace_id"])))


def _among(ids: Any, others: Any) -> Any:
    return pc.is_in(ids, value_set=_one(others))


def _one(values: Any) -> pa.Array:
    return pa.concat_arrays([pa.array([], pa.string()), *values.chunks])


def _days(times: Any) -> pa.ChunkedArray:
    """Return the days of times, counted since 1970."""
    return times.cast(pa.date32()).cast(pa.int32())
