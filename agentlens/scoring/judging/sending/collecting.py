"""How do the answers of a batch come back, each once, and only ours?"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from agentlens import text
from agentlens.errors import SourceError
from agentlens.scoring.judges.reply import BatchSender, Reply
from agentlens.scoring.judging.sending.carried import Carried, batching, looked_for
from agentlens.scoring.judging.sending.state import Line
from agentlens.scoring.store.sent.batches import (
    confirmed,
    finished,
    foreign,
    given_back,
    taken_over,
)
from agentlens.scoring.store.sent.intents import Intent, intents, open_attempts
from agentlens.scoring.store.sent.settle import Answer, settle, settle_rejected

__all__ = ["collected"]

_SETTLED_AT_ONCE = 200
_UNANSWERED = frozenset({"wait", "stop", "unknown"})


def collected(line: Line, carried: Carried, told: Callable[[int], None]) -> None:
    """Look for the answers of batches that were handed in before, and keep what is there.

    Args:
        line: to the judge and to the store.
        carried: what is done is noted here.
        told: is told how many answers are kept, now and then.
    """
    sender = batching(line)
    for one in intents(line.store, line.sender.host, line.run.judge_id):
        mine = one
        try:
            if not mine.batch_id:
                if not taken_over(line.store, line.run, mine):
                    continue  # whoever hands it in is perhaps still alive
                batch_id = looked_for(line, mine, carried)
                if batch_id in {"", "gone"}:
                    continue
                mine = replace(mine, batch_id=batch_id, state="found")
            _collect(line, sender, mine, carried, told)
        except SourceError as error:
            carried.notes.append(
                "A batch could not be read to its end; what came of it is kept, and the rest stays"
                f" pending: {error}"
            )


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
    if mine.state == "found":
        if not _ours(sender, mine):
            foreign(line.store, mine, mine.batch_id, line.run.now())
            carried.notes.append("A batch was taken for ours and is not; nothing of it is kept.")
            return
        confirmed(line.store, mine)
    _keep(line, mine, sender.results(mine.batch_id), carried, told)
    finished(line.store, mine)


def _ours(sender: BatchSender, mine: Intent) -> bool:
    """Return whether a batch holds our questions and no others; reading them costs nothing."""
    return {name for name, _ in sender.results(mine.batch_id)} == set(mine.custom_ids)


def _keep(
    line: Line,
    mine: Intent,
    answers: Iterator[tuple[str, Reply]],
    carried: Carried,
    told: Callable[[int], None],
) -> None:
    """Keep answers as they come: where the file breaks off, what came before is kept.

    What was kept of it before is passed over.
    """
    run = replace(line.run, owner=mine.holder)
    how = replace(line.settling, via="batch")
    attempts = open_attempts(line.store, mine)
    keys = mine.custom_ids
    some: list[Answer] = []
    done = 0

    def kept() -> None:
        settle(line.store, run, how, some)
        refused = [one.key for one in some if one.reply.outcome == "reject"]
        settle_rejected(line.store, run, how, refused)
        carried.freed.update(one.key for one in some if one.reply.outcome in _UNANSWERED)

    try:
        for name, reply in answers:
            attempt = attempts.get(keys.get(name, ""))
            if attempt is not None:
                key = keys[name]
                some.append(Answer(key, attempt, reply, _billed(line, key, reply)))
            if len(some) == _SETTLED_AT_ONCE:
                kept()
                done += len(some)
                some.clear()
                told(done)
    finally:
        kept()


def _billed(line: Line, key: str, reply: Reply) -> float | None:
    known = key in line.questions.place
    chars = line.questions.chars(key) if known else 0
    return line.costs.billed(reply, chars, batch=True)
