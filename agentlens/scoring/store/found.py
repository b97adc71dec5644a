"""Which answers are there already, and whose are they?"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import nan

from agentlens.scoring.store.file import StoreFile

__all__ = ["Judgment", "judgments", "linked", "usages"]


@dataclass(frozen=True, slots=True)
class Judgment:
    """One stored answer without its raw text.

    Attributes:
        status: "" where there is a verdict, else why there is none.
        verdict: its word.
        score: its number.
        confidence: in percent.
        evidence: on which it rests.
        parts: criterion's score name to word, number, evidence and confidence.
        model: that answered.
        via: sync or batch.
        usd: what it cost.
        at: when it was settled, seconds since 1970.
    """

    status: str
    verdict: str
    score: float
    confidence: float
    evidence: str
    parts: Mapping[str, Sequence[object]]
    model: str
    via: str
    usd: float
    at: float


def judgments(store: StoreFile, keys: Iterable[str]) -> dict[str, Judgment]:
    """Return stored answers by key.

    Args:
        store: where.
        keys: of questions; those without an answer are left out.
    """
    query = (
        "select key, status, verdict, score, confidence, evidence, parts, model_returned, via, usd,"
        " at from judgment where key in {names}"
    )
    return {row["key"]: _judgment(row) for row in store.rows_in(query, list(dict.fromkeys(keys)))}


def linked(
    held: sqlite3.Connection, rows: Iterable[tuple[str, str, int, str]], rubric_hash: str,
    judge_id: str,
) -> None:  # fmt: skip
    """Write down which question each trace asks, so that it can be found again by the trace.

    Args:
        held: inside a transaction.
        rows: trace_id, span_id, repeat and key.
        rubric_hash: what is asked.
        judge_id: who is asked.
    """
    held.executemany(
        "insert into link values (?, ?, ?, ?, ?, ?) on conflict do update set key = excluded.key"
        " where key <> excluded.key",
        ((trace, span, rubric_hash, judge_id, repeat, key) for trace, span, repeat, key in rows),
    )


def usages(store: StoreFile, judge_id: str, most: int = 200) -> list[dict[str, int]]:
    """Return the tokens of the latest answers of a judge, by kind.

    Args:
        store: where.
        judge_id: who was asked what.
        most: how many answers.
    """
    query = "select usage from judgment where judge_id = ? order by at desc, key limit ?"
    found = [json.loads(row["usage"]) for row in store.rows(query, (judge_id, most))]
    return [one for one in found if one]


def _judgment(row: sqlite3.Row) -> Judgment:
    return Judgment(
        status=row["status"],
        verdict=row["verdict"],
        score=nan if row["score"] is None else row["score"],
        confidence=nan if row["confidence"] is None else row["confidence"],
        evidence=row["evidence"],
        parts={} if row["parts"] == "{}" else json.loads(row["parts"]),
        model=row["model_returned"],
        via=row["via"],
        usd=nan if row["usd"] is None else row["usd"],
        at=row["at"],
    )
