"""How do rows become files?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from agentlens.lake.files import index
from agentlens.lake.files.disk import Disk
from agentlens.lake.files.manifest import SCHEMA, Part, digest
from agentlens.lake.files.tables import Kept

__all__ = ["Limits", "Told", "write_parts"]

Told = Callable[[Part, pa.Table], None]


@dataclass(frozen=True)
class Limits:
    """How large a part may grow."""

    rows: int = 1_000_000
    size: int = 128 << 20


def write_parts(
    disk: Disk,
    root: Path,
    table: Kept,
    rows: pa.Table,
    *,
    day: str,
    base: bool,
    limits: Limits = Limits(),
    told: Told = lambda _part, _rows: None,
) -> list[Part]:
    """Write rows of one day and return the parts; names are made durable by the caller.

    Args:
        disk: what writes.
        root: the lake.
        table: which table.
        rows: with their versions.
        day: of all of them.
        base: whether nothing of this day was there before.
        limits: how large a part may grow.
        told: hears of each part, and the rows in it.
    """
    ordered = rows.sort_by([(name, "ascending") for name in table.order])
    if table.name == "text":  # the traces' own texts first: light reads stop after them
        own = pc.equal(ordered["span_id"], "")
        ordered = pa.concat_tables([ordered.filter(own), ordered.filter(pc.invert(own))])
    share = min(1.0, limits.size / max(ordered.nbytes, 1))
    step = max(1, min(limits.rows, int(ordered.num_rows * share) or 1))
    places = range(0, ordered.num_rows, step)
    made = []
    for at in places:
        piece = ordered.slice(at, step)
        made.append(_write(disk, root, table, piece, day, base=base))
        told(made[-1], piece)
    return made


def _write(disk: Disk, root: Path, table: Kept, rows: pa.Table, day: str, *, base: bool) -> Part:
    data = _encoded(rows, table)
    name = digest(data)
    path = f"{table.folder}/day={day}/{name[:32]}-{SCHEMA}.parquet"
    sums = index.to_bytes(index.sums(*(rows[one] for one in table.ids))) if table.ids else b""
    times = rows[table.time]
    part = Part(
        path=path,
        day=day,
        rows=rows.num_rows,
        size=len(data),
        sha256=name,
        first=str(pd.Timestamp(pc.min(times).as_py()).isoformat()),
        last=str(pd.Timestamp(pc.max(times).as_py()).isoformat()),
        ids=digest(sums) if sums else "",
        base=base,
    )
    for place, content in ((part.path, data), (part.ids_path, sums)):
        if content and not _there(disk, root / place, content):
            disk.put(root / place, content)
    return part


def _there(disk: Disk, path: Path, content: bytes) -> bool:
    """Return whether a file with this content is there already, and keep it from the broom."""
    if not path.exists() or path.read_bytes() != content:
        return False
    disk.touch(path)
    return True


def _encoded(rows: pa.Table, table: Kept) -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(
        rows,
        out,
        compression="zstd",
        row_group_size=table.group,
        write_page_checksum=True,
        use_dictionary=[
            one.name
            for one in rows.schema
            if pa.types.is_string(one.type) and one.name not in {"input", "output", *table.keys[1:]}
        ],
    )
    return bytes(out.getvalue())
