"""How does a column become texts, which are suspects, and how do changed ones go back?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.tables.characters import whole

__all__ = ["Marks", "as_texts", "is_textual", "marks_of", "with_changes"]

Marks = np.ndarray[tuple[int], np.dtype[np.int64]]
"""Which suspects are in each text, one bit each; 0 for none."""


def is_textual(values: pd.Series) -> bool:
    """Whether a column may hold text."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return is_textual(pd.Series(dtype.categories))
    return pd.api.types.is_object_dtype(dtype) or bool(pd.api.types.is_string_dtype(dtype))


def as_texts(values: pd.Series) -> list[str | None]:
    """Return values as texts, lists and objects as JSON; None for what holds no text."""
    if pd.api.types.is_string_dtype(values.dtype) and values.dtype != object:
        return list(values.astype(object).where(values.notna(), None))
    return [_as_text(one) for one in values.astype(object)]


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (Mapping, list, tuple, set, frozenset, np.ndarray)):
        return _json(value)
    return None


def _json(value: Any) -> str:
    """Return an object as JSON; what JSON does not know is told as Python tells it."""
    try:
        return orjson.dumps(value, default=_plain, option=_OPTIONS).decode()
    except (TypeError, ValueError, RecursionError):  # halves of characters, or nested too deep
        return repr(value)


_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    return value.tolist() if isinstance(value, np.ndarray) else str(value)


def marks_of(texts: list[str | None], patterns: list[str]) -> Marks:
    """Return which patterns are in each text, one bit each, all texts searched in one go.

    First all patterns at once, which is nearly free; then one by one where any was seen.
    """
    held = _held(texts)
    marks = np.zeros(len(texts), dtype=np.int64)
    rows = np.flatnonzero(_matches(held, "|".join(f"(?:{one})" for one in patterns)))
    if len(rows):
        some = held.take(pa.array(rows))
        for place, pattern in enumerate(patterns):
            marks[rows] |= _matches(some, pattern).astype(np.int64) << place
    return marks


def _matches(texts: Any, pattern: str) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    found = pc.fill_null(pc.match_substring_regex(texts, pattern), fill_value=False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _held(texts: list[str | None]) -> Any:
    """Return texts as Arrow holds them; halves of characters, which it cannot, do not matter."""
    try:
        return pa.array(texts, type=pa.large_string())
    except UnicodeEncodeError:
        kept = [None if one is None else whole(one) for one in texts]
        return pa.array(kept, type=pa.large_string())


def with_changes(values: pd.Series, changes: Mapping[Any, str | None]) -> pd.Series:
    """Return a column with some values replaced by place; itself where nothing changes."""
    kept = values.tolist() if isinstance(values.dtype, pd.CategoricalDtype) else None
    held: list[Any] = values.astype(object).tolist() if kept is None else kept
    changed = False
    for place, text in changes.items():
        before = held[place]
        after = text if isinstance(before, str) or text is None else _back(before, text)
        if after is not before and not _same(before, after):
            held[place], changed = after, True
    if not changed:
        return values
    dtype: Any = "object" if values.dtype == object else values.dtype
    if isinstance(values.dtype, pd.CategoricalDtype):
        dtype = "category"
    changed_values: pd.Series = pd.Series(held, index=values.index, name=values.name, dtype=dtype)
    return changed_values


def _same(before: object, after: object) -> bool:
    return isinstance(before, str) and before == after


def _back(before: object, text: str) -> object:
    """Return a changed text as the kind of thing that it was before."""
    if text == _as_text(before):
        return before
    if isinstance(before, bytes):
        return text.encode()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
