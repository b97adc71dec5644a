"""What was said, where Langfuse keeps texts whole in a table of their own?

Each function takes the ids of the traces that are meant and looks at no others: texts are far the
most of what is stored, and whatever is asked of a few traces must not go through those of all.
"""

from collections.abc import Callable
from typing import Any

from agentlens.engines.mapping.langfuse.events import events
from agentlens.engines.mapping.langfuse.places import Places
from agentlens.engines.mapping.langfuse.tenant import Tenant

__all__ = ["Texts", "texts_of_spans", "texts_of_traces"]

Texts = Callable[[Any], Any]
"""Takes a table with trace_id; gives one of ids, input and output."""


def texts_of_traces(table: Any, tenant: Tenant) -> Texts:
    """Return what gives trace_id, input and output of some traces.

    Args:
        table: events_full.
        tenant: whose rows, of which time.
    """

    def texts(ids: Any) -> Any:
        known = Places(events(table, tenant, brief=False, among=ids))
        return known.rows.group_by("trace_id").agg(**known.texts())

    return texts


def texts_of_spans(table: Any, tenant: Tenant) -> Texts:
    """Return what gives trace_id, span_id, input and output of each step of some traces.

    Args:
        table: events_full.
        tenant: whose rows, of which time.
    """

    def texts(ids: Any) -> Any:
        rows = events(table, tenant, brief=False, among=ids)
        said = {name: rows[name].nullif("") for name in ("input", "output")}
        return rows.select("trace_id", "span_id", **said)

    return texts
