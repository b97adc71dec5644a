"""Is this still the rubric that went by this name and version before?"""

import json
import sqlite3
from datetime import UTC, datetime

from agentlens.errors import BadInputError
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.scoring.store.file import StoreFile

__all__ = ["refuse_other_words", "remember"]

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
