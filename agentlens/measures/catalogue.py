"""Which metrics can be asked of this log, and how many rows does each have?"""

from contextlib import suppress

import pandas as pd

from agentlens.errors import UnknownNameError
from agentlens.measures.builtin import BUILTIN, member, score_metric
from agentlens.measures.metric import Metric
from agentlens.measures.rows import metric_rows
from agentlens.measures.tally import Tallying
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
    with suppress(UnknownNameError):
        types = sorted(map(str, log.frequent("error_type")))
        found += [member("error_rate", value) for value in types]
    with suppress(UnknownNameError):
        tools = sorted(map(str, log.frequent("name", steps="tool")))
        found += [member("tool_success", value) for value in tools]
    return found


def _rows(log: Log, metric: Metric) -> int:
    if isinstance(log, Tallying):
        return log.rows_of(metric)
    return len(metric_rows(log, metric).positions)
