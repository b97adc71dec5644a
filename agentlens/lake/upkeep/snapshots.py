"""Which snapshots are kept, how does one stay for good, and what left it since?"""

from dataclasses import replace

import orjson
import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.lake.files.manifest import BrokenFileError, Snapshot
from agentlens.lake.store.commit import commit
from agentlens.lake.store.history import Store
from agentlens.lake.upkeep.ledger import acts

__all__ = ["kept_for", "left_since", "named", "rows_of", "snapshots_frame"]

_NAME = "name"
_SAME_ROWS = frozenset([_NAME, "compaction"])
_WHAT = {"user_id": "user", "session_id": "session", "trace_id": "trace"}
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

    return commit(store, draft, act=_NAME)


def rows_of(store: Store, snapshot: Snapshot) -> Snapshot:
    """Return the snapshot that brought the rows of this one: not every act changes any.

    Args:
        store: the lake's.
        snapshot: any of its snapshots.
    """
    while snapshot.act in _SAME_ROWS:
        try:
            snapshot = store.snapshot(snapshot.parent)
        except BrokenFileError:
            break  # no longer kept: this one stands for it
    return snapshot


def kept_for(store: Store, snapshot: Snapshot, why: str) -> str:
    """Return why a snapshot could not be named, or "" once it is kept for this, too.

    A report must not fail because the lake is somebody else's, or full.

    Args:
        store: the lake's.
        snapshot: which one.
        why: such as the report that is printed from it.
    """
    said = store.head().named.get(str(snapshot.n), "")
    if why in said.split("; "):
        return ""
    try:
        named(store, snapshot.n, f"{said}; {why}" if said else why)
    except BadInputError:
        return (
            f"Snapshot {snapshot.n} of the lake could not be named, as the lake could not be"
            " written: when it is no longer kept, this cannot be printed again."
        )
    return ""


def left_since(store: Store, snapshot: Snapshot) -> str:
    """Return whose rows were taken out of a snapshot after it was made; "" where nobody's were.

    Args:
        store: the lake's.
        snapshot: which one.
    """
    known = acts(store)
    facts = [orjson.loads(one) for one in known.loc[known["act"] == "forget", "facts"]]
    later = [one for one in facts if one.get("snapshot", 0) > snapshot.n and one["traces"]]
    kinds = [_WHAT[one["of"]] for one in later]
    counts = [text.plural(kinds.count(kind), kind) for kind in _WHAT.values() if kind in kinds]
    verb = "was" if len(kinds) == 1 else "were"
    return f"{text.listed(counts)} {verb} removed since" if counts else ""
