"""How do a dialect's rows become typed columns that can be joined, kept and counted on?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from agentlens.sources.intake.ids import spelt
from agentlens.sources.intake.payloads import packed, payloads
from agentlens.sources.intake.rows import SCORE_ROWS, SPAN_ROWS, TRACE_ROWS, Columns, Rows
from agentlens.sources.signals.messages import first_user_text
from agentlens.tables.convert import convert
from agentlens.tables.problems import WHERE, Problem, rejected_rows, rejected_texts
from agentlens.tables.schema import Table

__all__ = ["Normal", "Texts", "normalise"]

Texts = Literal["none", "roots", "all"]
"""Which rows carry input and output."""

_IDS = frozenset({"trace_id", "span_id", "parent_id"})
_JSON = frozenset({"metadata", "tags"})
_TEXTS = frozenset({"input", "output"})
_DTYPES: Mapping[type, str] = {str: "str", int: "Int64", float: "float64", bool: "boolean"}
_EARLIEST = pd.Timestamp("2015-01-01", tz="UTC")
_AHEAD = pd.Timedelta("24h")


@dataclass(frozen=True, eq=False)
class Normal:
    """A batch in typed columns, and what was changed or set aside on the way there.

    Attributes:
        spans: columns of `SPAN_ROWS`, with `input_chars`, `output_chars` and `query_chars`.
        traces: columns of `TRACE_ROWS`, with the same.
        scores: columns of `SCORE_ROWS`.
        problems: what was repaired, assumed or found missing.
        rejected: the rows that cannot be used, whole.
    """

    spans: pd.DataFrame
    traces: pd.DataFrame
    scores: pd.DataFrame
    problems: tuple[Problem, ...]
    rejected: pd.DataFrame


def normalise(
    rows: Rows,
    *,
    file: str,
    now: pd.Timestamp,
    text: Texts = "all",
    max_chars: int | None = 65536,
) -> Normal:
    """Return a batch in typed columns; nothing that came in is lost without a line about it.

    Args:
        rows: what a dialect handed over.
        file: the name of the file or slice, for the report.
        now: the source's clock; what lies more than a day after it cannot be true.
        text: which rows keep their input and output.
        max_chars: the most characters kept of each.
    """
    parts = [
        _table(rows.spans, SPAN_ROWS, now=now, text=text, most=max_chars),
        _table(rows.traces, TRACE_ROWS, now=now, text=text, most=max_chars),
        _table(rows.scores, SCORE_ROWS, now=now, text="none", most=max_chars),
    ]
    lost = [(one.where, one.text, one.reason) for one in rows.bad]
    spans, traces, scores = parts
    return Normal(
        spans.frame,
        traces.frame,
        scores.frame,
        problems=tuple(
            replace(one, file=one.file or file)
            for one in (*rows.problems, *(one for part in parts for one in part.problems))
        ),
        rejected=pd.concat(
            [rejected_texts("", "", lost), *(part.rejected for part in parts)], ignore_index=True
        ),
    )


@dataclass(frozen=True, eq=False)
class _Part:
    frame: pd.DataFrame
    problems: list[Problem]
    rejected: pd.DataFrame


def _table(
    columns: Columns, table: Table, *, now: pd.Timestamp, text: Texts, most: int | None
) -> _Part:
    places = columns.get("where", [])
    problems: list[Problem] = []
    held: dict[str, Any] = {}
    known = {column.name: column for column in table.columns}
    for name, values in columns.items():
        if name == "where":
            continue
        column = known.get(name)
        if column is None:
            held[name] = pd.Series(values)
        elif name in _IDS:
            held[name] = spelt(pd.Series(values, dtype=object).map(_word, na_action="ignore"))
        elif name in _JSON:
            held[name] = pd.Series([packed(one) for one in values], dtype="str")
        elif column.dtype == "payload":
            held |= _payload(name, values, columns, places, problems, text=text, most=most)
        else:
            held[name], found = convert(_series(values), column)
            problems += found
    frame = pd.DataFrame(held, index=range(len(places)))
    frame[WHERE] = pd.Series(places, dtype="str")
    if "query_chars" not in frame and "input" in columns:
        frame["query_chars"] = _query_chars(columns, frame)
    return _usable(frame, table, now, problems)


def _word(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _series(values: Sequence[Any]) -> pd.Series:
    """Return a list as a column without the loss that a column of mixed types would bring."""
    kinds = set(map(type, values)) - {type(None)}
    dtype: Any = _DTYPES.get(next(iter(kinds))) if len(kinds) == 1 else None
    try:
        return (
            pd.Series(pd.array(values, dtype=dtype)) if dtype else pd.Series(values, dtype=object)
        )
    except (UnicodeEncodeError, OverflowError):  # half a character, or a number beyond 64 bits
        return pd.Series(values, dtype=object)


def _payload(
    name: str,
    values: Sequence[Any],
    columns: Columns,
    places: Sequence[str],
    problems: list[Problem],
    *,
    text: Texts,
    most: int | None,
) -> Mapping[str, pd.Series]:
    found = payloads(values, most)
    for action, rows, detail in (
        ("repaired", found.mended, "halves of characters became the replacement character"),
        ("truncated", found.cut, f"longer than {most or 0:,} characters; the middle was cut"),
    ):
        if rows:
            problems.append(
                Problem(
                    action=action,  # type: ignore[arg-type]  # one of the two words above
                    n=len(rows),
                    field=name,
                    severity="warn" if action == "repaired" else "info",
                    share=len(rows) / max(len(values), 1),
                    examples=tuple(places[one] for one in rows[:5]),
                    detail=detail,
                )
            )
    if name not in _TEXTS:
        return {name: found.texts}
    kept = found.texts
    if text == "none":
        kept = pd.Series([None] * len(kept), dtype="str")
    elif text == "roots" and "span_id" in columns:
        kept = kept.where(_rootlike(columns))
    return {name: kept, f"{name}_chars": found.chars}


def _rootlike(columns: Columns) -> np.ndarray:
    n = len(columns["where"])
    parents = columns.get("parent_id", [None] * n)
    flags = columns.get("is_root", [None] * n)
    pairs = zip(parents, flags, strict=True)
    return np.array([flag is True or not parent for parent, flag in pairs], dtype=bool)


def _query_chars(columns: Columns, frame: pd.DataFrame) -> pd.Series:
    """Return how many characters the user's first message has, where a row can hold one."""
    n = len(frame)
    asked = _rootlike(columns) if "span_id" in columns else np.ones(n, dtype=bool)
    if "kind" in frame:
        asked |= (frame["kind"] == "llm").to_numpy()
    lengths: list[int | None] = [None] * n
    for place in np.flatnonzero(asked):
        value = columns["input"][place]
        said = first_user_text(value if isinstance(value, str) else packed(value))
        lengths[place] = len(said) if said else None
    return pd.Series(pd.array(lengths, dtype="Int64"))


