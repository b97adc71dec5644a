"""How does a frame go to disk and come back as it was?"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from agentlens.errors import BadInputError

__all__ = [
    "TIME",
    "Dtypes",
    "as_known",
    "columns_of",
    "joined_columns",
    "known",
    "to_arrow",
    "to_frame",
]

Dtypes = Mapping[str, str]
"""Column name to how pandas holds it; a `?` behind it where no value was seen yet."""

TIME: Final = "datetime64[us, UTC]"
_ARROW: dict[str, Any] = {
    "str": pa.string(),
    "float64": pa.float64(),
    "int64": pa.int64(),
    "Int64": pa.int64(),
    "bool": pa.bool_(),
    "boolean": pa.bool_(),
    TIME: pa.timestamp("us", "UTC"),
}
_NULLABLE = {"int64": "Int64", "bool": "boolean"}
_SHORT, _MOST = 100, 1 << 30  # bytes a row, and in all
_NUMBERS = ("int64", "Int64", "float64")
# Text that no type is named for is first made into Python's own, which takes a hundred times as long.
_HELD: dict[Any, Any] = {
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(na_value=np.nan),
}


def columns_of(frame: pd.DataFrame, table: str) -> dict[str, str]:
    """Return how each column is held; what a lake cannot hold is refused by name."""
    found = {}
    names: list[Any] = list(frame.columns)
    for name in names:
        if not isinstance(name, str) or name.startswith("_"):
            message = (
                f"The column {name!r} of {table} cannot be kept: a name is text and does not begin"
                " with an underscore."
            )
            raise BadInputError(message)
        found[name] = _held(frame[name], table) + ("" if frame[name].notna().any() else "?")
    return found


def joined_columns(old: Dtypes, new: Dtypes, table: str) -> dict[str, str]:
    """Return the columns of a table that holds both kinds of rows.

    Columns are added, never given another type; a column that only some rows have becomes one
    that can miss values.
    """
    joined: dict[str, str] = {}
    for name in [*old, *(one for one in new if one not in old)]:
        if not old:
            joined[name] = new[name]
        elif name not in old or name not in new:
            joined[name] = _nullable(old.get(name, new.get(name, "")))
        else:
            joined[name] = _either(old[name], new[name], name, table)
    return joined


def to_arrow(frame: pd.DataFrame, columns: Dtypes) -> pa.Table:
    """Return the frame as it is written, in these columns."""
    arrays, names = [], []
    for name in frame.columns:
        kind = _ARROW[known(columns[name])]
        try:
            values = pa.array(frame[name], from_pandas=True)
            if pa.types.is_dictionary(values.type):
                values = values.dictionary_decode()
            arrays.append(values.cast(kind))
        except (UnicodeEncodeError, pa.ArrowInvalid, pa.ArrowTypeError) as error:
            message = f"The column {name!r} holds a value that is no {kind}: {error}"
            raise BadInputError(message) from error
        names.append(name)
    return pa.table(arrays, names=names)


def as_known(rows: pa.Table, columns: Dtypes) -> pa.Table:
    """Return rows of an older part with the types that the columns have now."""
    for place, name in enumerate(rows.column_names):
        kind = _ARROW[known(columns[name])] if name in columns else rows[name].type
        if rows[name].type == kind:
            continue
        empty = rows[name].null_count == rows.num_rows
        values = pa.nulls(rows.num_rows, kind) if empty else rows[name].cast(kind)
        rows = rows.set_column(place, name, values)
    return rows


def to_frame(table: pa.Table, columns: Dtypes, wanted: Iterable[str]) -> pd.DataFrame:
    """Return what was written as pandas held it, in this order of columns.

    A column that no part of the table has is missing in all rows.
    """
    held: dict[str, pd.Series] = {}
    for name in wanted:
        kind = known(columns[name])
        if name in table.column_names:
            values = _joined(table[name]).cast(_ARROW[kind])
            series = values.to_pandas(types_mapper=_HELD.get)
        else:
            series = pd.Series(pd.NA, index=range(table.num_rows), dtype="object")
        held[name] = _typed(series, kind)
    return pd.DataFrame(held, index=pd.RangeIndex(table.num_rows), copy=False)


def _joined(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts in one piece: from many, rows are picked several times as slowly.

    What was said is left where it lies, because it is large and hardly ever picked from.
    """
    size = values.nbytes
    short = size <= min(_SHORT * len(values), _MOST)
    if values.num_chunks == 1 or values.type != pa.string() or not short:
        return values
    return pa.chunked_array([values.combine_chunks()])


def known(kind: str) -> str:
    """Return how a column is held, whether or not a value was seen yet."""
    return kind.removesuffix("?")


def _typed(series: pd.Series, kind: str) -> pd.Series:
    if str(series.dtype) == kind:
        return series
    if kind == "str":
        return series.astype(pd.StringDtype(na_value=np.nan))
    if kind == TIME and series.dtype == object:
        return pd.Series(pd.NaT, index=series.index, dtype=pd.DatetimeTZDtype("us", "UTC"))
    if kind == "float64" and series.dtype == object:
        return pd.Series(np.nan, index=series.index, dtype="float64")
    return series.astype(kind)  # type: ignore[call-overload, no-any-return]


def _held(values: pd.Series, table: str) -> str:
    dtype: Any = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    if isinstance(dtype, pd.StringDtype):
        return "str"
    if isinstance(dtype, pd.DatetimeTZDtype):
        return TIME
    if pd.api.types.is_bool_dtype(dtype):
        return "bool" if dtype == np.bool_ else "boolean"
    if pd.api.types.is_integer_dtype(dtype):
        return "int64" if isinstance(dtype, np.dtype) else "Int64"
    if pd.api.types.is_float_dtype(dtype):
        return "float64"
    if pd.api.types.is_object_dtype(dtype) and pd.api.types.infer_dtype(values, skipna=True) in {
        "string",
        "empty",
    }:
        return "str"
    message = (
        f"The column {values.name!r} of {table} is held as {dtype}; a lake keeps text, numbers,"
        " flags and times with a zone. Turn it into text first."
    )
    raise BadInputError(message)


def _nullable(kind: str) -> str:
    bare = known(kind)
    return _NULLABLE.get(bare, bare) + kind[len(bare) :]


def _either(old: str, new: str, name: str, table: str) -> str:
    if known(old) == known(new):
        return known(old) if old != new else old
    if new.endswith("?"):
        return _nullable(old)
    if old.endswith("?"):
        return _nullable(new)
    pair = {old, new}
    if pair <= set(_NUMBERS):
        return "float64" if "float64" in pair else "Int64"
    if pair == {"bool", "boolean"}:
        return "boolean"
    message = (
        f"The column {name!r} of {table} holds {old} in this lake, and {new} in these rows. A"
        " column keeps its type: give the new values another name, or convert them."
    )
    raise BadInputError(message)
