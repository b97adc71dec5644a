"""Whom does a text greet, and who says what they are called?"""

import re
from collections.abc import Iterator

from agentlens.tables.redact.rules.ordinary import is_ordinary
from agentlens.tables.redact.rules.rule import Rule, Span

__all__ = ["SALUTATIONS"]

_TITLE = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Herrn|Frau)\b\.?[ \t]{1,3}){0,2}"
_GREETING = re.compile(rf"(?:\b[Dd]ear|eehrter?|\b[Ll]iebe[r]?)[ \t]{{1,3}}{_TITLE}")
_CALLED = re.compile(
    r"\b(?:[Nn]ame(?:[ \t]{1,3}is|['\u2019]s|[ \t]{1,3}ist)|[Ii]ch[ \t]{1,3}hei(?:ß|ss)e"
    r"|m['\u2019]appelle|[Mm]e[ \t]{1,3}llamo)[ \t]{1,3}" + _TITLE
)
_PART = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019-](?=[^\W\d_])){2,40}")
_NEXT = re.compile(r"[ \t]{1,3}")
_MOST_WORDS = 4


def _greeted(text: str) -> Iterator[Span]:
    for lead in _GREETING.finditer(text):
        yield from _named(text, lead.end(), any_case=False)


def _called(text: str) -> Iterator[Span]:
    for lead in _CALLED.finditer(text):
        yield from _named(text, lead.end(), any_case=True)


def _named(text: str, at: int, *, any_case: bool) -> Iterator[Span]:
    """Yield the words of a name that begins here; only the first may be in small letters."""
    for place in range(_MOST_WORDS):
        word = _PART.match(text, at)
        if word is None or not (word.group()[0].isupper() or (any_case and place == 0)):
            return
        if is_ordinary(word.group()):
            return
        yield word.span()
        gap = _NEXT.match(text, word.end())
        if gap is None:
            return
        at = gap.end()


SALUTATIONS = (
    Rule(
        "name",
        _greeted,
        r"[Dd]ear[ \t]|eehrter?[ \t]|[Ll]ieber?[ \t]",
        ("ear", "eehrte", "iebe"),
        str.lower,
    ),
    Rule(
        "name",
        _called,
        "[Nn]ame(?:[ \\t]+is|['\u2019]s)|hei(?:ß|ss)e|appelle|llamo",
        ("ame", "hei", "appelle", "llamo"),
        str.lower,
    ),
)
"""Names that a greeting or a sentence of introduction gives away."""