def _usable(frame: pd.DataFrame, table: Table, now: pd.Timestamp, problems: list[Problem]) -> _Part:
    """Set aside the rows without an id or with a time that cannot be true."""
    out = np.zeros(len(frame), dtype=bool)
    aside = [rejected_rows(frame.iloc[:0], table.name, table.key, "")]

    def reject(rows: np.ndarray, field: str, reason: str) -> None:
        lost = rows & ~out
        if not lost.any():
            return
        out[lost] = True
        aside.append(rejected_rows(frame[lost], table.name, table.key, reason))
        problems.append(_counted("dropped", lost, frame, field, reason))

    needed = {"spans": ("trace_id", "span_id"), "traces": ("trace_id",), "scores": ("name",)}
    for name in needed[table.name] if len(frame) else ():
        gone = frame[name].isna().to_numpy() if name in frame else np.ones(len(frame), dtype=bool)
        reject(gone, name, f"no usable {name}")
    if table.name == "spans" and len(frame):
        start = frame.get(
            "start", pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us, UTC]")
        )
        reject(start.isna().to_numpy(), "start", "no usable start")
    if "start" in frame and len(frame):
        reject((frame["start"] < _EARLIEST).to_numpy(), "start", "start before 2015")
        reject((frame["start"] > now + _AHEAD).to_numpy(), "start", "start a day ahead or more")
        skewed = (frame["start"] > now).to_numpy() & ~out
        if skewed.any():
            detail = "start ahead of the source's clock; kept"
            problems.append(_counted("skew", skewed, frame, "start", detail))
    kept = frame[~out].reset_index(drop=True) if out.any() else frame
    named = [replace(one, table=one.table or table.name) for one in problems]
    return _Part(kept, named, pd.concat(aside, ignore_index=True))


def _counted(
    action: Any, rows: np.ndarray, frame: pd.DataFrame, field: str, detail: str
) -> Problem:
    n = int(rows.sum())
    return Problem(
        action=action,
        n=n,
        field=field,
        severity="warn",
        share=n / max(len(frame), 1),
        examples=tuple(frame[WHERE].to_numpy()[rows][:5]),
        detail=detail,
    )
