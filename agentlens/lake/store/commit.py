"""How do changes become the next snapshot, whole or not at all, and whoever else writes?

New parts and lists are made durable first; nobody reads them, for no snapshot names them. The
manifest then takes the next number, which only one writer can. Who came second looks again at
what is there now and does the work anew: what is news, which traces it touches, how those look.
"""

import os
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256

import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.errors import BadInputError
from agentlens.lake.files import manifest
from agentlens.lake.files.manifest import ListRef, Part, Snapshot
from agentlens.lake.files.parts import Told, write_parts
from agentlens.lake.files.tables import Kept, kept
from agentlens.lake.store.history import Store

__all__ = ["Draft", "commit", "next_time", "with_parts", "with_rows", "writer"]

Draft = Callable[[Snapshot, pd.Timestamp], Snapshot | None]
"""From the newest snapshot and the time of the commit to the next one; None if nothing is new."""
_TICK = pd.Timedelta(1, "us")
_ATTEMPTS = 40
_LOST_FILES = 5


def commit(store: Store, draft: Draft, *, act: str) -> Snapshot:
    """Return the snapshot that holds the change; the present one where there was nothing new.

    Args:
        store: where.
        draft: makes the next snapshot from the present one, and is asked again after every
            commit of somebody else.
        act: what is done, in a word.
    """
    lost_files, stuck, seen = 0, 0, -1
    while stuck < _ATTEMPTS:
        head = store.head()
        stuck = stuck + 1 if head.n == seen else 0  # somebody else's commit is progress
        seen = head.n
        try:
            done = _tried(store, draft, head, act)
        except OSError as error:
            lost_files += isinstance(error, FileNotFoundError)
            if isinstance(error, FileNotFoundError) and lost_files < _LOST_FILES:
                continue  # swept away by somebody who was told to forget; look again
            raise BadInputError(_failed(store, head, error)) from error
        if done is not None:
            return done
    message = (
        f"Snapshot {seen + 1} of {str(store.root)!r} is claimed by a writer who does not finish."
        " Nothing of this commit is kept; if that process is dead, try again in ten minutes."
    )
    raise BadInputError(message)


def _tried(store: Store, draft: Draft, head: Snapshot, act: str) -> Snapshot | None:
    """Return the snapshot after one attempt; None where somebody else was quicker."""
    now = next_time(store, head)
    drawn = draft(head, now)
    if drawn is None:
        return head
    new = replace(
        drawn,
        n=max([*store.numbers(), head.n]) + 1,
        parent=head.n,
        committed_at=now,
        act=act,
        writer=writer(),
        amended_by=0,
    )
    if store.head().n != head.n:
        return None
    made = store.disk.create(store.path(new.n), manifest.to_bytes(new))
    return new if made else None


def _failed(store: Store, head: Snapshot, error: OSError) -> str:
    wrong = f"The lake {str(store.root)!r} could not be written: {error.strerror or error}."
    now = store.head()
    if now.n > head.n and now.writer == writer():
        return f"{wrong} Snapshot {now.n} is named, but perhaps not yet durable."
    return f"{wrong} Nothing of this commit is kept; the lake is still at snapshot {head.n}."


def next_time(store: Store, head: Snapshot) -> pd.Timestamp:
    """Return the time of the next commit, which is after that of the present one."""
    return max(store.clock().floor("us"), head.committed_at + _TICK)


def with_rows(
    store: Store,
    head: Snapshot,
    table: str,
    rows: pa.Table,
    *,
    told: Told = lambda _part, _rows: None,
) -> Snapshot:
    """Return the snapshot with these rows beside those that are there, as new parts.

    Args:
        store: where the parts go.
        head: the snapshot to add to.
        table: of which table.
        rows: with their versions.
        told: hears of each part that was written, and the rows in it.
    """
    spec = kept(table)
    dates = rows[spec.time].cast(pa.date32())
    days = sorted(dates.unique().to_pylist())
    months = {f"{day:%Y-%m}" for day in days}
    refs = {one.month: one for one in head.lists if one.table == table and one.month in months}
    there = {month: list(store.listed(ref)) for month, ref in refs.items()}
    based = {part.day for parts in there.values() for part in parts}
    fresh: list[Part] = []
    for date in days:
        day = f"{date:%Y-%m-%d}"
        made = write_parts(
            store.disk,
            store.root,
            spec,
            rows.filter(pc.equal(dates, pa.scalar(date))) if len(days) > 1 else rows,
            day=day,
            base=day not in based,
            limits=store.limits,
            told=told,
        )
        there.setdefault(day[:7], []).extend(made)
        fresh += made
    return with_parts(store, head, spec, there, fresh=fresh)


def with_parts(
    store: Store,
    head: Snapshot,
    table: Kept,
    months: Mapping[str, Iterable[Part]],
    *,
    fresh: Iterable[Part] = (),
) -> Snapshot:
    """Return the snapshot with exactly these parts in these months of a table.

    Args:
        store: where the lists go.
        head: the snapshot to change.
        table: whose parts.
        months: month to parts, those that stay among them; none removes the month.
        fresh: those of the parts that were written just now.
    """
    lists: dict[str, ListRef | None] = {}
    for month, parts in months.items():
        unique = {part.path: part for part in parts}
        ordered = [unique[path] for path in sorted(unique)]
        lists[month] = _list(store, table.name, month, ordered) if ordered else None
    folders = {(store.root / part.path).parent for part in fresh}
    store.disk.settle(*folders, *([store.root / "lists"] if any(lists.values()) else []))
    return head.with_lists(table.name, lists)


def _list(store: Store, table: str, month: str, parts: list[Part]) -> ListRef:
    data = orjson.dumps([vars(part) for part in parts])
    name = manifest.digest(data)
    path = store.root / "lists" / f"{name[:32]}.json"
    if path.exists() and path.read_bytes() == data:
        store.disk.touch(path)
    else:
        store.disk.put(path, data)
    return ListRef(table=table, month=month, path=f"lists/{path.name}", sha256=name)


def writer() -> dict[str, str]:
    """Return who writes: the process and a hash of the host."""
    host = sha256(platform.node().encode()).hexdigest()[:12]
    return {"host": host, "process": str(os.getpid())}
