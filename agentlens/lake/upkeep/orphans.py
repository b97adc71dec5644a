"""Which files that no snapshot names hold what was forgotten?"""

import re
from pathlib import Path

import pyarrow.parquet as pq

from agentlens.lake.files.manifest import BrokenFileError, Part, Snapshot
from agentlens.lake.files.tables import KEPT, Kept
from agentlens.lake.store.history import Store
from agentlens.lake.store.months import drop_months
from agentlens.lake.upkeep.known_again import COLUMNS, digest_of, named

__all__ = ["drop_orphans", "every_part"]

_WORD = re.compile(r"[\w.:@-]+")


def every_part(store: Store) -> list[tuple[Kept, Part]]:
    """Return each part of each kept snapshot once, with its table."""
    found: dict[str, tuple[Kept, Part]] = {}
    seen = set()
    for n in store.numbers():
        try:
            snapshot = store.snapshot(n)
        except BrokenFileError:
            continue
        for ref in snapshot.lists:
            if ref.sha256 in seen:
                continue
            seen.add(ref.sha256)
            found |= {part.path: (KEPT[ref.table], part) for part in store.listed(ref)}
    return list(found.values())


def drop_orphans(store: Store, head: Snapshot, salt: bytes) -> int:
    """Remove files that no snapshot names and that hold what is forgotten; return how many.

    Whoever wrote one and has not committed cannot commit any more: this commit came first. They
    may also be left from an earlier call that was cut off, which knew more ids than this one, so
    they are known by the hashes of all that was ever forgotten.
    """
    drop_months(store)
    listed = {part.path for _, part in every_part(store)}
    dropped = 0
    for table in KEPT.values():
        for path in (store.root / table.folder).glob("day=*/*"):
            orphan = path.relative_to(store.root).as_posix() not in listed
            unread = path.suffix == ".parquet" and orphan
            if path.suffix != ".tmp" and not (unread and _speaks(path, table, head, salt)):
                continue
            store.disk.remove(path)
            store.disk.remove(path.with_suffix(".ids"))
            dropped += 1
    return dropped


def _speaks(path: Path, table: Kept, head: Snapshot, salt: bytes) -> bool:
    """Return whether any row of a file is of whoever was forgotten."""
    rows = pq.read_table(path)
    if table.ids:
        names = [name for name in COLUMNS if name in rows.column_names]
        return bool(named(rows.select(names).to_pandas(), head, salt).any())
    marks = frozenset(head.forgotten)
    texts = [one for name in rows.column_names for one in rows[name].cast("string").to_pylist()]
    words = {word for one in texts if one for word in _WORD.findall(one)}
    return any(digest_of(kind, word, salt) in marks for word in words for kind in COLUMNS)
