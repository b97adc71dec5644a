"""What does one message say, call and answer, whoever's format it has?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agentlens.widgets.show.talk.calls import Call, Parts, answered, called

__all__ = ["Message", "message_of"]

_ROLES = {
    "human": "user",
    "ai": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "developer": "system",
    "function": "tool",
    "end_user": "user",
}
_KNOWN = frozenset({"user", "assistant", "system", "tool"})


@dataclass(frozen=True)
class Message:
    """One message: who spoke, what was said, what was called and what came back."""

    role: str
    text: str = ""
    calls: tuple[Call, ...] = ()
    results: tuple[Call, ...] = ()
    name: str = ""


def message_of(given: object) -> Message | None:
    """Return a message as one, None where the value is no message.

    >>> message_of({"role": "user", "content": "Hi"})
    Message(role='user', text='Hi', calls=(), results=(), name='')
    """
    if not isinstance(given, dict):
        return None
    held = _opened(given)
    alone = _alone(held)
    if alone is not None:
        return alone
    role = _role(held)
    if not role:
        return None
    parts = _parts(held)
    name = held["name"] if isinstance(held.get("name"), str) else ""
    text = "\n".join(parts.texts)
    if role == "tool" and not parts.results:
        result = Call(str(held.get("tool_call_id") or ""), name, text)
        return Message(role, results=(result,), name=name)
    return Message(role, text, tuple(parts.calls), tuple(parts.results), name)


def _parts(held: Mapping[str, Any]) -> Parts:
    parts = Parts()
    parts.add(next((held[one] for one in ("content", "parts", "text") if held.get(one)), None))
    parts.calls += [called(one) for one in _listed(held, "tool_calls")]
    if isinstance(held.get("function_call"), dict):
        parts.calls.append(called(held["function_call"]))
    parts.results += [answered(one) for one in _listed(held, "tool_results")]
    parts.add(held.get("other_parts"))
    return parts


def _opened(held: dict[str, Any]) -> dict[str, Any]:
    """Return the message inside an envelope: `message`, or the keyword arguments of a class."""
    inner = held.get("message")
    if isinstance(inner, dict) and "role" not in held:
        return _opened(inner)
    kwargs, path = held.get("kwargs"), held.get("id")
    if isinstance(kwargs, dict) and isinstance(path, list) and path:
        return {"role": str(path[-1]), **kwargs}
    if "message.role" in held:
        return {**held, "role": held["message.role"], "content": held.get("message.content")}
    data = held.get("data")
    if isinstance(data, dict) and "content" in data and isinstance(held.get("type"), str):
        return {"type": held["type"], **data}
    return held


def _role(held: Mapping[str, Any]) -> str:
    for name in ("role", "type"):
        said = held.get(name)
        word = said.lower() if isinstance(said, str) else ""
        for end in ("messagechunk", "message"):
            word = word.removesuffix(end) or word
        word = _ROLES.get(word, word)
        if word and (name == "role" or (word in _KNOWN and _speaks(held))):
            return word
    return "assistant" if "role" in held and _speaks(held) else ""


def _speaks(held: Mapping[str, Any]) -> bool:
    return bool(held.keys() & {"content", "tool_calls", "text"})


def _alone(held: Mapping[str, Any]) -> Message | None:
    """Return a call or a result that stands in the list of messages as a message of its own."""
    sort = held.get("type")
    if sort == "function_call" and "name" in held:
        return Message("assistant", calls=(called(held),))
    if sort == "function_call_output":
        return Message("tool", results=(answered(held),))
    return None


def _listed(held: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    given = held.get(name)
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
