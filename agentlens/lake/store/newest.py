"""Of several versions of one row, which is the newest?

Whoever commits compares with what is there, and writes a row only if it wins. So of the versions
on disk the one that was committed last is the newest, tombstones included.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.lake.files.picked import Mask
from agentlens.lake.files.tables import DELETED, FETCHED, Kept

__all__ = ["key_of", "newest", "places", "standing"]

Places = np.ndarray[tuple[int], np.dtype[np.int32]]
_BETWEEN = "\x1f"
_EVER = np.iinfo(np.int64).max


def newest(table: Kept, parts: Sequence[pa.Table], settled: Sequence[bool]) -> pa.Table:
    """Return the newest version of each row of one day in order of time, without what was deleted.

    Args:
        table: which table.
        parts: its rows, with keys, time and version.
        settled: which parts are made of rows that stand but for what the others say.
    """
    rows = pa.concat_tables(parts, promote_options="permissive")
    if not table.keys:
        return rows
    stands = np.concatenate(standing(table, parts, settled))
    return rows.filter(pa.array(stands)).sort_by([(table.time, "ascending")])


def standing(table: Kept, parts: Sequence[pa.Table], settled: Sequence[bool]) -> list[Mask]:
    """Return for each part which of its rows are the newest of their key and not deleted.

    Only keys that a part speaks of which is not settled are compared; the rest passes.

    Args:
        table: which table.
        parts: its keys and versions.
        settled: which parts are made of rows that stand but for what the others say.
    """
    names = [*table.keys, FETCHED, *([DELETED] if any(map(_marked, parts)) else [])]
    every = [one.select([name for name in names if name in one.column_names]) for one in parts]
    rows = pa.concat_tables(every, promote_options="permissive")
    said = pa.concat_tables(
        [rows.slice(0, 0), *(one for one, sure in zip(every, settled, strict=True) if not sure)],
        promote_options="permissive",
    )
    codes = places(rows, said, table)
    stands = codes < 0
    fought = np.flatnonzero(~stands)
    fetched = rows[FETCHED].take(pa.array(fought))
    stands[fought[_winners(fetched, codes[fought], said.num_rows)]] = True
    if DELETED in names:
        stands &= ~pc.fill_null(rows[DELETED], False).to_numpy()  # noqa: FBT003
    return np.split(stands, np.cumsum([one.num_rows for one in parts])[:-1])


def key_of(rows: pa.Table, table: Kept) -> pa.ChunkedArray:
    """Return what identifies each row, as one text."""
    if len(table.keys) == 1:
        return rows[table.keys[0]]
    return pc.binary_join_element_wise(*(rows[key] for key in table.keys), _BETWEEN)


def places(rows: pa.Table, others: pa.Table, table: Kept) -> Places:
    """Return where each row's key is first among others, -1 where it is not."""
    among = key_of(others, table).combine_chunks()
    found: Places = pc.fill_null(pc.index_in(key_of(rows, table), value_set=among), -1).to_numpy()
    return found


def _winners(fetched: pa.ChunkedArray, codes: np.ndarray, n: int) -> np.ndarray:
    """Return where the newest version of each of n keys is: the last one, if several are as new."""
    times = pc.fill_null(pc.cast(fetched, pa.int64()), _EVER).to_numpy()
    latest = np.full(n, np.iinfo(np.int64).min)
    np.maximum.at(latest, codes, times)
    won = np.flatnonzero(times == latest[codes])
    last = np.full(n, -1, np.int64)
    last[codes[won]] = won
    return last[last >= 0]


def _marked(rows: pa.Table) -> bool:
    return DELETED in rows.column_names
