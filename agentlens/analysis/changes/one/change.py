"""How far did one metric move, and how far does it usually?"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtri

from agentlens.analysis.arms.periods import BASELINE, CURRENT
from agentlens.analysis.changes.one.blocks import on_log_scale
from agentlens.analysis.changes.one.lacking import lacking, redefined, too_few
from agentlens.analysis.changes.one.luck import Learnt, learnt
from agentlens.analysis.changes.spans import NEITHER, Spans
from agentlens.measures.estimate import estimate
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.intervals.difference import difference
from agentlens.stats.normal.steps import moved
from agentlens.tables.log import Log

__all__ = ["Change", "Limits", "Step", "change_of", "finished"]

_USUAL = 8
_NOTHING = (np.nan, np.nan, np.nan)
Limits = tuple[float, float, float]
"""A value and the limits of its interval."""


@dataclass(frozen=True)
class Step:
    """A change on the scale on which it is compared.

    Attributes:
        value: of the step.
        sides: how far its interval by rows alone reaches down and up.
        learnt: its luck.
        reach: how far it usually goes to either side; NaN where the past is too short to say.
        base: the value before, in the metric's own unit.
    """

    value: float
    sides: tuple[float, float]
    learnt: Learnt
    reach: float
    base: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Change:
    """What is known of one metric in two periods.

    Attributes:
        metric: what was asked.
        rows: that it counts in the current period.
        weeks: its value in each period on record.
        before: value, low and high in the baseline.
        now: the same in the current period.
        n: rows before and now.
        change: now less before, with its interval.
        relative: the change as a part of the value before, where it is compared so.
        usual: between which limits it moves where nothing happens.
        p: of no change.
        step: the change on the scale on which it is compared, and its luck.
        lacking: why nothing can be said, if so.
        redefined: the definition that changed in between, if one did.
    """

    metric: Metric
    rows: Rows
    weeks: pd.DataFrame
    before: Limits = _NOTHING
    now: Limits = _NOTHING
    n: tuple[int, int] = (0, 0)
    change: Limits = _NOTHING
    relative: Limits = _NOTHING
    usual: tuple[float, float] = (np.nan, np.nan)
    p: float = np.nan
    step: Step | None = None
    lacking: str = ""
    redefined: str = ""


def change_of(log: Log, rows: Rows, spans: Spans, level: float) -> Change:
    """Return how far a metric moved between two periods.

    Args:
        log: the traces.
        rows: of the metric.
        spans: the periods.
        level: how often an interval must hold the truth.
    """
    rows = rows.only(spans.inside(rows.time))
    weeks = _weeks(rows, spans, level)
    found = Change(metric=rows.metric, rows=rows, weeks=weeks, lacking=lacking(rows, spans))
    if not rows.positions.size:
        return found
    both = _both(found, spans, level)
    found = replace(found, n=(int(both["n"].iloc[BASELINE]), int(both["n"].iloc[CURRENT])))
    definition, since = redefined(log, rows.metric, spans)
    if definition or found.lacking:
        found = replace(found, redefined=definition)
    else:
        found = _compared(found, both, spans, since, level)
    current = rows.only(spans.arm(rows.time) == CURRENT)  # the past weighs too much to be kept
    return _shown(replace(found, rows=current), both, level)


def finished(found: Change, level: float) -> Change:
    """Return a change with the interval and the p-value that its step and luck come to.

    Args:
        found: with a step.
        level: how often the interval must hold the truth.
    """
    step = found.step
    if step is None:
        return found
    past = step.learnt
    whole = moved(step.value, step.sides, past.luck, past.sampling, level)
    moves = np.array([step.value, whole.low, whole.high, -step.reach, step.reach])
    relative = _NOTHING
    if on_log_scale(found.metric):
        moves = np.expm1(moves)
        relative = (float(moves[0]), float(moves[1]), float(moves[2]))
        moves = step.base * moves
    return replace(
        found,
        change=(float(moves[0]), float(moves[1]), float(moves[2])),
        relative=relative,
        usual=(float(moves[3]), float(moves[4])),
        p=whole.p,
    )


def _compared(found: Change, both: pd.DataFrame, spans: Spans, since: int, level: float) -> Change:
    """Return the change as a step on the scale on which the metric is compared."""
    metric = found.metric
    values = both[["value", "low", "high"]].to_numpy(dtype=np.float64)
    base = float(values[BASELINE, 0])
    if on_log_scale(metric):
        if not values[:, 0].min() > 0:
            return replace(found, lacking="a value of zero or below has no percentage")
        with np.errstate(divide="ignore"):
            values = np.log(np.maximum(values, 0.0))
    now, before = values[CURRENT][:, None], values[BASELINE][:, None]
    by_rows = difference((now[0], now[1], now[2]), (before[0], before[1], before[2]), level)
    value, low, high = (float(one[0]) for one in by_rows[:3])
    if not np.isfinite(high - low):
        return replace(found, lacking=too_few(metric, found.n))
    taught = learnt(found.rows, found.weeks, spans, since, level)
    sides = _sides(metric, value, (value - low, high - value), level)
    reach = taught.luck.reach(level) if taught.past >= _USUAL else np.nan
    return finished(replace(found, step=Step(value, sides, taught, reach, base)), level)


def _sides(
    metric: Metric, value: float, sides: tuple[float, float], level: float
) -> tuple[float, float]:
    """Return how far the interval by rows reaches, with what is not known of a judge's errors.

    They move both periods alike; only by how much the change is stretched stays open.
    """
    if metric.correction is None:
        return sides
    of_pass, of_fail, both = metric.correction.variances
    stretch = np.sqrt(max(of_pass + of_fail + 2 * both, 0.0)) / metric.correction.reach
    more = float(ndtri(0.5 + level / 2) * stretch * abs(value))
    return float(np.hypot(sides[0], more)), float(np.hypot(sides[1], more))


def _weeks(rows: Rows, spans: Spans, level: float) -> pd.DataFrame:
    period = spans.period_of(rows.time)
    kept = period >= 0
    found = estimate(rows.only(kept), period[kept], len(spans.starts), level)
    parts = {name: found[name] for name in ("value", "low", "high", "n")}
    return pd.DataFrame({"metric": rows.metric.name, "start": spans.starts, **parts})


def _both(found: Change, spans: Spans, level: float) -> pd.DataFrame:
    """Return the estimates of the baseline and of the current period; counts for equal lengths."""
    if spans.aligned and len(found.weeks) > 1:
        return found.weeks.iloc[-2:].reset_index(drop=True)
    arm = spans.arm(found.rows.time)
    inside = arm != NEITHER
    both = estimate(found.rows.only(inside), arm[inside], 2, level)
    if found.metric.kind == "count":
        times = spans.length / (spans.baseline[1] - spans.baseline[0])
        both.loc[BASELINE, ["value", "low", "high"]] *= times
    return both


def _shown(found: Change, both: pd.DataFrame, level: float) -> Change:
    """Return a change with its values as they are shown: a judge's errors widen their limits."""
    correction, weeks = found.metric.correction, found.weeks
    if correction is not None:
        both, weeks = correction.widened(both, level), correction.widened(weeks, level)
    before, now = (
        [float(both[name].iloc[arm]) for name in ("value", "low", "high")]
        for arm in (BASELINE, CURRENT)
    )
    return replace(
        found, before=(before[0], before[1], before[2]), now=(now[0], now[1], now[2]), weeks=weeks
    )
