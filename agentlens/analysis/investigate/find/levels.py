"""At which levels did an alarm hold, and when did each begin?"""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import Span
from agentlens.analysis.control.learn import Learnt
from agentlens.measures.series import Bins
from agentlens.result import Signal
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.charts.onset import onset
from agentlens.stats.normal.segments import penalty_for, segments

__all__ = ["Episode", "Source", "parted"]

Source = Literal["metric", "mix", "judge", "slice"]

_LEAST = 3
_FALSE = 0.01
_GONE = 2.0
_CLIP = 12.0
_RAMP, _ALIKE = 4, 0.4


@dataclass(frozen=True)
class Episode:
    """A stretch in which a chart is off, or a part of it at one level.

    Attributes:
        source: whether the metric, its mix, the judge behind it or a slice alone was off.
        began: when it most likely began.
        between: the interval that holds that time.
        end: until when it lasted.
        shift: how far off, in the unit of what was charted.
        since: where the stretch before it began, if that was off, too; else None.
    """

    source: Source
    began: pd.Timestamp
    between: Span
    end: pd.Timestamp
    shift: float
    since: pd.Timestamp | None = None


@dataclass(frozen=True)
class _Level:
    """Some bins at one level, in standard deviations of a typical bin."""

    first: int
    end: int
    mean: float

    def near_normal(self, inflation: float) -> bool:
        """Return whether so many bins may lie so far off although nothing is wrong."""
        return abs(self.mean) * sqrt((self.end - self.first) / inflation) < _GONE


def parted(
    signal: Signal, drawn: pd.DataFrame, learnt: Learnt, bins: Bins, source: Source
) -> list[Episode]:
    """Return the levels of one alarm as episodes of their own, without a tail that is normal.

    Args:
        signal: the alarm.
        drawn: the series with its chart.
        learnt: what is normal.
        bins: of time.
        source: which chart called.
    """
    time = drawn["time"]
    first = int(time.searchsorted(signal.began or signal.start))
    last = int(time.searchsorted(signal.end)) - 1
    standard, there = _standard(learnt)
    held = standard[first : last + 1]
    inflation = float(max(learnt.model.long_run()[0], 1.0))
    penalty = penalty_for(int((~learnt.normal & there).sum()), inflation, _FALSE, least=_LEAST)
    levels = _levels(held, segments(held, penalty, least=_LEAST), inflation)
    scale = float(learnt.found.scale[0])
    stop = bins.starts[-1] + bins.width
    found = []
    for place, one in enumerate(levels):
        began, between, since = signal.began, signal.began_between, None
        if place:
            before = levels[place - 1]
            since = time.iloc[first + before.first]
            change = onset(
                standard - before.mean, np.ones(standard.size), first + before.first,
                first + one.end - 1, inflation=inflation,
            )  # fmt: skip
            began = time.iloc[change.index]
            between = time.iloc[change.low], time.iloc[change.high] + bins.width
        end = min(time.iloc[first + one.end - 1] + bins.width, stop)
        if began is None or between is None:
            continue
        found.append(Episode(source, began, between, end, one.mean * scale, since))
    return found


def _standard(learnt: Learnt) -> tuple[Floats, Flags]:
    """Return how far each bin lies off, in standard deviations of a typical one."""
    there = learnt.found.present
    centre = learnt.centre
    with np.errstate(invalid="ignore"):
        away = np.subtract(learnt.values, centre) / learnt.found.scale[0]
    # Weighed by precision, so that a bin of few rows says as little as it knows.
    heard = np.clip(learnt.found.precision[0], 0.0, 1.0)
    return np.where(there, np.clip(away * heard, -_CLIP, _CLIP), np.nan), there


def _levels(held: Floats, starts: list[int], inflation: float) -> list[_Level]:
    """Return the levels of an episode: no ramp of its beginning, no tail that is normal."""
    ends = [*starts[1:], held.size]
    levels: list[_Level] = []
    for first, end in zip(starts, ends, strict=True):
        one = _Level(first, end, float(np.nanmean(held[first:end])))
        if levels and _one_change(levels[-1], one):
            start = levels.pop().first
            one = _Level(start, end, float(np.nanmean(held[start:end])))
        levels.append(one)
    while len(levels) > 1 and levels[-1].near_normal(inflation):
        levels.pop()
    return levels


def _one_change(before: _Level, after: _Level) -> bool:
    """Return whether two levels are one change: alike, or the first one a ramp to the second."""
    if before.mean * after.mean <= 0:
        return False
    ramp = before.end - before.first <= _RAMP and abs(after.mean) > abs(before.mean)
    least, most = sorted((abs(before.mean), abs(after.mean)))
    return ramp or most - least < _ALIKE * most
