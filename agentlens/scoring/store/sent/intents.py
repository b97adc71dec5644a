"""Which batches are under way, and what travels in each?"""

import json
import sqlite3
from dataclasses import dataclass

from agentlens.scoring.store.file import StoreFile

__all__ = ["CUSTOM_ID", "Intent", "held_by_batches", "intents", "known_ids", "open_attempts"]

CUSTOM_ID = 40
"""Characters of a key that name a question within a batch."""


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A batch that was meant to be handed in; written down before it is.

    Attributes:
        name: the hash of its keys and its number.
        keys: of its questions, sorted.
        number: how often these were meant to be handed in.
        started: when, seconds since 1970.
        until: when its owner is taken for dead, as long as no id is known.
        owner: who hands it in.
        batch_id: as the API says; "" as long as nobody knows.
        state: created, found (by size and time, not looked into yet), sent or done.
    """

    name: str
    keys: tuple[str, ...]
    number: int
    started: float
    until: float
    owner: str
    batch_id: str
    state: str

    @property
    def holder(self) -> str:
        """Whom the leases of its keys belong to."""
        return f"batch {self.name}"

    @property
    def custom_ids(self) -> dict[str, str]:
        """Keys by the names that they have in the batch."""
        return {key[:CUSTOM_ID]: key for key in self.keys}


def intents(store: StoreFile, host: str, judge_id: str) -> list[Intent]:
    """Return the batches of a judge that are not done, oldest first.

    Args:
        store: where.
        host: the machine that answers.
        judge_id: who was asked what.
    """
    query = (
        "select * from batch where host = ? and judge_id = ? and state <> 'done' order by started"
    )
    return [_intent(row) for row in store.rows(query, (host, judge_id))]


def known_ids(store: StoreFile) -> set[str]:
    """Return the ids of all batches that somebody has looked into already."""
    query = "select batch_id from batch where batch_id is not null union select batch_id from"
    return {row[0] for row in store.rows(f"{query} foreign_batch")}


def open_attempts(store: StoreFile, one: Intent) -> dict[str, int]:
    """Return by key the attempt that travels in a batch and was not accounted for yet."""
    query = (
        "select key, id from attempt where owner = ? and (outcome = 'in_flight'"
        " or (outcome = 'unknown' and billed_usd is null))"
    )
    return {row["key"]: row["id"] for row in store.rows(query, (one.holder,))}


def held_by_batches(store: StoreFile, now: float) -> set[str]:
    """Return the keys that travel in a batch."""
    query = "select key from lease where owner like 'batch %' and until > ?"
    return {row["key"] for row in store.rows(query, (now,))}


def _intent(row: sqlite3.Row) -> Intent:
    return Intent(
        name=row["intent"],
        keys=tuple(json.loads(row["keys"])),
        number=row["number"],
        started=row["started"],
        until=row["until"],
        owner=row["owner"],
        batch_id=row["batch_id"] or "",
        state=row["state"],
    )
