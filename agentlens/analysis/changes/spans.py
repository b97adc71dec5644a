"""Which stretch of time is compared with which, and what past are both judged by?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import BASELINE, CURRENT, Span, bounds
from agentlens.errors import BadInputError
from agentlens.stats.arrays import Flags, Ints
from agentlens.stats.normal.steps import Shape
from agentlens.tables.log import Log
from agentlens.tables.period import Period, length, microseconds, window

__all__ = ["BLOCKS", "NEITHER", "Spans", "spans_of"]

BLOCKS = 7
"""Into how many blocks the current period is cut: a week into days."""

NEITHER = 2
"""The arm of what is in neither period."""

_WEEK = "7D"
_TOLERATED = 0.1


@dataclass(frozen=True, eq=False)
class Spans:
    """Two stretches of time, and the periods of equal length before.

    Attributes:
        current: from and until.
        baseline: the same.
        starts: of each period on record, the oldest first, the current one last.
        known: how much of the baseline the log covers, from 0 to 1.
    """

    current: Span
    baseline: Span
    starts: pd.DatetimeIndex
    known: float

    @property
    def whole(self) -> Span:
        """From when until before when anything is looked at."""
        return min(self.starts[0], self.baseline[0]), self.current[1]

    @property
    def lacks(self) -> bool:
        """Whether the log begins too late for the baseline."""
        return self.known < 1 - _TOLERATED

    @property
    def length(self) -> pd.Timedelta:
        """How long the current period is."""
        return self.current[1] - self.current[0]

    @property
    def aligned(self) -> bool:
        """Whether the baseline is the period just before, of equal length."""
        return self.baseline == (self.current[0] - self.length, self.current[0])

    @property
    def shape(self) -> Shape:
        """What a step from the baseline to the current period compares, in blocks."""
        block = self.length / BLOCKS
        before = max(round((self.baseline[1] - self.baseline[0]) / block), 1)
        return Shape(BLOCKS, before, round((self.current[0] - self.baseline[0]) / block))

    def period_of(self, time: Ints) -> Ints:
        """Return the period of each time; before the first it is below zero."""
        return (time - microseconds(self.starts[0])) // self._micro

    def block_of(self, time: Ints) -> Ints:
        """Return the block of each time, counted from the start of the first period."""
        return (time - microseconds(self.starts[0])) * BLOCKS // self._micro

    def inside(self, time: Ints) -> Flags:
        """Return which times lie in a period on record, or in the baseline."""
        first, last = bounds(self.whole)
        return (time >= first) & (time < last)

    def arm(self, time: Ints) -> Ints:
        """Return CURRENT, BASELINE or NEITHER for each time."""
        found = np.full(time.size, NEITHER, dtype=np.int64)
        for arm, span in zip((BASELINE, CURRENT), (self.baseline, self.current), strict=True):
            first, last = bounds(span)
            found[(time >= first) & (time < last)] = arm
        return found

    @property
    def _micro(self) -> int:
        return int(self.length / pd.Timedelta(1, "us"))


def spans_of(log: Log, current: Period | None, baseline: Period | None, weeks: int) -> Spans:
    """Return the two stretches and the periods on record.

    Args:
        log: the traces.
        current: a length that ends with the last hour of the log, a pair of times, or a Log, of
            which the time is meant.
        baseline: the same; a length counts back from the start of `current`.
        weeks: the most periods before the current one that are looked back on.

    Raises:
        BadInputError: a period is out of order, or they overlap.
    """
    now = window(_WEEK if current is None else current, log.start, log.stop.ceil("h"))
    if isinstance(current, str | None):  # where the log is shorter, the baseline is what it lacks
        now = now[1] - length(_WEEK if current is None else current), now[1]
    if baseline is None:
        then = now[0] - (now[1] - now[0]), now[0]
    elif isinstance(baseline, str):
        then = now[0] - length(baseline), now[0]
    else:
        then = window(baseline, log.start, log.stop)
    if then[1] > now[0]:
        message = (
            f"The baseline ends at {then[1]:%Y-%m-%d %H:%M}, after the current period begins at"
            f" {now[0]:%Y-%m-%d %H:%M}. End it where the current period begins, or before."
        )
        raise BadInputError(message)
    width = now[1] - now[0]
    recorded = (now[0] - log.start) / width + _TOLERATED / BLOCKS
    periods = int(np.clip(recorded, 0, weeks))
    starts = pd.DatetimeIndex([now[0] - width * back for back in range(periods, -1, -1)])
    known = (then[1] - max(then[0], log.start)) / (then[1] - then[0])
    return Spans(now, then, starts, float(np.clip(known, 0.0, 1.0)))
