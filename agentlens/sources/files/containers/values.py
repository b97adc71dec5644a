"""Which JSON values does a text hold: one a line, the elements of an array, or one after another?"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

__all__ = ["SPACE", "TornError", "UnreadableError", "parsed", "streamed"]

SPACE = " \t\r\n,\ufeff"
"""What may stand between two values."""

_DECODER = json.JSONDecoder(parse_constant=lambda _: None)  # NaN and Infinity are missing
_UNFINISHED = 64 << 20
_EXCERPT = 10_000


class UnreadableError(ValueError):
    """What stands for a value that is no JSON, with its text."""

    def __init__(self, error: Exception, text: str) -> None:
        """Say why the text could not be read.

        Args:
            error: what the parser said.
            text: what it was given.
        """
        deep = isinstance(error, RecursionError)
        super().__init__("nested too deeply" if deep else f"not JSON: {error}")
        self.text = text[:_EXCERPT]


class TornError(UnreadableError):
    """What stands for a value in the middle of which the text ends."""


def parsed(text: str) -> Any:
    """Return a JSON value, or the error that stands for it."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass  # it may still hold what JSON's writers allow themselves: NaN, halves of characters
    try:
        return _DECODER.decode(text.strip(SPACE))
    except (ValueError, RecursionError) as error:
        return UnreadableError(error, text)


def streamed(pieces: Iterable[str]) -> Iterator[tuple[int, Any]]:
    """Yield the elements of an array, or values one after another, with the line of each.

    Args:
        pieces: the text as it arrives, cut anywhere.
    """
    text, number, begun, inside = "", 1, False, False
    for piece in pieces:
        text += piece
        if not begun:
            start = text.lstrip(SPACE)
            if not start:
                continue
            begun, inside = True, start[:1] == "["
            number += text.count("\n", 0, len(text) - len(start))
            text = start[1:] if inside else start
        place = 0
        while True:
            at = _skipped(text, place)
            number += text.count("\n", place, at)
            place = at
            if at >= len(text) or (inside and text[at] == "]"):
                break
            try:
                value, end = _DECODER.raw_decode(text, at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or len(text) - at > _UNFINISHED:
                    yield number, UnreadableError(error, text[at:])
                    return
                break
            if end == len(text) and not text.endswith(("}", "]", '"')):
                break  # a number or a word may go on in the next piece
            yield number, value
            number += text.count("\n", at, end)
            place = end
        text = text[place:]
    torn = _torn(text.strip(SPACE))
    if torn:
        yield number, torn


def _torn(rest: str) -> TornError | None:
    """Return the error for what is left of a text, None where it is nothing, or whole."""
    if not rest or rest == "]":
        return None
    try:
        _DECODER.decode(rest)
    except (ValueError, RecursionError) as error:
        return TornError(error, rest)
    return None


def _skipped(text: str, place: int) -> int:
    while place < len(text) and text[place] in SPACE:
        place += 1
    return place
