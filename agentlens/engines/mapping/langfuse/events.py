"""What does each row of Langfuse's events say, of its step and of its trace?"""

from typing import Any

import ibis

from agentlens.engines.mapping.langfuse.functions import last_wins
from agentlens.engines.mapping.langfuse.steps import LOWER, ROOT, told
from agentlens.engines.mapping.langfuse.tenant import Tenant, newest

__all__ = ["events"]

_EXPERIMENTS = ("experiment_id", "experiment_item_id")
_FLAGGED = ROOT + 1
_SAME = {
    "trace_id": "trace_id",
    "span_id": "span_id",
    "parent_id": "parent_span_id",
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
    "trace_name": "trace_name",
    "user_id": "user_id",
    "session_id": "session_id",
    "release": "release",
    "agent_version": "version",
    "environment": "environment",
    "tags": "tags",
    "input": "input",
    "output": "output",
    "event_ts": "event_ts",
    "updated_at": "updated_at",
    "is_deleted": "is_deleted",
}


def events(table: Any, tenant: Tenant, *, brief: bool, among: Any = None) -> Any:
    """Return the steps of a project, each once; every column may be read or left.

    Args:
        table: events_core or events_full.
        tenant: whose rows, of which time.
        brief: whether texts are cut there: then they tell that something was said, and not what.
        among: a table with the trace_id of those that are meant; all if not given.
    """
    rows = tenant.rows(table)
    rows = rows.filter(rows["trace_id"] != "")
    if among is not None:
        rows = rows.semi_join(among, "trace_id")
    own = [ibis.coalesce(rows[name], "") != "" for name in _EXPERIMENTS if name in rows.columns]
    held = rows.select(
        **{ours: rows[theirs] for ours, theirs in _SAME.items()},
        metadata=last_wins(rows["metadata_names"], rows["metadata_values"]),
        experiment=ibis.or_(*own) if own else ibis.literal(value=False),
        rank=ibis.cases(
            (ibis.coalesce(rows["parent_span_id"], "") == "", ROOT),
            (rows["is_app_root"].cast("boolean"), _FLAGGED),
            else_=LOWER,
        ),
    )
    found = newest(told(held), ("trace_id", "span_id"))
    return found.rename(brief_output="output").drop("input") if brief else found
