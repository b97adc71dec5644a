"""Which episodes left the limits, and which traces are behind them?"""

import numpy as np
import pandas as pd

from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.measures.series import Bins
from agentlens.result import Signal
from agentlens.stats.arrays import Flags
from agentlens.stats.ewma import episodes
from agentlens.theme import Band

__all__ = ["band_of", "is_bad", "signals_of"]

_MOST_IDS = 500


def signals_of(drawn: pd.DataFrame, rows: Rows, bins: Bins, metric: Metric) -> tuple[Signal, ...]:
    """Return a signal for each run of bins beyond the limits, in order of time."""
    bin_of = bins.of(rows.time)
    found = []
    for side in (-1, 1):
        for first, last in episodes(drawn["beyond"].to_numpy() == side):
            inside = (bin_of >= first) & (bin_of <= last)
            held = drawn.iloc[first : last + 1]
            word = "above" if side > 0 else "below"
            found.append(
                Signal(
                    what=f"{metric.title} {word} its limits",
                    start=held["time"].iloc[0],
                    end=held["time"].iloc[-1] + bins.width,
                    value=_level_of(held, metric),
                    expected=float(held["centre"].iloc[0]),
                    n=int(inside.sum()),
                    trace_ids=_behind(rows, inside, side, float(held["centre"].iloc[0])),
                )
            )
    return tuple(sorted(found, key=lambda signal: signal.start))


def _level_of(held: pd.DataFrame, metric: Metric) -> float:
    if metric.kind == "ratio":
        return float(held["total"].sum() / held["below"].sum())
    if metric.kind in {"rate", "mean"}:
        return float(held["total"].sum() / held["weight"].sum())
    return float(np.average(held["value"].dropna(), weights=held["n"][held["value"].notna()]))


def _behind(rows: Rows, inside: Flags, side: int, centre: float) -> tuple[str, ...]:
    """Return the traces that pull the episode to its side, the strongest first."""
    number = rows.numerator
    if rows.metric.kind == "rate":
        pulling = number == (1.0 if side > 0 else 0.0)
    elif rows.metric.kind in {"mean", "quantile"}:
        pulling = number > centre if side > 0 else number < centre
    else:
        pulling = np.ones(number.size, dtype=bool)
    chosen = np.flatnonzero(inside & pulling)
    order = np.lexsort((-rows.time[chosen], -side * number[chosen]))
    return tuple(rows.ids.iloc[rows.positions[chosen[order]][:_MOST_IDS]])


def is_bad(side: int, metric: Metric) -> bool:
    """Return whether leaving the limits on this side (1 above, -1 below) is bad news."""
    return metric.better == "neither" or (side > 0) == (metric.better == "lower")


def band_of(drawn: pd.DataFrame, signals: tuple[Signal, ...], metric: Metric) -> Band:
    """Return act while bad news lasts, watch where anything was called, else pass."""
    last = int(drawn["beyond"].iloc[-1])
    if last and is_bad(last, metric):
        return "act"
    return "watch" if signals else "pass"
