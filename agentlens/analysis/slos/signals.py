"""Which traces broke a promise, over which window?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens.analysis.slos.standing import Asked, Standing
from agentlens.result import Signal

__all__ = ["signals_of"]

_MOST_IDS = 500


def signals_of(standings: Sequence[Standing], asked: Asked) -> tuple[Signal, ...]:
    """Return a signal for each promise to act on or to watch, those to act on first."""
    called = [one for one in standings if one.band in {"act", "watch"} and bool(one.bad.any())]
    return tuple(_signal(one, asked) for one in sorted(called, key=lambda one: one.band))


def _signal(standing: Standing, asked: Asked) -> Signal:
    """Return the window that tells most of what is going on now, with its bad traces.

    The value is that of the metric; for a quantile, whose promise is about a share of traces, the
    share that keeps within the objective.
    """
    name, what = _window(standing)
    row = standing.table[standing.table["window"] == name].iloc[0]
    since = row["since"]
    inside = np.asarray(standing.rows.time >= since.value // 1000)
    chosen = np.flatnonzero(inside & (standing.bad > 0))[::-1]
    ids = standing.rows.ids.iloc[standing.rows.positions[chosen]]
    first = pd.Timestamp(int(standing.rows.time[inside][0]), unit="us", tz="UTC")
    quantile = standing.metric.kind == "quantile"
    return Signal(
        what=f"{standing.slo.name}: {what}",
        start=max(since, first),
        end=asked.at,
        value=float(row["value"]),
        expected=1 - standing.allowed if quantile else standing.slo.objective,
        n=int(inside.sum()),
        trace_ids=tuple(dict.fromkeys(ids))[:_MOST_IDS],
    )


def _window(standing: Standing) -> tuple[str, str]:
    whole = standing.slo.window
    if standing.agreed:
        pair = standing.agreed[0]
        return pair.long, f"burning fast over {pair.short} and {pair.long}"
    if standing.why == "broken":
        spent = "beyond its objective" if np.isnan(standing.allowed) else "budget spent"
        return whole, spent
    if standing.lasts:
        return standing.lasts, f"burning over {standing.lasts}"
    return whole, "near its objective" if np.isnan(standing.allowed) else "budget likely spent"
