"""What did the user say, in whatever shape a source keeps its messages?

Read are plain text, JSON text, message lists (`role` and `content`, lists of parts, messages of
type human), flattened keys such as `llm.input_messages.0.message.content`, and objects that hold
one of these or a question under a usual name.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from agentlens.tables.characters import whole

__all__ = ["first_user_text", "user_turns"]

_OPENS = frozenset('[{"')
_CUT = "⟪… "
_USERS = frozenset({"user", "human", "humanmessage", "humanmessagechunk", "end_user"})
_LISTS = ("messages", "input_messages", "contents", "history", "conversation", "chat_history")
_WORDS = ("question", "query", "prompt", "message", "text", "input", "content")
_WRAPPERS = ("kwargs", "args", "inputs", "data", "body", "request", "params", "arguments")
_TEXT_PARTS = frozenset({"text", "input_text", ""})
_FLAT = re.compile(r"(?:.*\.)?(\d+)\.(?:message\.)?(role|content|contents\..*\.text)")
_DEEPEST = 6


def first_user_text(value: str | None) -> str | None:
    """Return the text of the first user message; missing where there is none to be found.

    Args:
        value: an input as it was delivered, plain or JSON.

    >>> first_user_text("Where is it?"), first_user_text('{"question": "Where?", "top_k": 3}')
    ('Where is it?', 'Where?')
    >>> first_user_text('[{"role": "system", "content": "Be kind."}]') is None
    True
    """
    turns = user_turns(value)
    return turns[0] if turns else None


def user_turns(value: str | None) -> list[str]:
    """Return the texts of all user messages, in order.

    Args:
        value: an input as it was delivered, plain or JSON.

    >>> user_turns('[{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]')
    ['a', 'b']
    """
    if value is None:
        return []
    head = value.lstrip()[:1] if value[:1] in " \n\r\t" else value[:1]
    if head not in _OPENS:
        return [value] if head and value.strip() != "null" else []
    try:
        held = orjson.loads(value)
    except orjson.JSONDecodeError:
        return _turns_of_odd(value)
    return _turns(held, _DEEPEST)


def _turns_of_odd(value: str) -> list[str]:
    """Read what the strict parser refuses: NaN, halves of characters, text that only looks so."""
    try:
        held = json.loads(value)
    except (ValueError, RecursionError):
        # A list of messages that was cut is no message; anything else is what the user typed.
        return [] if _CUT in value else [value]
    return [whole(one) for one in _turns(held, _DEEPEST)]


def _turns(held: Any, left: int) -> list[str]:
    if isinstance(held, str):
        inner = held.lstrip()[:1] in ("[", "{") and left == _DEEPEST
        return user_turns(held) if inner else _said([held])
    if not left or not held:
        return []
    if isinstance(held, list):
        return _of_list(held, left - 1)
    return _of_object(held, left - 1) if isinstance(held, dict) else []


def _of_list(held: list[Any], left: int) -> list[str]:
    if len(held) == 1 and isinstance(held[0], (str, list)):
        return _turns(held[0], left)
    messages = [_message(one) for one in held if isinstance(one, dict)]
    if not messages:
        inner = [one for one in held if isinstance(one, list)]
        return _turns(inner[0], left) if inner else []
    roles = [_role(one) for one in messages]
    if not any(roles):
        return _turns(messages[0], left) if len(messages) == 1 else []
    pairs = zip(messages, roles, strict=True)
    return _said(_text(one) for one, role in pairs if role in _USERS)


def _of_object(held: dict[str, Any], left: int) -> list[str]:
    one = _message(held)
    role = _role(one)
    if role:
        return _said([_text(one)]) if role in _USERS else []
    for name in _LISTS:
        if isinstance(held.get(name), list):
            return _turns(held[name], left)
    if flat := _unflattened(held):
        return _of_list(flat, left)
    for name in _WORDS:
        if held.get(name) and isinstance(held[name], (str, list, dict)):
            return _turns(held[name], left)
    texts = [one for one in held.values() if isinstance(one, str)]
    if len(texts) == 1:
        return _said(texts)
    inside = (held[name] for name in _WRAPPERS if isinstance(held.get(name), (dict, list)))
    return next((found for one in inside if (found := _turns(one, left))), [])


def _message(held: dict[str, Any]) -> dict[str, Any]:
    """Return the message inside an envelope: `message`, or the keyword arguments of a class."""
    inner = held.get("message")
    if isinstance(inner, dict) and "role" not in held:
        return inner
    kwargs, path = held.get("kwargs"), held.get("id")
    if isinstance(kwargs, dict) and isinstance(path, list) and path:
        return {"role": str(path[-1]), **kwargs}
    if "message.role" in held:
        return {"role": held["message.role"], "content": held.get("message.content")}
    return held


def _role(message: Mapping[str, Any]) -> str:
    for name in ("role", "type"):
        said = message.get(name)
        if isinstance(said, str):
            word = said.lower()
            if name == "role" or word in {"human", "ai", "system", "tool", "function"}:
                return word
    return ""


def _text(message: Mapping[str, Any]) -> str:
    for name in ("content", "parts", "text"):
        held = message.get(name)
        if isinstance(held, str):
            return held
        if isinstance(held, dict):
            held = [held]
        if isinstance(held, list):
            return "\n".join(filter(None, map(_part, held)))
    return ""


def _part(part: Any) -> str:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict) or part.get("type", "") not in _TEXT_PARTS:
        return ""
    said = part.get("text", part.get("content"))
    return said if isinstance(said, str) else ""


def _unflattened(held: dict[str, Any]) -> list[dict[str, Any]]:
    """Return messages out of keys that count them; the numbers order them, 10 after 9."""
    found: dict[int, dict[str, Any]] = {}
    for key, value in held.items():
        match = _FLAT.fullmatch(key)
        if match and isinstance(value, str):
            message = found.setdefault(int(match[1]), {})
            name = "role" if match[2] == "role" else "content"
            known = message.get(name)
            message[name] = f"{known}\n{value}" if known and name == "content" else value
    return [found[place] for place in sorted(found)]


def _said(texts: Iterable[str]) -> list[str]:
    return [one for one in texts if one and not one.isspace()]
