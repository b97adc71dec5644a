"""What changed since the report that was saved before?"""

from collections.abc import Iterable
from pathlib import Path

from agentlens.report.parts.facts import facts
from agentlens.report.parts.items import Item, grouped
from agentlens.report.parts.points import Point, Points
from agentlens.report.parts.told import Told
from agentlens.report.since.asked import Pair, paired
from agentlens.report.since.breaks import comparable
from agentlens.report.since.known import Known, known_from
from agentlens.report.since.lines import Line, absent, line
from agentlens.report.since.moved import FDR, moved
from agentlens.report.since.read import read_known
from agentlens.result import Result
from agentlens.text import plural

__all__ = ["since"]

_MOST = 10


def since(previous: str | Path | Known, items: Iterable[Item]) -> Points:
    """Return what changed since an earlier report, in ten lines at most, the weightiest first.

    Bands that turned, numbers outside each other's interval, new and gone signals, Results that are
    new or gone; a changed definition is told as a break, and nothing is compared across it.

    Args:
        previous: the file that the earlier report was saved as, or what was read from it.
        items: of the new report, as `Report` takes them.

    Example:
        >>> import agentlens as al
        >>> since("week-46.html", [al.worst(al.demo().last("24h"))])
        Since the last report
        - week-46.html cannot be read (No such file or directory), so nothing is compared with it.
    """
    known = previous if isinstance(previous, Known) else read_known(previous)
    if not known.readable:
        return Points([known.caveat], "Since the last report")
    leaves = (leaf for section in grouped(items) for leaf in section.items)
    answers = {str(n): one for n, one in enumerate(leaves) if isinstance(one, (Result, Told))}
    now = known_from(facts(answers, "", ""), "")
    pairs = paired(known.results, now.results)
    lines, remarks = _compared(known, now, pairs)
    if known.caveat:
        remarks.append(known.caveat)
    lines.sort(key=lambda one: one.rank)
    rest = len(lines) - _MOST
    if rest > 0:
        more = f"{plural(rest + 1, 'more result')} changed, none of them as much."
        lines = [*lines[: _MOST - 1], Line((), more)]
    told = [Point(one.says, tuple(answers[name] for name in one.about)) for one in lines]
    told = told or [Point("Nothing changed.")]
    when = f"{known.title}, {known.period}" if known.period else known.title
    return Points([*told, *remarks], f"Since {when}")


def _compared(known: Known, now: Known, pairs: list[Pair]) -> tuple[list[Line], list[str]]:
    """Return a line for each Result in which something changed, and how that is known."""
    both = [(known.results[old], now.results[new], new) for old, new in pairs if old and new]
    whole = [comparable(one, other) for one, other, _ in both]
    numbers, n = moved([(one.facts, other.facts) for one, other in whole])
    found = [
        line(before, after, name, some)
        for (before, after, name), some in zip(both, numbers, strict=True)
    ]
    gone = [known.results[old] for old, new in pairs if old and not new]
    new = {name: now.results[name] for old, name in pairs if name and not old}
    lines = [one for one in [*found, *absent(gone, new)] if one]
    if not any(numbers):
        return lines, []
    how = (
        f"Compared: {plural(n, 'number')} with an interval; those told lie outside the other's "
        f"interval, beyond chance of sampling (at most {100 * FDR:g}% of them falsely so)."
    )
    return lines, [how]
