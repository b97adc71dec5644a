"""Which messages does an input or an output hold, plain or in one of the usual wrappings?"""

import json
import re
from typing import Any

import orjson

from agentlens.widgets.show.talk.parts import Message, message_of

__all__ = ["messages"]

_OPENS = ("[", "{", '"')
_LISTS = (
    "messages",
    "input_messages",
    "output_messages",
    "contents",
    "history",
    "conversation",
    "chat_history",
    "choices",
    "candidates",
    "generations",
)
_WRAPPERS = (
    *("kwargs", "args", "inputs", "outputs", "input", "output", "data", "body", "request"),
    *("response", "params", "update", "content"),
)
_FLAT = re.compile(
    r"(?:.*\.)?(\d+)\.(?:message\.)?(role|content|name|tool_call_id|contents\..*\.text)"
)
_CALLS = re.compile(
    r"(?:.*\.)?(\d+)\.(?:message\.)?tool_calls\.(\d+)\.(?:tool_call\.)?"
    r"(id|function\.name|function\.arguments)"
)
_DEEPEST = 6
_LONGEST = 4_000_000


def messages(text: str | None) -> tuple[Message, ...]:
    """Return the messages in a text, none where it holds no list of messages.

    Args:
        text: an input or an output as it was delivered.

    >>> [one.role for one in messages('{"messages": [{"role": "user", "content": "Hi"}]}')]
    ['user']
    >>> messages("Hi")
    ()
    """
    if not text or len(text) > _LONGEST or text.lstrip()[:1] not in _OPENS:
        return ()
    try:
        held = orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            held = json.loads(text)
        except (ValueError, RecursionError):
            return ()
    return tuple(_found(held, _DEEPEST))


def _found(held: Any, left: int) -> list[Message]:
    if not left or not held:
        return []
    if isinstance(held, str):
        inside = held.lstrip()[:1] in ("[", "{") and left == _DEEPEST
        return list(messages(held)) if inside else []
    if isinstance(held, list):
        return _of_list(held, left - 1)
    return _of_object(held, left - 1) if isinstance(held, dict) else []


def _of_list(held: list[Any], left: int) -> list[Message]:
    if len(held) == 1 and isinstance(held[0], (list, str)):
        return _found(held[0], left)
    each = [_inner(one) for one in held]
    found = [message_of(one) for one in each]
    known = [one for one in found if one is not None]
    if known and len(known) * 2 >= len(held):
        return known
    return _found(held[0], left) if isinstance(held[0], list) else []


def _inner(one: Any) -> Any:
    """Return what an envelope of an answer holds: of several candidates, each is a message."""
    if isinstance(one, dict) and "role" not in one:
        inside = one.get("content")
        if isinstance(inside, dict) and "parts" in inside:
            return inside
    return one


def _of_object(held: dict[str, Any], left: int) -> list[Message]:
    one = message_of(_inner(held))
    if one is not None:
        return [one]
    for name in _LISTS:
        if isinstance(held.get(name), list) and (found := _of_list(held[name], left)):
            return [*_system(held), *found]
    if flat := _unflattened(held):
        return [one for one in map(message_of, flat) if one is not None]
    for name in _WRAPPERS:
        if isinstance(held.get(name), (dict, list)) and (found := _found(held[name], left)):
            return [*_system(held), *found]
    return []


def _system(held: dict[str, Any]) -> list[Message]:
    """Return the instructions that stand beside the list of messages."""
    for name in ("system", "instructions", "system_instruction", "systemInstruction"):
        given = held.get(name)
        if isinstance(given, dict):
            given = given.get("parts", given.get("content"))
        if isinstance(given, (str, list)) and given:
            one = message_of({"role": "system", "content": given})
            return [] if one is None else [one]
    return []


def _unflattened(held: dict[str, Any]) -> list[dict[str, Any]]:
    """Return messages out of keys that count them; the numbers order them, 10 after 9."""
    found: dict[int, dict[str, Any]] = {}
    calls: dict[int, dict[int, dict[str, Any]]] = {}
    for key, value in held.items():
        if match := _FLAT.fullmatch(key):
            message = found.setdefault(int(match[1]), {})
            name = "content" if match[2].startswith("content") else match[2]
            known = message.get(name)
            message[name] = f"{known}\n{value}" if known and name == "content" else value
        elif match := _CALLS.fullmatch(key):
            one = calls.setdefault(int(match[1]), {}).setdefault(int(match[2]), {})
            one[match[3].removeprefix("function.")] = value
    for at, of in calls.items():
        found.setdefault(at, {})["tool_calls"] = [of[place] for place in sorted(of)]
    return [{"role": "", **found[place]} for place in sorted(found)]
