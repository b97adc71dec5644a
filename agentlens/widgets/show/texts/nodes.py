"""How does JSON of a trace become something a page can fold, whole or cut to a size?

A text is itself; `{"v": "1.50"}` is a number, true, false or null as it was written, `{"a": […]}` an
array, `{"o": [[key, …], …]}` an object, `{"t": head, "tail": …, "size": …}` a text that was cut, and
`{"b": type, "size": …}` bytes. `n` beside an array or an object counts what it held before a cut.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agentlens.widgets.show.texts.binary import binary, without_binary

__all__ = ["nodes"]

_DEEPEST = 60
_LONGEST = 2_000_000
_TEXT_HEAD, _TEXT_TAIL = 600, 200
_KEY = 120
_A_NODE = 6


@dataclass(frozen=True)
class _Written:
    """A number, as it was written: a big one would lose its last digits on the way."""

    text: str


def nodes(text: str, most: int) -> Any:
    """Return the folded form of JSON text, or None where it is no JSON object or array.

    Args:
        text: of a field.
        most: characters, about, that the form may hold.

    >>> nodes('{"a": [1.50, "b"]}', 1000)
    {'o': [['a', {'a': [{'v': '1.50'}, 'b']}]]}
    """
    if text.lstrip()[:1] not in ("[", "{") or len(text) > _LONGEST:
        return None
    try:
        held = json.loads(text, parse_int=_Written, parse_float=_Written, parse_constant=_Written)
        return _Folding(most).node(held, 0)
    except (ValueError, RecursionError):
        return None


class _Folding:
    """One walk over a value that stops where there is no room left."""

    def __init__(self, most: int) -> None:
        self.left = most

    def node(self, held: Any, depth: int) -> Any:
        self.left -= _A_NODE
        if isinstance(held, str):
            return self._text(held)
        if isinstance(held, dict):
            return self._several("o", self._pairs(held, depth), len(held), depth)
        if isinstance(held, list):
            each = (self.node(one, depth + 1) for one in held)
            return self._several("a", each, len(held), depth)
        said = held.text if isinstance(held, _Written) else json.dumps(held)
        self.left -= len(said)
        return {"v": said if len(said) <= _KEY else f"{said[:_KEY]}…"}

    def _pairs(self, held: dict[str, Any], depth: int) -> Iterator[list[Any]]:
        for key, value in held.items():
            self.left -= min(len(key), _KEY)
            yield [key if len(key) <= _KEY else f"{key[:_KEY]}…", self.node(value, depth + 1)]

    def _several(self, sort: str, each: Iterator[Any], n: int, depth: int) -> dict[str, Any]:
        found: list[Any] = []
        while self.left > 0 and depth < _DEEPEST:
            one = next(each, None)
            if one is None:
                break
            found.append(one)
        return {sort: found} if len(found) == n else {sort: found, "n": n}

    def _text(self, text: str) -> Any:
        if known := binary(text):
            return {"b": known[0], "size": known[1]}
        said = without_binary(text)
        if len(said) <= min(max(self.left, _TEXT_HEAD), _TEXT_HEAD * 6):
            self.left -= len(said)
            return said
        self.left -= _TEXT_HEAD + _TEXT_TAIL
        return {"t": said[:_TEXT_HEAD], "tail": said[-_TEXT_TAIL:], "size": len(text)}
