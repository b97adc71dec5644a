"""How are questions handed in as a batch, and never as two?"""

import json
from collections.abc import Sequence
from threading import Event

from agentlens.errors import SourceError
from agentlens.scoring.judges.reply import BatchReply, BatchSender
from agentlens.scoring.judging.sending.carried import Carried, batching, looked_for, named_by
from agentlens.scoring.judging.sending.state import Line
from agentlens.scoring.judging.sending.stops import Stop, may_cost
from agentlens.scoring.store.found import judgments
from agentlens.scoring.store.sent.batches import claim_batch, given_back
from agentlens.scoring.store.sent.intents import Intent
from agentlens.scoring.store.sent.runs import given_up

__all__ = ["handed_in"]

_MOST = 100_000
_BYTES = 200_000_000
_AROUND = 200


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
        if carried.stop is None:
            carried.stop = _full(line, part, worst)
        if carried.stop is not None:
            return


def _hand_in(line: Line, mine: Intent, carried: Carried) -> bool:
    """Hand in one batch that is written down, and return whether it was lost on its way."""
    sender = batching(line)
    requests = [(name, line.questions.body(key)) for name, key in mine.custom_ids.items()]
    reply = _created(line, sender, requests)
    if reply.outcome == "paid" and reply.batch_id:
        named_by(line, mine, reply.batch_id, "")
    elif reply.outcome in {"unknown", "paid"}:
        try:
            return looked_for(line, mine, carried) == "gone"
        except SourceError as error:
            carried.notes.append(f"Whether a batch was taken cannot be seen yet: {error}")
    else:
        detail = line.settling.hidden(reply.detail)
        given_back(line.store, line.run, mine, "refused_by_server", detail)
        why = f"the server takes no batch now ({reply.detail.rstrip('.')})"
        busy = reply.outcome == "wait"
        carried.stop = Stop("waiting", why) if busy else Stop("refused", reply.detail)
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


def _parts(line: Line, keys: Sequence[str]) -> Sequence[Sequence[str]]:
    """Return keys in lists that no server finds too long."""
    parts: list[list[str]] = []
    size = _BYTES
    for key in keys:
        length = len(json.dumps(line.questions.body(key))) + _AROUND
        if size + length > _BYTES or len(parts[-1]) == _MOST:
            parts.append([])
            size = 0
        parts[-1].append(key)
        size += length
    return parts


def _full(line: Line, keys: Sequence[str], worst: Sequence[float | None]) -> Stop | None:
    """Return why some keys were not handed in, None where all were: want of money or of calls."""
    held = set(judgments(line.store, keys))
    query = "select key from lease where key in {names}"
    held |= {row["key"] for row in line.store.rows_in(query, keys)}
    held |= given_up(line.store, line.run, [key for key in keys if key not in held])
    left = [most for key, most in zip(keys, worst, strict=True) if key not in held]
    if not left:
        return None
    with line.store.transaction() as now:
        why = line.run.room(now, left[0])
    if not why:
        return None
    return Stop(why, may_cost(left[0])) if why == "budget" else Stop(why)
