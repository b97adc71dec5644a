"""How is a Parquet file read?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.raw import Raw
from agentlens.tables.problems import WHERE
from agentlens.tables.save import FORMAT

__all__ = ["read_parquet"]


def read_parquet(path: Path, name: str) -> Raw:
    """Return the rows of a Parquet file.

    Args:
        path: the file.
        name: how it is called in the report.

    Raises:
        BadInputError: it is damaged, encrypted, or of a format newer than ours.
    """
    try:
        table = pq.read_table(path)
        frame = table.to_pandas()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0]
        message = f"{name} cannot be read as Parquet: {first} Write or fetch the file again."
        raise BadInputError(message) from error
    said = table.schema.metadata or {}
    stated = said.get(b"agentlens.format", b"0").decode("utf-8", "replace")
    if not stated.isdigit() or int(stated) > FORMAT:
        message = (
            f"{name} was written in format {stated}, and this AgentLens reads up to {FORMAT}."
            " Update AgentLens."
        )
        raise BadInputError(message)
    doubled = [one for one in table.column_names if table.column_names.count(one) > 1]
    if doubled:
        message = f"{name} has two columns called {doubled[0]!r}; rename one of them."
        raise BadInputError(message)
    named = [one for one in frame.index.names if one is not None]
    frame = frame.reset_index(level=named).reset_index(drop=True)
    for column in table.column_names:
        if column in frame:
            frame[column] = _exact(frame[column], column, table.column(column))
    places = f"{name}:" + pd.Series(range(1, len(frame) + 1), dtype="int64").astype("str")
    frame[WHERE] = places.astype("str")
    return Raw(frame, said.get(b"agentlens.table", b"").decode("utf-8", "replace"))


def _exact(values: pd.Series, name: str, column: Any) -> pd.Series:
    """Return a column as a log can hold it, where the way to pandas lost something.

    Whole numbers with gaps come as floats, flags with gaps and decimals as objects, and nested
    values as objects that nothing can be grouped by.
    """
    kind, is_a = column.type, pa.types
    if is_a.is_integer(kind) and values.dtype == "float64":
        return _nullable(column, "Int64")
    if is_a.is_boolean(kind) and values.dtype == object:
        return _nullable(column, "boolean")
    if is_a.is_decimal(kind):
        return pd.Series(column.cast(pa.float64()).to_pandas())
    if is_a.is_binary(kind) or is_a.is_large_binary(kind):
        return _told(column, lambda one: one.decode("utf-8", "replace"))
    if is_a.is_nested(kind) and name != "tags":
        return _told(column, lambda one: _json(dict(one) if is_a.is_map(kind) else one))
    return values


def _nullable(column: Any, dtype: Literal["Int64", "boolean"]) -> pd.Series:
    held: Any = pd.array(column.to_pylist(), dtype=dtype)
    return pd.Series(held)


def _told(column: Any, say: Callable[[Any], str]) -> pd.Series:
    values = column.to_pylist()
    return pd.Series([None if one is None else say(one) for one in values], dtype="str")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
