"""Where does a control chart's line run, and how far may it stray?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.measures.metric import Metric
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.baseline import InControl, fit_in_control
from agentlens.stats.ewma import ewma

__all__ = ["DRAWN", "Design", "draw"]

DRAWN = ("ewma", "centre", "lower", "upper")
"""The columns that a chart adds to its series."""

_Z = 1.959964
_MAD = 1.4826
_OUTLIER = 3.5
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Design:
    """How the chart is set up, and what that promises for independent bins."""

    lam: float
    width: float
    run_length: float
    bin: pd.Timedelta


def draw(
    frame: pd.DataFrame, normal: Flags, metric: Metric, lam: float, width: float
) -> tuple[pd.DataFrame, InControl]:
    """Return the series with its EWMA, centre and limits, in the metric's own unit."""
    log_scale = metric.unit in {"s", "USD"}
    points, sampling, level = _points(frame, normal, metric, log_scale=log_scale)
    model = fit_in_control(
        np.where(normal, points, np.nan), np.where(normal, sampling, np.nan), level=level
    )
    variances = model.variance(sampling)
    reach = _OUTLIER * np.sqrt(variances)
    points = np.clip(points, model.level - reach, model.level + reach)
    z, v = np.empty_like(points), np.empty_like(points)
    for part in (normal, ~normal):
        z[part], v[part] = ewma(points[part], variances[part], lam, model.level)
    half = width * np.sqrt(v * model.inflation(lam) + model.level_variance)
    half = np.maximum(half, _ROUNDING * max(abs(model.level), 1e-9))
    beyond = np.where(normal, 0, (z > model.level + half).astype(int) - (z < model.level - half))
    centre = np.full_like(z, model.level)
    lines = {"ewma": z, "centre": centre, "lower": centre - half, "upper": centre + half}
    if log_scale:
        lines = {name: np.exp(line) for name, line in lines.items()}
    if metric.unit == "share":
        lines["lower"], lines["upper"] = (
            np.maximum(lines["lower"], 0),
            np.minimum(lines["upper"], 1),
        )
    return frame.assign(**lines, beyond=beyond, baseline=normal), model


def _points(
    frame: pd.DataFrame, normal: Flags, metric: Metric, *, log_scale: bool
) -> tuple[Floats, Floats, float | None]:
    """Return the points on the scale on which they are charted, and their sampling variance.

    A rate's variance comes from the baseline's rate and each bin's n. For every other kind the
    baseline's own intervals say how the variance falls with n; the typical value of n times the
    variance is used for all bins, because a bin's own variance goes up and down with its value.
    """
    value = frame["value"].to_numpy()
    n = np.where(frame["n_eff"] > 0, frame["n_eff"], np.nan)
    if metric.kind == "count":
        n = np.where(np.isnan(n), np.nan, np.nanmean(n[normal]))
    if metric.kind == "rate":
        level = float(frame["total"][normal].sum() / frame["weight"][normal].sum())
        smoothed = np.clip(level, 0.5 / frame["n"][normal].sum(), None)
        smoothed = min(smoothed, 1 - 0.5 / frame["n"][normal].sum())
        return value, smoothed * (1 - smoothed) / n, level
    low, high = frame["low"].to_numpy(), frame["high"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        if log_scale:
            value, low, high = np.log(value), np.log(low), np.log(high)
        value = np.where(np.isfinite(value), value, np.nan)
        each = n * ((high - low) / (2 * _Z)) ** 2
    usable = normal & np.isfinite(each)
    if usable.any():
        return value, float(np.median(each[usable])) / n, None
    # No bin is large enough for an interval (p95 needs 72 rows): the scatter itself must say.
    scatter = np.nanmedian(np.abs(value[normal] - np.nanmedian(value[normal]))) * _MAD
    return value, scatter**2 * np.nanmedian(n[normal]) / n, None
