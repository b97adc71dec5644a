"""Which of the three tables does a file hold?"""

from collections.abc import Mapping

import pandas as pd

from agentlens.tables.frames import Source
from agentlens.tables.problems import Problem
from agentlens.tables.schema import TABLES

__all__ = ["mapping_of", "table_of"]

Mappings = Mapping[str, Source | Mapping[str, Source]]


def table_of(said: str, name: str, frame: pd.DataFrame) -> tuple[str, list[Problem]]:
    """Return the table's name, and an assumption for the report where the file does not say it."""
    if said in TABLES:
        return said, []
    parts = set(name.split("."))
    named = [table for table in TABLES if table in parts]
    if len(named) == 1:
        return named[0], [_assumed(name, len(frame), f"its name says {named[0]}")]
    columns = set(frame.columns)
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
    if given and all(name in TABLES and isinstance(one, Mapping) for name, one in given.items()):
        nested = given.get(table, {})
        return dict(nested) if isinstance(nested, Mapping) else {}
    if table != "traces":
        return {}
    return {name: one for name, one in given.items() if not isinstance(one, Mapping)}


def _assumed(file: str, n: int, detail: str) -> Problem:
    return Problem(action="assumed", n=n, file=file, detail=detail)
