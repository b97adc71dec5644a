"""How does a label reach the disk the moment it is given, and come back?"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import nan
from sqlite3 import Connection
from typing import Any

import numpy as np
import pandas as pd

from agentlens.scoring.store.file import StoreFile

__all__ = [
    "Mark",
    "Record",
    "append",
    "keep_plan",
    "kept_marks",
    "place_of",
    "references_of",
    "written",
]

_STEP = "\x1f"
_NEWEST = """select * from label where seq in (select max(seq) from label
    where plan = ?1 or (plan > ?1 || char(31) and plan < ?1 || char(32))
    group by plan, trace_id, rater, round, repeat, blind)
    and (value is not null or unsure = 1) order by seq"""
"""The last answer to each showing. What judges one step stands under the plan and the step, so that
whoever forgets a trace finds it by its id."""
_COLUMNS = ("trace_id", "rater", "round", "repeat", "note", "code", "seconds")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What one rater said of one item; with no answer at all, that an earlier answer is taken back.

    Attributes:
        trace_id: of the item.
        span_id: of its step, "" for the whole trace.
        rater: who.
        round: of labelling, from 1.
        repeat: 1, or 2 where the item was shown again.
        y: 1 pass, 0 fail, NaN neither.
        unsure: whether the rater said so.
        note: in the rater's words.
        code: the rater's name for what went wrong.
        seconds: it took.
        blind: before the judge's verdict was shown.
        at: seconds since 1970.
    """

    trace_id: str
    rater: str
    at: float
    span_id: str = ""
    round: int = 1
    repeat: int = 1
    y: float = nan
    unsure: bool = False
    note: str = ""
    code: str = ""
    seconds: float = nan
    blind: bool = True


@dataclass(frozen=True, kw_only=True)
class Record:
    """A plan as the store remembers it.

    Attributes:
        plan: its id.
        rubric: name and version.
        rubric_hash: of the rubric, "" where only its name is known.
        judge_id: of the judge, "" where the log does not say.
        content: the rest, as JSON.
    """

    plan: str
    rubric: str
    rubric_hash: str
    judge_id: str
    content: str


def append(store: StoreFile, plan: str, marks: Iterable[Mark]) -> None:
    """Write marks; when this returns they are on the disk, all of them or none.

    Args:
        store: opened.
        plan: the id of the plan.
        marks: in the order in which they were made.
    """
    with store.transaction() as held:
        written(held, plan, marks)


def written(held: Connection, plan: str, marks: Iterable[Mark]) -> None:
    """Write marks inside a transaction.

    Args:
        held: the connection of the transaction.
        plan: the id of the plan.
        marks: in the order in which they were made.
    """
    rows = [
        (
            *(place_of(plan, one.span_id), one.trace_id, one.rater, one.round, one.repeat),
            *(None if np.isnan(one.y) else one.y, int(one.unsure), one.note, one.code),
            *(None if np.isnan(one.seconds) else one.seconds, int(one.blind), one.at),
        )
        for one in marks
    ]
    held.executemany(
        "insert into label (plan, trace_id, rater, round, repeat, value, unsure, note, code,"
        " seconds, blind, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def keep_plan(store: StoreFile, record: Record, rater: str, reference: str, at: float) -> None:
    """Write down a plan, once, and what a rater's labels of it count as.

    Args:
        store: opened.
        record: the plan.
        rater: who labels.
        reference: single rater, expert, …
        at: seconds since 1970.
    """
    told = (record.plan, record.rubric, record.rubric_hash, record.judge_id, record.content, at)
    with store.transaction() as held:
        held.execute(
            "insert or ignore into plan (id, rubric, rubric_hash, judge_id, json, at)"
            " values (?, ?, ?, ?, ?, ?)",
            told,
        )
        (kept,) = held.execute("select json from plan where id = ?", (record.plan,)).fetchone()
        content = json.loads(kept)
        references = {**content.get("references", {}), rater: reference}
        if references != content.get("references"):
            whole = json.dumps({**content, "references": references}, ensure_ascii=False)
            held.execute("update plan set json = ? where id = ?", (whole, record.plan))


def references_of(store: StoreFile, plan: str) -> pd.Series:
    """Return what each rater's labels of a plan count as.

    Args:
        store: opened.
        plan: its id.
    """
    (row,) = store.rows("select json from plan where id = ?", (plan,))
    return pd.Series(json.loads(row["json"])["references"], dtype="str")


def kept_marks(store: StoreFile, plan: str) -> pd.DataFrame:
    """Return the marks of a plan that stand, of all raters, in the order in which they were made.

    Args:
        store: opened.
        plan: its id.
    """
    rows = store.rows(_NEWEST, (plan,))
    found: dict[str, Any] = {name: [row[name] for row in rows] for name in _COLUMNS}
    found["span_id"] = [row["plan"].partition(_STEP)[2] for row in rows]
    found["y"] = [nan if row["value"] is None else row["value"] for row in rows]
    found["unsure"] = [bool(row["unsure"]) for row in rows]
    found["blind"] = [bool(row["blind"]) for row in rows]
    found["at"] = [row["at"] for row in rows]
    texts = dict.fromkeys(("trace_id", "span_id", "rater", "note", "code"), "str")
    return pd.DataFrame(found).astype(
        texts
        | {"seconds": "float64", "y": "float64", "at": "float64", "unsure": bool, "blind": bool}
    )


def place_of(plan: str, span_id: str) -> str:
    """Return under which plan a mark stands: what judges one step stands under the step, too."""
    return f"{plan}{_STEP}{span_id}" if span_id else plan
