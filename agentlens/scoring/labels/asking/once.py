"""How does an answer that is sent twice count once, and replace no other one unasked?"""

from hashlib import sha256
from math import nan
from typing import TYPE_CHECKING

from agentlens.scoring.labels.asking.desk import Desk, Key, Verdict
from agentlens.scoring.labels.kept import Mark, place_of, written

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["commit_once", "saw", "see"]

_STANDING = """select value from label where seq in (select max(seq) from label
    where plan = ? and trace_id = ? and rater = ? and round = ? and repeat = ? group by blind)
    and (value is not null or unsure = 1) order by seq desc limit 1"""
_SENT = "select 1 from label_sent where id = ?"
_SEND = "insert or ignore into label_sent (id, at) values (?, ?)"


def commit_once(
    desk: Desk, key: Key, said: Verdict, ident: str, *, blind: bool = True, over: bool = False
) -> float | None:
    """Return None once an answer is kept, however often it was sent; else the one in its way.

    Args:
        desk: whose queue.
        key: of which showing.
        said: the answer.
        ident: names this answer; the same one is not kept again.
        blind: whether the judge's verdict was still hidden.
        over: whether it may replace an answer; if not, an answer that stands is returned: 1, 0, NaN.
    """
    plan = desk.work.record.plan
    (mark,) = desk.marked({key: said}, blind=blind)
    with desk.store.transaction() as held:
        if held.execute(_SENT, (ident,)).fetchone():
            return None
        there = None if over else _standing(held, plan, mark)
        if there is None:
            held.execute(_SEND, (ident, desk.clock()))
            written(held, plan, [mark])
    return there


def see(desk: Desk, key: Key) -> None:
    """Remember for ever that a rater was shown what judges said of an item.

    Args:
        desk: the rater's.
        key: of any showing of it.
    """
    with desk.store.transaction() as held:
        held.execute(_SEND, (_seen(desk, key), desk.clock()))


def saw(desk: Desk, key: Key) -> bool:
    """Return whether a rater was ever shown what judges said of an item, at any showing.

    Args:
        desk: the rater's.
        key: of a showing.
    """
    return bool(desk.store.rows(_SENT, (_seen(desk, key),)))


def _standing(held: "Connection", plan: str, mark: Mark) -> float | None:
    where = (place_of(plan, mark.span_id), mark.trace_id, mark.rater, mark.round, mark.repeat)
    row = held.execute(_STANDING, where).fetchone()
    if row is None:
        return None
    return nan if row["value"] is None else float(row["value"])


def _seen(desk: Desk, key: Key) -> str:
    """Return a name without the trace in it, so that a forgotten trace leaves nothing here."""
    parts = (desk.work.record.plan, desk.rater, str(desk.work.round), key[0], key[1])
    whole = "\x1f".join(parts).encode(errors="backslashreplace")
    return f"seen-{sha256(whole).hexdigest()}"
