"""Which columns of a frame hold text that may give somebody away, and what is done with each?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from agentlens.tables.redact.ids import Kind, kind_of
from agentlens.tables.redact.policy import Redaction
from agentlens.tables.redact.texts.columns import is_textual
from agentlens.tables.redact.texts.known import is_name_key

__all__ = ["Field", "Way", "fields_of", "is_name_column", "times_of"]

Way = Literal["patterns", "hash", "drop", "ids", "name"]

_OURS = frozenset(
    [
        "trace_id",
        "span_id",
        "parent_id",
        "score_id",
        "root_id",
        "kind",
        "status",
        "level",
        "source",
        "model",
        "judge_model",
        "release",
        "environment",
        "agent_version",
        "prompt_name",
        "prompt_version",
        "rubric",
        "rubric_version",
        "device",
        "sampled_by",
        "updated_at",
        "fetched_at",
        "start",
        "end",
        "time",
        "first_token",
        "finish_reason",
        "error_type",
        "table",
        "action",
        "severity",
        "file",
        "where",
        "_where",
    ]
)
"""Ids that scores need to find their trace again, and words that say nothing of a person."""

_FREE = frozenset(["input", "output", "error_message", "comment", "metadata"])
_EXTRA = ("meta_", "metadata.", "attributes.")
"""How the columns begin that were keys of metadata."""


@dataclass(frozen=True, eq=False)
class Field:
    """One column to look at.

    Attributes:
        table: whose column.
        name: its name.
        label: its name as the frame has it, which may be a number.
        column: what it holds.
        way: what is done with it.
        kind: whose ids it holds, where it holds ids.
        free: whether it is free text, in which a value has one token a session; columns by which
            a log is cut into slices have one token a value in the whole log.
        times: the time of each row, as numbers that sort.
    """

    table: str
    name: str
    label: object
    column: pd.Series
    way: Way
    kind: Kind | None
    free: bool
    times: np.ndarray


def fields_of(frames: Mapping[str, pd.DataFrame], policy: Redaction) -> Iterator[Field]:
    """Yield the columns to look at, in the order of the tables and of their columns."""
    for table, frame in frames.items():
        times = times_of(frame).astype("int64").to_numpy()  # a missing time sorts first
        for column in frame.columns:
            name, values = str(column), frame[column]
            way = _way(name, values, policy)
            if way is not None:
                kind = kind_of(name) if way == "ids" else None
                yield Field(table, name, column, values, way, kind, name in _FREE, times)


def _way(name: str, values: pd.Series, policy: Redaction) -> Way | None:
    if kind_of(name) is not None and name not in policy.fields:
        return "ids" if policy.ids and not pd.api.types.is_bool_dtype(values.dtype) else None
    if name in _OURS and name not in policy.fields:
        return None
    if not is_textual(values):
        return None
    treatment = policy.treatment(name)
    if treatment != "patterns":
        return None if treatment == "keep" else treatment
    return "name" if "name" in policy.patterns and is_name_column(name) else "patterns"


def is_name_column(name: str) -> bool:
    """Whether a column was a key of metadata that holds somebody's name.

    >>> is_name_column("meta_first_name"), is_name_column("name")
    (True, False)
    """
    begun = next((start for start in _EXTRA if name.startswith(start)), "")
    return begun != "" and is_name_key(name.removeprefix(begun))


def times_of(frame: pd.DataFrame) -> pd.Series:
    """Return when each row was, as far as the frame says: its start, else the time of a score."""
    for name in ("start", "time"):
        if name in frame and pd.api.types.is_datetime64_any_dtype(frame[name].dtype):
            return frame[name]
    return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us, UTC]")
