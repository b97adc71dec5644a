"""Is this still the rubric that went by this name and version before?"""

import json
import sqlite3
from datetime import UTC, datetime

from agentlens.errors import BadInputError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import StoreFile

__all__ = ["ends", "refuse_other_words", "remember", "remember_end"]

_SHOWN = 4


def refuse_other_words(store: StoreFile, rubric: Rubric) -> None:
    """Raise where a name and version stand for other words already.

    Args:
        store: of what was used before.
        rubric: what is to be asked.
    """
    known = store.rows(
        "select hash, first_used from rubric where name = ? and version = ?",
        (rubric.name, rubric.version),
    )
    if not known or known[0]["hash"] == rubric.hash:
        return
    first = datetime.fromtimestamp(known[0]["first_used"], UTC)
    ((last,),) = store.rows("select max(version) from rubric where name = ?", (rubric.name,))
    message = (
        f"{rubric.label} was first used with other words ({known[0]['hash'][:_SHOWN]}…,"
        f" {first.day} {first:%b}). Give this one version {last + 1}."
    )
    raise BadInputError(message)


def remember_end(store: StoreFile, judge: Judge, retires_at: str, now: float) -> None:
    """Write down when a judge's model ends, as its address says; "" where it does not say.

    Args:
        store: where.
        judge: whose model.
        retires_at: in ISO form.
        now: seconds since 1970.
    """
    with store.transaction() as held:
        row = (judge.host, judge.model, retires_at, now)
        held.execute("insert or replace into model values (?, ?, ?, ?)", row)


def ends(store: StoreFile, judge: Judge) -> str:
    """Return when a judge's model ends, as was said when it was last asked; "" for not known."""
    query = "select retires_at from model where host = ? and name = ?"
    found = store.rows(query, (judge.host, judge.model))
    return str(found[0]["retires_at"]) if found else ""


def remember(held: sqlite3.Connection, rubric: Rubric, judge: Judge, now: float) -> None:
    """Write down who is asked what; what is known already stays.

    Args:
        held: inside a transaction.
        rubric: what is asked.
        judge: who is asked.
        now: seconds since 1970.
    """
    asked = (rubric.hash, rubric.name, rubric.version, rubric.canonical, now)
    held.execute("insert or ignore into rubric values (?, ?, ?, ?, ?)", asked)
    told = {
        "model": judge.model,
        "effort": judge.effort,
        "thinking": judge.thinking,
        "max_tokens": judge.max_tokens,
        "version": judge.version,
    }
    words = json.dumps(told, sort_keys=True)
    who = (judge.id(rubric), judge.short, judge.model, judge.host, words, now)
    held.execute("insert or ignore into judge values (?, ?, ?, ?, ?, ?)", who)
