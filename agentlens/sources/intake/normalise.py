"""How do a dialect's rows become typed columns that can be joined, kept and counted on?"""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from agentlens.sources.intake.columns.held import held, instants, words
from agentlens.sources.intake.columns.texts import Texts, query_chars, texts_of
from agentlens.sources.intake.ids import spelt
from agentlens.sources.intake.payloads import packed
from agentlens.sources.intake.rows import SCORE_ROWS, SPAN_ROWS, TRACE_ROWS, Columns, Rows
from agentlens.sources.intake.usable import Usable, usable
from agentlens.tables.convert import convert
from agentlens.tables.problems import WHERE, Problem, rejected_texts
from agentlens.tables.schema import Table

__all__ = ["Normal", "Texts", "normalise"]

_IDS = frozenset({"trace_id", "span_id", "parent_id"})
_JSON = frozenset({"metadata", "tags"})


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


def _table(
    columns: Columns, table: Table, *, now: pd.Timestamp, text: Texts, most: int | None
) -> Usable:
    places = columns.get("where", [])
    problems: list[Problem] = []
    typed: dict[str, Any] = {}
    known = {column.name: column for column in table.columns}
    for name, values in columns.items():
        if name == "where":
            continue
        column = known.get(name)
        if column is None:
            typed[name] = pd.Series(values)
        elif name in _IDS:
            typed[name] = spelt(words(values))
        elif name in _JSON:
            typed[name] = pd.Series([packed(one) for one in values], dtype="str")
        elif column.dtype == "payload":
            told, found = texts_of(name, columns, text, most)
            typed |= told
            problems += found
        else:
            said = column.dtype == "text"
            given = instants(values) if column.dtype == "time" else held(values, texts=said)
            typed[name], found = convert(given, column)
            problems += found
    frame = pd.DataFrame(typed, index=range(len(places)))
    frame[WHERE] = pd.Series(places, dtype="str")
    if "query_chars" not in frame and "input" in columns:
        frame["query_chars"] = query_chars(columns, frame.get("kind"))
    rows = usable(frame, table, now)
    named = tuple(replace(one, table=one.table or table.name) for one in problems)
    return replace(rows, problems=(*named, *rows.problems))
