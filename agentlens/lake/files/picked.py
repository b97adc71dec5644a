"""Which rows of a part are asked for, and how are only those read?"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from agentlens.lake.files import index
from agentlens.lake.files.manifest import Part
from agentlens.lake.files.sound import check, sums_of
from agentlens.lake.files.tables import kept

__all__ = ["Mask", "may_hold", "read_part", "read_rows", "width"]

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


def read_part(
    root: Path,
    table: str,
    part: Part,
    columns: Iterable[str] | None,
    *,
    ids: tuple[str, pa.Array] | None = None,
    own: bool = False,
    threads: bool = True,
) -> pa.Table:
    """Return the rows of a part after its bytes were checked.

    Args:
        root: the lake.
        table: the table it belongs to.
        part: which.
        columns: which columns, where it has them; all if None.
        ids: a column and its wanted values.
        own: only the traces' own texts, whose span_id is empty.
        threads: whether columns are read side by side, which takes more memory and work in all.
    """
    path = check(root, table, part)
    repeated = [] if ids is None or kept(table).keys == ids[:1] else [ids[0]]
    with pq.ParquetFile(path, read_dictionary=repeated) as file:
        names = file.schema_arrow.names
        chosen = names if columns is None else [name for name in columns if name in names]
        groups = _own_groups(file) if own else list(_groups(file))
        if ids is None:
            return file.read_row_groups(groups, columns=chosen, use_threads=threads)
        column, wanted = ids
        masks = {
            group: _among(file.read_row_group(group, [column])[column], wanted) for group in groups
        }
        holding = [group for group, mask in masks.items() if pc.any(mask).as_py()]
        found = file.read_row_groups(holding, columns=chosen, use_threads=threads)
    chunks = [chunk for group in holding for chunk in masks[group].chunks]
    rows = found.filter(pa.chunked_array(chunks, pa.bool_()))
    if column not in repeated or column not in chosen:
        return rows
    return rows.set_column(chosen.index(column), column, rows[column].cast(pa.string()))


def read_rows(root: Path, table: str, part: Part, mask: Mask) -> pa.Table:
    """Return the rows of a part that a mask picks, without reading what holds none of them."""
    with pq.ParquetFile(check(root, table, part)) as file:
        ends = np.cumsum([file.metadata.row_group(one).num_rows for one in _groups(file)])
        pieces = np.split(mask, ends[:-1])
        holding = [at for at, piece in enumerate(pieces) if piece.any()]
        found = file.read_row_groups(holding)
    return found.filter(pa.array(np.concatenate([mask[:0], *(pieces[at] for at in holding)])))


def width(root: Path, table: str, part: Part) -> float:
    """Return how many bytes a row of a part takes in memory, judged by its first rows."""
    with pq.ParquetFile(check(root, table, part)) as file:
        first = file.read_row_group(0)
    return float(first.nbytes / max(1, first.num_rows))


def may_hold(root: Path, table: str, part: Part, wanted: index.Sums) -> bool:
    """Return whether a part may hold one of the wanted ids."""
    held = sums_of(root, table, part)
    return held is None or index.touches(held, wanted)


def _among(values: pa.ChunkedArray, wanted: pa.Array) -> pa.ChunkedArray:
    """Return which values are wanted; of a dictionary, each text is looked for once."""
    if not pa.types.is_dictionary(values.type):
        return pc.is_in(values, value_set=wanted)
    chunks = [pc.is_in(one.dictionary, value_set=wanted).take(one.indices) for one in values.chunks]
    return pa.chunked_array(chunks, pa.bool_())


def _groups(file: Any) -> range:
    return range(file.num_row_groups)


def _own_groups(file: Any) -> list[int]:
    place = file.schema_arrow.names.index("span_id")
    least = [file.metadata.row_group(one).column(place) for one in _groups(file)]
    return [at for at, one in enumerate(least) if _min(one) == ""]


def _min(column: Any) -> str | None:
    return column.statistics.min if column.is_stats_set else ""
