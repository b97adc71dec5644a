"""By which columns can the rows of a metric be told apart, and into which values?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from pandas.api import types

from agentlens import text
from agentlens.errors import UnknownNameError
from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats, Ints
from agentlens.tables.log import Log
from agentlens.tables.schema import TRACES

__all__ = ["MISSING", "OTHER", "VERSIONS", "Dimension", "dimensions"]

MISSING, OTHER = "(missing)", "(other)"
VERSIONS = ("release", "agent_version", "prompt_version")
"""Columns that change when something is deployed: two periods may have no value in common."""

_CONTEXT = (
    "environment", "name", "task_type", "segment", "device", "model", "session_number",
    "query_chars", *VERSIONS,
)  # fmt: skip
_NEVER = {"trace_id", "session_id", "user_id", "link"}
_MOST = 24
_FEW = 10
_PARTS = 4
_ID_SHARE = 0.5
_ENOUGH = 20


@dataclass(frozen=True, eq=False)
class Dimension:
    """A column by which rows are told apart.

    Attributes:
        name: of the column.
        labels: its values as words.
        codes: the value of each row, as a place in `labels`; every row has one.
        ordered: whether the labels are ranges of a number, in their order.
    """

    name: str
    labels: tuple[str, ...]
    codes: Ints
    ordered: bool = False

    @property
    def varies(self) -> bool:
        """Whether the rows have more than one value."""
        return len(self.labels) > 1


def dimensions(
    log: Log, rows: Rows, by: str | Sequence[str] | None = None, *, most: int = _MOST
) -> tuple[list[Dimension], list[str]]:
    """Return the columns by which rows can be told apart, and a sentence for each left out or cut.

    By default those that say under which circumstances a trace ran: the known ones and every extra
    column of the log. What came of it (its status, length or cost) is no circumstance, and ids are
    none. Rows of steps can also be told apart by the name of the step, called `tool` where all of
    them are tools.

    Args:
        log: the traces.
        rows: what a metric counts of them.
        by: columns; any column of the traces may be named.
        most: values of a column that are kept; the rarer ones are taken together.
    """
    own = _own(log, rows)
    asked = [by] if isinstance(by, str) else by
    names = [*_circumstances(log.traces), *own] if asked is None else list(asked)
    found, notes = [], []
    for name in names:
        if name not in log.traces and name not in own:
            raise UnknownNameError("trace column", name, [*log.traces.columns, *own])
        whole, at = (own[name], rows.at) if name in own else (log.traces[name], rows.positions)
        column = whole if np.array_equal(at, np.arange(len(whole))) else whole.iloc[at]
        codes, labels, note = _coded(column, most=most, asked=by is not None)
        if note:
            notes.append(f"{name}: {note}.")
        if labels:
            found.append(Dimension(name, labels, codes, ordered=_is_long_number(column)))
    return found, notes


def _own(log: Log, rows: Rows) -> dict[str, pd.Series]:
    """Return what steps can be told apart by."""
    if rows.metric.table != "spans" or "name" not in log.spans:
        return {}
    kinds = log.spans["kind"].iloc[rows.at] if "kind" in log.spans else pd.Series(dtype=object)
    tools = len(kinds) > 0 and bool((kinds == "tool").all())
    return {"tool" if tools else "step": log.spans["name"]}


def _circumstances(traces: pd.DataFrame) -> Iterable[str]:
    extra = [str(name) for name in traces if name not in TRACES.names and name not in _NEVER]
    kept = [name for name in extra if not types.is_datetime64_any_dtype(traces[name])]
    return [*(name for name in _CONTEXT if name in traces), *kept]


def _coded(column: pd.Series, *, most: int, asked: bool) -> tuple[Ints, tuple[str, ...], str]:
    """Return the code of each row, the labels, and what is to be said; no labels: left out."""
    nothing = np.zeros(len(column), dtype=np.int64)
    if not column.notna().any():
        return (
            (nothing, (MISSING,), "") if asked else (nothing, (), "nothing is recorded, left out")
        )
    if _is_long_number(column):
        return _ranges(column)
    plain = column if isinstance(column.dtype, pd.CategoricalDtype) else _words(column)
    codes, values = pd.factorize(plain, sort=False)
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    known = int((codes >= 0).sum())
    if not asked and len(values) > _ENOUGH and len(values) > _ID_SHARE * known:
        return (
            nothing,
            (),
            f"{len(values):,} values in {known:,} rows tell rows, not groups, left out",
        )
    order = np.argsort(-counts, kind="stable")
    kept = order[:most] if len(values) > most else np.sort(order)
    place = np.full(len(values) + 1, len(kept), dtype=np.int64)  # the last one is for -1, missing
    place[kept] = np.arange(len(kept))
    labels = [str(values[one]) for one in kept]
    note = ""
    if len(values) > most:
        labels.append(OTHER)
        rest = len(values) - most
        note = f"{len(values):,} values, of which the {rest:,} rarest are taken together as {OTHER}"
    place[-1] = len(labels)
    if known < len(codes):
        labels.append(MISSING)
    return place[codes], tuple(labels), note


def _ranges(column: pd.Series) -> tuple[Ints, tuple[str, ...], str]:
    """Return quarters of a number, with what they range over for labels."""
    values: Floats = column.to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(values)
    inner = np.quantile(values[known], np.arange(1, _PARTS) / _PARTS)
    edges = np.unique(inner[inner < values[known].max()])
    codes = np.where(known, np.searchsorted(edges, values, side="left"), edges.size + 1)
    said = [text.number(float(edge)) for edge in edges]
    labels = [f"≤ {said[0]}"] if said else ["all"]
    labels += [f"{low} to {high}" for low, high in pairwise(said)]
    labels += [f"> {said[-1]}"] if said else []
    if not known.all():
        labels.append(MISSING)
    return codes.astype(np.int64), tuple(labels), ""


def _words(column: pd.Series) -> pd.Series:
    """Return a column that mixes types as words, so that 1, 1.0 and "1" are told apart or not."""
    if column.dtype == object:
        return column.astype(object).where(column.isna(), column.astype(object).map(str))
    return column


def _is_long_number(column: pd.Series) -> bool:
    number = types.is_numeric_dtype(column) and not types.is_bool_dtype(column)
    return number and int(column.nunique()) > _FEW
