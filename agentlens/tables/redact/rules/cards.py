"""Which groups of digits are the number of a card?"""

import re
from collections.abc import Iterator

from agentlens.tables.redact.rules.numbers import RUN, lengths, passes_luhn, runs, windows
from agentlens.tables.redact.rules.rule import Rule, Span, spelt

__all__ = ["CARDS"]

_SHORTEST, _LONGEST = 13, 19
_ISSUERS = re.compile(
    r"4(?:.{12}|.{15}|.{18})"
    r"|5[1-5].{14}"
    r"|2(?:22[1-9]|2[3-9].|[3-6]..|7[01].|720).{12}"
    r"|3[47].{13}"
    r"|3(?:0[0-5]|[689].).{11}"
    r"|(?:6011|65..|64[4-9].|35[2-8].|62..).{12,15}"
    r"|(?:50|5[6-9]|6[0-9]).{11,17}"
)
_GROUPED = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), *((4, 4, 4, 4, last) for last in (1, 2, 3))}


def _cards(text: str) -> Iterator[Span]:
    """Yield the windows of groups that are a card's number, the longest first."""
    for groups in runs(text):
        first = 0
        while first < len(groups):
            last = _card_from(text, groups, first)
            if last:
                yield groups[first][0], groups[last - 1][1]
            first = last or first + 1


def _card_from(text: str, groups: list[Span], first: int) -> int:
    """Return where the window that begins at a group and is a card ends, or 0."""
    begin = groups[first][0]
    for last in windows(groups, first, _SHORTEST, _LONGEST):
        digits = spelt(text[begin : groups[last - 1][1]])
        shape = lengths(groups[first:last])
        known = _ISSUERS.fullmatch(digits) is not None and set(shape) != {3}
        if not (known or shape in _GROUPED) or not passes_luhn(digits):
            continue
        if _stands_alone(text, begin, groups[last - 1][1], digits):
            return last
    return 0


def _stands_alone(text: str, begin: int, end: int, digits: str) -> bool:
    """Whether digits are no part of a decimal, of a longer id or of a filler such as 0000."""
    beside = text[max(0, begin - 1) : begin] + text[end : end + 1]
    if len(set(digits)) == 1 or any(one.isalnum() or one == "_" for one in beside):
        return False
    before, grouped = text[max(0, begin - 2) : begin], not text[begin:end].isdigit()
    if before[-1:] in {".", ","} and before[:1].isdigit():
        return False
    hyphened = before[-1:] == "-" and before[:1].isalnum()
    return not (grouped and (hyphened or re.match(r"-\w", text[end : end + 2])))


CARDS = (Rule("card", _cards, f"{RUN}{{12}}", (), spelt),)
"""Cards, by issuer or grouping and by their check digit."""
