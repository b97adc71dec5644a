"""What do the tables of Langfuse's own ClickHouse say in our columns?"""

from collections.abc import Sequence
from typing import Any

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

__all__ = ["TEXTS", "langfuse"]

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
_EDGES = "steps that began two days or more outside since and until are not looked at"
_BRIEF = "completed: it ended, and its output is not empty"
_UNREAD = "completed: outputs are not read; its root ended without an error"


def langfuse(
    engine: Engine,
    project: str | None,
    span: tuple[pd.Timestamp | None, pd.Timestamp | None],
) -> tuple[dict[str, Any], Sequence[str]]:
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
    said = (*_SAID, _BRIEF if cut else _UNREAD, *([_EDGES] if span != (None, None) else []))
    found = {"traces": traces(rows), "spans": steps(rows)}
    given = engine.perhaps("scores")
    if given is not None:
        found["scores"] = scores(engine, given, tenant)
    if cut and full is not None:
        found |= {one: make(full, tenant) for one, make in TEXTS.items()}
    return found, said
