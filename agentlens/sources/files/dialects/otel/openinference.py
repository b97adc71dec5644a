"""What do OpenInference's indexed attributes say: messages, documents and cost?"""

from collections.abc import Mapping
from typing import Any

from agentlens.sources.files.dialects.otel.attributes import nested

__all__ = ["costs", "documents", "said"]


def said(pairs: list[tuple[str, Any]]) -> list[Any]:
    """Return messages in the order of their numbers, as role and content.

    >>> said([("1.message.content", "b"), ("0.message.content", "a")])
    [{'role': '', 'content': 'a'}, {'role': '', 'content': 'b'}]
    """
    return [_message(one) for one in nested(pairs)]


def documents(pairs: list[tuple[str, Any]]) -> list[Any]:
    """Return what a search found, in the order of the numbers."""
    return [
        one["document"] if isinstance(one, dict) and "document" in one else one
        for one in nested(pairs)
    ]


def costs(chosen: Mapping[str, Any]) -> Any:
    """Return what a span cost: the stated total, else what its two sides add up to."""
    if "cost_usd" in chosen:
        return chosen["cost_usd"]
    sides = [chosen.get(".prompt_cost"), chosen.get(".completion_cost")]
    known = [one for one in sides if isinstance(one, (int, float)) and not isinstance(one, bool)]
    return sum(known) if known else None


def _message(one: object) -> Any:
    held = one.get("message", one) if isinstance(one, dict) else one
    if not isinstance(held, dict):
        return held
    told: dict[str, Any] = {"role": held.get("role", ""), "content": held.get("content", "")}
    texts, others = _contents(held.get("contents"))
    if texts:
        first = [told["content"]] if told["content"] else []
        told["content"] = "\n".join(map(str, [*first, *texts]))
    told |= {key: held[key] for key in ("name", "tool_call_id") if held.get(key)}
    calls = held.get("tool_calls")
    if isinstance(calls, list):
        told["tool_calls"] = [_within(one, "tool_call") for one in calls]
    if others:
        told["other_parts"] = others
    return told


def _contents(given: object) -> tuple[list[str], list[Any]]:
    parts = [_within(one, "message_content") for one in given] if isinstance(given, list) else []
    texts = [one["text"] for one in parts if isinstance(one, dict) and _is_text(one)]
    return texts, [one for one in parts if not (isinstance(one, dict) and _is_text(one))]


def _is_text(part: Mapping[str, Any]) -> bool:
    return part.get("type", "text") == "text" and isinstance(part.get("text"), str)


def _within(one: object, name: str) -> Any:
    return one.get(name, one) if isinstance(one, dict) else one
