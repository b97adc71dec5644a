"""Which value of a column came last, and which before it make a fair baseline?"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError
from agentlens.stats.arrays import Flags, Ints

__all__ = ["Before", "before", "in_order"]

_PART = 0.5
_ENOUGH = 5000
_MOMENTS = 50
_SAME_TIMES = 0.9
_HOURS, _PARTS = 6, 28  # quarters of days, of which a week has so many


@dataclass(frozen=True, eq=False)
class Before:
    """Traces by the value of a column.

    Attributes:
        by: the column.
        words: its value of each trace; None where it has none.
        start: of each trace.
        order: its values, the oldest first.
    """

    by: str
    words: pd.Series
    start: pd.Series
    order: Sequence[str]


def in_order(first: pd.Series, covered: pd.Timedelta) -> list[str]:
    """Return the values by when each was first seen; those that began together by name.

    Args:
        first: the time of the first trace of each.
        covered: the time that the log covers.
    """
    if first.empty:
        return []
    since = (first - first.min()) / covered
    together = (since * _MOMENTS).astype("int64")
    return sorted(map(str, first.index), key=lambda one: (together[one], _counted(one)))


def before(
    of: Before, now: Sequence[str], alike: Callable[[pd.Series, Flags, Flags], bool] | None
) -> tuple[list[str], tuple[str, ...]]:
    """Return the values just before the current ones, as many as make a baseline, and why so many.

    The one before is taken alone if it has half as many traces, and either ran at the same time or
    in the same times of the week; else those before it are added, the nearest first.

    Args:
        of: the traces by value.
        now: the current values.
        alike: tells of the current and the baseline traces whether they ran at the same time. None
            where that does not matter: the nearest value is then taken alone.
    """
    place = min(of.order.index(one) for one in now)
    if place == 0:
        message = f"Nothing came before {of.by} {now[0]!r}, the first of this log. Pass baseline=."
        raise BadInputError(message)
    if alike is None:
        return [of.order[place - 1]], ()
    earlier = list(reversed(of.order[:place]))
    found = pd.Index(earlier).get_indexer(pd.Index(of.words))  # 0 is the nearest, -1 none of them
    back: Ints = found.astype(np.int64)
    current: Flags = of.words.isin(now).to_numpy(dtype=bool)
    counts = np.bincount(back[back >= 0], minlength=len(earlier)).cumsum()
    last = len(earlier) - 1
    wanted = min(_PART * int(current.sum()), _ENOUGH)
    far = min(int(np.searchsorted(counts, wanted)), last)
    lacking = f"has {text.plural(int(counts[0]), 'trace')}, too few"
    if not alike(of.start, current, (back >= 0) & (back <= far)):
        times = _same_times(of.start, current, back, last)
        lacking = lacking if far else "did not run at the same times of the week"
        far = max(far, times)
    taken = earlier[: far + 1]
    if not far:
        return taken, ()
    why = (
        f"No baseline was named and {of.by} {taken[0]} alone {lacking}, so that it and the"
        f" {text.plural(far, 'value')} before it are the baseline. Pass baseline= for another."
    )
    return taken, (why,)


def _counted(name: str) -> list[tuple[int, str]]:
    """Return a name as it sorts when its numbers count: 1.10 comes after 1.9."""
    parts = re.findall(r"\d+|\D+", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _same_times(start: pd.Series, current: Flags, back: Ints, last: int) -> int:
    """Return how far back one must go for the times of the week of the current traces."""
    time = (start.dt.day_of_week * (24 // _HOURS) + start.dt.hour // _HOURS).to_numpy()
    first = np.full(_PARTS, last + 1)
    np.minimum.at(first, time[back >= 0], back[back >= 0])
    needed = np.sort(first[time[current]])
    return min(int(needed[int(np.ceil(_SAME_TIMES * needed.size)) - 1]), last)
