"""Which of these rows are news to the lake?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.errors import BadInputError
from agentlens.lake.files.frames import Dtypes, columns_of, joined_columns, to_arrow
from agentlens.lake.files.tables import DELETED, FETCHED, UPDATED, Kept
from agentlens.lake.store.newest import key_of, places
from agentlens.lake.store.reader import Reader

__all__ = ["News", "arrived", "news", "removed"]

_NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True)
class News:
    """Rows to be written, tombstones among them, and the columns that the table then has."""

    rows: pa.Table
    columns: dict[str, str]

    def ids(self) -> pd.Series:
        """Return the traces that the rows speak of."""
        ids: pd.Series = self.rows["trace_id"].unique().to_pandas().astype("str")
        return ids


def arrived(frame: pd.DataFrame, table: Kept, known: Dtypes) -> News:
    """Return a frame as rows of a table, checked; of rows with one key the newest.

    Args:
        frame: what came.
        table: which table it belongs to.
        known: the columns that the lake has.
    """
    _check(frame, table)
    columns = columns_of(frame, table.name)
    rows = to_arrow(frame, columns)
    joined = joined_columns(known, columns, table.name) if len(frame) else dict(known) or columns
    rows = rows.cast(
        pa.schema([pa.field(one.name, _wider(one.type, joined[one.name])) for one in rows.schema])
    )
    if table.keys and rows.num_rows:
        keys = key_of(rows, table)
        if len(keys.unique()) < len(keys):
            rows = rows.take(_last(rows, keys.to_pandas()))
    return News(rows, joined)


def news(
    came: News, table: Kept, reader: Reader, *, stamp: pd.Timestamp, now: pd.Timestamp
) -> News:
    """Return the rows that say something new, with a tombstone where a row left its day.

    A row is taken if the source calls it newer, or as new and we read it later, and if anything
    in it differs.

    Args:
        came: rows of one table.
        table: which.
        reader: what the lake holds.
        stamp: when the rows were read.
        now: when they are committed, after all that is there.
    """
    rows = came.rows.append_column(FETCHED, _moment(now, came.rows.num_rows))
    if not table.keys or not rows.num_rows:
        return News(rows, came.columns)
    old = _present(rows, table, reader)
    if not old.num_rows:
        return News(rows, came.columns)
    at = places(rows, old, table)
    there = at >= 0
    match = old.take(pa.array(np.where(there, at, 0)))
    fresh = ~there | (_newer(rows, match, table, stamp) & _differs(rows, match, came.columns))
    moved = there & fresh & _left(rows, match, table)
    taken = rows.filter(pa.array(fresh))
    if not moved.any():
        return News(taken, came.columns)
    graves = _graves(match.filter(pa.array(moved)), table, now)
    return News(pa.concat_tables([taken, graves], promote_options="permissive"), came.columns)


def removed(keys: pd.DataFrame, table: Kept, reader: Reader, now: pd.Timestamp) -> News:
    """Return the tombstones of these rows, where they are there.

    Args:
        keys: the rows' keys.
        table: of which table.
        reader: what the lake holds.
        now: when that is committed.
    """
    columns = dict(reader.snapshot.columns.get(table.name, {}))
    wanted = to_arrow(keys[list(table.keys)], dict.fromkeys(table.keys, "str"))
    old = _present(wanted, table, reader)
    if not old.num_rows:
        return News(old, columns)
    return News(_graves(old.filter(pa.array(places(old, wanted, table) >= 0)), table, now), columns)


def _check(frame: pd.DataFrame, table: Kept) -> None:
    hidden = table.time == FETCHED
    for name in (*table.keys, *table.ids, *(() if hidden else (table.time,))):
        if name not in frame:
            message = f"The rows of {table.name} need the column {name!r}; they have {', '.join(map(repr, frame.columns))}."
            raise BadInputError(message)
        if frame[name].isna().any():
            n = int(frame[name].isna().sum())
            message = (
                f"{n:,} of {len(frame):,} rows of {table.name} have no {name!r}; a lake cannot"
                " keep a row without it. Set them aside with the reason, as rejected rows."
            )
            raise BadInputError(message)


def _present(rows: pa.Table, table: Kept, reader: Reader) -> pa.Table:
    """Return the lake's rows with the same first key, as one row a key."""
    column = table.keys[0]
    known = reader.columns(table.name)
    if not known:
        return pa.table({})
    ids = rows[column].unique().to_pandas()
    return reader.rows(table, [*known, FETCHED], ids=(column, ids))


def _newer(rows: pa.Table, old: pa.Table, table: Kept, stamp: pd.Timestamp) -> np.ndarray[Any, Any]:
    """Return which rows are newer: by the source's own time, then by when they were read."""
    ours, theirs = (_said(one, table) for one in (rows, old))
    read_later = (old[FETCHED].to_pandas() < stamp).to_numpy()
    newer: np.ndarray[Any, Any] = (ours > theirs) | ((ours == theirs) & read_later)
    return newer


def _said(rows: pa.Table, table: Kept) -> np.ndarray[Any, Any]:
    if not table.sourced or UPDATED not in rows.column_names:
        return np.full(rows.num_rows, _NEVER)
    times = pc.fill_null(rows[UPDATED].cast(pa.int64()), _NEVER)
    said: np.ndarray[Any, Any] = times.to_numpy()
    return said


def _differs(rows: pa.Table, old: pa.Table, columns: Dtypes) -> np.ndarray[Any, Any]:
    different = np.zeros(rows.num_rows, dtype=bool)
    for name in columns:
        left, right = _column(rows, name), _column(old, name)
        if left is None and right is None:
            continue
        if left is None or right is None:
            only = right if left is None else left
            different |= pc.is_valid(only).to_numpy()
            continue
        if left.type != right.type:
            right = right.cast(left.type)
        unequal = pc.fill_null(pc.not_equal(left, right), False)  # noqa: FBT003
        lone = pc.not_equal(pc.is_null(left), pc.is_null(right))
        different |= pc.or_(unequal, lone).to_numpy()
    return different


def _left(rows: pa.Table, old: pa.Table, table: Kept) -> np.ndarray[Any, Any]:
    now, then = (one[table.time].cast(pa.date32()) for one in (rows, old))
    left: np.ndarray[Any, Any] = pc.not_equal(now, then).to_numpy()
    return left


def _graves(rows: pa.Table, table: Kept, now: pd.Timestamp) -> pa.Table:
    names = dict.fromkeys([*table.keys, "trace_id", table.time])
    graves = rows.select([*names])
    graves = graves.append_column(FETCHED, _moment(now, rows.num_rows))
    return graves.append_column(DELETED, pa.array(np.full(rows.num_rows, True)))  # noqa: FBT003


def _last(rows: pa.Table, keys: pd.Series) -> pa.Array:
    said = rows[UPDATED].to_pandas() if UPDATED in rows.column_names else None
    order = keys.to_frame("key") if said is None else pd.DataFrame({"key": keys, "said": said})
    if said is not None:
        order = order.sort_values("said", kind="stable", na_position="first")
    return pa.array(np.sort(order.drop_duplicates("key", keep="last").index.to_numpy()))


def _column(rows: pa.Table, name: str) -> pa.ChunkedArray | None:
    return rows[name] if name in rows.column_names else None


def _wider(kind: pa.DataType, held: str) -> pa.DataType:
    return pa.float64() if held == "float64" else kind


def _moment(stamp: pd.Timestamp, n: int) -> pa.Array:
    one = pa.scalar(stamp.floor("us").to_pydatetime(), pa.timestamp("us", "UTC"))
    return pa.repeat(one, n)
