"""How do chosen rows come back as the frames that they are in memory?"""

from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyarrow as pa

from agentlens.engines.tables import OnEngine
from agentlens.engines.view import View
from agentlens.tables.conform import conform
from agentlens.tables.schema import TABLES, Table

__all__ = ["KEYS", "brought", "empty", "light", "said"]

_ORDER = {
    "traces": ("start", "trace_id"),
    "spans": ("start", "trace_id", "span_id"),
    "scores": ("trace_id", "score_id"),
}
"""Engines keep no order; ours is the same whatever comes back first."""
KEYS = {table: tuple(one for one in order if one != "start") for table, order in _ORDER.items()}
"""What tells one row of a table from the others."""
_TEXTS = ("input", "output", "error_message", "comment", "note")


def brought(view: View, name: str, columns: Iterable[str]) -> pd.DataFrame:
    """Return the chosen rows of a table as a frame, checked like any other.

    Args:
        view: the traces that are chosen.
        name: of the table.
        columns: which columns; those that identify a row come along.
    """
    of, schema = view.tables.of(name), TABLES[name]
    if of is None:
        return empty(schema)
    wanted = [one for one in of.names if one in {*columns, *_required(schema)}]
    rows: Any = view.of(name, wanted)
    found = view.tables.engine.arrow(rows.select(*wanted))
    order = [(one, "ascending") for one in _ORDER[name]]
    return _frame(found.sort_by(order), of, schema)[wanted]


def said(view: View, name: str) -> pd.DataFrame:
    """Return the chosen rows of a table as a frame, with all that was said.

    Args:
        view: the traces that are chosen.
        name: of the table.
    """
    of = view.tables.of(name)
    frame = brought(view, name, () if of is None else of.names)
    if name not in view.tables.texts:
        return frame
    ids = view.traces(()).select("trace_id")
    texts = view.tables.engine.arrow(view.tables.texts[name](ids)).to_pandas()
    keys = [one for one in texts.columns if one in {"trace_id", "span_id"}]
    plain = texts.astype("str").mask(texts.isna())
    bare = frame.drop(columns=["input", "output"], errors="ignore")
    return bare.merge(plain, how="left", on=keys)


def light(view: View, name: str) -> list[str]:
    """Return the columns of a table that do not hold what was said.

    Args:
        view: whose table it is.
        name: of the table.
    """
    of = view.tables.of(name)
    return [] if of is None else [one for one in of.names if one not in _TEXTS]


def empty(schema: Table) -> pd.DataFrame:
    """Return a table without rows."""
    wanted = {one.name: pd.Series(dtype="str") for one in schema.columns if one.required}
    return conform(pd.DataFrame(wanted), schema).frame


def _required(schema: Table) -> set[str]:
    return {*_ORDER[schema.name], *(one.name for one in schema.columns if one.required)}


def _frame(found: pa.Table, of: OnEngine, schema: Table) -> pd.DataFrame:
    columns = {name: _column(found[name], of.kinds[name]) for name in found.column_names}
    return conform(pd.DataFrame(columns), schema).frame


def _column(values: pa.ChunkedArray, kind: str) -> pd.Series:
    if kind == "time":
        values = values.cast(pa.timestamp("us", "UTC"))
    found: pd.Series = values.to_pandas()
    if kind == "flag":
        return found.astype("boolean")
    if kind == "count":
        return found.astype("Int64")
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return found.astype("str")
    return found.astype("boolean") if pa.types.is_boolean(values.type) else found
