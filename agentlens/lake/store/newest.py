"""Of several versions of one row, which is the newest?

Whoever commits compares with what is there, and writes a row only if it wins. So of the versions
on disk the one that was committed last is the newest, tombstones included.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.lake.files.tables import DELETED, FETCHED, Kept

__all__ = ["key_of", "newest"]

_BETWEEN = "\x1f"


def newest(table: Kept, parts: Sequence[pa.Table]) -> pa.Table:
    """Return the newest version of each row of one day, without what was deleted.

    Only keys that a small part speaks of are compared; the rest of the large part passes.

    Args:
        table: which table.
        parts: its rows, with keys, time and version.
    """
    rows = pa.concat_tables(
        [one.append_column("_part", _number(at, one.num_rows)) for at, one in enumerate(parts)],
        promote_options="permissive",
    )
    if not table.keys:
        return rows.drop_columns(["_part"])
    largest = int(np.argmax([one.num_rows for one in parts]))
    keys = key_of(rows, table)
    small = pc.not_equal(rows["_part"], largest)
    contested = pc.is_in(keys, value_set=keys.filter(small).combine_chunks())
    fought = rows.filter(contested)
    won = fought.take(_winners(fought, keys.filter(contested)))
    every = pa.concat_tables([rows.filter(pc.invert(contested)), won])
    if DELETED in every.column_names:
        every = every.filter(pc.invert(pc.fill_null(every[DELETED], False)))  # noqa: FBT003
    return every.sort_by([(table.time, "ascending")]).drop_columns(["_part"])


def key_of(rows: pa.Table, table: Kept) -> pa.ChunkedArray:
    """Return what identifies each row, as one text."""
    if len(table.keys) == 1:
        return rows[table.keys[0]]
    return pc.binary_join_element_wise(*(rows[key] for key in table.keys), _BETWEEN)


def _winners(rows: pa.Table, keys: pa.ChunkedArray) -> pa.Array:
    versions = pd.DataFrame(
        {
            "key": keys.to_pandas(),
            "fetched": rows[FETCHED].to_pandas(),
            "part": rows["_part"].to_numpy(),
        }
    )
    ordered = versions.sort_values(["fetched", "part"], kind="stable")
    return pa.array(np.sort(ordered.drop_duplicates("key", keep="last").index.to_numpy()))


def _number(value: int, n: int) -> pa.Array:
    return pa.array(np.full(n, value, np.int32))
