"""How is what OpenTelemetry's console exporter printed read?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.files.dialect import Dialect, Head, Record
from agentlens.sources.files.dialects.otel.attributes import around
from agentlens.sources.files.dialects.otel.names import Roles
from agentlens.sources.files.dialects.otel.rows import rows_of
from agentlens.sources.files.dialects.otel.steps import Event, Notes, Step
from agentlens.sources.files.dialects.otlp.values import attributes_of, objects, same_id, state_of
from agentlens.sources.intake.payloads import packed
from agentlens.sources.intake.rows import Bad, Rows

__all__ = ["OTEL_CONSOLE"]

_FIELDS = (
    "name",
    "context",
    "kind",
    "parent_id",
    "start_time",
    "end_time",
    "status",
    "attributes",
    "events",
    "links",
    "resource",
)


def _fits(head: Head) -> str:
    for one in head.records:
        context = one.get("context")
        if (
            isinstance(context, dict)
            and "trace_id" in context
            and "start_time" in one
            and isinstance(one.get("resource"), dict)
        ):
            return "context.trace_id, start_time and resource"
    return ""


def _rows(records: Sequence[Record], places: Sequence[str]) -> Rows:
    notes, roles = Notes(), Roles()
    steps: list[Step] = []
    bad: list[Bad] = []
    for record, place in zip(records, places, strict=True):
        if isinstance(record.get("context"), dict):
            steps.append(_step(record, place, roles, notes))
        else:
            bad.append(Bad(place, packed(record) or "", "no object under context"))
    return rows_of(steps, notes, roles=roles, bad=bad)


def _step(record: Record, where: str, roles: Roles, notes: Notes) -> Step:
    context: Mapping[str, Any] = record["context"]
    attributes = attributes_of(record.get("attributes"))
    if attributes is None:
        notes.add("missing", "attributes", "not an object", where, severity="warn")
    if record.get("links"):
        notes.add("ignored", "links", "links between spans", where)
    resource = record.get("resource")
    held = resource.get("attributes") if isinstance(resource, dict) else None
    status = record.get("status")
    code = status.get("status_code") if isinstance(status, dict) else status
    return Step(
        where,
        same_id(context.get("trace_id")),
        same_id(context.get("span_id")),
        same_id(record.get("parent_id")),
        record.get("name"),
        record.get("start_time"),
        record.get("end_time"),
        state_of(code),
        status.get("description") if isinstance(status, dict) else None,
        attributes or {},
        [
            Event(str(one.get("name") or ""), one.get("timestamp"), _attributes(one))
            for one in objects(record.get("events"))
        ],
        around(attributes_of(held) or {}, {}, roles),
        context.get("trace_state"),
    )


def _attributes(one: Mapping[str, Any]) -> dict[str, Any]:
    return attributes_of(one.get("attributes")) or {}


OTEL_CONSOLE = Dialect(
    name="otel_console",
    fits=_fits,
    rows=_rows,
    fields=frozenset(_FIELDS),
    nearest=frozenset({"context", "start_time", "resource", "parent_id"}),
)
