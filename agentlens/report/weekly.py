"""What happened this week, on one page?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.control.chart import ControlChart, control_chart
from agentlens.errors import BadInputError
from agentlens.measures.estimate import estimate
from agentlens.measures.metric import Metric
from agentlens.measures.rows import metric_rows
from agentlens.report.report import Report
from agentlens.tables.log import Log
from agentlens.tables.period import Moment, window

__all__ = ["weekly"]

_METRICS = (
    "strong_completion",
    "error_rate",
    "latency_p95",
    "cost_per_success",
    "escalation",
    "tool_success",
)
_WEEK = pd.Timedelta(7, "D")
_LONG = pd.Timedelta(14, "D")


def weekly(
    log: Log,
    *,
    week: str | tuple[Moment, Moment] = "7D",
    metrics: Sequence[str | Metric] = _METRICS,
    every: str | None = None,
) -> Report:
    """Return the report of a week: each metric against the week before, and its control chart.

    Args:
        log: the week and the history that it is judged by.
        week: a length that ends with the last hour of the log, or a pair of times.
        metrics: what is reported, the most important first.
        every: length of a bin. Default: "6h" for a log of two weeks or more, else "1h".

    Example:
        >>> import agentlens as al
        >>> al.weekly(al.demo()).title
        'Weekly report'
    """
    if not len(log):
        message = "There are no traces in this log, so there is no week to report."
        raise BadInputError(message)
    start, end = window(week, log.start, log.stop.ceil("h"))
    history = log.between(log.start, end)
    bin_length = every or ("6h" if history.stop - history.start >= _LONG else "1h")
    charts = [control_chart(history, metric, every=bin_length) for metric in metrics]
    lines = [_against_last_week(history, chart.metric, start, end) for chart in charts]
    size = text.count(len(history.between(start, end)))
    return Report(
        "Weekly report",
        [
            ("This week against the week before", [line for line in lines if line]),
            ("Control charts", charts),
        ],
        period=f"{start:%d %b %Y %H:%M} to {end:%d %b %Y %H:%M} UTC",
        lead=_lead(charts, start),
        notes=(f"{size} traces this week, {text.count(len(history))} in the history behind it.",),
    )


def _against_last_week(log: Log, metric: Metric, start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Return this week's value and last week's, each with its interval; nothing if unknown."""
    rows = metric_rows(log, metric)
    edges = [start - _WEEK, start, end]
    micro = [time.value // 1000 for time in edges]
    group = np.searchsorted(micro, rows.time, side="right").astype(np.int64)
    found = estimate(rows, group, 4)
    before, now = found.iloc[1], found.iloc[2]
    if not now["n"]:
        return ""
    name = text.capital(metric.title)
    parts = [_valued(row, metric) for row in (now, before)]
    if not before["n"]:
        return f"{name}: {parts[0]}."
    return f"{name}: {parts[0]} this week; {parts[1]} the week before."


def _valued(row: "pd.Series[float]", metric: Metric) -> str:
    n = int(row["n"])
    fact = text.Fact(
        value=float(row["value"]), unit=metric.unit, low=row["low"], high=row["high"], n=n
    )
    return str(fact)


def _lead(charts: Sequence[ControlChart], start: pd.Timestamp) -> str:
    """Return what a reader with ten seconds must know."""
    calling = [chart.metric.title for chart in charts if chart.band == "act"]
    recent = [
        chart.metric.title
        for chart in charts
        if chart.band == "watch" and any(signal.end > start for signal in chart.signals())
    ]
    unknown = [chart.metric.title for chart in charts if chart.band == "unknown"]
    parts = []
    if calling:
        parts.append(f"Act on {text.listed(calling)}: beyond the limits now.")
    if recent:
        parts.append(f"Watch {text.listed(recent)}: beyond the limits at some time this week.")
    if unknown:
        parts.append(f"Unknown: {text.listed(unknown)}.")
    return " ".join(parts) or "Nothing left its limits this week."
