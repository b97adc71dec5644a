"""What do the tables of Langfuse's own ClickHouse say in our columns?"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from agentlens.engines.engine import Engine
from agentlens.engines.mapping.langfuse.events import events
from agentlens.engines.mapping.langfuse.older import older
from agentlens.engines.mapping.langfuse.scores import scores
from agentlens.engines.mapping.langfuse.steps import steps
from agentlens.engines.mapping.langfuse.tenant import refuse_other_engines, tenant_of
from agentlens.engines.mapping.langfuse.texts import texts_of_spans, texts_of_traces
from agentlens.engines.mapping.langfuse.traces import traces
from agentlens.errors import BadInputError

__all__ = ["TEXTS", "Layout", "langfuse"]

TEXTS = {"texts of traces": texts_of_traces, "texts of spans": texts_of_spans}
"""What stands beside our tables where light reads look at another one, and who makes it."""

_SAID = (
    "of several versions of a row the newest counts, and no row that is deleted in it",
    "runs of evaluators and experiments are no traffic and left out",
    "where steps above or below model calls repeat their usage, it is counted once",
    "metadata are those of a trace's first step that has any",
    "device is as the application says it; user agents are not told apart",
    "outcomes other than completion are not derived: name them with mapping=",
    "scores of whole sessions and of experiments are left out: they name no trace",
)
_EDGES = (
    "steps that began two days or more outside the time that is asked about are not looked at: a"
    " trace that takes longer may count as begun with the rest of it"
)
_BRIEF = "completed: it ended, and its output is not empty"
_UNREAD = "completed: outputs are not read; its root ended without an error"


class Layout(NamedTuple):
    """Our tables as expressions over theirs, sentences on them, and what reads them more closely.

    The last gives the parts of the expressions that read raw rows, each to the same part of a
    stretch of time alone.
    """

    tables: dict[str, Any]
    said: tuple[str, ...]
    raw: Callable[[pd.Timestamp | None, pd.Timestamp | None], Mapping[Any, Any]]


def langfuse(
    engine: Engine,
    project: str | None,
    span: tuple[pd.Timestamp | None, pd.Timestamp | None],
) -> Layout:
    """Return our tables as expressions over Langfuse's, and what was assumed.

    Where Langfuse keeps a second table with the texts whole, light questions never look at it:
    "traces" and "spans" have no input and output then. `TEXTS` stand beside them: functions that
    take a table of trace_id, and give those of ids, input and output.

    Args:
        engine: where the tables are.
        project: the id of the project whose rows are meant.
        span: from when until when.
    """
    refuse_other_engines(engine)
    core, full = engine.perhaps("events_core"), engine.perhaps("events_full")
    light = full if core is None else core
    main = engine.perhaps("observations") if light is None else light
    if main is None:
        message = (
            "Neither events_core or events_full nor observations, the tables of Langfuse, are"
            f" on this {engine.name}. Connect to the database that has them."
        )
        raise BadInputError(message)
    tenant = tenant_of(engine, main, project, span)
    cut = core is not None
    rows = older(engine, tenant) if light is None else events(light, tenant, brief=cut)
    found = {"traces": traces(rows), "spans": steps(rows)}
    given = engine.perhaps("scores")
    if given is not None:
        found["scores"] = scores(engine, given, tenant)
    if cut and full is not None:
        found |= {one: make(full, tenant) for one, make in TEXTS.items()}
    read = (main, full, given, engine.perhaps("traces") if light is None else None)
    raw = partial(tenant.closer, [one for one in read if one is not None])
    return Layout(found, (*_SAID, _BRIEF if cut else _UNREAD, _EDGES), raw)
