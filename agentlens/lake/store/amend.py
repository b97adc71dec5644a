"""How are rows taken out of every snapshot that is kept, so that no file holds them any more?

The newest snapshot is followed by one without them; the older ones get the same number and other
lists. Files go last: a snapshot never names a file that is not there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa

from agentlens.lake.files import manifest
from agentlens.lake.files.manifest import BrokenFileError, ListRef, Part, Snapshot
from agentlens.lake.files.parts import write_parts
from agentlens.lake.files.picked import read_part
from agentlens.lake.files.tables import Kept, kept
from agentlens.lake.store.commit import commit, with_parts
from agentlens.lake.store.history import Store

__all__ = ["Change", "Gone", "amend", "drop_files", "rewritten"]

Change = Callable[[Kept, Part], list[Part]]
"""From a part to the parts in its place: itself alone if nothing changes, none if it goes."""

Edit = Callable[[Snapshot, bool], Snapshot]
Reach = Callable[[ListRef], bool]
"""Whether anything may change in the parts of a table and month."""


@dataclass(frozen=True, kw_only=True)
class Gone:
    """What was taken out.

    Attributes:
        snapshot: the snapshot that no longer has it.
        parts: table and part of each file that no snapshot names any more.
        rows: table to how many rows went from the newest snapshot.
    """

    snapshot: Snapshot
    parts: tuple[tuple[str, Part], ...]
    rows: Mapping[str, int]


@dataclass(frozen=True)
class _Work:
    store: Store
    change: Change
    edit: Edit
    reach: Reach
    parts: dict[str, list[Part]] = field(default_factory=dict)
    lists: dict[str, ListRef | None] = field(default_factory=dict)
    gone: dict[str, tuple[str, Part]] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def draft(self, snapshot: Snapshot) -> Snapshot | None:
        """Return the snapshot without the rows; None where it has none of them."""
        self.rows.clear()
        new = snapshot
        for ref in filter(self.reach, snapshot.lists):
            if ref.sha256 not in self.lists:
                self.lists[ref.sha256] = self._list(new, ref)
            made = self.lists[ref.sha256]
            if made != ref:
                new = new.with_lists(ref.table, {ref.month: made})
            if self.lost[ref.sha256]:
                self.rows[ref.table] = self.rows.get(ref.table, 0) + self.lost[ref.sha256]
        new = self.edit(new, new != snapshot)
        return None if new == snapshot else new

    def _list(self, snapshot: Snapshot, ref: ListRef) -> ListRef | None:
        """Return the list in the place of this one, itself where nothing of it changes.

        Snapshots share their lists, so that each is looked through once for all of them.
        """
        table = kept(ref.table)
        before = self.store.listed(ref)
        made = [self._changed(table, part) for part in before]
        every = [one for parts in made for one in parts]
        self.lost[ref.sha256] = sum(part.rows for part in before) - sum(one.rows for one in every)
        if every == [*before]:
            return ref
        known = {part.path for part in before}
        fresh = [one for one in every if one.path not in known]
        drawn = with_parts(self.store, snapshot, table, {ref.month: every}, fresh=fresh)
        found = [one for one in drawn.lists if (one.table, one.month) == (ref.table, ref.month)]
        return found[0] if found else None

    def _changed(self, table: Kept, part: Part) -> list[Part]:
        if part.path not in self.parts:
            self.parts[part.path] = self.change(table, part)
            if part.path not in {one.path for one in self.parts[part.path]}:
                self.gone[part.path] = (table.name, part)
        return self.parts[part.path]


def amend(
    store: Store,
    change: Change,
    *,
    act: str,
    edit: Edit,
    reach: Reach = lambda _ref: True,
) -> Gone:
    """Return what went, once no snapshot names it; the files themselves are still there.

    Args:
        store: where.
        change: what takes the place of each part.
        act: what is done, in a word.
        edit: what else changes in the manifests, the older ones included; it is told whether
            rows went.
        reach: which tables and months are looked through at all.
    """
    work = _Work(store, change, edit, reach)
    new = commit(store, lambda head, _now: work.draft(head), act=act)
    rows = dict(work.rows)
    for n in store.numbers():
        if n >= new.n:
            break
        try:
            old = store.snapshot(n)
        except BrokenFileError:
            continue  # verify() names it; nothing can be read through it
        amended = work.draft(old)
        if amended is not None:
            told = replace(amended, amended_by=new.n)
            store.disk.put(store.path(n), manifest.to_bytes(told))
    store.disk.settle(store.path(new.n).parent)
    return Gone(snapshot=new, parts=tuple(work.gone.values()), rows=rows)


def rewritten(
    store: Store, table: Kept, part: Part, keep: Callable[[pa.Table], pa.Table]
) -> list[Part]:
    """Return the part with only what is to be kept of its rows; itself if that is all of it."""
    rows = read_part(store.root, table.name, part, None)
    left = keep(rows)
    if left is rows or left.equals(rows):
        return [part]
    if not left.num_rows:
        return []
    made = write_parts(
        store.disk, store.root, table, left, day=part.day, base=part.base, limits=store.limits
    )
    return [replace(one, trimmed=part.trimmed) for one in made]


def drop_files(store: Store, gone: Gone) -> None:
    """Remove the files of the parts that went."""
    for _, part in gone.parts:
        store.disk.remove(store.root / part.path)
        store.disk.remove(store.root / part.ids_path)
    folders = {(store.root / part.path).parent for _, part in gone.parts}
    store.disk.settle(*(one for one in folders if one.exists()))
