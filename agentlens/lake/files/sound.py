"""Are the bytes of a part those that were written?

A byte that changed on disk would be read without a word and give wrong sums. The whole file is
summed once in a process, and again only if the file was touched.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from agentlens.lake.files import index
from agentlens.lake.files.manifest import BrokenFileError, Part, digest

__all__ = ["check", "check_pages", "sums_of"]

_CHANGED = "is changed: its check sum is not the one that was written down"
_GONE = "is gone"


def check(root: Path, table: str, part: Part) -> Path:
    """Return where a part is, once its bytes are known to be those that were written."""
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
    sums_of(root, table, part)


def sums_of(root: Path, table: str, part: Part) -> index.Sums | None:
    """Return the check sums of a part's ids; None where none were kept."""
    if not part.ids:
        return None
    data = _bytes(root / part.ids_path, table, part)
    if digest(data) != part.ids:
        raise BrokenFileError(part.ids_path, _CHANGED, table=table, day=part.day)
    return index.from_bytes(data, part.schema)


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
