"""What is noted while batches are collected and handed in, and who can take them?"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeGuard

from agentlens.errors import BadInputError
from agentlens.scoring.judges.reply import BatchSender, Sender
from agentlens.scoring.judging.sending.adoption import adopted
from agentlens.scoring.judging.sending.state import Line
from agentlens.scoring.judging.sending.stops import Stop
from agentlens.scoring.store.sent.batches import given_back, named
from agentlens.scoring.store.sent.intents import Intent

__all__ = ["Carried", "batching", "looked_for", "named_by", "takes_batches"]

_A_DAY = 86_400.0


@dataclass
class Carried:
    """What was done about batches in one call.

    Attributes:
        stop: why no more was handed in.
        freed: keys that came back without an answer; the next call sends them.
        notes: sentences.
    """

    stop: Stop | None = None
    freed: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def takes_batches(sender: Sender) -> TypeGuard[BatchSender]:
    """Return whether a sender can be handed a batch."""
    return hasattr(sender, "create_batch")


def batching(line: Line) -> BatchSender:
    """Return the line's sender as one that takes batches."""
    if not takes_batches(line.sender):
        message = "A judge that is a function takes no batches; use mode='sync'."
        raise BadInputError(message)
    return line.sender


def looked_for(line: Line, mine: Intent, carried: Carried) -> str:
    """Return the id of a batch whose id was lost, "gone" where it was not taken, "" for not yet.

    What was not taken is given free, and marked, since nobody can be sure.
    """
    found = adopted(line.store, batching(line), mine, line.waits)
    if found.batch_id and named_by(line, mine, found.batch_id, found.expires_at, sure=False):
        carried.notes.append("A batch whose id was lost was found again by its size and time.")
        return found.batch_id
    if found.gone:
        detail = "the batch was never seen by the server"
        given_back(line.store, line.run, mine, "unknown", detail)
        return "gone"
    carried.notes.append(
        f"Of {found.waiting} batches of one size, which is ours shows once they have ended."
    )
    return ""


def named_by(
    line: Line, mine: Intent, batch_id: str, expires_at: str, *, sure: bool = True
) -> bool:
    """Write down the id of a batch, and return whether nobody else's batch has it."""
    expires = _seconds(expires_at) or line.run.now() + _A_DAY
    return named(line.store, mine, batch_id, expires, sure=sure)


def _seconds(moment: str) -> float:
    if not moment:
        return 0.0
    when = datetime.fromisoformat(moment)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
