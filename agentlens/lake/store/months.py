"""May a whole month hold one of these ids, without asking each of its days?

Who looks for an id must ask every day of a lake, however old. Of months that are over, the check
sums of all days also stand in one file beside the month's list, so that a year is twelve files
and no 365. It says nothing that the days do not say: where it is gone or broken, they are asked.
"""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from agentlens.lake.files import index
from agentlens.lake.files.manifest import BrokenFileError, ListRef, Part, Snapshot
from agentlens.lake.files.sound import sums_of
from agentlens.lake.files.tables import kept
from agentlens.lake.store.history import Store

__all__ = ["drop_months", "month_path", "month_sums", "note_months", "over"]

_OPEN = 2
"""So many of a table's last months are still written to."""
_SEAL = sha256().digest_size


def month_path(ref: ListRef) -> str:
    """Return where the check sums of all ids of a month are, if they are anywhere."""
    return ref.path.removesuffix(".json") + ".ids"


def month_sums(root: Path, ref: ListRef) -> index.Sums | None:
    """Return the check sums of all ids of a month; None where nobody wrote them down."""
    try:
        data = (root / month_path(ref)).read_bytes()
    except FileNotFoundError:
        return None
    body, seal = data[:-_SEAL], data[-_SEAL:]
    schema = next((one for one in index.SCHEMAS if seal == _sealed(ref, body, one)), None)
    return None if schema is None else index.from_bytes(body, schema)


def over(store: Store, snapshot: Snapshot) -> set[ListRef]:
    """Return the months that are over and of which the check sums are written down."""
    return {ref for ref in _ended(snapshot) if (store.root / month_path(ref)).exists()}


def note_months(store: Store, snapshot: Snapshot) -> None:
    """Write down the check sums of the months that are over, where that was not done."""
    for ref in _ended(snapshot):
        if (store.root / month_path(ref)).exists():
            continue
        with suppress(BrokenFileError, OSError):  # without it, the days are asked and say so
            sums = index.joined(_sums(store, ref, part) for part in store.listed(ref))
            body = index.to_bytes(sums)
            sealed = body + _sealed(ref, body, index.schema_of(sums))
            store.disk.put(store.root / month_path(ref), sealed)


def drop_months(store: Store) -> None:
    """Remove what was written down of all months; the next commit writes it anew."""
    for path in (store.root / "lists").glob("*.ids"):
        store.disk.remove(path)


def _ended(snapshot: Snapshot) -> list[ListRef]:
    """Return the lists of tables with ids, without those of their last months."""
    ended: list[ListRef] = []
    for name in {ref.table for ref in snapshot.lists}:
        if kept(name).ids:
            months = [ref for ref in snapshot.lists if ref.table == name]
            ended += sorted(months, key=lambda ref: ref.month)[:-_OPEN]
    return ended


def _sums(store: Store, ref: ListRef, part: Part) -> index.Sums:
    held = sums_of(store.root, ref.table, part)
    if held is None:
        raise BrokenFileError(part.path, "has no check sums of its ids", table=ref.table)
    return held


def _sealed(ref: ListRef, body: bytes, schema: int) -> bytes:
    told = f"{ref.sha256}" if schema == 1 else f"{ref.sha256} {schema}"
    return sha256(told.encode() + body).digest()
