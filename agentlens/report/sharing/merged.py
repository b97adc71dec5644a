"""How is a log told in slices that each have enough users?

What is small is put together before anything is asked, so that no answer can speak of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pandas.api import types

from agentlens.report.sharing.small import MISSING, Crowd, small_values
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.log import Log
from agentlens.tables.schema import TRACES

__all__ = ["OTHER", "Merged", "merged"]

OTHER = "other (small)"
"""Stands for all values of a column that have too few users."""

_TOLD = (
    "name", "environment", "release", "agent_version", "model", "prompt_version", "task_type",
    "segment", "device", "error_type", "tags",
)  # fmt: skip
_COUNTED = ("session_number", "query_chars")
_OF_SPANS = ("name", "model", "prompt_name", "prompt_version", "error_type")
_OF_SCORES = ("code",)
_NEVER = frozenset(["trace_id", "session_id", "user_id", "link"])
_SILENT = frozenset(["error_type", "tags"])
"""Columns of traces in which to say nothing says that nothing happened; so it is in all of steps."""

_STEP = {"name": "step"}
_RANGES, _DISCRETE = 10, 50
"""Numbers with more values are told in ranges: those that we count ourselves, and any other."""


@dataclass(frozen=True)
class Merged:
    """What was put together in one column, as counts alone.

    Attributes:
        column: its name.
        small: how many values had too few users.
        more: how many others went with them.
        said: what they were; for whoever searches, never to be shown.
    """

    column: str
    small: int
    more: int
    said: frozenset[str]


@dataclass(frozen=True, eq=False)
class _Column:
    """A column that makes slices: whose, its values as words, whose each row is, which rows count."""

    table: str
    name: str
    words: pd.Series
    users: Ints
    counts: Flags

    @property
    def said(self) -> str:
        return _STEP.get(self.name, self.name) if self.table == "spans" else self.name

    def small(self, least: int, forced: set[str]) -> tuple[set[str], set[str]]:
        return small_values(self.words[self.counts], self.users[:, self.counts], least, forced)

    def without(self, frame: pd.DataFrame, hidden: set[str], least: int) -> pd.Series:
        """Return the column without these values; of too few users even together nothing stays."""
        gone = self.counts & self.words.isin(hidden).to_numpy(dtype=bool)
        crowded = np.unique(self.users[0, gone]).size >= least
        return _without(frame[self.name], gone, OTHER if crowded else None)


def merged(log: Log, crowd: Crowd, least: int) -> tuple[Log, list[Merged]]:
    """Return the log with small values put together, and what was put together in each column.

    A column that two tables share hides the same values in both. Words become "other (small)";
    numbers and flags become missing.

    Args:
        log: any log; it is not changed.
        crowd: whose each trace is.
        least: the fewest users of a value.
    """
    columns = list(_columns(log, crowd))
    gone: dict[str, tuple[set[str], set[str]]] = {}
    while True:
        before = {name: (set(few), set(more)) for name, (few, more) in gone.items()}
        for one in columns:
            few, more = gone.setdefault(one.said, (set(), set()))
            found = one.small(least, few | more)
            few |= found[0] - more
            more |= found[1] - few
        if gone == before:
            break
    frames = {name: getattr(log, name) for name in ("traces", "spans", "scores")}
    for one in columns:
        frame, every = frames[one.table], set[str]().union(*gone[one.said])
        frames[one.table] = frame.assign(**{one.name: one.without(frame, every, least)})
    told = [
        Merged(name, len(few), len(more), frozenset(few | more) - {MISSING})
        for name, (few, more) in gone.items()
        if few
    ]
    return replace(log, **frames), told


def _columns(log: Log, crowd: Crowd) -> Iterator[_Column]:
    """Yield the columns by whose values traces or steps can be told apart."""
    traces = log.traces
    extra = [str(name) for name in traces if name not in TRACES.names and name not in _NEVER]
    for name in (*_TOLD, *_COUNTED, *extra):
        most = _RANGES if name in _COUNTED else _DISCRETE
        if name in traces and _tells(traces[name], most):
            yield _column("traces", name, traces[name], crowd.of_trace)
    for table, names in (("spans", _OF_SPANS), ("scores", _OF_SCORES)):
        frame = getattr(log, table)
        for name in names:
            if name in frame and frame[name].notna().any():
                yield _column(table, name, frame[name], crowd.of(frame["trace_id"]))


def _column(table: str, name: str, column: pd.Series, users: Ints) -> _Column:
    words = _words(column)
    silent = table != "traces" or name in _SILENT
    here = (words != MISSING).to_numpy(dtype=bool)
    return _Column(table, name, words, users, here if silent else np.ones_like(here))


def _tells(column: pd.Series, most: int) -> bool:
    """Return whether a column is one of words, or of no more numbers than these."""
    if not column.notna().any() or types.is_datetime64_any_dtype(column.dtype):
        return False
    number = types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype)
    return not number or column.nunique() <= most


def _words(column: pd.Series) -> pd.Series:
    plain = column.reset_index(drop=True).astype(object)
    return plain.where(plain.notna(), MISSING).map(str)


def _without(column: pd.Series, hidden: Flags, other: str | None) -> pd.Series:
    """Return a column in which some rows say no more than that they are of a small value."""
    if not hidden.any():
        return column
    held = pd.Series(hidden, index=column.index)
    if types.is_numeric_dtype(column.dtype):  # flags, too
        return column.mask(held)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(object).mask(held, other).astype("category")
    return column.mask(held, other)
