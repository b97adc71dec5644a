"""How are OTLP JSON files read, whoever wrote them?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.files.dialect import Dialect, Head, Record
from agentlens.sources.files.dialects.otel.attributes import around
from agentlens.sources.files.dialects.otel.names import Roles
from agentlens.sources.files.dialects.otel.rows import rows_of
from agentlens.sources.files.dialects.otel.steps import Around, Event, Notes, Step
from agentlens.sources.files.dialects.otlp.join import LoggedRows, joined
from agentlens.sources.files.dialects.otlp.logs import Logged, read_logs
from agentlens.sources.files.dialects.otlp.values import (
    attributes_of,
    either,
    objects,
    same_id,
    state_of,
    ticks,
)
from agentlens.sources.intake.payloads import packed
from agentlens.sources.intake.rows import Bad, Rows
from agentlens.tables.convert import EPOCH

__all__ = ["OTLP"]

_SPANS = ("resourceSpans", "resource_spans")
_LOGS = ("resourceLogs", "resource_logs")
_OTHERS = ("resourceMetrics", "resource_metrics", "resourceProfiles", "resource_profiles")
_SCOPES = (
    "scopeSpans",
    "scope_spans",
    "instrumentationLibrarySpans",
    "instrumentation_library_spans",
)
_LIBRARIES = ("scope", "instrumentationLibrary", "instrumentation_library")
_FRAME = (
    ("traceId", "trace_id"),
    ("spanId", "span_id"),
    ("parentSpanId", "parent_span_id"),
    ("startTimeUnixNano", "start_time_unix_nano"),
    ("endTimeUnixNano", "end_time_unix_nano"),
    ("traceState", "trace_state"),
)
_BASE64 = {24, 12}
_UUID = 36


class _Batch:
    """What one batch holds, while it is walked through."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.bad: list[Bad] = []
        self.notes = Notes()
        self.roles = Roles()
        self.logged = Logged()


def _fits(head: Head) -> str:
    known = (*_SPANS, *_LOGS)
    return next((key for one in head.records for key in known if key in one), "")


def _rows(records: Sequence[Record], places: Sequence[str]) -> Rows:
    batch = _Batch()
    for record, place in zip(records, places, strict=True):
        _read(record, place, batch)
    rows = rows_of(
        batch.steps,
        batch.notes,
        roles=batch.roles,
        scores=batch.logged.scores,
        bad=batch.bad,
    )
    waiting = LoggedRows(
        spans=rows.spans,
        scores=rows.scores,
        bad=rows.bad,
        problems=rows.problems,
        said=tuple(batch.logged.said),
        before=rows,
    )
    return joined((waiting,))[0]


def _read(record: Record, place: str, batch: _Batch) -> None:
    spans, logs = either(record, *_SPANS), either(record, *_LOGS)
    if isinstance(logs, list):
        read_logs(logs, place, batch.logged, batch.notes)
    if isinstance(spans, list):
        _resources(spans, place, batch)
    elif not isinstance(logs, list):
        if any(key in record for key in _OTHERS):
            detail = "metrics and profiles are no traces"
            batch.notes.add("ignored", "resourceMetrics", detail, place, table="")
        else:
            batch.bad.append(Bad(place, packed(record) or "", "no list under resourceSpans"))


def _resources(given: list[Any], place: str, batch: _Batch) -> None:
    number = 0
    for one in given:
        scopes = _first(one, _SCOPES) if isinstance(one, dict) else None
        if not isinstance(scopes, list):
            batch.bad.append(Bad(place, packed(one) or "", "no list under scopeSpans"))
            continue
        resource = one.get("resource")
        held = resource.get("attributes") if isinstance(resource, dict) else None
        for scope in objects(scopes):
            shared = around(attributes_of(held) or {}, _library(scope), batch.roles)
            spans = scope.get("spans")
            if not isinstance(spans, list):
                batch.bad.append(Bad(place, packed(scope) or "", "no list under spans"))
                continue
            for span in spans:
                number += 1
                where = f"{place}#{number}"
                if isinstance(span, dict):
                    batch.steps.append(_step(span, where, shared, batch.notes))
                else:
                    batch.bad.append(Bad(where, packed(span) or "", "a span that is no object"))


def _library(scope: Mapping[str, Any]) -> dict[str, Any]:
    held = _first(scope, _LIBRARIES)
    if not isinstance(held, dict):
        return {}
    own = attributes_of(held.get("attributes")) or {}
    named = {key: held.get(key) for key in ("name", "version")}
    return named | {f"attributes.{key}": one for key, one in own.items()}


def _step(span: Mapping[str, Any], where: str, shared: Around, notes: Notes) -> Step:
    attributes = attributes_of(span.get("attributes"))
    if attributes is None:
        attributes = {}
        notes.add("missing", "attributes", "not a list of attributes", where, severity="warn")
    trace_id, span_id, parent_id, start, end, state = (
        span[camel] if camel in span else span.get(snake) for camel, snake in _FRAME
    )
    status = span.get("status")
    held = status if isinstance(status, dict) else {"code": status}
    code = held.get("code")
    _note(span, where, (trace_id, code, start), notes)
    events = span.get("events")
    return Step(
        where,
        same_id(trace_id),
        same_id(span_id),
        same_id(parent_id),
        span.get("name"),
        ticks(start),
        ticks(end),
        state_of(code),
        held.get("message"),
        attributes,
        [_event(one) for one in objects(events)] if events else (),
        shared,
        state,
    )


def _note(span: Mapping[str, Any], where: str, seen: tuple[Any, Any, Any], notes: Notes) -> None:
    """Count what is spelt otherwise than the specification has it."""
    trace_id, code, start = seen
    if isinstance(trace_id, str) and len(trace_id) in _BASE64:
        notes.add("repaired", "trace_id", "ids in base64", where)
    elif isinstance(trace_id, str) and len(trace_id) == _UUID:
        notes.add("repaired", "trace_id", "ids with dashes", where)
    if isinstance(code, str):
        notes.add("repaired", "status", "status codes by name", where)
    if "trace_id" in span:
        notes.add("repaired", "attributes", "names with underscores", where)
    if isinstance(start, (int, float)):
        notes.add("repaired", "start", "times as numbers", where)
    if span.get("links"):
        notes.add("ignored", "links", "links between spans", where)
    if span.get("droppedAttributesCount") or span.get("dropped_attributes_count"):
        detail = "attributes that the application dropped, being too many"
        notes.add("missing", "attributes", detail, where, severity="warn")


def _event(one: Mapping[str, Any]) -> Event:
    time = ticks(either(one, "timeUnixNano", "time_unix_nano"))
    return Event(str(one.get("name") or ""), time, attributes_of(one.get("attributes")) or {})


def _first(one: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((one[name] for name in names if one.get(name) is not None), None)


OTLP = Dialect(
    name="otlp",
    fits=_fits,
    rows=_rows,
    states=(EPOCH["ns"],),
    fields=frozenset((*_SPANS, *_LOGS, *_OTHERS)),
    nearest=frozenset((*_SPANS, *_LOGS, *_SCOPES)),
)
