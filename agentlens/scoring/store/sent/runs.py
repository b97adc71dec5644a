"""What may one run spend, and what has it spent?"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import time
from typing import Literal
from uuid import uuid4

from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.memory import remember

__all__ = ["Limits", "OnUnknown", "Run", "Spent", "begun", "ended", "given_up", "spent"]

OnUnknown = Literal["retry", "skip"]
_EPSILON = 1e-12
_RESENT = 2


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a run may do.

    Attributes:
        budget_usd: it never spends more; None where nothing costs or no price is known.
        max_calls: it never sends more.
        on_unknown: whether what may have been billed without an answer is sent again.
        lease: seconds for which a call is nobody else's.
        clock: tells the seconds since 1970.
    """

    budget_usd: float | None = None
    max_calls: int | None = None
    on_unknown: OnUnknown = "retry"
    lease: float = 180.0
    clock: Callable[[], float] = time


@dataclass(frozen=True, kw_only=True)
class Run:
    """One call of `judge` that sends something.

    Attributes:
        id: its number.
        owner: whom its leases belong to.
        judge_id: who is asked what.
        limits: what it may do.
    """

    id: int
    owner: str
    judge_id: str
    limits: Limits

    def now(self) -> float:
        """Return the seconds since 1970."""
        return self.limits.clock()

    def room(self, held: sqlite3.Connection, worst: float | None) -> Literal["", "budget", "calls"]:
        """Return "" where one more call fits, else what is used up.

        Args:
            held: inside the transaction that claims the call.
            worst: the most that the call can cost.
        """
        row = held.execute("select * from run where id = ?", (self.id,)).fetchone()
        if self.limits.max_calls is not None and row["calls"] >= self.limits.max_calls:
            return "calls"
        bound = row["billed_usd"] + row["reserved_usd"] + row["unknown_usd"] + (worst or 0.0)
        if self.limits.budget_usd is not None and bound > self.limits.budget_usd + _EPSILON:
            return "budget"
        return ""

    def given_up(self, held: sqlite3.Connection, key: str) -> bool:
        """Return whether a key was lost often enough, by what was said of such losses."""
        query = "select count(*) from attempt where key = ? and outcome = 'unknown'"
        if self.limits.on_unknown == "skip":
            return bool(held.execute(query, (key,)).fetchone()[0])
        # a bare `run = ?` would be looked up by run, and every attempt of the run be read
        mine = held.execute(f"{query} and +run = ?", (key, self.id)).fetchone()[0]
        return bool(mine > _RESENT)


@dataclass(frozen=True)
class Spent:
    """What a run has sent so far, and for how much; `unknown` may or may not have been billed.

    `reserved_usd` is the most that those can cost which are still on their way.
    """

    calls: int = 0
    billed_usd: float = 0.0
    unknown: int = 0
    unknown_usd: float = 0.0
    reserved_usd: float = 0.0

    @property
    def usd(self) -> float:
        """The most that all which is no more on its way can have cost."""
        return self.billed_usd + self.unknown_usd


def begun(
    store: StoreFile, rubric: Rubric, judge: Judge, limits: Limits, *, mode: str, asked: int
) -> Run:
    """Return a run, written down before it sends anything.

    Args:
        store: where.
        rubric: what is asked.
        judge: who is asked.
        limits: what it may do.
        mode: sync or batch.
        asked: how many calls it would take.
    """
    owner = uuid4().hex
    judge_id = judge.id(rubric)
    now = limits.clock()
    with store.transaction() as held:
        remember(held, rubric, judge, now)
        made = held.execute(
            "insert into run (rubric_hash, judge_id, mode, owner, started, asked, budget_usd,"
            " max_calls) values (?, ?, ?, ?, ?, ?, ?, ?)",
            (rubric.hash, judge_id, mode, owner, now, asked, limits.budget_usd, limits.max_calls),
        )
        number = int(made.lastrowid or 0)
    return Run(id=number, owner=owner, judge_id=judge_id, limits=limits)


def ended(store: StoreFile, run: Run, said: str) -> None:
    """Write down that a run is over, and why it stopped early where it did."""
    with store.transaction() as held:
        held.execute("update run set ended = ?, said = ? where id = ?", (run.now(), said, run.id))


def given_up(store: StoreFile, run: Run, keys: Sequence[str]) -> set[str]:
    """Return the keys that were lost on their way and are not to be sent again.

    Args:
        store: where.
        run: says how often.
        keys: without an answer.
    """
    query = "select distinct key from attempt where outcome = 'unknown' and key in {names}"
    lost = [row["key"] for row in store.rows_in(query, keys)]
    if not lost:
        return set()
    with store.transaction() as held:
        return {key for key in lost if run.given_up(held, key)}


def spent(store: StoreFile, run: Run) -> Spent:
    """Return what a run has sent and what it cost."""
    query = "select calls, billed_usd, unknown, unknown_usd, reserved_usd from run where id = ?"
    return Spent(*store.rows(query, (run.id,))[0])
