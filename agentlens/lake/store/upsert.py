"""How do new rows of several tables become one commit, with the traces that they touch?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.lake.files.manifest import Snapshot
from agentlens.lake.files.tables import KEPT, SOURCES, Kept, kept
from agentlens.lake.store.commit import commit, next_time, with_rows
from agentlens.lake.store.diff import News, arrived, news, removed
from agentlens.lake.store.history import Store
from agentlens.lake.store.leads import noted
from agentlens.lake.store.reader import Reader
from agentlens.lake.store.seen import Seen
from agentlens.tables.match import among

__all__ = ["Edit", "Rebuild", "Screen", "upsert"]

Rebuild = Callable[[Reader, pd.Series], pd.DataFrame]
"""From a reader of the new state and the ids of touched traces to the rows of those traces."""
Edit = Callable[[Snapshot, Snapshot], Snapshot]
"""From the next manifest and the present one to the next one with whatever else changes in it."""
Screen = Callable[[Snapshot, Mapping[str, pd.DataFrame]], Mapping[str, pd.DataFrame]]
"""Takes away rows that must not come in."""


def upsert(
    store: Store,
    changes: Mapping[str, pd.DataFrame],
    *,
    rebuild: Rebuild | None = None,
    gone: Mapping[str, pd.DataFrame] | None = None,
    aside: Mapping[str, pd.DataFrame] | None = None,
    edit: Edit | None = None,
    screen: Screen | None = None,
    act: str = "rows",
) -> Snapshot:
    """Return the snapshot that holds these rows; the present one where nothing is new.

    A row replaces the one of the same key if the source calls it newer, or as new and it was read
    later, and if anything in it differs.

    Args:
        store: where.
        changes: table to rows.
        rebuild: gives the traces that the rows touch, as they are now; a touched trace that it
            does not give is removed. Without it, traces are what `changes` says.
        gone: table to the keys of rows that the source no longer has.
        aside: rows that are written only if something else is new.
        edit: changes more in the manifest.
        screen: takes away rows that must not come in.
        act: what is done, in a word.
    """
    for name in [*changes, *(gone or {})]:
        kept(name)
    stamp = next_time(store, store.head())
    work = _Work(store, changes, gone or {}, aside or {}, rebuild, edit, screen, stamp)
    return commit(store, work.draft, act=act)


@dataclass(frozen=True)
class _Work:
    store: Store
    changes: Mapping[str, pd.DataFrame]
    gone: Mapping[str, pd.DataFrame]
    aside: Mapping[str, pd.DataFrame]
    rebuild: Rebuild | None
    edit: Edit | None
    screen: Screen | None
    stamp: pd.Timestamp
    seen: Seen = field(default_factory=Seen)

    def draft(self, head: Snapshot, now: pd.Timestamp) -> Snapshot | None:
        changes = self.screen(head, self.changes) if self.screen else self.changes
        new, touched = head, [pd.Series(dtype="str")]
        written: dict[str, pa.Table] = {}
        for name, table in KEPT.items():
            if name not in changes and name not in self.gone:
                continue
            found = self._news(new, table, changes.get(name), now)
            new = self._added(new, table, found)
            written[name] = found.rows
            if name in SOURCES and found.rows.num_rows:
                touched.append(found.ids())
        ids = pd.concat(touched).drop_duplicates().reset_index(drop=True)
        if self.rebuild is not None and len(ids):
            found = self._rebuilt(new, ids, now)
            new = self._added(new, KEPT["traces"], found)
            both = [written["traces"]] if "traces" in written else []
            written["traces"] = pa.concat_tables([*both, found.rows], promote_options="permissive")
        new = noted(Reader(self.store, new, seen=self.seen), head, written)
        if self.edit is not None:
            new = self.edit(new, head)
        if new == head:
            return None
        for name, frame in self.aside.items():
            new = self._added(new, kept(name), self._news(new, kept(name), frame, now))
        return new

    def _news(
        self, head: Snapshot, table: Kept, frame: pd.DataFrame | None, now: pd.Timestamp
    ) -> News:
        reader = Reader(self.store, head, seen=self.seen)
        known = head.columns.get(table.name, {})
        parts = []
        if frame is not None:
            stamp = self.stamp if table.sourced else now
            parts.append(news(arrived(frame, table, known), table, reader, stamp=stamp, now=now))
        if table.name in self.gone:
            parts.append(removed(self._gone(table), table, reader, now))
        rows = pa.concat_tables([one.rows for one in parts], promote_options="permissive")
        return News(rows, parts[0].columns)

    def _gone(self, table: Kept) -> pd.DataFrame:
        """Return the keys that are gone, without those that came in the same breath."""
        keys = self.gone[table.name][list(table.keys)]
        if table.name not in self.changes:
            return keys
        both = pd.concat([self.changes[table.name][list(table.keys)], keys], ignore_index=True)
        came = len(self.changes[table.name])
        return both[came:][~both.duplicated()[came:]]

    def _rebuilt(self, head: Snapshot, ids: pd.Series, now: pd.Timestamp) -> News:
        reader = Reader(self.store, head, seen=self.seen)
        frame = self.rebuild(reader, ids) if self.rebuild else pd.DataFrame()
        table = KEPT["traces"]
        came = arrived(frame, table, head.columns.get("traces", {}))
        found = news(came, table, reader, stamp=now, now=now)
        lost = ids[~among(ids, frame["trace_id"])].to_frame("trace_id")
        graves = removed(lost, table, reader, now).rows if len(lost) else pa.table({})
        if graves.num_rows:
            both = pa.concat_tables([found.rows, graves], promote_options="permissive")
            found = News(both, found.columns)
        return found

    def _added(self, head: Snapshot, table: Kept, found: News) -> Snapshot:
        if not found.rows.num_rows:
            return head
        columns: dict[str, Any] = {**head.columns, table.name: found.columns}
        return with_rows(
            self.store,
            replace(head, columns=columns),
            table.name,
            _without_nulls(found.rows),
            told=partial(self.seen.wrote, table.name),
        )


def _without_nulls(rows: pa.Table) -> pa.Table:
    """Return the rows with `false` where nothing says that a row is a tombstone."""
    if "_deleted" not in rows.column_names:
        return rows
    place = rows.column_names.index("_deleted")
    flags = pc.fill_null(rows["_deleted"], False)  # noqa: FBT003
    return rows.set_column(place, "_deleted", flags)
