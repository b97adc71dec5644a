"""In which column can a list of values be held without loss?

Arrow takes a whole list at once where its values are of one kind and plainly spelt, as those of
exporters are. What it refuses goes the slower way that looks at each value.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.sources.intake.counts import counts
from agentlens.tables.characters import whole_texts

__all__ = ["held", "instants", "only_texts", "words"]

_FLAG: Any = pd.BooleanDtype()
_TEXT = {str, type(None)}
_INSTANTS = (pa.timestamp("us"), pa.timestamp("us", "UTC"))


def held(values: Sequence[Any], *, texts: bool = False) -> pd.Series:
    """Return a list as a column without the loss that a column of mixed types would bring.

    Args:
        values: of any type.
        texts: whether a list of nothing but gaps is one of texts.
    """
    kinds = set(map(type, values)) - {type(None)}
    if texts and not kinds:
        return _gaps(len(values))
    kind = kinds.pop() if len(kinds) == 1 else None
    try:
        if kind is int:
            return counts(pa.array(values, pa.int64()))
        if kind is bool:
            return pd.Series(_FLAG.__from_arrow__(pa.array(values, pa.bool_())))
        if kind is str:
            return pd.Series(pd.array(pa.array(values, pa.large_string()), dtype="str"))
        return pd.Series(values, dtype="float64" if kind is float else object)
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


def _gaps(n: int) -> pd.Series:
    return pd.Series(pd.array(pa.nulls(n, pa.large_string()), dtype="str"))
