"""Which snapshots are kept, and which files belong to none of them?"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from agentlens import text
from agentlens.lake.files.manifest import BrokenFileError, Snapshot, ids_path
from agentlens.lake.files.tables import KEPT
from agentlens.lake.store.history import Store
from agentlens.lake.store.months import month_path

__all__ = ["Cleaned", "clean"]

_ALL = pd.Timedelta(48, "h")
_DAILY = pd.Timedelta(35, "D")
_WEEKLY = pd.Timedelta(53 * 7, "D")
_YOUNG = pd.Timedelta(24, "h")


@dataclass(frozen=True, kw_only=True, repr=False)
class Cleaned:
    """What was swept away.

    Attributes:
        snapshots: the numbers of snapshots that are no longer kept.
        files: how many files no snapshot named.
        bytes: how large they were.
    """

    snapshots: tuple[int, ...]
    files: int
    bytes: int

    def __repr__(self) -> str:
        """Return it as a sentence."""
        return (
            f"Cleaned({text.plural(len(self.snapshots), 'snapshot')} no longer kept,"
            f" {text.plural(self.files, 'file')} removed, {self.bytes:,} bytes)"
        )


def clean(store: Store) -> Cleaned:
    """Return what was swept away: old snapshots, and files that no snapshot names.

    Kept are all snapshots of 48 hours, the last of each day for 35 days, the last of each week for
    53 weeks, those with a name, and the newest. A file younger than a day may belong to a commit
    that is under way, and stays.
    """
    now = store.clock()
    known, broken = _known(store)
    kept = _kept(known, now)
    thinned = tuple(one.n for one in known if one.n not in kept)
    for n in thinned:
        store.disk.remove(store.path(n))
    folder = store.path(0).parent
    if folder.exists():
        store.disk.settle(folder)
    if broken:  # what a broken manifest names is not known; nothing it may need is removed
        return Cleaned(snapshots=thinned, files=0, bytes=0)
    spared = _named(store, [one for one in known if one.n in kept])
    files, size = 0, 0
    for name in _files(store):
        if name in spared:
            continue
        path = store.root / name
        if not _old(path, now):
            continue
        size += path.stat().st_size
        files += 1
        store.disk.remove(path)
    return Cleaned(snapshots=thinned, files=files, bytes=size)


def _known(store: Store) -> tuple[list[Snapshot], int]:
    known, broken = [], 0
    for n in store.numbers():
        try:
            known.append(store.snapshot(n))
        except BrokenFileError:
            broken += 1
    return known, broken


def _kept(known: list[Snapshot], now: pd.Timestamp) -> set[int]:
    """Return the numbers of the snapshots that stay."""
    if not known:
        return set()
    head = known[-1]
    kept = {head.n, *map(int, head.named)}
    last: dict[tuple[str, str], int] = {}
    for one in known:
        age = now - one.committed_at
        year, week, _ = one.committed_at.isocalendar()
        if age <= _ALL:
            kept.add(one.n)
        if age <= _DAILY:
            last["day", f"{one.committed_at:%Y-%m-%d}"] = one.n
        if age <= _WEEKLY:
            last["week", f"{year}-{week}"] = one.n
    return kept | set(last.values())


def _named(store: Store, snapshots: Iterable[Snapshot]) -> set[str]:
    refs = {ref.path: ref for one in snapshots for ref in one.lists}
    named = {*refs, *map(month_path, refs.values())}
    for ref in refs.values():
        for path in store.paths(ref):
            named |= {path, ids_path(path)}
    return named


def _files(store: Store) -> Iterator[str]:
    """Yield the names of all files that a snapshot might name, and of those left half written."""
    yield from _inside(store, "lists")
    for table in KEPT.values():
        for day in _inside(store, table.folder):
            if "/day=" in day:
                yield from _inside(store, day)
    yield from (one for one in _inside(store, "snapshots") if one.endswith(".tmp"))
    yield from (path.name for path in store.root.glob("*.tmp"))
    yield from _inside(store, "claims")


def _inside(store: Store, folder: str) -> list[str]:
    try:
        with os.scandir(store.root / folder) as found:
            return [f"{folder}/{one.name}" for one in found]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _old(path: Path, now: pd.Timestamp) -> bool:
    """Return whether a file was last used more than a day ago; asked just before it goes."""
    try:
        return now - pd.Timestamp(path.stat().st_mtime, unit="s", tz="UTC") > _YOUNG
    except FileNotFoundError:
        return False
