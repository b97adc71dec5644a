"""What is normal for this metric, and what would charts of normal show?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import pandas as pd

from agentlens.analysis.control.choices import Choices
from agentlens.measures.metric import Metric
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.normal.cycles import cycles, none, repeats
from agentlens.stats.normal.futures import Deviations, Futures, deviations, draw
from agentlens.stats.normal.in_control import InControl, Law, Setting, fit_one, precision
from agentlens.stats.normal.steady import steady

__all__ = ["Learnt", "learn"]

_Z = 1.959964
_MEDIAN_CHI2 = 0.4549
_LEAST_PATHS, _MOST_CELLS = 320, 800_000
_SHORTEST, _LONGEST = 600, 3000
_LAWS: dict[str, Law] = {"rate": "binomial", "count": "poisson"}


@dataclass(frozen=True, eq=False)
class Learnt:
    """What a baseline taught, and the futures that it lets one expect.

    Attributes:
        values: the points on the scale on which they are charted.
        setting: of all bins.
        weights: of each bin in what was learnt; 0 for those that taught nothing.
        model: of normal.
        normal: bins of the baseline.
        stable: bins of it that normal was learnt from.
        found: how far each bin lies from where it was expected.
        log_scale: whether the values are logarithms.
        drawn: draws `futures`; a picture of the bins needs none, and they take long.
    """

    values: Floats
    setting: Setting
    weights: Floats
    model: InControl
    normal: Flags
    stable: Flags
    found: Deviations
    log_scale: bool
    drawn: Callable[[], Futures]

    @cached_property
    def futures(self) -> Futures:
        """How far the bins of histories in which nothing happens lie from where they should."""
        return self.drawn()

    @property
    def centre(self) -> Floats:
        """The centre of each bin, on the chart's scale."""
        line: Floats = self.model.centre(self.setting)[0]
        return line


def learn(frame: pd.DataFrame, normal: Flags, metric: Metric, choices: Choices) -> Learnt | str:
    """Return what the baseline teaches, or why it cannot teach.

    Args:
        frame: the series.
        normal: which bins are the baseline.
        metric: what is charted.
        choices: cycles to take out, how bins are judged, and the run length that limits will be
            solved for, which decides how many futures are drawn.
    """
    log_scale = metric.unit in {"s", "USD"} and bool((frame["value"][normal] > 0).all())
    values, setting = _points(frame, normal, metric, log_scale=log_scale)
    single = choices.method == "shewhart"
    start = frame["time"].to_numpy("datetime64[us]").astype(np.int64)
    width = int(start[1] - start[0])
    learning = normal & ~np.isnan(values)
    if setting.law == "normal" and np.ptp(values[learning]) == 0:
        return (
            "it never varied in the baseline, so that nothing says how far it may stray. Take a"
            " baseline in which it varies, or watch it with an SLO"
        )

    period = repeats(width, int(normal.sum()))

    def fitted(part: Flags, *, weekly: bool) -> tuple[Setting, Floats, InControl]:
        weights = np.zeros(values.size)
        weights[part] = precision(values[part], setting.part(part))
        repeated = none(values.size)
        if choices.seasonal != "none":
            daily = choices.seasonal != "weekly"
            repeated = cycles(start, width, weights, daily=daily, weekly=weekly)
        known = replace(setting, cycles=repeated, repeats=period)
        return known, weights, fit_one(values[normal], known.part(normal), weights[normal])

    readings = []
    for weekly in {choices.seasonal != "daily", False}:
        known, _, model = fitted(learning, weekly=weekly)
        away = deviations(values[None], model, known)
        residuals = np.full(values.size, np.nan)
        residuals[learning] = away.standard[0, learning] / away.precision[0, learning]
        readings.append((residuals[normal] * away.scale[0], int(model.spent[0])))
    stable = learning.copy()
    stable[normal] &= steady(readings)
    known, weights, model = fitted(stable, weekly=choices.seasonal != "daily")
    length = int(np.clip(2.5 * choices.arl, _SHORTEST, _LONGEST))
    cells = min(800 * choices.arl, _MOST_CELLS)
    return Learnt(
        values=values,
        setting=known,
        weights=weights,
        model=model,
        normal=normal,
        stable=stable,
        found=deviations(values[None], model, known, single=single),
        log_scale=log_scale,
        drawn=partial(
            draw,
            np.nan_to_num(values[normal]),
            model,
            known.part(normal),
            weights[normal],
            paths=max(_LEAST_PATHS, int(cells / length)),
            length=length,
            seed=choices.seed,
            single=single,
        ),
    )


def _points(
    frame: pd.DataFrame, normal: Flags, metric: Metric, *, log_scale: bool
) -> tuple[Floats, Setting]:
    """Return the points on the scale on which they are charted, and how sampling varies them.

    A rate and a count say themselves how they vary. For every other kind the baseline's own
    intervals say how the variance falls with n; the typical value of n times the variance is used
    for all bins, because a bin's own variance goes up and down with its value.
    """
    value = frame["value"].to_numpy(dtype=np.float64)
    low, high = frame["low"].to_numpy(), frame["high"].to_numpy()
    if log_scale:
        with np.errstate(divide="ignore", invalid="ignore"):
            value, low, high = np.log(value), np.log(low), np.log(high)
        value = np.where(np.isfinite(value), value, np.nan)
    size = np.where(np.isnan(value), 0.0, frame["n_eff"].to_numpy(dtype=np.float64))
    law = _LAWS.get(metric.kind, "normal")
    if law == "poisson":
        size = (size > 0).astype(np.float64)
    unit = 0.0
    if law == "normal":
        each = size * ((high - low) / (2 * _Z)) ** 2
        usable = normal & np.isfinite(each) & (size > 0)
        if usable.any():
            unit = float(np.median(each[usable]))
        else:
            unit = _unit_of_steps(value, size, normal)
    return value, Setting(size, none(value.size), law, unit)


def _unit_of_steps(value: Floats, size: Floats, normal: Flags) -> float:
    """Return the variance of a row where no bin is large enough for an interval.

    (The 95th percentile needs 72 rows.) Half of what the steps from bin to bin say, which no cycle
    enters; the rest is left to the spread between bins.
    """
    there = np.flatnonzero(normal & (size > 0))
    steps = np.diff(value[there]) ** 2 / (1 / size[there[1:]] + 1 / size[there[:-1]])
    return 0.5 * float(np.median(steps)) / _MEDIAN_CHI2
