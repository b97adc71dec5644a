"""Which of their columns is which of ours, where only the name or the unit differs?"""

from collections.abc import Mapping
from typing import Any

import ibis

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.frames import SCALES
from agentlens.tables.schema import Table

__all__ = ["Named", "renamed"]

Named = str | tuple[str, str]
"""Where a column comes from: a name of the table, a name with its unit, or "=constant"."""

_CLOCKS = ("s", "ms", "us")


def renamed(table: Any, schema: Table, mapping: Mapping[str, Named], engine: str) -> Any:
    """Return the table with the columns that a mapping names put under our names.

    Args:
        table: the foreign table.
        schema: ours.
        mapping: our column to theirs.
        engine: that the table is on.
    """
    added = {name: _value(table, schema, name, source, engine) for name, source in mapping.items()}
    used = {one[0] if isinstance(one, tuple) else one for one in mapping.values()}
    rest = [name for name in table.columns if name not in added and name not in used]
    return table.select(*(table[name] for name in rest), **added)


def _value(table: Any, schema: Table, name: str, source: object, engine: str) -> Any:
    if callable(source):
        message = (
            f"mapping {name!r}: a function of Python cannot run on {engine}. Name a column, or say"
            " it as an expression such as 'metadata.plan' or 'score:handoff'."
        )
        raise BadInputError(message)
    if isinstance(source, str) and source.startswith("="):
        return ibis.literal(source[1:])
    column, unit = source if isinstance(source, tuple) else (str(source), None)
    if column not in table.columns:
        raise UnknownNameError(f"{schema.name} column", column, table.columns)
    if unit is None:
        return table[column]
    kind = next((one.dtype for one in schema.columns if one.name == name), "number")
    if kind == "time":
        return _moment(table[column], name, unit)
    if unit not in SCALES:
        raise UnknownNameError("unit", unit, SCALES)
    return table[column].cast("float64") * SCALES[unit]


def _moment(column: Any, name: str, unit: str) -> Any:
    if unit not in _CLOCKS:
        raise UnknownNameError(f"unit of {name}", unit, _CLOCKS)
    return column.cast("int64").as_timestamp(unit)
