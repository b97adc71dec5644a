"""How do rows become files, and how are the files known to be what was written?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from agentlens.lake.files import index
from agentlens.lake.files.disk import Disk
from agentlens.lake.files.manifest import BrokenFileError, Part, digest
from agentlens.lake.files.tables import Kept

__all__ = ["Limits", "check", "check_pages", "may_hold", "read_part", "write_parts"]


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
) -> list[Part]:
    """Write rows of one day and return the parts; names are made durable by the caller."""
    ordered = rows.sort_by([(name, "ascending") for name in _order(table)])
    if table.name == "text":  # the traces' own texts first: light reads stop after them
        own = pc.equal(ordered["span_id"], "")
        ordered = pa.concat_tables([ordered.filter(own), ordered.filter(pc.invert(own))])
    share = min(1.0, limits.size / max(ordered.nbytes, 1))
    step = max(1, min(limits.rows, int(ordered.num_rows * share) or 1))
    places = range(0, ordered.num_rows, step)
    return [_write(disk, root, table, ordered.slice(at, step), day, base=base) for at in places]


def read_part(
    root: Path,
    table: str,
    part: Part,
    columns: Iterable[str] | None,
    *,
    ids: tuple[str, pa.Array] | None = None,
    own: bool = False,
) -> pa.Table:
    """Return the rows of a part after its bytes were checked.

    Args:
        root: the lake.
        table: the table it belongs to.
        part: which.
        columns: which columns, where it has them; all if None.
        ids: a column and its wanted values.
        own: only the traces' own texts, whose span_id is empty.
    """
    path = check(root, table, part)
    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        chosen = names if columns is None else [name for name in columns if name in names]
        groups = _own_groups(file) if own else list(range(file.num_row_groups))
        if ids is None:
            return file.read_row_groups(groups, columns=chosen)
        column, wanted = ids
        masks = {
            group: pc.is_in(file.read_row_group(group, [column])[column], value_set=wanted)
            for group in groups
        }
        holding = [group for group, mask in masks.items() if pc.any(mask).as_py()]
        found = file.read_row_groups(holding, columns=chosen)
    chunks = [chunk for group in holding for chunk in masks[group].chunks]
    return found.filter(pa.chunked_array(chunks, pa.bool_()))


def may_hold(root: Path, table: str, part: Part, wanted: index.Sums) -> bool:
    """Return whether a part may hold one of the wanted ids."""
    if not part.ids:
        return True
    path = root / part.ids_path
    data = _bytes(path, table, part)
    if digest(data) != part.ids:
        raise BrokenFileError(part.ids_path, _CHANGED, table=table, day=part.day)
    return index.touches(index.from_bytes(data), wanted)


def check(root: Path, table: str, part: Part) -> Path:
    """Return where a part is, once its bytes are known to be those that were written.

    A byte that changed on disk would be read without a word and give wrong sums. The whole file
    is summed once in a process, and again only if the file was touched.
    """
    path = root / part.path
    try:
        seen = path.stat()
    except FileNotFoundError as error:
        raise BrokenFileError(part.path, _GONE, table=table, day=part.day) from error
    if seen.st_size != part.size:
        reason = f"has {seen.st_size:,} bytes instead of {part.size:,}"
        raise BrokenFileError(part.path, reason, table=table, day=part.day)
    if _summed(str(path), seen.st_ino, seen.st_size, seen.st_mtime_ns) != part.sha256:
        raise BrokenFileError(part.path, _CHANGED, table=table, day=part.day)
    return path


def check_pages(root: Path, table: str, part: Part) -> None:
    """Read every byte of a part and of its ids, whatever was read before."""
    data = _bytes(root / part.path, table, part)
    if len(data) != part.size or digest(data) != part.sha256:
        raise BrokenFileError(part.path, _CHANGED, table=table, day=part.day)
    try:
        pq.read_table(pa.BufferReader(data), page_checksum_verification=True)
    except (OSError, pa.ArrowInvalid) as error:
        raise BrokenFileError(part.path, f"cannot be read: {error}", table=table) from error
    may_hold(root, table, part, np.empty(0, np.uint32))


_CHANGED = "is changed: its check sum is not the one that was written down"
_GONE = "is gone"


def _write(disk: Disk, root: Path, table: Kept, rows: pa.Table, day: str, *, base: bool) -> Part:
    data = _encoded(rows, table)
    name = digest(data)
    path = f"{table.folder}/day={day}/{name[:32]}.parquet"
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


def _order(table: Kept) -> Sequence[str]:
    return [table.time, *(key for key in table.keys if key != table.time)]


def _own_groups(file: Any) -> list[int]:
    place = file.schema_arrow.names.index("span_id")
    least = [file.metadata.row_group(one).column(place) for one in range(file.num_row_groups)]
    return [at for at, one in enumerate(least) if _min(one) == ""]


def _min(column: Any) -> str | None:
    return column.statistics.min if column.is_stats_set else ""


def _bytes(path: Path, table: str, part: Part) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BrokenFileError(
            f"{part.path.rpartition('/')[0]}/{path.name}", _GONE, table=table, day=part.day
        ) from error


@lru_cache(maxsize=100_000)
def _summed(path: str, inode: int, size: int, changed: int) -> str:
    """Return a file's check sum; the arguments say which state of it."""
    del inode, size, changed
    total = sha256()
    with Path(path).open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()
