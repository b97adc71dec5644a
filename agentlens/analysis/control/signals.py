"""Which episodes left the limits, since when, and which traces are behind them?"""

import numpy as np
import pandas as pd

from agentlens.analysis.control.followed import Strongest
from agentlens.analysis.control.learn import Learnt
from agentlens.measures.metric import Metric
from agentlens.measures.series import Bins
from agentlens.result import Signal
from agentlens.stats.charts.ewma import episodes
from agentlens.stats.charts.onset import onset
from agentlens.theme import Band

__all__ = ["band_of", "is_bad", "signals_of"]


def signals_of(
    drawn: pd.DataFrame, learnt: Learnt, metric: Metric, bins: Bins, strongest: Strongest
) -> tuple[Signal, ...]:
    """Return a signal for each run of bins beyond the limits, in order of time.

    The value and the traces of a signal are those since the change most likely began, which is
    earlier than the bin in which the chart was sure.
    """
    runs = [
        (first, last, side)
        for side in (-1, 1)
        for first, last in episodes(drawn["episode"].to_numpy() == side)
    ]
    found = []
    free = int(np.argmax(~learnt.normal))
    for first, last, side in sorted(runs):
        low, began, high = _onset(learnt, free, first, last, side)
        held = drawn.iloc[began : last + 1]
        expected = _expected(held)
        time = drawn["time"]
        found.append(
            Signal(
                what=f"{metric.title} {'above' if side > 0 else 'below'} its limits",
                start=time.iloc[first],
                end=time.iloc[last] + bins.width,
                value=_level_of(held, metric),
                expected=expected,
                n=int(held["n"].sum()),
                trace_ids=strongest(began, last, side, expected),
                bad=is_bad(side, metric),
                began=time.iloc[began],
                began_between=(time.iloc[low], time.iloc[high] + bins.width),
            )
        )
        free = last + 1
    return tuple(found)


def _onset(learnt: Learnt, free: int, first: int, last: int, side: int) -> tuple[int, int, int]:
    """Return the earliest, the likeliest and the latest bin in which the change may have begun.

    It is looked for after the episode before, and to the side on which the chart called.
    """
    found = learnt.found
    free = min(free, first)
    use = np.where(found.present, np.maximum(found.precision[0], 1e-9), np.nan)
    away = side * np.where(found.present, found.standard[0], np.nan) / use
    change = onset(
        away,
        1 / use**2,
        free,
        first,
        inflation=float(max(learnt.model.long_run()[0], 1.0)),
        until=last,
    )
    return change.low, change.index, change.high


def _expected(held: pd.DataFrame) -> float:
    """Return the mean of the centre over some bins, each counted with its rows."""
    known = held["n"] > 0
    return float(np.average(held["centre"][known], weights=held["n"][known]))


def _level_of(held: pd.DataFrame, metric: Metric) -> float:
    if metric.kind == "ratio":
        return float(held["total"].sum() / held["below"].sum())
    if metric.kind in {"rate", "mean"}:
        return float(held["total"].sum() / held["weight"].sum())
    return float(np.average(held["value"].dropna(), weights=held["n"][held["value"].notna()]))


def is_bad(side: int, metric: Metric) -> bool:
    """Return whether leaving the limits on this side (1 above, -1 below) is bad news."""
    return metric.better == "neither" or (side > 0) == (metric.better == "lower")


def band_of(drawn: pd.DataFrame, signals: tuple[Signal, ...], metric: Metric) -> Band:
    """Return act while bad news lasts, watch where anything was called, else pass."""
    last = int(drawn["episode"].iloc[-1])
    if last and is_bad(last, metric):
        return "act"
    return "watch" if signals else "pass"
