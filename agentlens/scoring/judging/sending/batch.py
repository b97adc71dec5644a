"""How do questions travel in a batch, and each come back once whatever is lost on the way?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from threading import Event
from typing import TypeGuard

from agentlens import text
from agentlens.errors import BadInputError, SourceError
from agentlens.scoring.judges.reply import BatchReply, BatchSender, Reply, Sender
from agentlens.scoring.judging.sending.adoption import adopted
from agentlens.scoring.judging.sending.stops import Stop
from agentlens.scoring.judging.sending.sync import Line, Outcome
from agentlens.scoring.store.sent.batches import (
    Intent,
    claim_batch,
    finished,
    foreign,
    given_back,
    intents,
    named,
    open_attempts,
    taken_over,
)
from agentlens.scoring.store.sent.settle import Answer, settle, settle_rejected

__all__ = ["Carried", "collected", "handed_in", "takes_batches"]

_MOST = 100_000
_BYTES = 200_000_000
_SETTLED_AT_ONCE = 200
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

    def outcome(self, pending: frozenset[str]) -> Outcome:
        """Return it as the outcome of a run."""
        return Outcome(self.stop, frozenset(), pending)


def takes_batches(sender: Sender) -> TypeGuard[BatchSender]:
    """Return whether a sender can be handed a batch."""
    return hasattr(sender, "create_batch")


def collected(line: Line, carried: Carried, told: Callable[[int], None]) -> None:
    """Look for the answers of batches that were handed in before, and keep what is there.

    Args:
        line: to the judge and to the store.
        carried: what is done is noted here.
        told: is told how many answers are kept, now and then.
    """
    sender = _batching(line)
    for one in intents(line.store, line.sender.host, line.run.judge_id):
        mine = one
        try:
            if not mine.batch_id:
                if not taken_over(line.store, line.run, mine):
                    continue  # whoever hands it in is perhaps still alive
                batch_id = _looked_for(line, mine, carried)
                if batch_id in {"", "gone"}:
                    continue
                mine = replace(mine, batch_id=batch_id, state="sent")
            _collect(line, sender, mine, carried, told)
        except SourceError as error:
            carried.notes.append(f"A batch could not be looked into, it stays pending: {error}")


def handed_in(line: Line, keys: Sequence[str], carried: Carried) -> None:
    """Hand in questions as batches, as many as are free and within the budget.

    Args:
        line: to the judge and to the store.
        keys: distinct, in order.
        carried: what is done is noted here.
    """
    for part in _parts(line, keys):
        worst = [line.costs.worst(line.questions.chars(key), batch=True) for key in part]
        mine = claim_batch(line.store, line.run, part, worst, line.sender.host)
        while mine is not None and _hand_in(line, mine, carried):
            mine = claim_batch(line.store, line.run, part, worst, line.sender.host)
        if carried.stop is not None:
            return
    if _left(line, keys):
        limits = line.run.limits
        carried.stop = Stop("calls" if limits.max_calls is not None else "budget")


def _batching(line: Line) -> BatchSender:
    if not takes_batches(line.sender):
        message = "A judge that is a function takes no batches; use mode='sync'."
        raise BadInputError(message)
    return line.sender


def _hand_in(line: Line, mine: Intent, carried: Carried) -> bool:
    """Hand in one batch that is written down, and return whether it was lost on its way."""
    sender = _batching(line)
    requests = [(name, line.questions.body(key)) for name, key in mine.custom_ids.items()]
    reply = _created(line, sender, requests)
    if reply.outcome == "paid" and reply.batch_id:
        _name(line, mine, reply.batch_id, "")
    elif reply.outcome in {"unknown", "paid"}:
        try:
            return _looked_for(line, mine, carried) == "gone"
        except SourceError as error:
            carried.notes.append(f"Whether a batch was taken cannot be seen yet: {error}")
    else:
        detail = line.settling.hidden(reply.detail)
        given_back(line.store, line.run, mine, "refused_by_server", detail)
        carried.stop = Stop("waiting" if reply.outcome == "wait" else "refused", reply.detail)
    return False


def _created(
    line: Line, sender: BatchSender, requests: Sequence[tuple[str, dict[str, object]]]
) -> BatchReply:
    """Return what came of handing in a batch, once nobody says any more to wait."""
    waits = line.waits
    for tried in range(1, waits.tries + 1):
        reply = sender.create_batch(requests)
        if reply.outcome != "wait" or tried == waits.tries:
            return reply
        pause = waits.pause(reply.retry_after, tried)
        if pause > waits.most:
            return reply
        Event().wait(pause)
    return reply


def _looked_for(line: Line, mine: Intent, carried: Carried) -> str:
    """Return the id of a batch whose id was lost, "gone" where it was not taken, "" for not yet.

    What was not taken is given free, and marked, since nobody can be sure.
    """
    found = adopted(line.store, _batching(line), mine, line.waits)
    if found.batch_id and _name(line, mine, found.batch_id, found.expires_at):
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


def _name(line: Line, mine: Intent, batch_id: str, expires_at: str) -> bool:
    expires = _seconds(expires_at) or line.run.now() + _A_DAY
    return named(line.store, mine, batch_id, expires)


def _collect(
    line: Line,
    sender: BatchSender,
    mine: Intent,
    carried: Carried,
    told: Callable[[int], None],
) -> None:
    """Keep the answers of a batch that has ended, if it is ours."""
    state = sender.batch(mine.batch_id)
    if state is None or state.archived_at:
        why = "the batch is gone" if state is None else f"archived at {state.archived_at}"
        given_back(line.store, line.run, mine, "unknown", why)
        carried.freed |= set(mine.keys)
        carried.notes.append(
            f"The answers of a batch of {text.plural(len(mine.keys), 'question')} can no longer be"
            " read; the next call sends them again."
        )
        return
    if state.state != "ended":
        return
    answers = dict(sender.results(mine.batch_id))
    if not _ours(answers, mine):
        foreign(line.store, mine, mine.batch_id, line.run.now())
        carried.notes.append("A batch was taken for ours and is not; nothing of it is kept.")
        return
    _keep(line, mine, answers, carried, told)
    finished(line.store, mine)


def _ours(answers: Mapping[str, Reply], mine: Intent) -> bool:
    """Return whether a batch holds our questions and no others."""
    return set(answers) == set(mine.custom_ids)


def _keep(
    line: Line,
    mine: Intent,
    answers: dict[str, Reply],
    carried: Carried,
    told: Callable[[int], None],
) -> None:
    run = replace(line.run, owner=mine.holder)
    how = replace(line.settling, via="batch")
    attempts = open_attempts(line.store, mine)
    keys = mine.custom_ids
    rows = iter(answers.items())
    done = 0
    while some := list(islice(rows, _SETTLED_AT_ONCE)):
        settled = [
            Answer(keys[name], attempts[keys[name]], reply, _billed(line, keys[name], reply))
            for name, reply in some
        ]
        settle(line.store, run, how, settled)
        refused = [one.key for one in settled if one.reply.outcome == "reject"]
        settle_rejected(line.store, run, how, refused)
        carried.freed |= {one.key for one in settled if one.reply.outcome in _UNANSWERED}
        done += len(some)
        told(done)


def _billed(line: Line, key: str, reply: Reply) -> float | None:
    known = key in line.questions.place
    chars = line.questions.chars(key) if known else 0
    return line.costs.billed(reply, chars, batch=True)


def _parts(line: Line, keys: Sequence[str]) -> Sequence[Sequence[str]]:
    """Return keys in lists that no server finds too long."""
    parts: list[list[str]] = []
    size = _BYTES
    for key in keys:
        length = 4 * line.questions.chars(key) + 4_000
        if size + length > _BYTES or len(parts[-1]) == _MOST:
            parts.append([])
            size = 0
        parts[-1].append(key)
        size += length
    return parts


def _left(line: Line, keys: Sequence[str]) -> bool:
    """Return whether some keys were not handed in for want of money or calls."""
    query = "select key from lease where key in {names}"
    held = {row["key"] for row in line.store.rows_in(query, list(keys))}
    query = "select key from judgment where key in {names}"
    held |= {row["key"] for row in line.store.rows_in(query, list(keys))}
    return any(key not in held for key in keys)


def _seconds(moment: str) -> float:
    if not moment:
        return 0.0
    when = datetime.fromisoformat(moment)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


_UNANSWERED = frozenset({"wait", "stop", "unknown"})
