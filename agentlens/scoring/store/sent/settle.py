"""How is an answer kept, whatever it says and whatever happens next?"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isnan, nan

from agentlens.scoring.judges.reply import Reply
from agentlens.scoring.rubrics.reading import Reading, Verdict, read
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.sent.runs import Run

__all__ = ["Answer", "Settling", "settle", "settle_rejected"]

_OUTCOMES = {
    "paid": "paid",
    "wait": "refused_by_server",
    "stop": "refused_by_server",
    "reject": "rejected",
    "unknown": "unknown",
}
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


@dataclass(frozen=True, kw_only=True)
class Settling:
    """How answers of one run are read, priced and rid of what must not be kept.

    Attributes:
        rubric: gives the form of an answer.
        hidden: returns a text with what a pattern finds hidden.
        price_as_of: the date of the prices.
        via: sync or batch.
    """

    rubric: Rubric
    hidden: Callable[[str], str]
    price_as_of: str
    via: str


@dataclass(frozen=True)
class Answer:
    """What came of an attempt at a key, and its price in USD; None where no price is known."""

    key: str
    attempt: int
    reply: Reply
    usd: float | None


def settle(store: StoreFile, run: Run, how: Settling, answers: Sequence[Answer]) -> tuple[str, ...]:
    """Keep what came of attempts: outcomes, answers, prices; and give their keys free.

    Returns of each why it holds no verdict, "" where it does or where nothing new was kept.

    All in one transaction: after a crash either everything of this is there, or the attempts are
    still open and will be shown as unknown.

    Args:
        store: where.
        run: whose attempts.
        how: answers are read.
        answers: some at once.
    """
    statuses = []
    with store.transaction() as held:
        for one in answers:
            statuses.append("")
            if not _account(held, run, one, how.hidden(one.reply.detail)):
                continue
            if one.reply.outcome == "paid":
                statuses[-1] = _keep(held, run, how, one)
            held.execute("delete from lease where key = ? and owner = ?", (one.key, run.owner))
    return tuple(statuses)


def settle_rejected(store: StoreFile, run: Run, how: Settling, keys: Iterable[str]) -> None:
    """Keep of some questions that the judge does not take them, so that they are not sent again.

    Args:
        store: where.
        run: whose.
        how: answers are kept.
        keys: of the questions.
    """
    with store.transaction() as held:
        for key in keys:
            _put(held, run, how, Answer(key, 0, Reply(outcome="reject"), 0.0), "rejected")


def _account(held: sqlite3.Connection, run: Run, one: Answer, detail: str) -> bool:
    """Move the money of an attempt from what was reserved to what it became; False for done before.

    Two notebooks may collect one batch at the same time.

    An attempt that was given up for lost, and answered after all, stays marked: another may have
    been sent in its place.
    """
    row = held.execute("select * from attempt where id = ?", (one.attempt,)).fetchone()
    late = row["outcome"] == "unknown"
    if row["outcome"] not in {"in_flight", "unknown"} or row["billed_usd"] is not None:
        return False
    known = one.reply.outcome != "unknown"
    outcome = "unknown" if late else _OUTCOMES[one.reply.outcome]
    billed = (one.usd if one.reply.outcome == "paid" else 0.0) if known else None
    held.execute(
        "update attempt set ended = ?, outcome = ?, http_status = ?, error_type = ?,"
        " error_code = ?, detail = ?, billed_usd = ? where id = ?",
        (run.now(), outcome, one.reply.http_status, one.reply.error_type, one.reply.error_code,
         detail, billed, one.attempt),
    )  # fmt: skip
    reserved = row["reserved_usd"] or 0.0
    now_unknown = reserved * (not known) - reserved * late
    held.execute(
        "update run set reserved_usd = reserved_usd - ?, unknown_usd = unknown_usd + ?,"
        " billed_usd = billed_usd + ?, unknown = unknown + ?, calls = calls - ? where id = ?",
        (reserved * (not late), now_unknown, billed or 0.0, int(not known and not late),
         int(outcome == "refused_by_server"), row["run"]),
    )  # fmt: skip
    return True


def _keep(held: sqlite3.Connection, run: Run, how: Settling, one: Answer) -> str:
    """Write the answer as it came, then what it says; an answer that is there already stays."""
    if not _put(held, run, how, one, "unparsable"):
        return ""
    reply = one.reply
    found = _reading(how.rubric, reply)
    whole = found.verdicts.get(how.rubric.name, Verdict("", nan))
    parts = {
        name: [said.label, _number(said.value), how.hidden(said.evidence), _number(said.confidence)]
        for name, said in found.verdicts.items()
        if name != how.rubric.name
    }
    held.execute(
        "update judgment set status = ?, verdict = ?, score = ?, confidence = ?, evidence = ?,"
        " parts = ? where key = ?",
        (found.status, whole.label, _number(whole.value), _number(whole.confidence),
         how.hidden(whole.evidence), json.dumps(parts, ensure_ascii=False), one.key),
    )  # fmt: skip
    return found.status


def _put(held: sqlite3.Connection, run: Run, how: Settling, one: Answer, status: str) -> bool:
    """Write an answer that nobody has read yet, and return whether it is the first of its key."""
    reply = one.reply
    made = held.execute(
        "insert or ignore into judgment values"
        " (?, ?, ?, '', null, null, '', '{}', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (one.key, run.judge_id, status, _kept_text(reply, how.hidden),
         json.dumps(dict(reply.usage)), reply.model, reply.stop_reason, reply.request_id,
         reply.message_id, how.via, one.usd, how.price_as_of, run.now()),
    )  # fmt: skip
    return bool(made.rowcount)


def _kept_text(reply: Reply, hidden: Callable[[str], str]) -> str:
    """Return the body as it came; only its words, joined, where something in them is hidden.

    What gives a person away may begin in one block of an answer and end in the next.
    """
    words = hidden(reply.text)
    return words if words != reply.text else hidden(reply.raw or reply.text)


def _reading(rubric: Rubric, reply: Reply) -> Reading:
    """Return what an answer says; one that breaks the reader is kept as one that cannot be read."""
    if reply.status:
        return Reading(reply.status, {})
    try:
        return read(rubric, reply.text)
    except _UNREADABLE:
        return Reading("unparsable", {})


def _number(value: float) -> float | None:
    return None if isnan(value) else value
