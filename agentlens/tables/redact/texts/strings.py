"""Which parts of a JSON text are values that may be changed without breaking it?"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Reading", "Value", "unescaped", "values_of"]

_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR = r"(?:-?[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+|true|false|null|NaN|-?Infinity)"
_GAP = re.compile(rf"(?:\s*+[\[{{,:]\s*+{_SCALAR}?+|\s*+[\]}}])*+\s*+")
_COLON = re.compile(r"\s*+:\s*+")
_NUMBER = re.compile(rf"{_SCALAR}(?=\s*+[,}}\]])")
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)
_MEANT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True)
class Value:
    """A string in a JSON text, without its quotation marks, or a number that an id key has.

    Attributes:
        begin: where it begins.
        end: where it ends.
        key: the key whose value it is, or "" in a list.
        is_key: whether it is itself a key.
        bare: whether it stands there without quotation marks.
    """

    begin: int
    end: int
    key: str = ""
    is_key: bool = False
    bare: bool = False


@dataclass(frozen=True)
class Reading:
    """A text with its escapes read, which knows where each character came from."""

    text: str
    places: tuple[int, ...]
    shifts: tuple[int, ...]

    def origin(self, at: int) -> int:
        """Return the place in the written text of a place in the read one."""
        return at + self.shifts[bisect_left(self.places, at)]


def unescaped(text: str) -> Reading:
    r"""Return a text with JSON's escapes read.

    >>> reading = unescaped(r"a\u0040b")
    >>> reading.text, [reading.origin(at) for at in range(4)]
    ('a@b', [0, 1, 7, 8])
    """
    places: list[int] = []
    shifts = [0]
    parts: list[str] = []
    at = 0
    for escape in _ESCAPE.finditer(text):
        code = escape.group()
        parts += (text[at : escape.start()], _read(code))
        places.append(escape.start() - shifts[-1])
        shifts.append(shifts[-1] + len(code) - 1)
        at = escape.end()
    return Reading("".join((*parts, text[at:])), tuple(places), tuple(shifts))


def _read(code: str) -> str:
    return chr(int(f"0x{code[2:]}", 16)) if len(code) > 2 else _MEANT.get(code[1], code[1])  # noqa: PLR2004 - a backslash and a letter


def values_of(text: str) -> list[Value] | None:
    r"""Return the strings of a text that is JSON, or None where it is none.

    The text is walked, not parsed: so it may be nested as deep as it likes, and a JSON text that
    was cut inside its last string is still read as one.

    >>> [(one.key, one.is_key) for one in values_of('{"a": ["b", 17]}') or ()]
    [('', True), ('', False)]
    """
    start = len(text) - len(text.lstrip())
    first = text[start : start + 1]
    if first == '"':
        only = _STRING.match(text, start)
        if only is None or text[only.end() :].strip():
            return None
        return [Value(start + 1, only.end() - 1)]
    if first not in {"{", "["} or not first:
        return None
    return _walked(text, start)


def _walked(text: str, at: int) -> list[Value] | None:
    found: list[Value] = []
    key = ""
    while True:
        gap = _GAP.match(text, at)
        at = gap.end() if gap else at
        if at == len(text):
            return found
        if text[at] != '"':
            return None
        string = _STRING.match(text, at)
        if string is None:  # cut off inside its last string
            return [*found, Value(at + 1, len(text), key)]
        colon = _COLON.match(text, string.end())
        if colon is None:
            found.append(Value(at + 1, string.end() - 1, key))
            key = ""
        else:
            found.append(Value(at + 1, string.end() - 1, is_key=True))
            key = text[at + 1 : string.end() - 1]
            found += _bare(text, colon.end(), key)
        at = string.end()
        key = key if colon and text[colon.end() : colon.end() + 1] == '"' else ""


def _bare(text: str, at: int, key: str) -> Iterator[Value]:
    number = _NUMBER.match(text, at)
    if number:
        yield Value(number.start(), number.end(), key, bare=True)
