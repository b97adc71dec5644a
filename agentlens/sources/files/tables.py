"""Which of the three tables does a file hold?"""

from collections.abc import Mapping

import pandas as pd

from agentlens.tables.frames import Source
from agentlens.tables.problems import Problem
from agentlens.tables.schema import TABLES

__all__ = ["mapping_of", "table_of"]

Mappings = Mapping[str, Source | Mapping[str, Source]]


def table_of(
    said: str, name: str, frame: pd.DataFrame, mapping: Mappings | None
) -> tuple[str, list[Problem]]:
    """Return the table's name, and an assumption for the report where the file does not say it.

    Args:
        said: what the file itself says, or "".
        name: the file's name.
        frame: its rows.
        mapping: the user's; a file that has the columns that it wants for spans holds spans.
    """
    if said in TABLES:
        return said, []
    parts = set(name.split("."))
    named = [table for table in TABLES if table in parts]
    if len(named) == 1:
        return named[0], [_assumed(name, len(frame), f"its name says {named[0]}")]
    columns = set(frame.columns)
    for table in TABLES:
        if table != "traces" and _named(mapping, table) and _named(mapping, table) <= columns:
            return table, [_assumed(name, len(frame), f"the mapping for {table} fits its columns")]
    if "span_id" in columns:
        guess = "spans"
    elif "score_id" in columns or ({"name", "value", "trace_id"} <= columns - {"start"}):
        guess = "traces" if "start" in columns and "score_id" not in columns else "scores"
    else:
        guess = "traces"
    return guess, [_assumed(name, len(frame), f"its columns look like {guess}")]


def mapping_of(mapping: Mappings | None, table: str) -> dict[str, Source]:
    """Return the part of a mapping that is meant for a table; a flat one is meant for traces."""
    given = dict(mapping or {})
    nested = given.get(table, {})
    found = dict(nested) if isinstance(nested, Mapping) else {}
    if table == "traces":
        found |= {name: one for name, one in given.items() if not isinstance(one, Mapping)}
    return found


def _named(mapping: Mappings | None, table: str) -> set[str]:
    sources = (mapping_of(mapping, table)).values()
    names = (one[0] if isinstance(one, tuple) else one for one in sources)
    return {one for one in names if isinstance(one, str) and not one.startswith("=")}


def _assumed(file: str, n: int, detail: str) -> Problem:
    return Problem(action="assumed", n=n, file=file, detail=detail)
