"""Which groups of digits stand together in a text?"""

import re
from collections.abc import Iterator

from agentlens.tables.redact.rules.rule import Span

__all__ = ["GAP", "RUN", "lengths", "passes_luhn", "runs", "windows"]

GAP = " ./()\u00a0\u202f\u2011\u2013-"
"""What people put between the groups of one number."""

RUN = rf"[0-9](?:[\\{GAP}]{{0,3}}[0-9])"
"""An expression for a suspect: a digit and one more, to be repeated."""

_RUN = re.compile(rf"[0-9](?<![0-9][0-9])(?:[{GAP}]{{0,3}}[0-9]){{8,47}}")
_GOES_ON = re.compile(rf"[{GAP}]{{0,3}}[0-9]")
_DIGITS = re.compile("[0-9]{1,64}")
_SEAM = 27
_MOST_GROUPS = 6


def runs(text: str) -> Iterator[list[Span]]:
    """Yield the groups of digits that stand together, nine digits or more.

    A run that was cut at its longest is taken up again a card's length before the cut, so that no
    number is lost at a seam.
    """
    at = 0
    while run := _RUN.search(text, at):
        groups = [one.span() for one in _DIGITS.finditer(text, run.start(), run.end())]
        at = run.end()
        if _GOES_ON.match(text, at):
            whole = _DIGITS.match(text, groups[-1][0])
            groups[-1] = whole.span() if whole else groups[-1]
            at = groups[-1][1]
            again = [begin for begin, _ in groups[1:] if run.end() - begin <= _SEAM]
            at = again[0] if again else at
        yield groups


def windows(groups: list[Span], first: int, least: int, most: int) -> list[int]:
    """Return where windows from a group on end that have so many digits, the longest first."""
    total, ends = 0, []
    for place in range(first, min(len(groups), first + _MOST_GROUPS)):
        total += groups[place][1] - groups[place][0]
        if total > most:
            break
        if total >= least:
            ends.append(place + 1)
    return ends[::-1]


def lengths(groups: list[Span]) -> tuple[int, ...]:
    """Return how many digits each group has."""
    return tuple(end - begin for begin, end in groups)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others.

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    doubled = "0246813579"
    total = sum(map(int, digits[-1::-2])) + sum(int(doubled[int(one)]) for one in digits[-2::-2])
    return total % 10 == 0
