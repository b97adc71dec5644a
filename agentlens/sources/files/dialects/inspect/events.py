"""How do the events of a sample become steps?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import listed, number, object_of, word
from agentlens.sources.intake.kinds import kind_of

__all__ = ["steps_of", "usage_of"]

_PARTS = ("input_tokens", "output_tokens", "input_tokens_cache_read", "input_tokens_cache_write")
Row = dict[str, Any]


def steps_of(
    events: Sequence[Mapping[str, Any]], trace_id: Any, place: str, notes: Notes
) -> list[Row]:
    """Return one step for each span, model call, tool call and score; the root is its own.

    Steps outside any span stand right below the step that stands for the sample.

    Args:
        events: with their attachments.
        trace_id: also the id of the root.
        place: where the sample stands.
        notes: where what is odd is counted.
    """
    steps: list[Row] = []
    ends = {
        word(one.get("id")): one.get("timestamp")
        for one in events
        if one.get("event") == "span_end"
    }
    _walk(events, trace_id, steps, trace_id, place, notes)
    return [
        {**one, "end": ends.get(word(one["span_id"]))} if one.pop("opened", False) else one
        for one in steps
    ]


def usage_of(usage: Mapping[str, Any]) -> Row:
    """Return tokens of a model's usage, cached ones within the input.

    Some providers count cached tokens apart; the total tells which.

    >>> usage_of({"input_tokens": 5, "output_tokens": 2, "total_tokens": 17,
    ...           "input_tokens_cache_read": 10})
    {'input_tokens': 15.0, 'output_tokens': 2, 'cached_tokens': 10}
    """
    told = usage.get("input_tokens")
    read, output, cached, written = (number(usage.get(name)) for name in _PARTS)
    aside = (cached or 0) + (written or 0)
    apart = aside > 0 and number(usage.get("total_tokens")) == (read or 0) + (output or 0) + aside
    return {
        "input_tokens": (read or 0) + aside if apart else told,
        "output_tokens": usage.get("output_tokens"),
        "cached_tokens": usage.get("input_tokens_cache_read"),
    }


def _walk(
    events: Sequence[Any],
    above: Any,
    steps: list[Row],
    trace_id: Any,
    place: str,
    notes: Notes,
) -> None:
    for given in events:
        event = object_of(given)
        word_of = event.get("event")
        rule = _RULES.get(word_of) if isinstance(word_of, str) else None
        if rule is None:
            if word_of != "span_end":
                named = word_of if isinstance(word_of, str) else "without a name"
                notes.add("ignored", "events", f"events {named} are no steps", place)
            continue
        inside = word(event.get("span_id"))
        step = {
            "where": f"{place}#{len(steps) + 1}",
            "trace_id": trace_id,
            "parent_id": inside or above,
            "start": event.get("timestamp"),
            **rule(event),
        }
        if step["parent_id"] == step.get("span_id"):
            step["parent_id"] = above
        if not step.get("span_id"):
            step["span_id"] = f"{trace_id}:{len(steps) + 1}"
            notes.add("assumed", "span_id", "an event without an id; numbered", place)
        steps.append(step)
        if event.get("events"):  # older logs keep what a tool did within its event
            _walk(listed(event["events"]), step["span_id"], steps, trace_id, place, notes)


def _span(event: Mapping[str, Any]) -> Row:
    row: Row = {
        "span_id": event.get("id"),
        "name": event.get("name"),
        "kind": _SPANS.get(kind_of(event.get("type")), "chain"),
        "opened": True,
    }
    parent = word(event.get("parent_id"))
    return row | {"parent_id": parent} if parent else row


def _model(event: Mapping[str, Any]) -> Row:
    output = object_of(event.get("output"))
    choice = object_of(next(iter(listed(output.get("choices"))), None))
    error = event.get("error") or output.get("error")
    content = word(output.get("completion")) or object_of(choice.get("message")).get("content")
    return {
        "span_id": event.get("uuid"),
        "name": event.get("model"),
        "kind": "llm",
        "end": event.get("completed"),
        "model": event.get("model"),
        "status": "error" if error else "ok" if event.get("completed") else None,
        "error_message": error,
        "finish_reason": choice.get("stop_reason"),
        "input": event.get("input"),
        "output": content or (output or None),
        "metadata": {"working_s": number(event.get("working_time"))},
        **usage_of(object_of(output.get("usage"))),
    }


def _tool(event: Mapping[str, Any]) -> Row:
    error = object_of(event.get("error"))
    failed = bool(error or event.get("error"))
    return {
        "span_id": event.get("uuid") or event.get("id"),
        "name": event.get("function"),
        "kind": "tool",
        "end": event.get("completed"),
        "status": "error" if failed else "ok" if event.get("completed") else None,
        "error_type": word(error.get("type")),
        "error_message": error.get("message") or event.get("error"),
        "input": event.get("arguments"),
        "output": event.get("result"),
        "metadata": {"working_s": number(event.get("working_time"))},
    }


def _score(event: Mapping[str, Any]) -> Row:
    return {
        "span_id": event.get("uuid"),
        "name": word(event.get("scorer")) or "score",
        "kind": "evaluator",
        "end": event.get("timestamp"),
        "output": event.get("score"),
    }


_SPANS = {"agent": "agent", "tool": "chain"}  # a tool's span holds the tool's own event
_RULES = {"span_begin": _span, "model": _model, "tool": _tool, "score": _score}
