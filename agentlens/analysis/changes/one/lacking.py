"""Why can a metric not be compared, and what would it take?"""

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.arms.periods import BASELINE, CURRENT, Span, bounds
from agentlens.analysis.changes.spans import BLOCKS, Spans
from agentlens.analysis.control.marks import marks_of
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Ints
from agentlens.stats.intervals.quantiles import levels
from agentlens.tables.log import Log
from agentlens.tables.period import microseconds

__all__ = ["lacking", "redefined", "too_few"]

_HALF = 0.5
_LEAST_PARTS = 3
_MOST_ROWS = 2000.0


def lacking(rows: Rows, spans: Spans) -> str:
    """Return what a comparison of these rows lacks, or nothing.

    Args:
        rows: of the metric.
        spans: what is compared.
    """
    if rows.absent:
        return f"the log does not record {text.listed(rows.absent)}"
    if spans.lacks:
        return (
            f"the log covers {text.share(spans.known, 1)} of the baseline, which begins"
            f" {spans.baseline[0]:%Y-%m-%d %H:%M}; it must cover all of it"
        )
    arm = spans.arm(rows.time)
    there = {
        name: rows.time[arm == side]
        for name, side in (("current", CURRENT), ("baseline", BASELINE))
    }
    for name, time in there.items():
        if not time.size:
            return f"nothing is recorded in the {name} period"
    if rows.metric.kind == "count":
        return ""
    parts = {name: _parts(there[name], getattr(spans, name)) for name in there}
    if min(parts.values()) >= max(_HALF * max(parts.values()), _LEAST_PARTS):
        return ""
    return (
        f"of seven parts of either period, rows are recorded in {parts['current']} of the current"
        f" one and in {parts['baseline']} of the baseline"
    )


def too_few(metric: Metric, n: tuple[int, int]) -> str:
    """Return how many rows a metric has and how many it needs for an interval.

    Args:
        metric: what is asked.
        n: rows before and now.
    """
    had = f"{n[1]:,} rows now and {n[0]:,} before are too few for an interval"
    if metric.q is None:
        return f"{had}; some thirty of different users or sessions are the least"
    sizes = np.arange(2.0, _MOST_ROWS)
    low, high = levels(metric.q, sizes)
    enough = sizes[np.isfinite(low) & np.isfinite(high)]
    least = f"{enough[0]:,.0f}" if enough.size else f"more than {_MOST_ROWS:,.0f}"
    return f"{had}; a quantile this far out needs {least} independent ones in each period"


def redefined(log: Log, metric: Metric, spans: Spans) -> tuple[str, int]:
    """Return which definition changed between the two periods, and the first block on the newest.

    Args:
        log: the traces.
        metric: what is asked; only scores are defined by what can change.
        spans: what is compared.
    """
    columns = {name for part in metric.expressions().values() for name in part.columns}
    if not any(name.startswith("score:") for name in columns):
        return "", 0
    marks = marks_of(log, metric)
    marks = marks[marks["kind"] == "definition"]
    inside = marks[(marks["time"] > spans.baseline[0]) & (marks["time"] < spans.current[1])]
    if len(inside):
        return text.listed(
            f"{row.label} since {row.time:%Y-%m-%d}" for row in inside.itertuples()
        ), 0
    earlier = marks[marks["time"] <= spans.baseline[0]]["time"]
    if not len(earlier):
        return "", 0
    since = pd.Timestamp(earlier.max())
    return "", max(int(spans.block_of(np.array([microseconds(since)]))[0]) + 1, 0)


def _parts(time: Ints, span: Span) -> int:
    """Return in how many of seven parts of a period there are rows."""
    first, last = bounds(span)
    return int(np.unique((time - first) * BLOCKS // (last - first)).size)
