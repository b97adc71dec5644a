"""How do messages of the GenAI conventions, structured, indexed or as events, become one list?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.files.dialects.otel.attributes import decoded, nested

__all__ = ["finish_reasons", "from_event", "indexed", "messages", "reasons", "with_system"]

_ROLES: Mapping[str, str] = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
    "gen_ai.choice": "assistant",
}


def messages(given: object) -> Any:
    """Return messages as role and content; a text, or what is no list of messages, as it is.

    >>> messages([{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}])
    [{'role': 'user', 'content': 'Hi'}]
    """
    if isinstance(given, dict) and ("role" in given or "parts" in given):
        given = [given]
    if not isinstance(given, list):
        return given
    return [_message(one) for one in given]


def indexed(pairs: list[tuple[str, Any]]) -> list[Any]:
    """Return messages whose fields are attributes with numbers, in the order of the numbers.

    >>> indexed([("0.role", "user"), ("0.content", "Hi")])
    [{'role': 'user', 'content': 'Hi'}]
    """
    return [
        {"role": "", "content": "", **one} if isinstance(one, dict) else one
        for one in nested(pairs)
    ]


def with_system(instructions: object, said: Any) -> Any:
    """Return messages behind the system's own instructions."""
    given = decoded(instructions)
    parts = given if isinstance(given, list) else [instructions]
    first = _message({"role": "system", "parts": parts})
    return [first, *(said if isinstance(said, list) else [])]


def from_event(name: str, attributes: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the message of one of the older events, None where it is another event.

    The content is among the attributes, in one of them as JSON, or under `message`.
    """
    role = _ROLES.get(name)
    if role is None:
        return None
    body: dict[str, Any] = dict(attributes)
    for key in ("gen_ai.event.content", "message"):
        given = body.pop(key, None)
        held = decoded(given)
        if isinstance(held, dict):
            body |= held
        elif given is not None:
            body.setdefault("content", given)
    if role == "tool" and "id" in body:
        body.setdefault("tool_call_id", body["id"])
    said = {"role": body.get("role") or role, "content": body.get("content", "")}
    said |= {key: body[key] for key in ("name", "tool_call_id") if body.get(key)}
    if body.get("tool_calls"):
        said["tool_calls"] = decoded(body["tool_calls"])
    if body.get("finish_reason"):
        said["finish_reason"] = body["finish_reason"]
    return said


def reasons(said: object) -> list[str]:
    """Return why the model stopped, as its messages say it."""
    found = said if isinstance(said, list) else []
    given = [one.get("finish_reason") for one in found if isinstance(one, dict)]
    return [one for one in given if isinstance(one, str) and one]


def finish_reasons(given: object) -> str | None:
    """Return one or several reasons as one text.

    >>> finish_reasons(["stop", "stop"]), finish_reasons('["length"]')
    ('stop', 'length')
    """
    value = decoded(given) if isinstance(given, str) and given.startswith("[") else given
    several = value if isinstance(value, list) else [value]
    words = dict.fromkeys(one for one in several if isinstance(one, str) and one)
    return ",".join(words) or None


def _message(one: object) -> Any:
    """Return one message: its texts joined, what it calls as objects, the rest beside them."""
    if not isinstance(one, dict):
        return one
    parts = one.get("parts")
    if not isinstance(parts, list):
        return one
    said: dict[str, Any] = {"role": one.get("role", ""), "content": ""}
    texts, calls, results, others = _by_type(parts)
    said["content"] = "\n".join(texts)
    said |= {key: one[key] for key in ("name", "finish_reason") if one.get(key)}
    if calls:
        said["tool_calls"] = calls
    if results:
        said["tool_results"] = results
    if others:
        said["other_parts"] = others
    return said


def _by_type(
    parts: Sequence[Any],
) -> tuple[list[str], list[dict[str, Any]], list[dict[str, Any]], list[Any]]:
    texts: list[str] = []
    calls: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    others: list[Any] = []
    for part in parts:
        kind = part.get("type") if isinstance(part, dict) else None
        if isinstance(part, str):
            texts.append(part)
        elif kind == "text" and isinstance(part.get("content"), str):
            texts.append(part["content"])
        elif kind == "tool_call":
            calls.append({key: part.get(key) for key in ("id", "name", "arguments")})
        elif kind == "tool_call_response":
            result = part.get("result")
            told = part.get("response") if result is None else result
            results.append({"id": part.get("id"), "result": told})
        else:
            others.append(part)
    return texts, calls, results, others
