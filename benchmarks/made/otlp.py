"""How does a collector write traces to a file: one object a line, here one trace each?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.made.steps import steps, written

__all__ = ["otlp"]

OPERATIONS = {
    "AGENT": "invoke_agent",
    "RETRIEVER": "retrieval",
    "GENERATION": "chat",
    "TOOL": "execute_tool",
}


def otlp(path: Path, spans: int) -> int:
    """Write a collector's file of JSON lines, one trace a line, and return its bytes."""
    return written(path, _lines(spans), open_=Path.open)


def _lines(spans: int) -> Iterator[dict[str, Any]]:
    held: list[dict[str, Any]] = []
    for one in steps(spans):
        if not one["parent"] and held:
            yield _line(held)
            held = []
        held.append(one)
    if held:
        yield _line(held)


def _line(held: list[dict[str, Any]]) -> dict[str, Any]:
    resource = {"service.name": "shop", "deployment.environment.name": "production"}
    scope = {"scope": {"name": "shop.agent", "version": "1"}, "spans": [_span(one) for one in held]}
    return {
        "resourceSpans": [{"resource": {"attributes": _pairs(resource)}, "scopeSpans": [scope]}]
    }


def _span(one: dict[str, Any]) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "gen_ai.operation.name": OPERATIONS.get(one["kind"]),
        "gen_ai.conversation.id": one["session"],
        "user.id": one["user"],
        "input.value": one["input"],
        "output.value": one["output"],
        "app.plan": one["plan"],
    }
    if one["kind"] == "GENERATION":
        attributes |= {
            "gen_ai.request.model": "model-a",
            "gen_ai.usage.input_tokens": one["read"],
            "gen_ai.usage.output_tokens": one["wrote"],
        }
    return {
        "traceId": one["trace"],
        "spanId": one["span"],
        "parentSpanId": one["parent"],
        "name": one["name"],
        "kind": 1,
        "startTimeUnixNano": str(int(one["begin"] * 1e6) * 1000),
        "endTimeUnixNano": str(int(one["end"] * 1e6) * 1000),
        "attributes": _pairs({key: value for key, value in attributes.items() if value}),
        "status": {"code": 2, "message": "no answer"} if one["failed"] else {},
    }


def _pairs(held: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"key": key, "value": {"intValue" if type(value) is int else "stringValue": str(value)}}
        for key, value in held.items()
    ]
