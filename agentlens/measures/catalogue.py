"""Which metrics can be asked of this log, and how many rows does each have?"""

import pandas as pd

from agentlens.measures.builtin import BUILTIN, member, score_metric
from agentlens.measures.metric import Metric
from agentlens.measures.rows import metric_rows
from agentlens.tables.log import Log
from agentlens.tables.wide import score_names

__all__ = ["metrics"]


def metrics(log: Log | None = None) -> pd.DataFrame:
    """Return the metrics that can be asked for, one a row; with a log, how many rows each has.

    Args:
        log: adds one metric for each score, error type and tool of this log, and `rows`, in how
            many rows all that the metric needs is recorded.

    Example:
        >>> metrics().set_index("name").loc["cost_per_success", "unit"]
        'USD'
    """
    every = list(BUILTIN.values())
    if log is not None:
        every += _of_log(log)
    frame = pd.DataFrame(
        {
            "name": metric.name,
            "kind": metric.kind,
            "better": metric.better,
            "unit": metric.unit,
            "meaning": metric.meaning,
            "definition": repr(metric).split(", ", 1)[1][:-1],
            "version": metric.version,
        }
        for metric in every
    )
    if log is None:
        return frame
    return frame.assign(rows=[_rows(log, metric) for metric in every])


def _of_log(log: Log) -> list[Metric]:
    found = [score_metric(log, name) for name in score_names(log.score_kinds())]
    if "error_type" in log.traces:
        types = sorted(log.traces["error_type"].dropna().unique())
        found += [member("error_rate", str(value)) for value in types]
    if {"kind", "name"} <= {*log.spans.columns}:
        tools = sorted(log.spans.loc[log.spans["kind"] == "tool", "name"].dropna().unique())
        found += [member("tool_success", str(value)) for value in tools]
    return found


def _rows(log: Log, metric: Metric) -> int:
    return len(metric_rows(log, metric).positions)
