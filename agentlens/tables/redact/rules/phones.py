"""Which groups of digits are a phone number, and not a price, a date or an id?"""

import re
from collections.abc import Iterator

from agentlens.tables.redact.rules.numbers import GAP, RUN, lengths, runs, windows
from agentlens.tables.redact.rules.rule import Rule, Span, matching, spelt

__all__ = ["PHONES"]

_SHORTEST, _LONGEST = 9, 13
_FEW, _PAIRS = 4, 5
_SHAPES = {
    (1, 2, 2, 2, 2),
    (1, 3, 3, 4),
    (2, 2, 2, 2, 2),
    (2, 3, 2, 2),
    (2, 3, 4),
    (2, 4, 4),
    (3, 2, 2, 2),
    (3, 3, 2, 2),
    (3, 3, 3),
    (3, 3, 4),
    (3, 4, 4),
    (4, 3, 3),
    (5, 6),
}
"""How people write a number that begins neither with + nor with 0."""

_DATE = re.compile(
    r"(?:19|20)\d\d[-./ ][01]?\d[-./ ][0-3]?\d(?!\d)|[0-3]?\d([-./])[0-3]?\d\1(?:19|20)\d\d(?!\d)"
)
_MONEY_BEFORE = re.compile(r"(?:[€$£¥#]|\b(?:EUR|USD|GBP|CHF|JPY|INR))\s?$")
_MONEY_AFTER = re.compile(r"[.,]\d|\s?(?:[€$£¥%]|(?:EUR|USD|GBP|CHF|JPY|INR)\b)|-?\w|[:/.-]\d")
_CUE = re.compile(
    r"\b(?:order|invoice|ticket|case|ref|reference|id|sku|serial|isbn|issn|tracking|build|version|"
    r"article|item|part|batch)s?\b\W{0,3}(?:(?:number|no|nr|num|id|code)\b\W{0,3})?$",
    re.IGNORECASE,
)
_BACK = 32
_PLUS = rf"\+(?<![\w+)]\+)\(?[0-9](?:[{GAP}]{{0,3}}[0-9]){{8,14}}(?![0-9])"


def _phones(text: str) -> Iterator[Span]:
    for groups in runs(text):
        first, after = 0, True
        while first < len(groups):
            last = _phone_from(text, groups, first) if after else 0
            if last:
                begin = groups[first][0]
                begin -= text[begin - 1 : begin] == "("
                yield begin, groups[last - 1][1]
            date = _DATE.match(text, groups[first][0])
            passed = [place for place, one in enumerate(groups) if date and one[1] <= date.end()]
            first = last or (passed[-1] + 1 if passed else first + 1)
            after = first < len(groups) and (bool(last or date) or _is_new(text, groups, first))


def _is_new(text: str, groups: list[Span], place: int) -> bool:
    """Whether a number may begin with this group though others stand before it."""
    before = text[groups[0][0] : groups[place - 1][1]]
    gap = text[groups[place - 1][1] : groups[place][0]]
    return len(gap) > 1 or len(spelt(before)) <= _FEW


def _phone_from(text: str, groups: list[Span], first: int) -> int:
    """Return where the window that begins at a group and is a phone number ends, or 0."""
    begin = groups[first][0]
    for last in windows(groups, first, _SHORTEST, _LONGEST):
        window, end = groups[first:last], groups[last - 1][1]
        if not _is_shape(text[begin:end], lengths(window)) or _holds_two(text, window):
            continue
        if not _may_begin(text, begin) or _DATE.match(text, begin):
            return 0
        if not _MONEY_AFTER.match(text, end) and len(set(spelt(text[begin:end]))) > 1:
            return last
    return 0


def _holds_two(text: str, groups: list[Span]) -> bool:
    """Whether a second number with its own 0 begins where a first one could already end."""
    return any(
        text[begin] == "0" and len(spelt(text[groups[0][0] : begin])) >= _SHORTEST
        for begin, _ in groups[1:]
    )


def _is_shape(value: str, shape: tuple[int, ...]) -> bool:
    """Whether digits are grouped as a phone number's are, and not as a price's or an id's."""
    if len(shape) == 1:
        return False
    if value[0] == "0":
        pairs = set(shape) == {2}
        return 1 not in shape and (not pairs or len(shape) == _PAIRS)
    if shape == (3, 3, 3) and "." in value:
        return False
    if shape == (5, 6) and value[0] not in "6789":
        return False
    if shape == (1, 3, 3, 4) and value[0] not in "178":
        return False
    return shape in _SHAPES


def _may_begin(text: str, begin: int) -> bool:
    before = text[max(0, begin - _BACK) : begin]
    last, second = before[-1:], before[-2:-1]
    if last == "(":
        last, second = second, before[-3:-2]
    if last.isalnum() or last == "_" or (last and last in "#$€£¥*\\"):
        return False
    if (
        last
        and last in "-./:,\u2011\u2013"
        and (second.isdigit() or (second.isalnum() and last in "-./_"))
    ):
        return False
    return not _MONEY_BEFORE.search(before) and not _CUE.search(before)


PHONES = (
    Rule("phone", matching(_PLUS), rf"\+\(?{RUN}{{8}}", ("+",), spelt),
    Rule("phone", _phones, f"{RUN}{{8}}", (), spelt),
)
"""Phone numbers of nine digits or more, with a plus or in the groups in which people write them."""
