"""Which tables of Langfuse's interface are no part of a log?"""

from collections.abc import Iterable
from types import MappingProxyType

from agentlens.tables.problems import Problem

__all__ = ["ASIDE", "aside_table", "left_aside"]

_NAMES = MappingProxyType(
    {
        "dataset_run_items": frozenset({"datasetRunId", "datasetItemId"}),
        "dataset_items": frozenset({"datasetId", "expectedOutput"}),
        "audit_logs": frozenset({"resourceType", "resourceId", "action"}),
    }
)
_SAID = MappingProxyType(
    {
        "dataset_run_items": "runs of an experiment: its traces come from the observations",
        "dataset_items": "cases of a dataset: they have no times and no traces",
        "audit_logs": "an audit log: it says who changed the project, and nothing of its traces",
    }
)
ASIDE = frozenset(_NAMES)


def aside_table(keys: Iterable[str]) -> str:
    """Return which of these tables has these columns; "" if none.

    >>> aside_table(["id", "datasetId", "expectedOutput", "input"])
    'dataset_items'
    """
    held = frozenset(keys)
    return next((name for name, marks in _NAMES.items() if marks <= held), "")


def left_aside(table: str, n: int) -> Problem:
    """Return the line that tells that n rows of such a table were left aside."""
    return Problem(action="ignored", n=n, table=table, severity="warn", detail=_SAID[table])
