"""How does a mean or a ratio, which has no bad events, lie to its objective?"""

from typing import Literal

import numpy as np
import pandas as pd

from agentlens.analysis.slos.slo import SLO
from agentlens.measures.estimate import estimate
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows

__all__ = ["FEW_ROWS", "average", "held_against"]

FEW_ROWS = 20
"""Effective rows below which the interval of a mean is not relied on."""


def average(rows: Rows, slo: SLO, bad: np.ndarray, level: float) -> pd.DataFrame:
    """Return the one row of a mean or a ratio: its value and interval; it has no budget."""
    table = estimate(rows, np.zeros(rows.time.size, dtype=np.int64), 1, level)
    correction = rows.metric.correction
    found = (table if correction is None else correction.widened(table, level)).iloc[0]
    burns = ("burn", "burn_low", "burn_high", "bound", "threshold")
    missing = dict.fromkeys(("share", "low", "high", "budget", *burns), np.nan)
    since = pd.to_datetime(rows.time[0], unit="us", utc=True) if rows.time.size else pd.NaT
    row = {
        "window": slo.window,
        "since": since,
        "reached": False,
        "n": int(found["n"]),
        "n_eff": found["n_eff"],
    }
    value = {"value": found["value"], "value_low": found["low"], "value_high": found["high"]}
    return pd.DataFrame([row | {"bad": int(bad.sum()), "state": "none"} | missing | value])


def held_against(
    row: "pd.Series[float]", slo: SLO, metric: Metric
) -> Literal["broken", "kept", "straddles", "few"]:
    """Return how an interval lies to its objective: beyond, within, or holding it."""
    if np.isnan(row["value_low"]) or np.isnan(row["value_high"]):
        return "few"
    if row["n_eff"] < FEW_ROWS:
        return "few"
    low, high = row["value_low"] > slo.objective, row["value_high"] < slo.objective
    lower = metric.better == "lower"
    if low if lower else high:
        return "broken"
    # an interval that ends at the objective keeps "at most" and "at least", both of which hold it
    kept = row["value_high"] <= slo.objective if lower else row["value_low"] >= slo.objective
    return "kept" if kept else "straddles"
