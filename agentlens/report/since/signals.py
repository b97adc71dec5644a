"""Which signals are new, and which are gone?"""

from collections import defaultdict
from collections.abc import Sequence

from agentlens.report.since.asked import masked
from agentlens.report.since.known import Noted

__all__ = ["arrived"]


def arrived(
    before: Sequence[Noted], now: Sequence[Noted]
) -> tuple[tuple[Noted, ...], tuple[Noted, ...]]:
    """Return the new signals and the gone ones, each the weightiest first.

    A signal goes on where one that says the same overlaps it in time; else where one is left that
    says the same, because a period moves along with the report that speaks of it.

    Args:
        before: of the earlier Result.
        now: of the new one.
    """
    waiting: dict[str, list[Noted]] = defaultdict(list)
    for one in before:
        waiting[masked(one.what)].append(one)
    later: list[Noted] = []
    for one in now:
        same = waiting[masked(one.what)]
        met = next((other for other in same if _overlap(one, other)), None)
        if met is None:
            later.append(one)
        else:
            same.remove(met)
    new = []
    for one in later:
        same = waiting[masked(one.what)]
        if same:
            same.pop(0)
        else:
            new.append(one)
    gone = [one for left in waiting.values() for one in left]
    return _weighty(new), _weighty(gone)


def _overlap(one: Noted, other: Noted) -> bool:
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    return one.start <= other.end and other.start <= one.end


def _weighty(signals: list[Noted]) -> tuple[Noted, ...]:
    return tuple(sorted(signals, key=lambda one: (not one.bad, -one.traces)))
