"""What else moved with it, and which release or prompt came just before?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import BASELINE, CURRENT, Periods, Span
from agentlens.analysis.control.marks import marks_of
from agentlens.errors import AgentLensError
from agentlens.measures.estimate import estimate
from agentlens.measures.metric import Metric
from agentlens.measures.rows import metric_rows
from agentlens.stats.arrays import Flags
from agentlens.stats.intervals.difference import difference
from agentlens.stats.multiple import benjamini_hochberg
from agentlens.tables.log import Log

__all__ = ["Moved", "Released", "moved_with", "released_before"]

_ASKED = (
    "error_rate", "escalation", "correction", "abandonment", "repeated_prompts", "weak_completion",
    "strong_completion", "latency_p50", "cost_per_trace", "steps", "tool_calls", "tokens",
    "tool_success", "safety_flags",
)  # fmt: skip
_KIN = {
    "strong_completion": {"completion_gap", "weak_completion"},
    "latency_p95": {"latency_p50", "latency_p99"},
}
_FALSE = 0.01
_SHARE, _PART = 0.02, 0.1
_FEWEST = 20
_NEAR = pd.Timedelta("12h")


@dataclass(frozen=True)
class Moved:
    """Another metric that changed between the same periods."""

    metric: Metric
    value: float
    baseline: float
    low: float
    high: float
    n: int
    q: float


@dataclass(frozen=True)
class Released:
    """What was deployed about when the change began: near, which proves nothing."""

    label: str
    time: pd.Timestamp
    within: bool
    """Whether it lies inside the interval that holds the onset."""


def moved_with(periods: Periods, asked: Metric, inside: Flags | None = None) -> tuple[Moved, ...]:
    """Return the other built-in metrics that changed too, the surest first.

    Args:
        periods: what is compared.
        asked: the metric that is investigated, which is left out.
        inside: which traces belong to the slice that changed; default: all.
    """
    found = []
    for name in _ASKED:
        if name == asked.name:
            continue
        try:
            rows = metric_rows(periods.log, name)
        except AgentLensError:
            continue
        arm = periods.of(rows)
        use = arm >= BASELINE if inside is None else (arm >= BASELINE) & inside[rows.positions]
        if rows.absent or min((arm[use] == CURRENT).sum(), (arm[use] == BASELINE).sum()) < _FEWEST:
            continue
        part = rows.only(use)
        table = estimate(part, arm[use], 2)
        now, then = (
            tuple(table.loc[[place], ["value", "low", "high"]].to_numpy().T)
            for place in (CURRENT, BASELINE)
        )
        change = difference(now, then)  # type: ignore[arg-type]
        found.append((rows.metric, now[0][0], then[0][0], change, int(table["n"].iloc[CURRENT])))
    if not found:
        return ()
    q = benjamini_hochberg(np.array([float(one[3].p[0]) for one in found]))
    told = [
        Moved(metric, float(value), float(before), float(c.low[0]), float(c.high[0]), n, float(at))
        for (metric, value, before, c, n), at in zip(found, q, strict=True)
        if at < _FALSE and _matters(metric, float(value), float(before))
    ]
    return tuple(sorted(told, key=lambda one: one.q))


def _matters(metric: Metric, value: float, before: float) -> bool:
    """Return whether people would talk about it: two points of a share, else a tenth."""
    if metric.unit == "share":
        return abs(value - before) >= _SHARE
    return abs(value - before) >= _PART * abs(before)


def released_before(log: Log, metric: Metric, between: Span) -> tuple[Released, ...]:
    """Return releases and new definitions at most twelve hours away from the onset, nearest first.

    Args:
        log: the traces.
        metric: what is investigated.
        between: the interval that holds the onset.
    """
    marks = marks_of(log, metric)
    near = marks[(marks["time"] >= between[0] - _NEAR) & (marks["time"] <= between[1])]
    middle = between[0] + (between[1] - between[0]) / 2
    told = [
        Released(str(label), time, within=bool(between[0] <= time <= between[1]))
        for time, label in zip(near["time"], near["label"], strict=True)
    ]
    return tuple(sorted(told, key=lambda one: abs(one.time - middle)))
