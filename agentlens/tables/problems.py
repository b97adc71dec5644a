"""What was read, dropped, assumed and repaired: how is it written down?"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from agentlens.tables.characters import whole

__all__ = [
    "WHERE",
    "Action",
    "Problem",
    "examples_of",
    "rejected_rows",
    "rejected_texts",
    "report_frame",
    "total",
]

WHERE = "_where"
"""The column in which a reader notes the place of each row, until the log is whole."""


Action = Literal[
    "read",
    "noted",
    "dropped",
    "duplicate",
    "repaired",
    "assumed",
    "missing",
    "ignored",
    "conflict",
    "truncated",
    "sampled",
    "limit",
    "skew",
    "open",
    "unpriced",
]
Severity = Literal["info", "warn", "refuse"]
_EXCERPT = 200
_LONGEST = 10_000
_REJECTED = ("table", "key", "reason", "where", "row")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One line of a load report: n rows of a field in a table met one fate."""

    action: Action
    n: int
    source: str = ""
    table: str = ""
    file: str = ""
    field: str = ""
    severity: Severity = "info"
    share: float = float("nan")
    examples: tuple[str, ...] = ()
    detail: str = ""


def report_frame(problems: Iterable[Problem]) -> pd.DataFrame:
    """Return the load report as a frame, one row a problem, in the order in which they were met."""
    columns = ["source", "table", "file", "field", "action", "severity", "n", "share"]
    columns += ["examples", "detail"]
    rows = [asdict(problem) | {"examples": ", ".join(problem.examples)} for problem in problems]
    return pd.DataFrame(rows, columns=columns)


def total(report: pd.DataFrame, action: Action) -> int:
    """Return over how many rows the report counts this action."""
    return int(report.loc[report["action"] == action, "n"].sum())


def examples_of(values: pd.Series, most: int = 5) -> tuple[str, ...]:
    """Return up to five distinct values as short texts."""
    return tuple(str(value)[:_EXCERPT] for value in values.iloc[:200].drop_duplicates().iloc[:most])


def rejected_texts(table: str, key: str, rows: Iterable[tuple[str, str, str]]) -> pd.DataFrame:
    """Return rows that could not even be parsed: place, text and reason of each."""
    lost = [(table, key, reason, where, whole(text[:_LONGEST])) for where, text, reason in rows]
    columns = zip(*lost, strict=True) if lost else [()] * len(_REJECTED)
    named = zip(_REJECTED, columns, strict=True)
    return pd.DataFrame({name: pd.array(list(values), dtype="str") for name, values in named})


def rejected_rows(frame: pd.DataFrame, table: str, key: str, reason: str) -> pd.DataFrame:
    """Return rows that a table could not take, whole and readable, with the reason."""
    if not len(frame):
        return rejected_texts(table, key, ())
    given = frame[key] if key in frame else pd.Series("", index=frame.index)
    keys = given.astype(object).map(lambda one: whole(str(one)), na_action="ignore").astype("str")
    numbered = "row " + frame.index.astype("str")
    places = frame[WHERE] if WHERE in frame else pd.Series(numbered, index=frame.index)
    shown = frame.drop(columns=WHERE, errors="ignore")
    names = [str(name) for name in shown.columns]
    held = shown.astype(object).where(shown.notna(), None)
    text = [_readable(dict(zip(names, row, strict=True))) for row in held.itertuples(index=False)]
    return pd.DataFrame(
        {
            "table": table,
            "key": keys.to_numpy(),
            "reason": reason,
            "where": places.to_numpy(),
            "row": text,
        },
        columns=list(_REJECTED),
    ).astype("str")


def _readable(row: dict[str, object]) -> str:
    told = json.dumps(row, ensure_ascii=False, default=str, separators=(",", ":"))
    return whole(told[:_LONGEST])
