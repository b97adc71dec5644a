"""How is what was kept of people's texts taken out of the file for good?"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal

from agentlens.errors import BadInputError
from agentlens.scoring.store.file import StoreFile

__all__ = ["KEPT_DAYS", "What", "aged_out", "erased", "forgotten", "swept"]

What = Literal["raw", "all"]
KEPT_DAYS = 90
"""After which an answer as it came is dropped; what it says is kept."""

_A_DAY = 86_400.0
_TEXTS = "update judgment set raw = '', evidence = '', parts = '{}' where key in {names}"
_DETAILS = "update attempt set detail = '' where key in {names}"
_MOST = 500


def aged_out(store: StoreFile, now: float) -> int:
    """Drop answers as they came once they are 90 days old, and return how many there were.

    Verdicts, evidence and money stay. An index knows which are old, so looking costs nothing.

    Args:
        store: where.
        now: seconds since 1970.
    """
    before = now - KEPT_DAYS * _A_DAY
    if not store.rows("select 1 from judgment where raw <> '' and at < ? limit 1", (before,)):
        return 0
    with store.transaction() as held:
        query = "update judgment set raw = '' where raw <> '' and at < ?"
        dropped = held.execute(query, (before,)).rowcount
        held.execute("update attempt set detail = '' where started < ? and detail <> ''", (before,))
    store.rows("pragma wal_checkpoint(truncate)")
    return dropped


def erased(store: StoreFile, before: float, what: What) -> int:
    """Take out what was settled before a time, and return how many answers that concerns.

    Args:
        store: where.
        before: seconds since 1970.
        what: raw takes out texts and traces' ids, and keeps keys, verdicts and money; all takes
            out the answers too, so that they would be paid again.
    """
    with store.transaction() as held:
        if what == "raw":
            query = (
                "select key from judgment where at < ? and (raw <> '' or evidence <> ''"
                " or parts <> '{}' or key in (select key from link))"
            )
        else:
            query = "select key from judgment where at < ?"
        keys = [row[0] for row in held.execute(query, (before,))]
        _each(held, _TEXTS, keys)
        _each(held, _DETAILS, keys)
        _each(held, "delete from link where key in {names}", keys)
        if what == "all":
            _each(held, "delete from judgment where key in {names}", keys)
            held.execute("delete from attempt where started < ?", (before,))
            held.execute("delete from batch where started < ? and state = 'done'", (before,))
    swept(store)
    return len(keys)


def forgotten(store: StoreFile, trace_ids: Iterable[str]) -> int:
    """Take out all that names these traces or quotes them, and return how many answers quoted them.

    An answer that other traces share loses its texts too; its verdict stays. Labels of these traces
    go, and queues of labels lose their ids.

    Args:
        store: where.
        trace_ids: of the traces.
    """
    ids = list(dict.fromkeys(str(one) for one in trace_ids))
    with store.transaction() as held:
        keys: list[str] = []
        for some in _parts(ids):
            query = f"select distinct key from link where trace_id in {_marks(some)}"  # noqa: S608 - question marks
            keys += [row[0] for row in held.execute(query, tuple(some))]
        _each(held, _TEXTS, keys)
        _each(held, _DETAILS, keys)
        _each(held, "delete from link where trace_id in {names}", ids)
        _each(held, "delete from label where trace_id in {names}", ids)
        _out_of_plans(held, set(ids))
    swept(store)
    return len(set(keys))


def swept(store: StoreFile) -> None:
    """Rewrite the file, since what was deleted would stay readable in its free pages and its log."""
    store.rows("vacuum")
    ((busy, *_),) = store.rows("pragma wal_checkpoint(truncate)")
    if busy:
        message = (
            f"What was taken out of {str(store.path)!r} may still stand in its log, since another"
            " notebook reads it. Close that one and do this again."
        )
        raise BadInputError(message)


def _out_of_plans(held: sqlite3.Connection, ids: set[str]) -> None:
    """Drop from stored plans every row that names one of these traces."""
    for row in held.execute("select id, json from plan").fetchall():
        told = json.loads(row["json"]) if row["json"] else None
        kept = _without(told, ids)
        if kept != told:
            words = json.dumps(kept, ensure_ascii=False)
            held.execute("update plan set json = ? where id = ?", (words, row["id"]))


def _without(told: object, ids: set[str]) -> object:
    if isinstance(told, list):
        return [_without(one, ids) for one in told if not _names(one, ids)]
    if isinstance(told, dict):
        return {name: _without(one, ids) for name, one in told.items() if name not in ids}
    return told


def _names(one: object, ids: set[str]) -> bool:
    if isinstance(one, str):
        return one in ids
    return isinstance(one, dict) and any(isinstance(v, str) and v in ids for v in one.values())


def _each(held: sqlite3.Connection, query: str, names: Sequence[str]) -> None:
    for some in _parts(names):
        held.execute(query.replace("{names}", _marks(some)), tuple(some))


def _parts(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[first : first + _MOST] for first in range(0, len(names), _MOST))


def _marks(some: Sequence[str]) -> str:
    return f"({','.join('?' * len(some))})"
