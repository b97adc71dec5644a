"""Which days are in too many pieces, and how are they made one again?"""

from itertools import groupby

from agentlens.lake.files import index
from agentlens.lake.files.manifest import Part, Snapshot
from agentlens.lake.files.picked import may_hold
from agentlens.lake.files.sound import sums_of
from agentlens.lake.files.tables import KEPT, Kept
from agentlens.lake.store.commit import commit, with_parts
from agentlens.lake.store.history import Store
from agentlens.lake.store.merge import merged
from agentlens.lake.store.months import note_months, over

__all__ = ["compact"]

_PIECES = 8
_SHARE = 0.25


def compact(store: Store) -> Snapshot:
    """Return the snapshot in which no day is in too many pieces; what it says stays the same.

    Another commit in between is no matter: who comes second begins anew or finds nothing to do.
    """
    snapshot = commit(store, lambda head, _now: _draft(store, head), act="compaction")
    note_months(store, snapshot)
    return snapshot


def _draft(store: Store, head: Snapshot) -> Snapshot | None:
    new, whole = head, over(store, head)  # of a month that is over, no day was in pieces
    for table in KEPT.values():
        parts = store.parts(head, table.name, asked=lambda ref: ref not in whole)
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
    """Return the parts of a day after all that changed went into those that it changes."""
    meant, apart = _meant(store, table, day)
    return [*apart, *merged(store, head.columns[table.name], table, meant)]


def _meant(store: Store, table: Kept, day: list[Part]) -> tuple[list[Part], list[Part]]:
    """Return the parts that changes speak of, changes among them, and those that stay as they are.

    A part stays if no change is of one of its rows, and none lies in its time.
    """
    small = [part for part in day if not part.base]
    if not table.ids:
        return day, []
    changed = index.joined(_sums(store, table, part) for part in small)
    span = (min(part.first for part in small), max(part.last for part in small))
    apart = [
        part
        for part in day
        if part.base
        and (part.last < span[0] or span[1] < part.first)
        and not may_hold(store.root, table.name, part, changed)
    ]
    return [part for part in day if part not in apart], apart


def _sums(store: Store, table: Kept, part: Part) -> index.Sums:
    held = sums_of(store.root, table.name, part)
    return index.sums() if held is None else held
