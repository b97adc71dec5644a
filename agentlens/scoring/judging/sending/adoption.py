"""Which batch of the server is the one whose id was lost?"""

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event

from agentlens.scoring.judges.reply import BatchSender, BatchState
from agentlens.scoring.judging.sending.waits import Waits
from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.sent.batches import foreign
from agentlens.scoring.store.sent.intents import Intent, known_ids

__all__ = ["Adopted", "adopted"]

_SLACK = 60.0
_LISTS = 3


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """What was found of a batch whose id was lost.

    Attributes:
        batch_id: "" where it is not certain.
        expires_at: in ISO form, or "".
        waiting: how many batches it may be, where they have to end first.
        gone: whether the server never took it.
    """

    batch_id: str = ""
    expires_at: str = ""
    waiting: int = 0
    gone: bool = False


def adopted(store: StoreFile, sender: BatchSender, mine: Intent, waits: Waits) -> Adopted:
    """Return which batch of the server may be ours: of its time and size, and nobody else's.

    One that fits is taken, and confirmed by the names of its questions once it has ended. Of
    several, those that have ended are told apart by these names. A server may be slow to list what
    it took, so it is asked three times before a batch counts as never taken.

    Args:
        store: knows which batches are somebody's.
        sender: lists batches.
        mine: the batch.
        waits: between two looks.
    """
    since = datetime.fromtimestamp(mine.started - _SLACK, UTC).isoformat()
    for look in range(_LISTS):
        known = known_ids(store)
        there = [
            one
            for one in sender.list_batches(since)
            if one.batch_id not in known and one.total == len(mine.keys)
        ]
        if there:
            return _of_several(store, sender, mine, there)
        if look + 1 < _LISTS:
            Event().wait(waits.lists)
    return Adopted(gone=True)


def _of_several(
    store: StoreFile, sender: BatchSender, mine: Intent, there: list[BatchState]
) -> Adopted:
    """Return the one that is ours; a single one is taken unseen, and looked into when it ends."""
    if len(there) == 1:
        return Adopted(batch_id=there[0].batch_id, expires_at=there[0].expires_at)
    waiting = []
    for one in there:
        if one.state != "ended":
            waiting.append(one)
        elif {name for name, _ in sender.results(one.batch_id)} == set(mine.custom_ids):
            return Adopted(batch_id=one.batch_id, expires_at=one.expires_at)
        else:
            foreign(store, mine, one.batch_id, mine.started)
    if len(waiting) == 1:
        return Adopted(batch_id=waiting[0].batch_id, expires_at=waiting[0].expires_at)
    return Adopted(waiting=len(waiting), gone=not waiting)
