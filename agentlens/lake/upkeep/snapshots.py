"""Which snapshots are kept, and how does one stay for good?"""

from dataclasses import replace

import pandas as pd

from agentlens.errors import UnknownNameError
from agentlens.lake.files.manifest import BrokenFileError, Snapshot
from agentlens.lake.store.commit import commit
from agentlens.lake.store.history import Store

__all__ = ["named", "snapshots_frame"]

_COLUMNS = ["snapshot", "committed_at", "act", "parent", "amended_by", "kept_for"]


def snapshots_frame(store: Store) -> pd.DataFrame:
    """Return the kept snapshots, the oldest first; a broken one has no time."""
    why = store.head().named
    rows: list[tuple[object, ...]] = []
    for n in store.numbers():
        try:
            one = store.snapshot(n)
        except BrokenFileError:
            rows.append((n, pd.NaT, "broken", 0, 0, ""))
            continue
        rows.append((n, one.committed_at, one.act, one.parent, one.amended_by, why.get(str(n), "")))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.assign(committed_at=pd.to_datetime(frame["committed_at"], utc=True))


def named(store: Store, n: int, why: str) -> Snapshot:
    """Return the snapshot in which another one has a name."""
    if n not in store.numbers():
        raise UnknownNameError("snapshot", n, map(str, store.numbers()))

    def draft(head: Snapshot, _now: pd.Timestamp) -> Snapshot | None:
        if head.named.get(str(n)) == why:
            return None
        return replace(head, named={**head.named, str(n): why})

    return commit(store, draft, act="name")
