"""What do OTLP log records say about spans: verdicts and messages?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from agentlens.sources.files.dialects.otel.events import told_by
from agentlens.sources.files.dialects.otel.scores import EVALUATION, evaluation
from agentlens.sources.files.dialects.otel.steps import Event, Notes
from agentlens.sources.files.dialects.otlp.values import (
    attributes_of,
    either,
    objects,
    plain,
    same_id,
    ticks,
)

__all__ = ["Logged", "read_logs"]

_BODY = "gen_ai.event.content"


@dataclass(frozen=True, eq=False)
class Logged:
    """What log records said.

    Attributes:
        scores: verdicts.
        said: events with messages, each with its place and the span it belongs to.
    """

    scores: list[dict[str, Any]] = field(default_factory=list)
    said: list[tuple[str, Any, Any, Event]] = field(default_factory=list)


def read_logs(given: object, place: str, logged: Logged, notes: Notes) -> None:
    """Add what the log records of one object say; other records are counted.

    Args:
        given: the value of `resourceLogs`.
        place: where the object is.
        logged: what was read so far; it grows.
        notes: where ignored records are counted.
    """
    for number, record in enumerate(_records(given), 1):
        where = f"{place}#{number}"
        trace_id = same_id(either(record, "traceId", "trace_id"))
        span_id = same_id(either(record, "spanId", "span_id"))
        event = _event(record)
        if event.name == EVALUATION:
            logged.scores.append(evaluation(event, where, trace_id, span_id))
            continue
        silent = Notes()
        told = told_by([event], where, silent)
        if told.asked or told.answered or told.attributes:
            logged.said.append((where, trace_id, span_id, event))
        else:
            detail = "log records that are neither verdicts nor messages"
            notes.add("ignored", "resourceLogs", detail, where, table="")


def _records(given: object) -> Iterator[dict[str, Any]]:
    for resource in objects(given):
        for scope in objects(either(resource, "scopeLogs", "scope_logs")):
            yield from objects(either(scope, "logRecords", "log_records"))


def _event(record: Mapping[str, Any]) -> Event:
    """Return a log record as an event; its body is one more attribute, or the attributes."""
    attributes = attributes_of(record.get("attributes")) or {}
    name = either(record, "eventName", "event_name") or attributes.pop("event.name", "")
    body = plain(record.get("body"))
    if isinstance(body, dict):
        attributes = {**body, **attributes}
    elif body is not None:
        attributes[_BODY] = body
    time = either(record, "timeUnixNano", "time_unix_nano")
    seen = either(record, "observedTimeUnixNano", "observed_time_unix_nano")
    return Event(str(name), ticks(time) or ticks(seen), attributes)
