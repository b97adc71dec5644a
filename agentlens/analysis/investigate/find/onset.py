"""Since when, as exactly as the rows that show it can tell?

A chart knows bins. Once it is known which rows changed, the rows themselves say when: each is one
point, and the change lies between two of them.
"""

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import Span
from agentlens.analysis.investigate.find.mixture import added_up
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.charts.onset import onset
from agentlens.tables.period import microseconds, time_at

__all__ = ["Began", "began_in", "lasted_until"]

_FEWEST = 8
_AROUND = pd.Timedelta("24h")
_MOST = 20_000
_CLIP = 3.0
_MOST_INFLATION = 4.0
_HOURS, _PARTS = 3 * 3_600_000_000, 8
_PRIOR = 20.0  # rows that an hour of the day needs to be believed half
Began = tuple[pd.Timestamp, Span]


def began_in(
    rows: Rows,
    within: Flags,
    before: Flags,
    between: Span,
    end: pd.Timestamp,
    *,
    normal: Flags | None = None,
    earliest: pd.Timestamp | None = None,
) -> Began | None:
    """Return when the rows of a slice most likely changed, and the interval that holds that time.

    Args:
        rows: what the metric counts.
        within: which rows belong to the slice that changed.
        before: the rows that say what it was before.
        between: where to look, and somewhat before and after.
        end: until when the change lasted.
        normal: rows that say how it varies over the day, where those before are few.
        earliest: nothing before it is looked at.
    """
    y = _telling(rows, before)
    cycle = np.flatnonzero(within & (before if normal is None else normal))
    held = np.flatnonzero(within & before)
    margin = max(2 * (between[1] - between[0]), _AROUND)
    since = between[0] - margin if earliest is None else max(between[0] - margin, earliest)
    first, last = microseconds(since), microseconds(min(between[1] + margin, end))
    there = np.flatnonzero(within & (rows.time >= first) & (rows.time < microseconds(end)))
    there = there[np.argsort(rows.time[there], kind="stable")][:_MOST]
    time = rows.time[there]
    alarm = int(np.searchsorted(time, last)) - 1
    if held.size < _FEWEST or alarm < 1 or there.size < _FEWEST:
        return None
    y = y - _usual(y, rows, held, cycle if cycle.size else held)
    after = there[rows.time[there] >= microseconds(between[1])]
    spreads = [_spread(y, rows, part) for part in (held, after) if part.size >= _FEWEST]
    # What fails more also varies more: the larger variance keeps the interval honest.
    variance = max(*(one for one, _ in spreads), 1e-9)
    inflation = max(one for _, one in spreads)
    change = onset(
        y[there], np.full(there.size, variance), 0, alarm,
        inflation=inflation, until=there.size - 1,
    )  # fmt: skip
    before_it = time[change.low - 1] if change.low else first
    low, began, high = (time_at(one) for one in (before_it, time[change.index], time[change.high]))
    return began, (low, high)


def lasted_until(
    rows: Rows, within: Flags, before: Flags, began: pd.Timestamp, *, normal: Flags
) -> pd.Timestamp | None:
    """Return the last moment at which rows of a slice were still as they became; None if unknown.

    The rows are read from the end of the log backwards: what they then began to be is what ended.

    Args:
        rows: what the metric counts.
        within: which rows belong to the slice that changed.
        before: the rows that say what it was before.
        began: when it changed.
        normal: rows that say how it varies over the day.
    """
    y = _telling(rows, before)
    held, cycle = np.flatnonzero(within & before), np.flatnonzero(within & normal)
    there = np.flatnonzero(within & (rows.time >= microseconds(began)))
    if min(held.size, cycle.size, there.size) < _FEWEST:
        return None
    there = there[np.argsort(rows.time[there], kind="stable")][-_MOST:]
    away = (y - _usual(y, rows, held, cycle))[there][::-1]
    variance = max(_spread(y, rows, held)[0], _spread(y, rows, there)[0], 1e-9)
    change = onset(away, np.full(away.size, variance), 0, away.size - 1)
    return time_at(rows.time[there][::-1][change.index])


def _usual(y: Floats, rows: Rows, held: Ints, cycle: Ints) -> Floats:
    """Return what is usual at the hour of the day of each row, drawn towards the level before."""
    part = rows.time // _HOURS % _PARTS
    w = rows.weight[cycle]
    away = y[cycle] - float(np.average(y[cycle], weights=w))
    weight = np.bincount(part[cycle], weights=w, minlength=_PARTS)
    total = np.bincount(part[cycle], weights=w * away, minlength=_PARTS)
    shape: Floats = total / (weight + _PRIOR * float(w.mean()))
    level = float(np.average(y[held] - shape[part[held]], weights=rows.weight[held]))
    return level + shape[part]


def _spread(y: Floats, rows: Rows, part: Ints) -> tuple[float, float]:
    """Return the variance of some rows, and how much users with several of them inflate it."""
    w = rows.weight[part]
    away = y[part] - float(np.average(y[part], weights=w))
    squares = float((away**2).sum())
    if not squares > 0:
        return 0.0, 1.0
    sums = np.bincount(np.unique(rows.cluster[part], return_inverse=True)[1], weights=away)
    inflation = float(np.clip((sums**2).sum() / squares, 1.0, _MOST_INFLATION))
    return float(np.average(away**2, weights=w)), inflation


def _telling(rows: Rows, normal: Flags) -> Floats:
    """Return a number for each row that moves where the metric does, with as little noise as can be.

    For a quantile of a time that is its logarithm: all rows tell of a slowdown, not only the
    slowest.
    """
    if rows.metric.kind != "quantile" or not bool((rows.numerator > 0).all()):
        return added_up(rows, normal)
    y = np.log(rows.numerator)
    middle, spread = float(np.median(y[normal])), float(np.std(y[normal]))
    return np.clip(y, middle - _CLIP * spread, middle + _CLIP * spread)
