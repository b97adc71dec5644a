"""What do the traces and observations of older deployments say, as rows of one kind?"""

from typing import Any

import ibis

from agentlens.engines.engine import Engine
from agentlens.engines.mapping.langfuse.functions import folded
from agentlens.engines.mapping.langfuse.steps import FACT, LOWER, ROOT, place, told
from agentlens.engines.mapping.langfuse.tenant import Tenant, newest

__all__ = ["older"]

_EXPERIMENTS = ("attributes.langfuse.experiment.id", "attributes.langfuse.experiment.item.id")
_STEP = {
    "trace_id": "trace_id",
    "span_id": "id",
    "parent_id": "parent_observation_id",
    "type": "type",
    "name": "name",
    "start": "start_time",
    "end": "end_time",
    "first_token": "completion_start_time",
    "level": "level",
    "said": "status_message",
    "model": "provided_model_name",
    "prompt_name": "prompt_name",
    "prompt_version": "prompt_version",
    "usage": "usage_details",
    "costs": "cost_details",
    "agent_version": "version",
    "environment": "environment",
    "metadata": "metadata",
    "input": "input",
    "output": "output",
}
_FACT = {
    "trace_id": "id",
    "span_id": "id",
    "start": "timestamp",
    "trace_name": "name",
    "user_id": "user_id",
    "session_id": "session_id",
    "release": "release",
    "agent_version": "version",
    "environment": "environment",
    "tags": "tags",
    "metadata": "metadata",
    "input": "input",
    "output": "output",
}
_VERSIONED = ("event_ts", "updated_at", "is_deleted")
_TYPES = {
    "start": "timestamp(6)",
    "end": "timestamp(6)",
    "input_tokens": "float64",
    "output_tokens": "float64",
    "cached_tokens": "float64",
    "cost_usd": "float64",
    "ttft_s": "float64",
    "metadata": "map<string, string>",
    "folded": "map<string, string>",
    "tags": "array<string>",
    "experiment": "boolean",
    "rank": "int64",
    "place": "int64",
}


def older(engine: Engine, tenant: Tenant) -> Any:
    """Return the steps of a project, and a row for what is said of each trace as a whole.

    Args:
        engine: with `observations` and `traces`.
        tenant: whose rows, of which time.
    """
    steps = tenant.rows(engine.table("observations"))
    steps = steps.filter(steps["trace_id"] != "")
    bare = ibis.coalesce(steps["parent_observation_id"], "") == ""
    held = told(_named(steps, _STEP).mutate(rank=ibis.cases((bare, ROOT), else_=LOWER)))
    facts = _named(tenant.rows(engine.table("traces")), _FACT)
    facts = facts.mutate(rank=ibis.literal(FACT), folded=folded(facts["metadata"]))
    facts = facts.mutate(place=place(facts))
    parts = [newest(one, ("trace_id", "span_id")) for one in (held, facts)]
    names = sorted({name for one in parts for name in one.columns})
    return ibis.union(*(_alike(one, names) for one in parts))


def _named(table: Any, columns: dict[str, str]) -> Any:
    named = {ours: table[theirs] for ours, theirs in columns.items()}
    marked = [table["metadata"].contains(name) for name in _EXPERIMENTS]
    versioned = {name: table[name] for name in _VERSIONED}
    return table.select(**versioned, **named, experiment=ibis.or_(*marked))


def _alike(rows: Any, names: list[str]) -> Any:
    """Return rows with these columns, in one order and of one type."""
    found = {}
    for name in names:
        kind = _TYPES.get(name, "string")
        found[name] = rows[name].cast(kind) if name in rows.columns else _nothing(kind)
    return rows.select(**found)


def _nothing(kind: str) -> Any:
    """Return a value that says nothing; ClickHouse has no list that is missing."""
    return ibis.literal([], type=kind) if kind.startswith("array") else ibis.null(kind)
