"""Which questions travel in which batch, and whose batch is it?"""

import json
import sqlite3
from collections.abc import Sequence
from hashlib import sha256

from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.sent.claims import bury_the_dead, written
from agentlens.scoring.store.sent.intents import Intent
from agentlens.scoring.store.sent.runs import Run

__all__ = ["claim_batch", "confirmed", "finished", "foreign", "given_back", "named", "taken_over"]

_A_DAY_AND_AN_HOUR = 25 * 3600.0
_AN_HOUR = 3600.0
_MOST_VALUES = 500


def claim_batch(
    store: StoreFile, run: Run, keys: Sequence[str], worst: Sequence[float | None], host: str
) -> Intent | None:
    """Return a batch of those questions that are free and within the budget; None for none.

    Questions are taken in the order given, until the next would not fit. That they are ours is
    durable before the batch is handed in.

    Args:
        store: shared with other notebooks.
        run: who asks, and what it may spend.
        keys: of questions, in order.
        worst: the most that each can cost.
        host: the machine that answers.
    """
    with store.transaction() as held:
        now = run.now()
        free = _free(held, keys, now)
        bury_the_dead(held, free, now)
        most = dict(zip(keys, worst, strict=True))
        wanted = [key for key in free if not run.given_up(held, key)]
        chosen = _within(held, run, [(key, most[key]) for key in wanted])
        if not chosen:
            return None
        ordered = sorted(chosen)
        number = _number(held, ordered)
        made = Intent(
            name=_name(ordered, number),
            keys=tuple(ordered),
            number=number,
            started=now,
            until=now + run.limits.lease,
            owner=run.owner,
            batch_id="",
            state="created",
        )
        held.execute(
            "insert into batch values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, 'created')",
            (made.name, json.dumps(ordered), len(ordered), number, host, run.judge_id, run.id,
             run.owner, now, made.until),
        )  # fmt: skip
        owned = Run(id=run.id, owner=made.holder, judge_id=run.judge_id, limits=run.limits)
        written(held, owned, chosen, [most[key] for key in chosen], via="batch")
        held.executemany(
            "insert or replace into lease values (?, ?, ?)",
            ((key, made.holder, now + _A_DAY_AND_AN_HOUR) for key in ordered),
        )
        return made


def taken_over(store: StoreFile, run: Run, one: Intent) -> bool:
    """Return whether a batch without an id is now ours to look for; its owner may still be alive."""
    now = run.now()
    with store.transaction() as held:
        done = held.execute(
            "update batch set owner = ?, until = ? where intent = ? and state = 'created'"
            " and (until <= ? or owner = ?)",
            (run.owner, now + run.limits.lease, one.name, now, run.owner),
        )
        return bool(done.rowcount)


def named(
    store: StoreFile, one: Intent, batch_id: str, expires: float, *, sure: bool = True
) -> bool:
    """Write down the id of a batch, and return whether nobody else's batch has it.

    Args:
        store: where.
        one: the batch.
        batch_id: as the API says.
        expires: when it does, seconds since 1970.
        sure: whether the API named it as ours; else its questions are looked into first.
    """
    with store.transaction() as held:
        if held.execute("select 1 from batch where batch_id = ?", (batch_id,)).fetchone():
            return False
        said = (batch_id, "sent" if sure else "found", one.name)
        held.execute("update batch set batch_id = ?, state = ? where intent = ?", said)
        held.execute("update lease set until = ? where owner = ?", (expires + _AN_HOUR, one.holder))
        return True


def confirmed(store: StoreFile, one: Intent) -> None:
    """Write down that a batch which was found holds our questions and no others."""
    with store.transaction() as held:
        held.execute("update batch set state = 'sent' where intent = ?", (one.name,))


def foreign(store: StoreFile, one: Intent, batch_id: str, now: float) -> None:
    """Write down that a batch is not ours: it is never looked at again, and ours has no id."""
    with store.transaction() as held:
        held.execute("insert or ignore into foreign_batch values (?, ?)", (batch_id, now))
        held.execute(
            "update batch set batch_id = null, state = 'created', until = 0 where intent = ?"
            " and batch_id = ?",
            (one.name, batch_id),
        )


def finished(store: StoreFile, one: Intent) -> None:
    """Write down that nothing more comes of a batch."""
    with store.transaction() as held:
        held.execute("update batch set state = 'done' where intent = ?", (one.name,))
        held.execute("delete from lease where owner = ?", (one.holder,))


def given_back(store: StoreFile, run: Run, one: Intent, outcome: str, detail: str) -> None:
    """Give all keys of a batch free.

    Args:
        store: where.
        run: who gives them back.
        one: the batch.
        outcome: refused_by_server where nothing was billed, unknown where nobody can say.
        detail: why, for people.
    """
    lost = outcome == "unknown"
    with store.transaction() as held:
        held.execute("update batch set state = 'done' where intent = ?", (one.name,))
        held.execute("delete from lease where owner = ?", (one.holder,))
        for row in held.execute(
            "select run, count(*) as n, sum(reserved_usd) as usd from attempt where owner = ?"
            " and outcome = 'in_flight' group by run",
            (one.holder,),
        ).fetchall():
            usd = row["usd"] or 0.0
            held.execute(
                "update run set reserved_usd = reserved_usd - ?, unknown_usd = unknown_usd + ?,"
                " unknown = unknown + ?, calls = calls - ? where id = ?",
                (usd, usd * lost, row["n"] * lost, row["n"] * (not lost), row["run"]),
            )
        held.execute(
            "update attempt set outcome = ?, detail = ?, ended = ?, billed_usd = ?"
            " where owner = ? and outcome = 'in_flight'",
            (outcome, detail, run.now(), None if lost else 0.0, one.holder),
        )


def _free(held: sqlite3.Connection, keys: Sequence[str], now: float) -> list[str]:
    """Return the keys that have neither an answer nor a live lease."""
    taken: set[str] = set()
    for first in range(0, len(keys), _MOST_VALUES):
        some = keys[first : first + _MOST_VALUES]
        marks = ",".join("?" * len(some))
        query = f"select key from judgment where key in ({marks})"  # noqa: S608 - question marks
        taken |= {row[0] for row in held.execute(query, tuple(some))}
        query = f"select key from lease where until > ? and key in ({marks})"  # noqa: S608 - as above
        taken |= {row[0] for row in held.execute(query, (now, *some))}
    return [key for key in keys if key not in taken]


def _within(
    held: sqlite3.Connection, run: Run, wanted: Sequence[tuple[str, float | None]]
) -> list[str]:
    """Return the first keys that fit into what the run may still spend and send."""
    row = held.execute("select * from run where id = ?", (run.id,)).fetchone()
    spent = row["billed_usd"] + row["reserved_usd"] + row["unknown_usd"]
    chosen: list[str] = []
    for key, most in wanted:
        spent += most or 0.0
        if run.limits.budget_usd is not None and spent > run.limits.budget_usd + 1e-12:
            break
        if run.limits.max_calls is not None and row["calls"] + len(chosen) >= run.limits.max_calls:
            break
        chosen.append(key)
    return chosen


def _number(held: sqlite3.Connection, ordered: Sequence[str]) -> int:
    """Return how often exactly these were meant before."""
    number = 0
    query = "select 1 from batch where intent = ?"
    while held.execute(query, (_name(ordered, number),)).fetchone():
        number += 1
    return number


def _name(ordered: Sequence[str], number: int) -> str:
    return sha256("\n".join([*ordered, str(number)]).encode()).hexdigest()
