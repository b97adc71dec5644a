"""Which days are in too many pieces, and how are they made one again?"""

from itertools import groupby

from agentlens.lake.files.frames import as_known
from agentlens.lake.files.manifest import Part, Snapshot
from agentlens.lake.files.parts import read_part, write_parts
from agentlens.lake.files.tables import KEPT, Kept
from agentlens.lake.store.commit import commit, with_parts
from agentlens.lake.store.history import Store
from agentlens.lake.store.newest import newest

__all__ = ["compact"]

_PIECES = 8
_SHARE = 0.25


def compact(store: Store) -> Snapshot:
    """Return the snapshot in which no day is in too many pieces; what it says stays the same.

    Another commit in between is no matter: who comes second begins anew or finds nothing to do.
    """
    return commit(store, lambda head, _now: _draft(store, head), act="compaction")


def _draft(store: Store, head: Snapshot) -> Snapshot | None:
    new = head
    for table in KEPT.values():
        parts = store.parts(head, table.name)
        days = [list(group) for _, group in groupby(parts, key=lambda part: part.day)]
        scattered = [day for day in days if _scattered(day)]
        if not scattered:
            continue
        made = {day[0].day: _joined(store, head, table, day) for day in scattered}
        months: dict[str, list[Part]] = {}
        for month in {day[:7] for day in made}:
            stay = [part for part in parts if part.day[:7] == month and part.day not in made]
            more = [part for day, found in made.items() if day[:7] == month for part in found]
            months[month] = [*stay, *more]
        fresh = [part for found in made.values() for part in found]
        new = with_parts(store, new, table, months, fresh=fresh)
    return None if new is head else new


def _scattered(day: list[Part]) -> bool:
    small = sum(part.rows for part in day if not part.base)
    pieces = sum(not part.base for part in day)
    return pieces >= _PIECES or small > _SHARE * sum(part.rows for part in day)


def _joined(store: Store, head: Snapshot, table: Kept, day: list[Part]) -> list[Part]:
    rows = newest(
        table,
        [
            as_known(read_part(store.root, table.name, part, None), head.columns[table.name])
            for part in day
        ],
    )
    if "_deleted" in rows.column_names:
        rows = rows.drop_columns(["_deleted"])
    return write_parts(
        store.disk, store.root, table, rows, day=day[0].day, base=True, limits=store.limits
    )
