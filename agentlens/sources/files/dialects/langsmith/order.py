"""Where does a run of LangSmith stand in its trace?"""

import re
from datetime import UTC, datetime
from typing import Any

from agentlens.sources.files.dialect import Record
from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import listed

__all__ = ["tree_of"]

_STEP = re.compile(r"(\d{8}T\d{12})Z([0-9a-fA-F-]{32,36})")


def tree_of(record: Record, place: str, notes: Notes) -> dict[str, Any]:
    """Return ids and start; where fields are missing, the order text rebuilds them.

    Args:
        record: a run.
        place: where it stands.
        notes: where what was rebuilt is counted.
    """
    order = record.get("dotted_order")
    path = _STEP.findall(order) if isinstance(order, str) else []
    tree = {
        "trace_id": record.get("trace_id"),
        "span_id": record.get("id"),
        "parent_id": record.get("parent_run_id"),
        "start": record.get("start_time"),
        "is_root": record.get("is_root"),
    }
    above = listed(record.get("parent_run_ids"))
    rebuilt = {
        "trace_id": path[0][1] if path else None,
        "span_id": path[-1][1] if path else None,
        "parent_id": path[-2][1] if path[1:] else (above[-1] if above and not path else None),
        "start": _begun(path[-1][0]) if path else None,
    }
    for name, value in rebuilt.items():
        if not tree[name] and value:
            tree[name] = value
            source = "dotted_order" if path else "parent_run_ids"
            notes.add("repaired", name, f"rebuilt from {source}", place)
    return tree


def _begun(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    except ValueError:
        return None
