"""Which tables does a source have, and what is each of their columns to us?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import pandas as pd

from agentlens.engines.engine import Engine, engine_of
from agentlens.engines.mapping.columns import canonical
from agentlens.engines.mapping.langfuse.layout import langfuse
from agentlens.engines.mapping.renamed import renamed
from agentlens.engines.mapping.signals import told_apart, with_signals
from agentlens.engines.tables import Tables
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.schema import TABLES

__all__ = ["Asked", "opened"]

_TEXTS = {"traces": "texts of traces", "spans": "texts of spans"}
_LAYOUTS = {"langfuse_clickhouse": langfuse}


@dataclass(frozen=True, eq=False, kw_only=True)
class Asked:
    """What a user says of foreign tables.

    Attributes:
        names: of our tables, to the name of theirs or the table itself; None looks for our name.
        mapping: our columns to where they come from.
        layout: the name of a layout that we know; "" for columns as `mapping` has them.
        project: whose rows are meant, where several share the tables.
        span: from when until when, so that no more is looked through.
    """

    names: Mapping[str, Any]
    mapping: Mapping[str, Any]
    layout: str
    project: str | None
    span: tuple[pd.Timestamp | None, pd.Timestamp | None]


def opened(source: Any, asked: Asked) -> Tables:
    """Return our three tables as expressions.

    Args:
        source: a table or a connection.
        asked: what is known of its tables.
    """
    engine = engine_of(source)
    if asked.layout and asked.layout not in _LAYOUTS:
        raise UnknownNameError("layout of tables", asked.layout, _LAYOUTS)
    if asked.layout:
        foreign, said, raw = _LAYOUTS[asked.layout](engine, asked.project, asked.span)
    else:
        foreign = {name: _table(engine, source, name, asked.names[name]) for name in TABLES}
        said, raw = (), None
    columns, signals = told_apart(asked.mapping)
    found = {
        name: canonical(
            renamed(table, TABLES[name], columns[name], engine.name), TABLES[name], engine.name
        )
        for name, table in foreign.items()
        if table is not None and name in TABLES
    }
    texts = {name: foreign[of] for name, of in _TEXTS.items() if of in foreign}
    tables = Tables(
        engine, found["traces"], found.get("spans"), found.get("scores"), said, texts, raw
    )
    return with_signals(tables, signals)


def _table(engine: Engine, source: Any, name: str, given: Any) -> Any | None:
    if name == "traces" and isinstance(source, ibis.Table):
        return source
    if given is None:
        return engine.perhaps(name)
    if isinstance(given, str):
        return engine.table(given)
    if isinstance(given, ibis.Table):
        return given
    message = f"{name}= is the name of a table or an Ibis table, not {type(given).__name__}."
    raise BadInputError(message)
