"""Which rows does a metric count, with which numbers, weights and clusters?"""

from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
import pandas as pd

from agentlens.errors import UnknownNameError
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.measures.notes import Left, notes_on
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.groups import distinct
from agentlens.tables.log import Log
from agentlens.tables.match import places
from agentlens.tables.weights import weighting
from agentlens.tables.wide import SCORE_COLUMNS, score_column, score_names

__all__ = ["MISSING", "Rows", "metric_rows"]

MISSING = "(missing)"
"""What a slice is called whose column says nothing."""
_OF_TRACES = ("trace_id", "start", "weight", "inclusion_p", "sampled_by")
"""What every metric reads of the traces: which, when, and how much each counts."""


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows that enter a metric, as arrays of one length, and what a careful reader must know.

    Attributes:
        metric: the definition.
        positions: of each row in the log's traces.
        at: of each row in the metric's own table, traces or spans.
        time: when each row began, in microseconds since 1970.
        numerator: the number of each row; 1 and 0 for a rate.
        denominator: 1, but for a ratio.
        weight: of each row.
        cluster: an integer that rows of one user, or session, share.
        ids: the trace ids of the log, by position.
        notes: sentences on weights and on rows left out.
        absent: columns that the metric needs and the log does not record.
    """

    metric: Metric
    positions: Ints
    at: Ints
    time: Ints
    numerator: Floats
    denominator: Floats
    weight: Floats
    cluster: Ints
    ids: pd.Series
    notes: tuple[str, ...]
    absent: tuple[str, ...]

    def only(self, kept: Flags | Ints) -> "Rows":
        """Return some of the rows; where all are marked, none of them is copied.

        Args:
            kept: which ones, by mark or by place.
        """
        if kept.dtype == np.bool_ and kept.all():
            return self
        arrays = ("positions", "at", "time", "numerator", "denominator", "weight", "cluster")
        return replace(self, **{name: getattr(self, name)[kept] for name in arrays})

    def codes(self, log: Log, by: tuple[str, ...]) -> tuple[Ints, pd.DataFrame]:
        """Return the slice of each row as an integer, and the slices, one a row of a frame."""
        if not by:
            return np.zeros(self.positions.size, dtype=np.int64), pd.DataFrame(index=[0])
        joint = np.zeros(self.positions.size, dtype=np.int64)
        levels: list[pd.Index[Any]] = []
        traces = log.columns("traces", by)
        for name in by:
            if name not in traces:
                raise UnknownNameError("trace column", name, log.traces.columns)
            codes, found = pd.factorize(traces[name], sort=True)
            levels.append(pd.Index([*found, MISSING]))
            joint = joint * len(levels[-1]) + np.where(codes < 0, len(found), codes)[self.positions]
        shape = tuple(len(level) for level in levels)
        kept, code = distinct(joint, prod(shape))
        places = np.unravel_index(kept, shape)
        parts = zip(by, levels, places, strict=True)
        slices = pd.DataFrame({name: level[place] for name, level, place in parts})
        return code, slices


def metric_rows(log: Log, metric: str | Metric) -> Rows:
    """Return the rows of the log that the metric counts.

    Args:
        log: the traces, spans and scores.
        metric: a name or a Metric.
    """
    wanted = find_metric(log, metric)
    parts = wanted.expressions()
    columns = frozenset().union(*(part.columns for part in parts.values()))
    needs = frozenset().union(*(part.needs for part in parts.values()))
    spans = wanted.table == "spans"
    asked = () if spans else columns
    traces = log.columns("traces", [*_OF_TRACES, *asked])
    table = log.columns("spans", ["trace_id", "start", *columns]) if spans else traces
    read = {
        name: _scores(log, traces, name) for name in sorted(columns) if name.startswith("score:")
    }
    scored = {name: column for name, (column, _) in read.items()}
    held = {name: table[name] for name in columns if name in table}
    frame = held | {name: found["value"] for name, found in scored.items()}
    n = len(table)
    absent = tuple(
        sorted(one for one in needs if one not in frame or (n and frame[one].isna().all()))
    )
    numerator = parts["numerator"].evaluate(frame, n)
    below = parts["denominator"].evaluate(frame, n) if "denominator" in parts else np.ones(n)
    inside = parts["where"].evaluate(frame, n) == 1.0 if "where" in parts else np.ones(n, bool)
    # Scores that are compared were drawn one after the other, or apart: the chances multiply.
    drawn = [found["inclusion_p"].astype("float64") for found in scored.values()]
    inclusion = pd.concat(drawn, axis=1).prod(axis=1, skipna=False) if drawn else None
    weights = weighting(traces, inclusion)
    trace = places(table["trace_id"], traces["trace_id"]) if spans else np.arange(n)
    weight = weights.of_row[trace]
    known = ~(np.isnan(numerator) | np.isnan(below))
    keep = np.flatnonzero(inside & known & ~np.isnan(weight))
    if absent:
        keep = keep[:0]
    judged, sources = inside & known, tuple(source for _, source in read.values())
    reached = scored and "weight" in traces and (traces["weight"].iloc[trace[keep]] != 1.0).any()
    left = Left(
        weights=weights.note,
        uneven=bool(keep.size and (weight[keep] != weight[keep][0]).any()),
        reached=bool(reached),
        unknown=int((judged & np.isnan(weight)).sum()),
        lost=int((inside & ~known).sum()),
    )
    return Rows(
        metric=wanted,
        positions=trace[keep].astype(np.int64),
        at=keep.astype(np.int64),
        time=_microseconds(table["start"])[keep],
        numerator=numerator[keep],
        denominator=below[keep],
        weight=weight[keep],
        cluster=log.clusters[trace[keep]],
        ids=traces["trace_id"],
        notes=notes_on(wanted, left, sources, needs, absent=bool(absent)),
        absent=absent,
    )


def _scores(log: Log, traces: pd.DataFrame, name: str) -> tuple[pd.DataFrame, str]:
    """Return a score beside the traces, and who gave it."""
    names = score_names(log.score_kinds())
    column = score_column(log.columns("scores", SCORE_COLUMNS), name, names)
    at = places(traces["trace_id"], column["trace_id"])
    beside = column[["value", "inclusion_p"]].reindex(at)
    return beside.reset_index(drop=True), str(column.attrs["source"])


def _microseconds(times: pd.Series) -> Ints:
    return times.to_numpy(dtype="datetime64[us]").astype(np.int64)
