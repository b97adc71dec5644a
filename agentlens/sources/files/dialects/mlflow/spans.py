"""What does a span of MLflow say, whose every attribute is a text of JSON?"""

from collections.abc import Mapping
from typing import Any

from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.otlp.values import objects, state_of, ticks
from agentlens.sources.files.dialects.vendor.values import object_of, parsed, word
from agentlens.sources.intake.kinds import kind_of

__all__ = ["span_row"]

_TECHNICAL = "attributes."
_USED = frozenset(
    {
        "mlflow.spanType",
        "mlflow.chat.tokenUsage",
        "mlflow.llm.model",
        "mlflow.llm.cost",
        "mlflow.traceRequestId",
    }
)
_RAW = frozenset({"mlflow.spanInputs", "mlflow.spanOutputs"})
_CHAINS = frozenset({"TASK", "PLAN", "FUNCTION", "MODEL"})  # words that mean more elsewhere
_CACHED = ("cache_read_input_tokens", "cached_tokens", "cached_input_tokens")


def span_row(given: object, trace_id: object, place: str, notes: Notes) -> dict[str, Any] | None:
    """Return the columns of one span; None where it is no object.

    Args:
        given: as it came, of any version.
        trace_id: as the trace's info states it; a span's own id is another.
        place: where it stands.
        notes: where what is odd is counted.
    """
    span = object_of(given)
    if not span:
        notes.add("ignored", "spans", "a span that is no object", place, severity="warn")
        return None
    attributes = object_of(span.get("attributes"))
    told = {key: parsed(value) for key, value in attributes.items() if key not in _RAW}
    context = object_of(span.get("context"))
    usage = object_of(told.get("mlflow.chat.tokenUsage"))
    cost = object_of(told.get("mlflow.llm.cost")).get("total_cost")
    row: dict[str, Any] = {
        "where": place,
        "trace_id": _trace_of(span, trace_id, told, context, place, notes),
        "span_id": span.get("span_id") or context.get("span_id"),
        "parent_id": span.get("parent_span_id") or span.get("parent_id"),
        "name": span.get("name"),
        "kind": _kind(told.get("mlflow.spanType") or span.get("span_type")),
        "start": _time(span, "start"),
        "end": _time(span, "end"),
        "model": told.get("mlflow.llm.model"),
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "cached_tokens": next((usage[one] for one in _CACHED if one in usage), None),
        "cost_usd": cost,
        "cost_stated": cost is not None,
        "input": _text(attributes.get("mlflow.spanInputs")),
        "output": _text(attributes.get("mlflow.spanOutputs")),
        "metadata": {f"{_TECHNICAL}{key}": one for key, one in told.items() if key not in _USED},
    }
    return row | _ending(span)


def _trace_of(
    span: Mapping[str, Any],
    trace_id: object,
    told: Mapping[str, Any],
    context: Mapping[str, Any],
    place: str,
    notes: Notes,
) -> Any:
    if trace_id:
        return trace_id
    requested = word(told.get("mlflow.traceRequestId"))
    if requested:
        return requested
    notes.add("assumed", "trace_id", "no info names the trace; the span's own id was taken", place)
    return span.get("trace_id") or context.get("trace_id")


def _kind(given: object) -> str:
    return "chain" if isinstance(given, str) and given.upper() in _CHAINS else kind_of(given)


def _time(span: Mapping[str, Any], which: str) -> Any:
    for name in (f"{which}_time_unix_nano", f"{which}_time_ns", f"{which}_time"):
        found = ticks(span.get(name))
        if found is not None:
            return found
    return None


def _text(given: object) -> Any:
    """Return what JSON text holds: a string bare, anything else as it was delivered.

    >>> _text('"hi"'), _text('{"q": "hi"}'), _text("null")
    ('hi', '{"q": "hi"}', None)
    """
    if not isinstance(given, str):
        return given
    if given == "null":
        return None
    return parsed(given) if given.startswith('"') else given


def _ending(span: Mapping[str, Any]) -> dict[str, Any]:
    status = span.get("status")
    held = status if isinstance(status, dict) else {"code": status}
    code = held.get("code") or span.get("status_code")
    row: dict[str, Any] = {
        "status": state_of(code) if isinstance(code, (str, int)) else None,
        "error_message": held.get("message") or span.get("status_message") or None,
    }
    for event in objects(span.get("events")):
        if event.get("name") != "exception":
            continue
        attributes = object_of(event.get("attributes"))
        row["error_type"] = word(parsed(attributes.get("exception.type")))
        row["error_message"] = attributes.get("exception.message") or row["error_message"]
        row["status"] = row["status"] or "error"
        break
    return row
