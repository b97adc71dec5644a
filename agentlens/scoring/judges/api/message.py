"""What is in an answer?"""

import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from agentlens.scoring.judges.reply import Reply
from agentlens.tables.characters import whole

__all__ = ["answered", "is_message", "message_reply"]

_STATUS = {
    "max_tokens": "truncated",
    "model_context_window_exceeded": "truncated",
    "pause_turn": "truncated",
    "refusal": "refused",
}
"""What a stop reason makes of an answer; any other leaves it to the text."""


def answered(raw: str, *, http_status: int, request_id: str = "") -> Reply:
    """Return an answer with a status of success, its body kept as it came.

    A body that is no JSON was cut on its way, or comes from somebody in between: nobody knows what
    was billed. JSON that is no message was paid for, and will not become one.

    Args:
        raw: the body.
        http_status: of the answer.
        request_id: from its headers.
    """
    reply = Reply(outcome="paid", raw=raw, http_status=http_status, request_id=request_id)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        detail = "The answer broke off or is no JSON; it may have been billed."
        return replace(reply, outcome="unknown", detail=detail)
    if not is_message(body):
        return replace(reply, status="unparsable")
    return message_reply(body, raw, http_status=http_status, request_id=request_id)


def is_message(body: object) -> bool:
    """Whether a body is a message of the API."""
    return (
        isinstance(body, Mapping)
        and body.get("type") == "message"
        and isinstance(body.get("content"), list)
    )


def message_reply(
    body: Mapping[str, Any], raw: str, *, http_status: int | None = None, request_id: str = ""
) -> Reply:
    """Return what a message says.

    Args:
        body: the message.
        raw: as it came.
        http_status: of the answer; none where it lay in a file.
        request_id: from its headers.
    """
    stop = _text(body.get("stop_reason"))
    text = _words(body["content"])
    return Reply(
        outcome="paid",
        raw=raw,
        text=text,
        status=_STATUS.get(stop, "" if text.strip() else "empty"),
        stop_reason=stop,
        usage=_usage(body.get("usage")),
        model=_text(body.get("model")),
        message_id=_text(body.get("id")),
        request_id=request_id,
        http_status=http_status,
        detail=_why(body.get("stop_details")) if stop == "refusal" else "",
    )


def _words(content: list[Any]) -> str:
    """Return the text blocks joined; a thought may stand before them."""
    blocks = [block for block in content if isinstance(block, Mapping)]
    return "".join(_text(block.get("text")) for block in blocks if block.get("type") == "text")


def _usage(said: object) -> Mapping[str, int]:
    """Return tokens by the names that prices have, and whether the place costs extra.

    `thinking` is part of `output`; the other kinds do not overlap.
    """
    if not isinstance(said, Mapping):
        return MappingProxyType({})
    hour = _count(said.get("cache_creation"), "ephemeral_1h_input_tokens")
    written = max(hour, _count(said, "cache_creation_input_tokens"))
    told = {
        "input": _count(said, "input_tokens"),
        "output": _count(said, "output_tokens"),
        "cache_write_5m": written - hour,
        "cache_write_1h": hour,
        "cache_read": _count(said, "cache_read_input_tokens"),
        "thinking": _count(said.get("output_tokens_details"), "thinking_tokens"),
        "in_us": int(said.get("inference_geo") == "us"),
    }
    return MappingProxyType(told)


def _count(said: object, name: str) -> int:
    value = said.get(name) if isinstance(said, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _why(details: object) -> str:
    category = details.get("category") if isinstance(details, Mapping) else None
    return f"refused: {category}" if isinstance(category, str) else "refused"


def _text(value: object) -> str:
    """Return a text that any file can hold; JSON can name half a character."""
    return whole(value) if isinstance(value, str) else ""
