"""How is what changed in one Result said in one line, and how much does it weigh?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agentlens.report.parts.section import WORST_FIRST
from agentlens.report.since.asked import LISTS
from agentlens.report.since.breaks import breaks, comparable
from agentlens.report.since.known import Noted, Remembered
from agentlens.report.since.moved import Moved
from agentlens.report.since.signals import arrived
from agentlens.text import capital, listed, plural

__all__ = ["Line", "absent", "line"]

_WORSE, _BREAK, _BAD, _NUMBER, _OTHER, _BETTER, _GONE, _LISTED = range(8)
_MOST = 3
_CUT = 160
_EXAMPLES = frozenset({"failures", "worst"})  # their signals are what to read, new every week
_PERIOD = re.compile(r", (?=\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class Line:
    """A sentence, by how little it weighs, and the names of the new Results that it is about."""

    rank: tuple[float, ...]
    says: str
    about: tuple[str, ...] = ()


def line(before: Remembered, now: Remembered, name: str, numbers: Sequence[Moved]) -> Line | None:
    """Return what changed in a Result; None for nothing.

    Args:
        before: the Result then.
        now: the Result now.
        name: of the Result now.
        numbers: those that moved, the farthest first.
    """
    parts = [
        *_broken(before, now),
        *_renamed(before, now),
        *_turned(*comparable(before, now)),
        *_signalled(*comparable(before, now)),
        *_numbered(numbers),
    ]
    if not parts:
        return None
    says = " ".join(f"{capital(words)}." for _, words in parts)
    subject = _PERIOD.split(now.title)[0]
    return Line(min(rank for rank, _ in parts), f"{_cut(subject)}: {says}", (name,))


def absent(gone: Sequence[Remembered], new: Mapping[str, Remembered]) -> Iterable[Line]:
    """Yield a line for what is no longer in the report, and one for what is new in it.

    Args:
        gone: the Results that are missing now.
        new: the Results that were missing then, by name.
    """
    troubled = [one for one in gone if one.band in {"act", "watch"}]
    if troubled:
        titles = listed((f"{_cut(one.title)} ({one.band})" for one in troubled), most=_MOST)
        yield Line((_BREAK, 1), f"No longer in the report, though not at peace then: {titles}.")
    rest = [one.title for one in gone if one not in troubled]
    if rest:
        yield Line((_LISTED,), f"No longer in the report: {listed(map(_cut, rest), most=_MOST)}.")
    if new:
        titles = listed((_cut(one.title) for one in new.values()), most=_MOST)
        yield Line((_LISTED, 1), f"New in the report: {titles}.", tuple(new))


Part = tuple[tuple[float, ...], str]
"""A rank, and words."""


def _broken(before: Remembered, now: Remembered) -> list[Part]:
    words = [f"{_cut(name)} ({how})" for name, how in breaks(before, now).items()]
    if not words:
        return []
    says = f"defined anew, so that nothing is compared across it: {listed(words, most=_MOST)}"
    return [((_BREAK,), says)]


def _renamed(before: Remembered, now: Remembered) -> list[Part]:
    """Return what a list, such as of promises, no longer holds, and what it now holds."""
    if not (before.definitions and now.definitions and now.verb in LISTS):
        return []
    gone = [_cut(name) for name in before.definitions if name not in now.definitions]
    new = [_cut(name) for name in now.definitions if name not in before.definitions]
    parts: list[Part] = []
    if gone:
        parts.append(((_BREAK, 1), f"no longer in it: {listed(gone, most=_MOST)}"))
    if new:
        parts.append(((_LISTED, 1), f"now in it: {listed(new, most=_MOST)}"))
    return parts


def _turned(before: Remembered, now: Remembered) -> list[Part]:
    if before.band == now.band:
        return []
    worse = WORST_FIRST.index(now.band) < WORST_FIRST.index(before.band)
    rank = (_WORSE if worse else _BETTER, WORST_FIRST.index(now.band))
    return [(rank, f"{now.band}, was {before.band}")]


def _signalled(before: Remembered, now: Remembered) -> list[Part]:
    if before.signals is None or now.signals is None or now.verb in _EXAMPLES:
        return []
    new, gone = arrived(before.signals, now.signals)
    parts: list[Part] = []
    if new:
        worst = (_BAD if new[0].bad else _OTHER, -new[0].traces)
        parts.append((worst, f"appeared: {_whats(new)}"))
    if gone:
        # What fell last week and stayed there falls no more: nobody says that it is well again.
        parts.append(((_GONE,), f"no longer told: {_whats(gone)}"))
    return parts


def _whats(signals: Sequence[Noted]) -> str:
    # How many traces are named is left out: some signals name all of them, some a few examples.
    return listed((_cut(one.what) for one in signals), most=_MOST)


def _numbered(numbers: Sequence[Moved]) -> list[Part]:
    if not numbers:
        return []
    words = [f"{_cut(one.name)} {one.now}, was {one.before}" for one in numbers[:_MOST]]
    rest = len(numbers) - _MOST
    if rest > 0:
        words.append(f"{plural(rest, 'more number')} moved")
    return [((_NUMBER, -numbers[0].far), "; ".join(words))]


def _cut(words: str) -> str:
    return words if len(words) <= _CUT else f"{words[: _CUT - 1]}…"
