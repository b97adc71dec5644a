"""May this question be sent now, by us, within the budget?"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.sent.runs import Run

__all__ = ["Claim", "bury_the_dead", "claim", "claim_some", "renewed", "written"]

State = Literal["send", "done", "wait", "pending", "lost", "budget", "calls"]


@dataclass(frozen=True)
class Claim:
    """What to do about a key: send it under this attempt; or why not.

    `done`: an answer is there. `wait`: another notebook waits for it. `pending`: a batch holds it.
    `lost`: it was sent, no answer came, and it is not to be sent again. `budget`, `calls`: used up.
    """

    state: State
    attempt: int = 0


def claim(store: StoreFile, run: Run, key: str, worst: float | None) -> Claim:
    """Return whether a key is ours to send; if so, that is durable before a byte leaves.

    Args:
        store: shared with other notebooks.
        run: who asks, and what it may spend.
        key: of the question.
        worst: the most that the call can cost in USD; None where no price is known.
    """
    with store.transaction() as held:
        return _claimed(held, run, key, worst)


def claim_some(store: StoreFile, run: Run, keys: Sequence[str]) -> dict[str, Claim]:
    """Return which keys are ours to send, for questions that cost nothing.

    Args:
        store: shared with other notebooks.
        run: who asks.
        keys: of the questions.
    """
    with store.transaction() as held:
        return {key: _claimed(held, run, key, 0.0) for key in keys}


def _claimed(held: sqlite3.Connection, run: Run, key: str, worst: float | None) -> Claim:
    now = run.now()
    if held.execute("select 1 from judgment where key = ?", (key,)).fetchone():
        return Claim("done")
    lease = held.execute("select owner, until from lease where key = ?", (key,)).fetchone()
    if lease is not None and lease["until"] > now:
        return Claim("pending" if lease["owner"].startswith("batch ") else "wait")
    bury_the_dead(held, [key], now)
    held.execute("delete from lease where key = ?", (key,))  # it has ended
    if run.given_up(held, key):
        return Claim("lost")
    full = run.room(held, worst)
    if full:
        return Claim(full)
    attempt = written(held, run, [key], [worst], via="sync")
    held.execute("insert into lease values (?, ?, ?)", (key, run.owner, now + run.limits.lease))
    return Claim("send", attempt)


def renewed(store: StoreFile, run: Run) -> None:
    """Keep what this run waits for from being taken for lost, however slowly it is answered.

    Args:
        store: shared with other notebooks.
        run: that is alive.
    """
    until = run.now() + run.limits.lease
    with store.transaction() as held:
        held.execute("update lease set until = ? where owner = ?", (until, run.owner))


def bury_the_dead(held: sqlite3.Connection, keys: Sequence[str], now: float) -> None:
    """Mark attempts whose owner is gone: they may have been billed, and nobody saw an answer.

    Args:
        held: inside a transaction.
        keys: that nobody holds a live lease of.
        now: seconds since 1970.
    """
    for key in keys:
        dead = held.execute(
            "select id, run, reserved_usd from attempt where key = ? and outcome = 'in_flight'",
            (key,),
        ).fetchall()
        for row in dead:
            held.execute(
                "update attempt set outcome = 'unknown', ended = ?,"
                " detail = 'no answer was seen before its lease ended' where id = ?",
                (now, row["id"]),
            )
            price = row["reserved_usd"] or 0.0
            held.execute(
                "update run set reserved_usd = reserved_usd - ?, unknown_usd = unknown_usd + ?,"
                " unknown = unknown + 1 where id = ?",
                (price, price, row["run"]),
            )


def written(
    held: sqlite3.Connection,
    run: Run,
    keys: Sequence[str],
    worst: Sequence[float | None],
    *,
    via: str,
) -> int:
    """Write attempts with their reservations, and return the number of the last.

    Args:
        held: inside a transaction.
        run: whose attempts.
        keys: of the questions.
        worst: the most that each can cost.
        via: sync or batch.
    """
    started = run.now()
    last = 0
    for key, most in zip(keys, worst, strict=True):
        made = held.execute(
            "insert into attempt (key, run, owner, via, started, outcome, reserved_usd)"
            " values (?, ?, ?, ?, ?, 'in_flight', ?)",
            (key, run.id, run.owner, via, started, most),
        )
        last = int(made.lastrowid or 0)
    held.execute(
        "update run set calls = calls + ?, reserved_usd = reserved_usd + ? where id = ?",
        (len(keys), sum(most or 0.0 for most in worst), run.id),
    )
    return last
