"""Which texts do rows keep of what went in and out, and how long were they?"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from agentlens.sources.intake.counts import counts
from agentlens.sources.intake.payloads import packed, payloads
from agentlens.sources.intake.rows import Columns
from agentlens.sources.signals.messages import first_user_text
from agentlens.stats.arrays import Flags
from agentlens.tables.problems import Action, Problem

__all__ = ["Texts", "query_chars", "texts_of"]

Texts = Literal["none", "roots", "all"]
"""Which rows carry input and output."""

_COUNTED = frozenset({"input", "output"})
_EXAMPLES = 5


def texts_of(
    name: str, columns: Columns, text: Texts, most: int | None
) -> tuple[Mapping[str, pd.Series], list[Problem]]:
    """Return a column of texts, of inputs and outputs their lengths, and what was changed in them.

    Args:
        name: of the column.
        columns: all of the table's.
        text: which rows keep their input and output.
        most: the most characters kept of each.
    """
    values, places = columns[name], columns["where"]
    found = payloads(values, most)
    problems = [
        _problem(action, name, [places[one] for one in rows], len(values), detail)
        for action, rows, detail in (
            ("repaired", found.mended, "halves of characters became the replacement character"),
            ("truncated", found.cut, f"longer than {most or 0:,} characters; the middle was cut"),
        )
        if rows
    ]
    if name not in _COUNTED:
        return {name: found.texts}, problems
    kept = found.texts
    if text == "none":
        kept = pd.Series([None] * len(kept), dtype="str")
    elif text == "roots" and "span_id" in columns:
        kept = kept.where(_rootlike(columns))
    return {name: kept, f"{name}_chars": found.chars}, problems


def query_chars(columns: Columns, kinds: pd.Series | None) -> pd.Series:
    """Return how many characters the user's first message has, where a row can hold one.

    Args:
        columns: of the table, an input among them.
        kinds: the kind of each row, where it has one.
    """
    values = columns["input"]
    asked = _rootlike(columns) if "span_id" in columns else np.ones(len(values), dtype=bool)
    if kinds is not None:
        asked |= (kinds == "llm").to_numpy()
    lengths: list[int | None] = [None] * len(values)
    for place in np.flatnonzero(asked):
        value = values[place]
        said = first_user_text(value if isinstance(value, str) else packed(value))
        lengths[place] = len(said) if said else None
    return counts(pa.array(lengths, pa.int64()))


def _rootlike(columns: Columns) -> Flags:
    n = len(columns["where"])
    parents = columns.get("parent_id", [None] * n)
    flags = columns.get("is_root", [None] * n)
    pairs = zip(parents, flags, strict=True)
    return np.array([flag is True or not parent for parent, flag in pairs], dtype=bool)


def _problem(action: Any, name: str, places: Sequence[str], n: int, detail: str) -> Problem:
    kind: Action = action
    return Problem(
        action=kind,
        n=len(places),
        field=name,
        severity="warn" if kind == "repaired" else "info",
        share=len(places) / max(n, 1),
        examples=tuple(places[:_EXAMPLES]),
        detail=detail,
    )
