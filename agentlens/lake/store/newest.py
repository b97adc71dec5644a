"""Of several versions of one row, which is the newest?

Whoever commits compares with what is there, and writes a row only if it wins. So of the versions
on disk the one that was committed last is the newest, tombstones included.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.lake.files.picked import Mask
from agentlens.lake.files.tables import DELETED, FETCHED, Kept

__all__ = ["key_of", "newest", "standing"]

_BETWEEN = "\x1f"


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
    rows = pa.concat_tables(
        [
            one.select([name for name in names if name in one.column_names])
            .append_column("_part", _number(at, one.num_rows))
            .append_column("_settled", pa.array(np.full(one.num_rows, settled[at])))
            for at, one in enumerate(parts)
        ],
        promote_options="permissive",
    )
    keys = key_of(rows, table)
    said = keys.filter(pc.invert(rows["_settled"])).combine_chunks()
    contested = pc.is_in(keys, value_set=said).to_numpy()
    stands = ~contested
    fought = np.flatnonzero(contested)
    won = _winners(rows.take(pa.array(fought)), keys.take(pa.array(fought)))
    stands[fought[won]] = True
    if DELETED in names:
        stands &= ~pc.fill_null(rows[DELETED], False).to_numpy()  # noqa: FBT003
    return np.split(stands, np.cumsum([one.num_rows for one in parts])[:-1])


def key_of(rows: pa.Table, table: Kept) -> pa.ChunkedArray:
    """Return what identifies each row, as one text."""
    if len(table.keys) == 1:
        return rows[table.keys[0]]
    return pc.binary_join_element_wise(*(rows[key] for key in table.keys), _BETWEEN)


def _winners(rows: pa.Table, keys: pa.ChunkedArray) -> np.ndarray:
    versions = pd.DataFrame(
        {
            "key": keys.to_pandas(),
            "fetched": rows[FETCHED].to_pandas(),
            "part": rows["_part"].to_numpy(),
        }
    )
    ordered = versions.sort_values(["fetched", "part"], kind="stable")
    return ordered.drop_duplicates("key", keep="last").index.to_numpy()


def _marked(rows: pa.Table) -> bool:
    return DELETED in rows.column_names


def _number(value: int, n: int) -> pa.Array:
    return pa.array(np.full(n, value, np.int32))
