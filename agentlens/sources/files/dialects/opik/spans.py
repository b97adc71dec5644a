"""What do Opik's spans say, and which of them is the root?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import (
    after,
    flat,
    listed,
    number,
    object_of,
    word,
)
from agentlens.sources.intake.kinds import kind_of

__all__ = ["failed", "spans_of", "usage_of"]

_INPUT = ("prompt_tokens", "input_tokens")
_OUTPUT = ("completion_tokens", "output_tokens")
_CACHED = (
    "cached_tokens",
    "cache_read_input_tokens",
    "original_usage.prompt_tokens_details.cached_tokens",
    "original_usage.cache_read_input_tokens",
)


def spans_of(
    trace: Mapping[str, Any], given: Sequence[Any], place: str, places: Sequence[str], notes: Notes
) -> list[dict[str, Any]]:
    """Return the spans of a trace; where several have no parent, one more stands above them.

    Opik's trace is no span: it has its own times, and steps right below it have no parent.

    Args:
        trace: the trace, empty where the file does not say it.
        given: its spans as they came.
        place: where the trace stands.
        places: where each span stands, if not with the trace.
        notes: where what is odd is counted.
    """
    found: list[dict[str, Any]] = []
    for nth, one in enumerate(given, 1):
        span = object_of(one)
        if span:
            own = places[nth - 1] if places else f"{place}#{nth}"
            found.append(_span(span, trace.get("id"), own, notes))
        else:
            notes.add("ignored", "spans", "a span that is no object", place, severity="warn")
    tops = [one for one in found if not one["parent_id"]]
    waited = number(trace.get("ttft"))
    if len(tops) == 1 and waited is not None and tops[0].get("ttft_s") is None:
        tops[0]["ttft_s"] = waited / 1000
    if len(tops) < 2 or not trace.get("start_time"):  # noqa: PLR2004 - several of them
        return found
    detail = "several steps stand right below the trace; the trace itself is their root"
    notes.add("repaired", "parent_id", detail, place)
    above = _root(trace, f"{place}#0", waited)
    return [
        above,
        *(one if one["parent_id"] else {**one, "parent_id": trace.get("id")} for one in found),
    ]


def failed(held: Mapping[str, Any]) -> dict[str, Any]:
    """Return status and error of a trace or span; without an error the status is not said."""
    error = held.get("error_info")
    if not error:
        return {}
    told = object_of(error)
    return {
        "status": "error",
        "error_type": word(told.get("exception_type")),
        "error_message": told.get("message") or told.get("traceback") or (None if told else error),
    }


def usage_of(held: Mapping[str, Any], place: str, notes: Notes, table: str) -> dict[str, Any]:
    """Return tokens; how many of them were cached is only custom.

    Args:
        held: a trace or a span.
        place: where it stands.
        notes: where assumptions are counted.
        table: traces or spans.
    """
    usage = object_of(held.get("usage"))
    if not usage:
        return {}
    cached = next((name for name in _CACHED if usage.get(name) is not None), None)
    if cached:
        notes.add("assumed", "cached_tokens", f"read from usage[{cached!r}]", place, table=table)
    return {
        "input_tokens": next((usage[name] for name in _INPUT if name in usage), None),
        "output_tokens": next((usage[name] for name in _OUTPUT if name in usage), None),
        "cached_tokens": usage[cached] if cached else None,
    }


def _span(span: Mapping[str, Any], trace_id: object, place: str, notes: Notes) -> dict[str, Any]:
    start, end = span.get("start_time"), span.get("end_time")
    took = number(span.get("duration"))
    if not end and took is not None:
        end = after(start, took / 1000)
        notes.add("assumed", "end", "the end follows from the stated duration, in ms", place)
    metadata = flat(object_of(span.get("metadata")))
    if word(span.get("provider")):
        metadata["attributes.provider"] = span["provider"]
    cost = span.get("total_estimated_cost")
    if cost is not None and cost != "":
        notes.add("assumed", "cost_usd", "read from the span's total_estimated_cost", place)
    waited = number(span.get("ttft"))
    row: dict[str, Any] = {
        "where": place,
        "trace_id": span.get("trace_id") or trace_id,
        "span_id": span.get("id"),
        "parent_id": span.get("parent_span_id"),
        "name": span.get("name"),
        "kind": kind_of(span.get("type")),
        "start": start,
        "end": end,
        "status": "ok" if end else None,
        "model": span.get("model"),
        "cost_usd": cost,
        "ttft_s": None if waited is None else waited / 1000,
        "input": span.get("input"),
        "output": span.get("output"),
        "tags": listed(span.get("tags")) or None,
        "metadata": metadata,
    }
    return row | failed(span) | usage_of(span, place, notes, "spans")


def _root(trace: Mapping[str, Any], place: str, waited: float | None) -> dict[str, Any]:
    start, end = trace.get("start_time"), trace.get("end_time")
    took = number(trace.get("duration"))
    if not end and took is not None:
        end = after(start, took / 1000)
    return {
        "where": place,
        "trace_id": trace.get("id"),
        "span_id": trace.get("id"),
        "parent_id": None,
        "is_root": True,
        "name": trace.get("name"),
        "kind": "chain",
        "start": start,
        "end": end,
        "status": "ok" if end else None,
        "ttft_s": None if waited is None else waited / 1000,
        "input": trace.get("input"),
        "output": trace.get("output"),
        **failed(trace),
    }
