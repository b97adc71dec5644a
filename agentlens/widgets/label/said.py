"""What does a message say of an item?"""

from collections.abc import Mapping
from math import isfinite, isnan, nan
from typing import Any

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.scoring.labels.asking.desk import Verdict

__all__ = ["LETTERS", "verdict_of", "word"]

LETTERS = {"p": 1.0, "f": 0.0, "u": nan}
_MOST_ID = 80
_MOST_NOTE, _MOST_CODE = 20_000, 200


def verdict_of(content: Mapping[str, Any]) -> tuple[Verdict, str]:
    """Return the answer in a message, and the id under which it was sent.

    Args:
        content: verdict "p", "f" or "u", id, and where there are any, note, code and seconds.

    >>> verdict_of({"verdict": "p", "id": "7", "code": " late ", "seconds": 3})[0]
    Verdict(y=1.0, note='', code='late', seconds=3.0, at=nan)
    """
    letter = content.get("verdict")
    if not isinstance(letter, str) or letter not in LETTERS:
        raise UnknownNameError("verdict", letter, LETTERS)
    ident = content.get("id")
    if not isinstance(ident, str) or not 0 < len(ident) <= _MOST_ID:
        message = f"A label is sent with an id, a text of at most {_MOST_ID} signs, not {ident!r}."
        raise BadInputError(message)
    said = Verdict(
        LETTERS[letter],
        note=_text(content.get("note"), _MOST_NOTE),
        code=" ".join(_text(content.get("code"), _MOST_CODE).split()),
        seconds=_seconds(content.get("seconds")),
    )
    return said, ident


def word(y: float) -> str:
    """Return what a label is called.

    >>> word(1.0), word(nan)
    ('pass', 'unsure')
    """
    return "unsure" if isnan(y) else "pass" if y else "fail"


def _text(given: object, most: int) -> str:
    """Return a text that every store can hold: half characters, which a page may send, are marked."""
    whole = given.strip()[:most] if isinstance(given, str) else ""
    return whole.encode("utf-8", "backslashreplace").decode("utf-8")


def _seconds(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        return nan
    return float(given) if isfinite(given) and given >= 0 else nan
