"""How does a foreign table get our columns, in our types?"""

from collections.abc import Iterable
from math import inf
from typing import Any

import ibis

from agentlens.engines.counting.expression import number
from agentlens.engines.functions import YES, ago, micros
from agentlens.engines.tables import RAW_START, OnEngine
from agentlens.errors import BadInputError, near
from agentlens.tables.schema import Column, Table

__all__ = ["canonical"]

_EARLIEST = 1_420_070_400_000_000  # 2015, before which no agent ran
_NUMBERS = ("number", "count", "flag")


def canonical(table: Any, schema: Table, engine: str) -> OnEngine:
    """Return a table whose columns have our names in our types, without rows that are no rows.

    Args:
        table: the columns under our names, in the engine's types.
        schema: ours.
        engine: that the table is on.
    """
    _refuse_missing(table, schema)
    known = {one.name: one for one in schema.columns}
    columns: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    for name in table.columns:
        if name in known:
            columns[name] = _typed(table[name], known[name], schema, engine)
            kinds[name] = known[name].dtype
        elif not name.startswith("__"):
            columns[name] = _own(table[name], engine)
            kinds[name] = _kind(table[name].type())
    columns |= _spent(columns)
    if "latency_s" in columns:
        kinds["latency_s"] = "number"
    required = [columns[one.name].notnull() for one in schema.columns if one.required]
    if "start" in columns:
        required.append(columns["start"] >= _EARLIEST)
    raw = {RAW_START: table["start"]} if "start" in columns else {}

    def narrow(names: Iterable[str]) -> Any:
        return table.filter(*required).select(**{name: columns[name] for name in names}, **raw)

    return OnEngine(narrow(kinds), kinds, narrow)


def _typed(column: Any, wanted: Column, schema: Table, engine: str) -> Any:
    kind = column.type()
    if wanted.dtype == "time":
        if kind.is_timestamp() or kind.is_date():
            return micros(engine, column)
    elif wanted.dtype in _NUMBERS:
        if kind.is_boolean() or kind.is_numeric():
            return _number(column, wanted)
    elif kind.is_array():
        return column.cast("array<string>").sort().join(",").nullif("")
    elif kind.is_string() or kind.is_integer() or kind.is_uuid():
        words = column.cast("string")
        return words if wanted.dtype == "payload" else words.nullif("")
    unit = f" or {{{wanted.name!r}: ('their column', 'ms')}}" if wanted.dtype == "time" else ""
    message = (
        f"{schema.name}.{wanted.name} is {kind} on {engine} and should be a {wanted.dtype}"
        f" ({wanted.meaning}). Name another column with mapping={{{wanted.name!r}: …}}{unit}."
    )
    raise BadInputError(message)


def _number(column: Any, wanted: Column) -> Any:
    """Return a number where it can be true, and nothing where it cannot."""
    value = number(column)
    if wanted.dtype == "flag":
        return ibis.cases((value.isin([0.0, 1.0]), value))
    low, high = wanted.within
    # A number is below infinity even where no bound is known: what is not finite is missing.
    sound = ((value >= low) if low > -inf else (value > -inf)) & (
        (value <= high) if high < inf else (value < inf)
    )
    known = ibis.cases((sound, value))
    return known.round().cast("float64") if wanted.dtype == "count" else known


def _kind(of: Any) -> str:
    if of.is_timestamp():
        return "time"
    return "nested" if of.is_nested() or of.is_json() or of.is_binary() else "as is"


def _own(column: Any, engine: str) -> Any:
    kind = column.type()
    if kind.is_timestamp():
        return micros(engine, column)
    if kind.is_floating() or kind.is_decimal():
        return number(column)
    return column


def _spent(columns: dict[str, Any]) -> dict[str, Any]:
    """Return ends that do not precede starts, and durations told by the two times."""
    if "end" not in columns or "start" not in columns:
        return {}
    start, end = columns["start"], columns["end"]
    forward = (end >= start).fill_null(YES)
    spent = ago(start, end)
    known = columns.get("latency_s")
    taken = spent if known is None else ibis.coalesce(ibis.cases((forward, known)), spent)
    return {"end": ibis.cases((forward, end)), "latency_s": taken}


def _refuse_missing(table: Any, schema: Table) -> None:
    for column in schema.columns:
        if column.required and column.name not in table.columns:
            hint = near(column.name, list(table.columns))
            message = (
                f"{schema.name} has no column {column.name!r} ({column.meaning}).{hint}"
                f" Say mapping={{{column.name!r}: 'their column'}}."
            )
            raise BadInputError(message)
