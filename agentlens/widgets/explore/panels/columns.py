"""By which columns can a heatmap be cut, and which values does a label of one stand for?"""

from collections.abc import Sequence

import pandas as pd
from pandas.api import types

from agentlens.analysis.arms.dimensions import MISSING, OTHER
from agentlens.errors import UnknownNameError
from agentlens.tables.log import Log
from agentlens.tables.schema import TRACES

__all__ = ["choices_of", "chosen_columns", "values_of"]

_FIRST = (
    "task_type", "device", "segment", "model", "release", "prompt_version", "agent_version",
    "environment", "name",
)  # fmt: skip
_NEVER = {"trace_id", "session_id", "user_id", "link"}
_MOST = 24
_MANY = 1000


def choices_of(log: Log) -> list[str]:
    """Return the columns that tell circumstances apart and have few values, the usual ones first.

    Args:
        log: the traces.
    """
    traces = log.traces
    own = [name for name in traces if name not in TRACES.names and name not in _NEVER]
    named = [*(name for name in _FIRST if name in traces), *map(str, own)]
    return [name for name in named if _cuts(traces[name])]


def chosen_columns(log: Log, by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns of the heatmap: those given, else the two that tell most apart.

    Args:
        log: the traces.
        by: one or two columns.
    """
    if by is None:
        return tuple(choices_of(log)[:2])
    names = (by,) if isinstance(by, str) else tuple(by)
    for name in names:
        if name not in log.traces:
            raise UnknownNameError("trace column", name, log.traces.columns)
    return names


def values_of(column: pd.Series, label: str, labels: Sequence[str]) -> list[object] | None:
    """Return the values that a label of a column stands for; None where it names no values.

    Args:
        column: of the traces.
        label: one of a heatmap.
        labels: all of them.

    >>> values_of(pd.Series(["a", "b", None]), "(missing)", ["a", "b", "(missing)"])
    [None]
    """
    if label == MISSING:
        return [None]
    known: list[object] = column.dropna().unique().tolist()
    there = set(labels) - {MISSING, OTHER}
    if label == OTHER:
        found = [one for one in known if str(one) not in there]
    else:
        found = [one for one in known if str(one) == label]
    return found if 0 < len(found) <= _MANY else None


def _cuts(column: pd.Series) -> bool:
    if types.is_datetime64_any_dtype(column) or types.is_float_dtype(column):
        return False
    return 1 < int(column.nunique()) <= _MOST
