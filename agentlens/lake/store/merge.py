"""How do many parts of a day become few, however large the day is?

First the keys and versions of all rows say which rows stand. Then the day is written anew stretch
by stretch, and of each part only what lies in the stretch is read.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.lake.files.frames import Dtypes, as_known
from agentlens.lake.files.manifest import Part
from agentlens.lake.files.parts import write_parts
from agentlens.lake.files.picked import Mask, read_part, read_rows, width
from agentlens.lake.files.tables import DELETED, FETCHED, Kept
from agentlens.lake.store.history import Store
from agentlens.lake.store.newest import standing

__all__ = ["merged"]

Times = np.ndarray[tuple[int], np.dtype[np.int64]]


def merged(store: Store, columns: Dtypes, table: Kept, parts: list[Part]) -> list[Part]:
    """Return new parts with the rows of these that stand, in order of time.

    Args:
        store: where.
        columns: how the table's columns are held.
        table: which table.
        parts: of one day.
    """
    names = list(dict.fromkeys([*table.keys, table.time, FETCHED, DELETED]))
    known = [read_part(store.root, table.name, part, names) for part in parts]
    times = [_micros(rows[table.time]) for rows in known]
    masks = (
        standing(table, known, [part.base for part in parts])
        if table.keys
        else [np.ones(part.rows, dtype=np.bool_) for part in parts]
    )
    del known
    made: list[Part] = []
    for first, last in _stretches(store, table, parts, times, masks):
        chosen = [
            (part, mask & (when >= first) & (when < last))
            for part, when, mask in zip(parts, times, masks, strict=True)
        ]
        rows = [
            as_known(read_rows(store.root, table.name, part, mask), columns)
            for part, mask in chosen
            if mask.any()
        ]
        every = pa.concat_tables(rows, promote_options="permissive")
        if DELETED in every.column_names:
            every = every.drop_columns([DELETED])
        day = parts[0].day
        made += write_parts(
            store.disk, store.root, table, every, day=day, base=True, limits=store.limits
        )
    return made


def _stretches(
    store: Store, table: Kept, parts: list[Part], times: list[Times], masks: list[Mask]
) -> Iterator[tuple[int, int]]:
    """Yield stretches of time whose rows fit into half of what a part may hold."""
    stands = np.sort(np.concatenate([when[mask] for when, mask in zip(times, masks, strict=True)]))
    if not len(stands):
        return
    largest = max(parts, key=lambda part: part.size)
    fitting = store.limits.size / 2 / max(1.0, width(store.root, table.name, largest))
    step = max(1, min(store.limits.rows, int(fitting)))
    edges = np.unique(np.append(stands[::step], stands[-1] + 1))
    yield from zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)


def _micros(times: pa.ChunkedArray) -> Times:
    found: Times = pc.cast(times, pa.int64()).to_numpy()
    return found
