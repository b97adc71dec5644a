"""What does a part of a message say, call or answer, whoever's format it has?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from agentlens.widgets.show.texts.binary import binary

__all__ = ["Call", "Parts", "answered", "called"]


@dataclass(frozen=True)
class Call:
    """A tool asked for, or its answer; `id` pairs the two.

    Attributes:
        id: of the call, "" where the format gives none.
        name: of the tool.
        text: the arguments, or the result.
    """

    id: str
    name: str
    text: str


@dataclass
class Parts:
    """What the parts of one message hold, as far as it was read."""

    texts: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    results: list[Call] = field(default_factory=list)

    def add(self, given: Any) -> None:
        """Read a content: a text, a part, or a list of both."""
        if isinstance(given, str):
            self.texts.append(given)
        elif isinstance(given, list):
            for one in given:
                self._part(one)
        elif isinstance(given, dict):
            self._part(given)

    def _part(self, part: Any) -> None:
        if isinstance(part, str):
            self.texts.append(part)
        if not isinstance(part, dict):
            return
        sort = str(part.get("type", "")).replace("-", "_")
        inner = next((name for name in (*_CALLS, *_RESULTS) if _holds(part, name)), None)
        held = part if inner is None else part[inner]
        if inner in _CALLS or (inner is None and sort in _CALL_TYPES):
            self.calls.append(called(held))
        elif inner in _RESULTS or (inner is None and sort in _RESULT_TYPES):
            self.results.append(answered(held))
        else:
            self.texts.append(_words(part, sort))


_CALLS = ("functionCall", "function_call", "toolUse")
_RESULTS = ("functionResponse", "function_response", "toolResult")
_CALL_TYPES = frozenset({"tool_use", "tool_call", "server_tool_use", "function"})
_RESULT_TYPES = frozenset({"tool_result", "tool_call_response"})
_IDS = ("tool_call_id", "tool_use_id", "call_id", "toolCallId", "toolUseId", "id")


def called(part: Mapping[str, Any]) -> Call:
    """Return a call, in any of the usual forms.

    >>> called({"id": "1", "function": {"name": "look", "arguments": "{}"}})
    Call(id='1', name='look', text='{}')
    """
    inner = part.get("function", part.get("tool_call"))
    held = {**part, **inner} if isinstance(inner, dict) else part
    name = _first(held, "name", "toolName")
    if name is None and isinstance(inner, str):
        name = inner
    return Call(_id(held), str(name or ""), _said(_first(held, "arguments", "args", "input")))


def answered(part: Mapping[str, Any]) -> Call:
    """Return the result of a call, in any of the usual forms.

    >>> answered({"type": "tool_result", "tool_use_id": "1", "content": [{"text": "done"}]})
    Call(id='1', name='', text='done')
    """
    given = _first(part, "result", "output", "response", "content")
    return Call(_id(part), str(_first(part, "name", "toolName") or ""), _said(given))


def _said(given: Any) -> str:
    """Return a value as text; a list of text parts is joined, anything else stays JSON."""
    if given is None:
        return ""
    if isinstance(given, str):
        return given
    if isinstance(given, list) and given:
        texts: list[Any] = [one.get("text") if isinstance(one, dict) else one for one in given]
        if all(isinstance(one, str) for one in texts):
            return "\n".join(texts)
    return _packed(_light(given))


def _words(part: Mapping[str, Any], sort: str) -> str:
    said = part.get("text", part.get("content") if sort in {"", "text"} else None)
    if isinstance(said, dict):
        said = said.get("value")
    said = said if isinstance(said, str) else _first(part, "thinking", "reasoning")
    return said if isinstance(said, str) else _packed(_light(dict(part)))


def _light(value: Any, left: int = 4) -> Any:
    """Return a value with the type and size in place of its bytes."""
    if isinstance(value, str):
        known = binary(value)
        return f"[{known[0]}, {known[1]:,} bytes as base64]" if known else value
    if isinstance(value, dict) and left:
        return {key: _light(one, left - 1) for key, one in value.items()}
    return [_light(one, left - 1) for one in value] if isinstance(value, list) and left else value


def _packed(value: object) -> str:
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except (TypeError, ValueError, RecursionError):
        return str(value)


def _holds(part: Mapping[str, Any], name: str) -> bool:
    return isinstance(part.get(name), dict)


def _id(held: Mapping[str, Any]) -> str:
    return str(_first(held, *_IDS) or "")


def _first(held: Mapping[str, Any], *names: str) -> Any:
    return next((held[name] for name in names if held.get(name) is not None), None)
