"""How do the rows of Opik's CSV become traces with their spans again?"""

from collections.abc import Iterator, Sequence
from typing import Any

from agentlens.sources.files.dialect import Record

__all__ = ["FIELDS", "joined"]

_TRACE = (
    "id project_id project_name name start_time end_time input output metadata tags error_info"
    " usage feedback_scores total_estimated_cost duration ttft thread_id environment"
)
_SPAN = (
    "id trace_id parent_span_id name type start_time end_time input output metadata model provider"
    " usage error_info feedback_scores total_estimated_cost duration ttft tags"
)
_OBJECTS = ("input", "output", "metadata", "usage", "error_info")
FIELDS = frozenset(
    {"trace", "spans"}
    | {f"trace_{name}" for name in _TRACE.split()}
    | {f"span_{name}" for name in _SPAN.split()}
)
"""The fields that are used, in both forms; columns of flattened objects stand below these."""


def joined(
    records: Sequence[Record], places: Sequence[str]
) -> Iterator[tuple[Record, str, list[str]]]:
    """Yield objects of a trace and its spans, with their places; rows of one trace become one.

    Spans of an object have no places of their own.

    Args:
        records: objects as they came, or rows with columns trace_* and span_*.
        places: where they stand.
    """
    held: dict[str, tuple[dict[str, Any], str, list[str]]] = {}
    for record, place in zip(records, places, strict=True):
        if "trace_id" not in record or "trace" in record:
            yield record, place, []
            continue
        trace_id = str(record["trace_id"])
        if trace_id not in held:
            held[trace_id] = ({"trace": _part(record, "trace_"), "spans": []}, place, [])
        span = _part(record, "span_")
        if span:
            held[trace_id][0]["spans"].append(span)
            held[trace_id][2].append(place)
    yield from held.values()


def _part(record: Record, prefix: str) -> dict[str, Any]:
    """Return the fields behind a prefix; objects that were flattened into columns are rebuilt."""
    part: dict[str, Any] = {}
    for column, value in record.items():
        if not column.startswith(prefix) or value in ("", None):
            continue
        name = column.removeprefix(prefix)
        whole = next((one for one in _OBJECTS if name.startswith(f"{one}_")), None)
        if whole is None:
            part[name] = value
        elif isinstance(part.setdefault(whole, {}), dict):
            part[whole][name.removeprefix(f"{whole}_")] = value
    return part
