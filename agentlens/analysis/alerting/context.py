"""What does somebody who is woken up need to see beside the number?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.control.chart import ControlChart
from agentlens.result import Fact, Signal

__all__ = ["Alert", "alert_of", "shared_cause"]

_DAY, _WEEK = pd.Timedelta("1D"), pd.Timedelta("7D")
_RECENT = pd.Timedelta("3D")
_MOST_IDS = 20


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One call, and what is known about it.

    Attributes:
        what: the metric and slice, as a phrase.
        part: the slice, "" for all traffic.
        called: when somebody was called.
        closed: when the alarm ended; None while it lasts.
        signal: the episode behind it: since when, value, expected, n, traces.
        last_day: the metric over the 24 hours up to the end of the data.
        week_before: over the seven days before those.
        deploys: releases in the three days before the change, and since.
        definition: the newest change of definition, "" if there was none.
        new: whether it was called in the stretch that is asked about.
        also: what else changed with it.
        note: the answer in words, of a result that is no chart.
    """

    what: str
    part: str
    called: pd.Timestamp
    closed: pd.Timestamp | None
    signal: Signal
    last_day: Fact
    week_before: Fact
    deploys: tuple[str, ...]
    definition: str
    new: bool = True
    also: tuple[str, ...] = ()
    note: str = ""

    @property
    def trace_ids(self) -> tuple[str, ...]:
        """The traces to read first."""
        return self.signal.trace_ids[:_MOST_IDS]


def alert_of(
    chart: ControlChart, called: pd.Timestamp, closed: pd.Timestamp | None, *, new: bool
) -> Alert:
    """Return the call of a chart with its context.

    Args:
        chart: which called.
        called: the end of the bin in which it did.
        closed: the end of the bin in which it was quiet again.
        new: whether the call is recent.
    """
    signal = next(
        (one for one in reversed(chart.signals()) if one.start < called), chart.signals()[0]
    )
    end = chart.frame["time"].iloc[-1] + pd.Timedelta(chart.every)
    began = signal.began or signal.start
    releases = chart.marks[chart.marks["kind"] == "release"]
    near = releases[releases["time"] >= began - _RECENT]
    changed = chart.marks.loc[chart.marks["kind"] == "definition", "label"]
    return Alert(
        what=chart.title.rsplit(", every", 1)[0],
        part=chart.part,
        called=called,
        closed=closed,
        signal=signal,
        last_day=_over(chart, end - _DAY, end),
        week_before=_over(chart, end - _DAY - _WEEK, end - _DAY),
        deploys=tuple(f"{one.label} ({one.time:%d %b %H:%M})" for one in near.itertuples()),
        definition=str(changed.iloc[-1]) if len(changed) else "",
        new=new,
    )


def _over(chart: ControlChart, start: pd.Timestamp, end: pd.Timestamp) -> Fact:
    """Return the metric over a stretch, from the sums of its bins; a quantile from its bins."""
    held = chart.frame[(chart.frame["time"] >= start) & (chart.frame["time"] < end)]
    held = held[held["n"] > 0]
    n, metric = int(held["n"].sum()), chart.metric
    if not n:
        return Fact(value=np.nan, unit=metric.unit, n=0)
    if metric.kind == "quantile":
        value = float(np.average(held["value"].fillna(0), weights=held["n"]))
    elif metric.kind == "count":
        value = float(held["value"].mean())
    else:
        below = held["below"] if metric.kind == "ratio" else held["weight"]
        value = float(held["total"].sum() / below.sum()) if below.sum() else np.nan
    return Fact(value=value, unit=metric.unit, n=n)


def shared_cause(one: Alert, other: Alert, width: pd.Timedelta) -> bool:
    """Return whether two calls probably have one cause: onset within a bin, slices that overlap.

    Onsets are estimates; one that lies inside the other's interval counts as the same.
    """
    if one.part and other.part and one.part != other.part:
        return False
    first, second = one.signal.began, other.signal.began
    if first is None or second is None:
        return False
    if abs(first - second) <= width:
        return True
    return _holds(one.signal, second) and _holds(other.signal, first)


def _holds(signal: Signal, time: pd.Timestamp) -> bool:
    return signal.began_between is not None and (
        signal.began_between[0] <= time <= signal.began_between[1]
    )
