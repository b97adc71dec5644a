"""Which values does a column have, in which order, where the rows of a metric are?"""

from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.engines.engine import Engine
from agentlens.measures.tally import Coding, Levels

__all__ = ["coded", "is_level", "levels_of"]

_MOST = 1_000


def is_level(column: Any) -> bool:
    """Return whether rows can be told apart by the values of a column: words, flags or numbers."""
    kind = column.type()
    return bool(kind.is_string() or kind.is_boolean() or kind.is_integer() or kind.is_floating())


def levels_of(engine: Engine, rows: Any, kind: str) -> Levels | None:
    """Return the values in the order in which rows first have them; None where they are too many.

    Args:
        engine: where the rows are.
        rows: with `value`, and `time`, `trace` and `step`, by which they are ordered.
        kind: of the column, as the schema names it.
    """
    asked = rows.group_by("value").agg(n=rows.count(), first=rows["time"].min())
    found = engine.arrow(asked.limit(_MOST + 1))
    if found.num_rows > _MOST:
        return None
    order = [("first", "ascending")]
    firsts = found["first"].value_counts()
    again = firsts.filter(pc.greater(firsts.field("counts"), 1)).field("values").to_pylist()
    if again:
        found = _with(found, engine.arrow(_firsts(rows, again)))
        order += [("trace", "ascending"), ("step", "ascending")]
    found = found.sort_by(order)
    told = tuple(found["value"].to_pylist())
    return Levels(_as_here(found["value"], kind), told, found["n"].to_numpy().astype(np.int64))


def _firsts(rows: Any, times: list[int]) -> Any:
    """Return which row of each value is the first, of those that began at these times."""
    rows = rows.filter(rows["time"].isin(times))
    at = ibis.window(group_by=["value", "time"])
    rows = rows.mutate(one=rows["trace"].min().over(at))
    rows = rows.filter(rows["trace"] == rows["one"])
    return rows.group_by(["value", "time"]).agg(trace=rows["trace"].min(), step=rows["step"].min())


def _with(found: pa.Table, firsts: pa.Table) -> pa.Table:
    """Return the values beside the trace and the step that first have each."""
    keys = zip(firsts["value"].to_pylist(), firsts["time"].to_pylist(), strict=True)
    names = zip(firsts["trace"].to_pylist(), firsts["step"].to_pylist(), strict=True)
    known = dict(zip(keys, names, strict=True))
    sought = zip(found["value"].to_pylist(), found["first"].to_pylist(), strict=True)
    told = [known.get(key, (None, None)) for key in sought]
    for place, name in enumerate(("trace", "step")):
        found = found.append_column(name, pa.array([one[place] for one in told], pa.string()))
    return found


def _as_here(values: pa.ChunkedArray, kind: str) -> pd.Series:
    """Return values as a column of a log in memory holds them."""
    column: pd.Series = values.to_pandas(integer_object_nulls=True)
    if kind == "flag" or pa.types.is_boolean(values.type):
        return column.astype("boolean")
    if kind == "count" or pa.types.is_integer(values.type):
        return column.astype("Int64")
    if pa.types.is_floating(values.type):
        return column.astype("float64")
    return column.astype("str").mask(column.isna())


def coded(column: Any, coding: Coding) -> Any:
    """Return the number of each row's value.

    Args:
        column: of the rows.
        coding: which value is which number.
    """
    known = [(column == value, code) for value, code in coding.codes.items()]
    return ibis.cases((column.isnull(), coding.missing), *known, else_=coding.rest).cast("int64")
