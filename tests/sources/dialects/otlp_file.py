"""OTLP files with invented values, in every spelling."""

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, Literal

from tests.sources.dialects.shared import SharedSpan, SharedTrace

__all__ = ["at", "document", "log_document", "respelt", "span", "wrapped", "write", "write_console"]

Ids = Literal["hex", "base64", "upper", "prefixed", "uuid"]
TRACE, SPAN, PARENT = "000102030405060708090a0b0c0d0e0f", "1011121314151617", "2021222324252627"
BEGIN = 1_795_000_000_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SNAKE = {
    "resourceSpans": "resource_spans",
    "scopeSpans": "scope_spans",
    "traceId": "trace_id",
    "spanId": "span_id",
    "parentSpanId": "parent_span_id",
    "startTimeUnixNano": "start_time_unix_nano",
    "endTimeUnixNano": "end_time_unix_nano",
    "timeUnixNano": "time_unix_nano",
    "traceState": "trace_state",
    "stringValue": "string_value",
    "intValue": "int_value",
    "doubleValue": "double_value",
    "boolValue": "bool_value",
    "arrayValue": "array_value",
    "kvlistValue": "kvlist_value",
}
_CODES = ("STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR")
_OPERATIONS = {"llm": "chat", "tool": "execute_tool", "agent": "invoke_agent"}


def wrapped(value: object) -> dict[str, Any]:
    """Return a value as OTLP wraps it."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": attributes(value)}}
    if isinstance(value, (list, tuple)):
        return {"arrayValue": {"values": [wrapped(one) for one in value]}}
    return {"stringValue": value}


def attributes(given: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": wrapped(value)} for key, value in given.items()]


def span(given: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Return one span as the specification has it; fields replace or add."""
    return {
        "traceId": TRACE,
        "spanId": SPAN,
        "name": "step",
        "startTimeUnixNano": str(BEGIN),
        "endTimeUnixNano": str(BEGIN + 1_500_000_000),
        "attributes": attributes(given or {}),
        **fields,
    }


def document(
    spans: Sequence[Any], resource: dict[str, Any] | None = None, scopes: str = "scopeSpans"
) -> dict[str, Any]:
    """Return one object of an OTLP file."""
    held = {"scope": {"name": "lib", "version": "1.2"}, "spans": list(spans)}
    return {
        "resourceSpans": [
            {"resource": {"attributes": attributes(resource or {})}, scopes: [held]},
        ]
    }


def log_document(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return one object of an OTLP log file."""
    return {"resourceLogs": [{"scopeLogs": [{"logRecords": list(records)}]}]}


def respelt(given: Any, *, ids: Ids, names: bool, snake: bool, numbers: bool) -> Any:
    """Return a document with each property in the spelling that was asked for."""
    if isinstance(given, list):
        return [respelt(one, ids=ids, names=names, snake=snake, numbers=numbers) for one in given]
    if not isinstance(given, dict):
        return given
    found: dict[str, Any] = {}
    for key, value in given.items():
        told: Any = respelt(value, ids=ids, names=names, snake=snake, numbers=numbers)
        if key in {"traceId", "spanId", "parentSpanId"}:
            told = _id(value, ids)
        elif key.endswith("UnixNano") and numbers:
            told = int(value)
        elif key == "code" and names:
            told = _CODES[int(value)]
        found[str(_SNAKE.get(key, key)) if snake else key] = told
    return found


def _id(given: str, ids: Ids) -> str:
    if not given or ids == "hex":
        return given
    if ids == "base64":
        return b64encode(bytes.fromhex(given)).decode()
    if ids == "uuid" and len(given) == 32:
        ends = (0, 8, 12, 16, 20, 32)
        return "-".join(given[a:b] for a, b in pairwise(ends))
    return f"0x{given}" if ids == "prefixed" else given.upper()


def at(time: datetime) -> str:
    """Return a time in nanoseconds, as text."""
    since = time - _EPOCH
    return str((since.days * 86400 + since.seconds) * 10**9 + since.microseconds * 1000)


def shared_attributes(trace: SharedTrace, one: SharedSpan) -> dict[str, Any]:
    """Return what GenAI's conventions say of a step, and Langfuse's where those are silent."""
    given: dict[str, Any] = {
        "gen_ai.operation.name": _OPERATIONS[one.kind],
        "gen_ai.conversation.id": trace.session_id,
        "user.id": trace.user_id,
        "langfuse.trace.name": trace.name,
        "langfuse.trace.tags": list(trace.tags),
        "langfuse.observation.input": one.input,
        "langfuse.observation.output": one.output,
    }
    given |= {f"langfuse.trace.metadata.{key}": json.dumps(text) for key, text in trace.metadata}
    if one.model:
        given["gen_ai.response.model"] = one.model
        given["gen_ai.usage.input_tokens"] = one.input_tokens
        given["gen_ai.usage.output_tokens"] = one.output_tokens
        given["gen_ai.usage.cache_read.input_tokens"] = one.cached_tokens
        given["langfuse.observation.cost_details"] = json.dumps({"total": one.cost_usd})
    if one.first_token:
        seconds = (one.first_token - one.start).total_seconds()
        given["gen_ai.response.time_to_first_chunk"] = seconds
    return given


def resource_of(trace: SharedTrace) -> dict[str, Any]:
    return {"service.version": trace.release, "deployment.environment.name": trace.environment}


def write(traces: Sequence[SharedTrace], path: Path) -> None:
    """Write traces as a collector does: one object a line, spans in the order of their ends."""
    lines = []
    for _, same in groupby(traces, resource_of):
        held = list(same)
        pairs = [(trace, one) for trace in held for one in trace.spans]
        pairs.sort(key=lambda pair: pair[1].end)
        spans = [
            span(
                shared_attributes(trace, one),
                traceId=trace.trace_id,
                spanId=one.span_id,
                parentSpanId=one.parent_id or "",
                name=one.name,
                kind=1,
                startTimeUnixNano=at(one.start),
                endTimeUnixNano=at(one.end),
                status={"code": 2, "message": one.error} if one.error else {"code": 1},
            )
            for trace, one in pairs
        ]
        half = len(spans) // 2
        lines += [document(some, resource_of(held[0])) for some in (spans[:half], spans[half:])]
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines)
    path.write_text(text, encoding="utf-8")


def write_console(traces: Sequence[SharedTrace], path: Path) -> None:
    """Write traces as the console exporter prints them: objects after each other."""
    told: list[dict[str, Any]] = [
        {
            "name": one.name,
            "context": {
                "trace_id": f"0x{trace.trace_id}",
                "span_id": f"0x{one.span_id}",
                "trace_state": "[]",
            },
            "kind": "SpanKind.INTERNAL",
            "parent_id": f"0x{one.parent_id}" if one.parent_id else None,
            "start_time": f"{one.start:%Y-%m-%dT%H:%M:%S.%fZ}",
            "end_time": f"{one.end:%Y-%m-%dT%H:%M:%S.%fZ}",
            "status": {"status_code": "ERROR", "description": one.error}
            if one.error
            else {"status_code": "OK"},
            "attributes": shared_attributes(trace, one),
            "events": [],
            "links": [],
            "resource": {"attributes": resource_of(trace), "schema_url": ""},
        }
        for trace in traces
        for one in trace.spans
    ]
    text = "\n".join(json.dumps(one, indent=4, ensure_ascii=False) for one in told)
    path.write_text(text, encoding="utf-8")
