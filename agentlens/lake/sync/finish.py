"""What does a trace of a lake say once all traces of the log are at hand?"""

from collections.abc import Iterator

import orjson
import pandas as pd

from agentlens.lake.sync.changes import NOWHERE
from agentlens.sources.intake.road import Assembled, Choices, Tables, tables_of

__all__ = ["EVIDENCE", "finished"]

EVIDENCE = ("trace_id", "span_id", "parent_id", "kind", "name", "start", "end", "status", "level")
EVIDENCE += ("passed", "metadata", "error_type")
"""The columns of spans from which outcomes may follow."""


def finished(
    traces: pd.DataFrame, spans: pd.DataFrame, scores: pd.DataFrame, choices: Choices
) -> Tables:
    """Return the traces with what only a whole log can tell: slices, silence, who was traffic.

    Args:
        traces: as a lake keeps them.
        spans: the columns of `EVIDENCE`.
        scores: their judgements.
        choices: what the user decided.
    """
    plain = traces.drop(columns="metadata")
    for name in ("environment", "experiment"):
        if name not in plain:
            plain[name] = pd.Series([None] * len(plain), dtype=_DTYPES[name])
    metadata = pd.DataFrame(_unpacked(traces), columns=["trace_id", "key", "value"], dtype="str")
    if len(scores):
        scores = scores.assign(trace_id=scores["trace_id"].mask(scores["trace_id"] == NOWHERE))
    return tables_of(Assembled(plain, spans, metadata, ()), scores, choices)


_DTYPES = {"environment": "str", "experiment": "boolean"}


def _unpacked(traces: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    known = traces["metadata"].notna()
    pairs = zip(traces.loc[known, "trace_id"], traces.loc[known, "metadata"], strict=True)
    for trace, text in pairs:
        for key, value in orjson.loads(text).items():
            yield trace, key, value
