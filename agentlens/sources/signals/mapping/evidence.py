"""What does a source say of each trace: by which keys, scores, tags and steps?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from agentlens.sources.signals.mapping.expressions import matched
from agentlens.stats.arrays import Flags, Ints

__all__ = ["Evidence", "Named", "gather"]

_NO_OUTCOME = frozenset({"correction", "expectation", "aggregate"})
_SPANS = ("kind", "name", "status", "level", "passed", "metadata", "input", "output")


@dataclass(frozen=True, eq=False)
class Named:
    """Rows of a table by name; several spellings of a name are one.

    Attributes:
        frame: the rows, those of one spelling together; `row` is the position of the trace.
        places: spelling to where its rows lie.
    """

    frame: pd.DataFrame
    places: Mapping[str, slice]

    @cached_property
    def names(self) -> Mapping[str, list[str]]:
        """Each name, to its spellings."""
        found: dict[str, list[str]] = {}
        for spelling in self.places:
            found.setdefault(matched(spelling), []).append(spelling)
        return found

    def rows(self, name: str) -> pd.DataFrame:
        """Return the rows under a name, however it is spelt."""
        places = [self.places[one] for one in self.names.get(matched(name), ())]
        if len(places) == 1:
            return self.frame.iloc[places[0]]
        return pd.concat([self.frame.iloc[:0], *(self.frame.iloc[one] for one in places)])


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything that is known of some traces, by their positions.

    Attributes:
        traces: one row per trace, numbered from 0.
        open: which of them still run.
        spans: their steps; `row` is the position of the trace.
        scores: the judgements by name, the one that counts last.
        metadata: the values by key.
    """

    traces: pd.DataFrame
    open: Flags
    spans: pd.DataFrame
    scores: Named
    metadata: Named
    _tags: pd.DataFrame = field(repr=False)

    @property
    def n(self) -> int:
        """How many traces there are."""
        return len(self.traces)

    @cached_property
    def tags(self) -> Named:
        """The tags by name."""
        return _named(self._tags, "name")

    @cached_property
    def stepped(self) -> Flags:
        """Which traces have steps at all; where there are none, no step's absence says anything."""
        return np.bincount(self.spans["row"], minlength=self.n) > 0


def gather(
    traces: pd.DataFrame,
    spans: pd.DataFrame,
    scores: pd.DataFrame,
    metadata: pd.DataFrame,
) -> Evidence:
    """Return what four tables say, joined by the position of the trace.

    Args:
        traces: one row per trace.
        spans: their steps.
        scores: judgements of traces and steps.
        metadata: columns trace_id, key and value.
    """
    traces = traces.reset_index(drop=True)
    ids = pd.Index(traces["trace_id"])
    status = traces["status"] if "status" in traces else pd.Series(index=traces.index, dtype="str")
    steps = _joined(spans, ids, (*_SPANS, "span_id", "parent_id", "start"))
    said = _joined(metadata, ids, ("key", "value"))
    told = said["key"].notna() & said["value"].notna() & (said["value"].str.strip() != "")
    return Evidence(
        traces=traces,
        open=(status == "open").to_numpy(dtype=bool, na_value=False),
        spans=steps,
        scores=_named(_outcomes(scores, ids), "name"),
        metadata=_named(said[told], "key"),
        _tags=_tagged(traces),
    )


def _joined(frame: pd.DataFrame, ids: pd.Index, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return some columns of the rows whose trace is there, with its position."""
    if not len(frame):
        empty = {name: pd.Series(dtype="str") for name in columns}
        return pd.DataFrame({"row": pd.Series(dtype="int64"), **empty})
    row = _positions(ids, frame["trace_id"])
    there = frame if (row >= 0).all() else frame[row >= 0]
    held = {name: there[name].reset_index(drop=True) for name in columns if name in there}
    return pd.DataFrame({"row": row[row >= 0], **held}, copy=False)


def _positions(ids: pd.Index, wanted: pd.Series) -> Ints:
    """Return the position of each id; rows of one trace mostly stand together or are few."""
    codes, distinct = pd.factorize(wanted)
    found = np.append(ids.get_indexer(pd.Index(distinct)), -1)
    return np.asarray(found[codes], dtype=np.int64)


def _outcomes(scores: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Return the scores that may be outcomes, in an order in which the last one counts."""
    wanted = ("name", "value", "label", "kind", "source", "span_id", "time", "score_id")
    frame = _joined(scores, ids, wanted)
    for name in wanted:
        if name not in frame:
            frame[name] = pd.Series(np.nan, index=frame.index).astype(
                "float64" if name == "value" else "object"
            )
    frame = frame[~frame["kind"].isin(_NO_OUTCOME) & frame["name"].notna()]
    of_trace = frame["span_id"].isna()
    ordered = frame.assign(of_trace=of_trace).sort_values(
        ["of_trace", "time", "score_id", "value", "label"], na_position="first", kind="stable"
    )
    return ordered[["row", "name", "value", "label", "source"]]


def _tagged(traces: pd.DataFrame) -> pd.DataFrame:
    if "tags" not in traces or not traces["tags"].notna().any():
        return pd.DataFrame({"row": np.empty(0, dtype=np.int64), "name": pd.Series(dtype="str")})
    codes, distinct = pd.factorize(traces["tags"])
    listed = pd.Series(distinct).str.split(",").explode().str.strip()
    by_text = pd.DataFrame({"code": listed.index, "name": listed.to_numpy()}).astype(
        {"name": "str"}
    )
    rows = pd.DataFrame({"row": np.arange(len(traces)), "code": codes})
    found = rows.merge(by_text[by_text["name"] != ""], on="code")
    return found[["row", "name"]].drop_duplicates()


def _named(frame: pd.DataFrame, name: str) -> Named:
    codes, spellings = pd.factorize(frame[name], sort=True)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(spellings)))[: len(spellings)]
    places = {}
    begin = 0
    for spelling, end in zip(spellings, ends, strict=True):
        places[str(spelling)] = slice(begin, int(end))
        begin = int(end)
    return Named(frame.iloc[order].drop(columns=name).reset_index(drop=True), places)
