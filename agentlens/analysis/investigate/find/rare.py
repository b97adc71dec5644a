"""Did something happen in a burst that hardly ever happens?

Too rare for a chart, it is asked of the events themselves: how likely is it that so many of them
fall into so short a stretch, if each could have fallen anywhere? Of one user, one event counts.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.investigate.find.watch import FALSE
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.events.began import before_first
from agentlens.stats.events.conditional import more
from agentlens.tables.period import microseconds, time_at

__all__ = ["Burst", "bad_rows", "burst_of", "is_rare"]

_MOST_EVENTS = 60
_RARE_SHARE = 0.005
_ENOUGH = 300


@dataclass(frozen=True, eq=False)
class Burst:
    """Events that came together.

    Attributes:
        began: of the first of them.
        between: the interval that holds the moment from which they could happen.
        end: of the last.
        rows: which rows they are.
        p: how likely any such burst is, were nothing the matter.
    """

    began: pd.Timestamp
    between: tuple[pd.Timestamp, pd.Timestamp]
    end: pd.Timestamp
    rows: Ints
    p: float


def bad_rows(rows: Rows) -> Flags:
    """Return which rows of a rate are bad news; those that count, where neither way is better."""
    return np.asarray(rows.numerator == (0.0 if rows.metric.better == "higher" else 1.0))


def is_rare(rows: Rows) -> bool:
    """Return whether bad news is too rare for a chart."""
    if rows.metric.kind != "rate" or not rows.numerator.size:
        return False
    events = int(bad_rows(rows).sum())
    if rows.numerator.size < _ENOUGH:  # of so few rows nobody can say that anything is rare
        return False
    return events <= _MOST_EVENTS and events <= max(_RARE_SHARE * rows.numerator.size, 5)


def burst_of(rows: Rows, at: pd.Timestamp | None = None) -> Burst | None:
    """Return the unlikeliest burst of bad news, near a moment if one is given; None if all is usual.

    Args:
        rows: of a rate.
        at: when something was noticed; the burst begins at most two days before or after.
    """
    order = np.argsort(rows.time, kind="stable")
    exposure = np.cumsum(rows.weight[order])
    bad = np.flatnonzero(bad_rows(rows)[order])
    _, firsts = np.unique(rows.cluster[order[bad]], return_index=True)
    events = bad[np.sort(firsts)]
    if events.size < 2:  # noqa: PLR2004 - one event is no burst
        return None
    place = exposure[events]
    first, last = np.triu_indices(events.size, k=1)
    held = np.maximum(place[last] - place[first], rows.weight.mean()) / exposure[-1]
    # The first event sets the place; what is unlikely is that others came so soon.
    further = (last - first).astype(np.float64)
    p = more(further, events.size - 1 - further, np.clip(held, 0.0, 1.0)) * first.size
    if at is not None:
        near = np.abs(rows.time[order[events[first]]] - microseconds(at))
        p = np.where(near <= pd.Timedelta("48h") // pd.Timedelta("1us"), p, 1.0)
    best = int(p.argmin())
    if not p[best] < FALSE:
        return None
    chosen = events[first[best] : last[best] + 1]
    return _told(rows, order, exposure, chosen, float(p[best]))


def _told(rows: Rows, order: Ints, exposure: Floats, events: Ints, p: float) -> Burst:
    place = exposure[events]
    back = place[0] - before_first(place)
    time = rows.time[order]
    earliest = time[max(int(np.searchsorted(exposure, back)), 0)] if back > 0 else time[0]
    inside = np.arange(events[0], events[-1] + 1)
    own = order[inside][bad_rows(rows)[order[inside]]]
    low, began, end = (time_at(one) for one in (earliest, time[events[0]], time[events[-1]]))
    return Burst(began, (low, began), end, own, p)
