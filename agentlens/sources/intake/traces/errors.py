"""Of which type is an error, by what the span or its message says?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["ERROR_TYPES", "error_types"]

ERROR_TYPES: tuple[tuple[str, str], ...] = (
    ("timeout", r"time[ds]?[ _-]?out|deadline|max[_ ]?(?:turns|steps|iterations)"),
    ("cancelled", r"cancel|abort|disconnect"),
    ("rate_limit", r"\b429\b|rate[ _-]?limit|overloaded|too many requests"),
    ("refusal", r"content[_ ]?filter|refus|safety"),
    (
        "context_overflow",
        r"context[ _](?:length|window|overflow)|too many tokens|prompt is too long",
    ),
    ("guardrail", r"guardrail"),
)
"""Error type and the pattern that tells it, the first that fits; case does not matter."""

_TOLD = ("error_type", "finish_reason", "error_message")
_CLASS = r"^([A-Za-z_][\w.]*(?:Error|Exception|Failure|Timeout))\b"


def error_types(spans: pd.DataFrame, rules: Sequence[tuple[str, str]] = ERROR_TYPES) -> pd.Series:
    """Return the error type of each span that is in error; of all others it is missing.

    Args:
        spans: normalised spans: status, kind, error_type, error_message and finish_reason.
        rules: type and pattern, the first that fits.
    """
    found = pd.Series([None] * len(spans), dtype="str")
    if "status" not in spans:
        return found
    failed = (spans["status"] == "error").fillna(value=False).to_numpy(dtype=bool)
    if not failed.any():
        return found
    rows = spans.loc[failed, [name for name in (*_TOLD, "kind") if name in spans]]
    said = _said(rows)
    kind = rows["kind"].to_numpy() if "kind" in rows else np.full(len(rows), "chain")
    named = _class_names(rows)
    by_kind = pd.Series(
        np.select(
            [kind == "tool", kind == "llm", kind == "guardrail"],
            ["tool_failure", "model_error", "guardrail"],
            default="",
        ),
        index=rows.index,
        dtype="str",
    )
    types = by_kind.mask(by_kind == "", named).fillna("other")
    distinct = pd.Series(said.unique(), dtype="str")
    for name, pattern in reversed(rules):
        hit = distinct[distinct.str.contains(pattern, case=False, regex=True, na=False)]
        types = types.mask(said.isin(hit), name)
    found[failed] = types.to_numpy()
    return found


def _said(rows: pd.DataFrame) -> pd.Series:
    parts = [rows[name].astype("str").fillna("") for name in _TOLD if name in rows]
    whole = pd.Series("", index=rows.index, dtype="str")
    for one in parts:
        whole = whole + one.str.slice(0, 500) + "\n"
    return whole


def _class_names(rows: pd.DataFrame) -> pd.Series:
    """Return the exception's class, as it is recorded or as a message begins with it."""
    named = rows["error_type"] if "error_type" in rows else pd.Series(None, rows.index, dtype="str")
    if "error_message" not in rows:
        return named
    begun = rows["error_message"].astype("str").str.extract(_CLASS, expand=False)
    return named.where(named.notna(), begun)
