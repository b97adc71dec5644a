"""In which column can a list of values be held without loss?

Arrow takes a whole list at once where its values are of one kind and plainly spelt, as those of
exporters are. What it refuses goes the slower way that looks at each value.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.tables.characters import whole_texts

__all__ = ["held", "instants", "only_texts", "words"]

_DTYPES: dict[type, str] = {str: "str", int: "Int64", float: "float64", bool: "boolean"}
_TEXT = {str, type(None)}
_INSTANTS = (pa.timestamp("us"), pa.timestamp("us", "UTC"))


def held(values: Sequence[Any]) -> pd.Series:
    """Return a list as a column without the loss that a column of mixed types would bring."""
    kinds = set(map(type, values)) - {type(None)}
    dtype: Any = _DTYPES.get(next(iter(kinds))) if len(kinds) == 1 else None
    if dtype is None:
        return pd.Series(values, dtype=object)
    try:
        given: Any = pa.array(values, pa.large_string()) if dtype == "str" else values
        return pd.Series(pd.array(given, dtype=dtype))
    except (UnicodeEncodeError, OverflowError):  # half a character, or a number beyond 64 bits
        return pd.Series(values, dtype=object)


def instants(values: Sequence[Any]) -> pd.Series:
    """Return times as such where all of them are spelt alike, else as they are held.

    >>> instants(["2026-05-04 09:12:04.25", None]).dtype, instants(["a week ago"]).dtype.name
    (dtype('<M8[us]'), 'str')
    """
    texts = held(values)
    if isinstance(texts.dtype, pd.StringDtype):
        spelt = pa.array(texts)
        for kind in _INSTANTS:
            try:
                return pd.Series(pc.cast(spelt, kind).to_pandas())
            except pa.ArrowInvalid:
                continue
    return texts


def words(values: Sequence[Any]) -> pd.Series:
    """Return any values as texts, without halves of characters; missing ones stay missing."""
    if only_texts(values):
        try:
            return pd.Series(values, dtype="str")
        except UnicodeEncodeError:
            pass  # half a character somewhere: each is looked at
    return whole_texts(pd.Series(values, dtype=object))[0]


def only_texts(values: Sequence[Any]) -> bool:
    """Return whether a list holds nothing but texts and gaps."""
    return set(map(type, values)) <= _TEXT
