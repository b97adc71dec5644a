"""What becomes of rows that a source no longer has?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.errors import SourceError
from agentlens.lake.files.tables import KEPT
from agentlens.lake.store.reader import Reader
from agentlens.lake.sync.changes import NOWHERE
from agentlens.lake.sync.known import LANGFUSE
from agentlens.lake.sync.rebuild import rebuilding
from agentlens.lake.sync.watch import Watch, marks_of
from agentlens.sources.langfuse.check.again import ASKS_SCORES, named_again
from agentlens.sources.langfuse.check.missed import Missed
from agentlens.sources.langfuse.check.named import Named
from agentlens.sources.langfuse.probe import Abilities
from agentlens.sources.langfuse.state import State
from agentlens.tables.match import among
from agentlens.tables.problems import Problem, report_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentlens.lake.lake import Lake
    from agentlens.sources.langfuse.client import Client

__all__ = ["Deletions", "conclude"]

_MOST = 200
"""Traces that are asked for by name in one sync; the next one asks for more."""
_BETWEEN = "\x1f"


@dataclass(frozen=True, kw_only=True)
class Deletions:
    """What a pass found out about rows that are gone.

    Attributes:
        snapshot: the number of the snapshot that knows it.
        deleted: how many rows two passes missed and the source did not know by name.
        missed: how many rows one pass missed so far.
        notes: what was not concluded, and why.
    """

    snapshot: int
    deleted: int = 0
    missed: int = 0
    notes: tuple[str, ...] = ()


def conclude(
    lake: "Lake",
    watch: Watch,
    state: State,
    at: pd.Timestamp,
    asked: "Callable[[Callable[[Client], Any]], Named]",
) -> Deletions:
    """Return what is gone: what this pass missed, an earlier one too, and nobody knows by name.

    Args:
        lake: which; it has taken all slices of the pass.
        watch: what the pass missed.
        state: what is known of the source now.
        at: the source's clock when the pass began.
        asked: puts a question to the source.
    """
    sure = watch.believed()
    notes = [_doubt(sure)] if sure.doubted else []
    rows = sure.lost.assign(mark=_marks(sure.lost, lake.door.salt))
    before = watch.before.missed
    twice = rows["mark"].map(lambda mark: mark in before and before[mark].at < at).astype(bool)
    can = state.can
    some = _askable(rows[twice], can)
    try:
        named = asked(_question(some, can)) if can is not None and len(some) else Named()
        there = _named_among(some, named)
    except SourceError as error:
        notes.append(f"What two passes did not find was not taken out: {error}")
        some, there = some.iloc[:0], np.zeros(0, dtype=bool)
    head = lake.store.head()
    gone = _removable(some[~there], Reader(lake.store, head))
    missed = _remembered(sure, rows.drop(index=some.index), at)
    if len(gone) or missed != state.missed:
        head = lake.take(
            {},
            source=watch.source,
            gone=_keys(gone, head.columns),
            state={LANGFUSE: replace(state, missed=missed).to_json()},
            report=report_frame(_problems(gone)).assign(source=watch.source),
            rebuild=rebuilding(at),
        )
    return Deletions(snapshot=head.n, deleted=len(gone), missed=len(missed), notes=tuple(notes))


def _doubt(watch: Watch) -> str:
    return (
        f"In {text.plural(watch.doubted, 'slice')} more than a fifth of the rows that the lake"
        " holds were not there any more. That looks like a fault of the server, so that nothing was concluded; if"
        " they were deleted on purpose, lake.forget() takes them out here too."
    )


def _named_among(rows: pd.DataFrame, named: Named) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which of these rows the source knows by name."""
    there = np.zeros(len(rows), dtype=bool)
    for table in ("spans", "facts", "scores"):
        there |= (rows["table"] == table).to_numpy() & among(rows["key"], getattr(named, table))
    return there


def _marks(lost: pd.DataFrame, salt: bytes) -> pd.Series:
    found = [pd.Series(dtype="str")] + [
        pd.Series(marks_of(str(table), some["key"], salt), index=some.index, dtype="str")
        for table, some in lost.groupby("table")
    ]
    marks: pd.Series = pd.concat(found)
    return marks


def _askable(rows: pd.DataFrame, can: Abilities | None) -> pd.DataFrame:
    """Return the rows that can be asked for by name in this sync."""
    judged = rows["table"] == "scores"
    known = can is not None and can.scores in ASKS_SCORES
    traces = rows.loc[~judged, "trace_id"].drop_duplicates().iloc[:_MOST]
    return rows[(judged & known) | (~judged & among(rows["trace_id"], traces))]


def _question(rows: pd.DataFrame, can: Abilities) -> "Callable[[Client], Any]":
    judged = rows["table"] == "scores"
    return partial(
        named_again,
        can=can,
        traces=list(rows.loc[~judged, "trace_id"].drop_duplicates()),
        scores=list(rows.loc[judged, "key"]),
    )


def _removable(rows: pd.DataFrame, reader: Reader) -> pd.DataFrame:
    """Return the rows without scores of traces whose steps have expired.

    Such a trace is kept as it once was built; it cannot be built again without the score.
    """
    judged = rows["table"] == "scores"
    ids = rows.loc[judged & (rows["trace_id"] != NOWHERE), "trace_id"].drop_duplicates()
    if not len(ids):
        return rows
    built = [
        reader.read(name, columns=["trace_id"], ids=ids)["trace_id"]
        for name in ("spans", "facts")
        if reader.columns(name)
    ]
    kept = reader.read("traces", columns=["trace_id"], ids=ids)["trace_id"]
    bare = kept[~among(kept, pd.concat([pd.Series(dtype="str"), *built]))]
    return rows[~(judged & among(rows["trace_id"], bare))]


def _remembered(watch: Watch, left: pd.DataFrame, at: pd.Timestamp) -> dict[str, Missed]:
    """Return what is missed now: what this pass missed, and what it did not look for."""
    before = watch.before.missed
    found = {
        mark: one
        for mark, one in before.items()
        if mark not in watch.found and not watch.again(one.table, one.start)
    }
    for table, start, mark in zip(left["table"], left["start"], left["mark"], strict=True):
        found[mark] = before.get(mark, Missed(table, start, at))
    return found


def _keys(gone: pd.DataFrame, columns: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Return the keys of what is gone by table, with what was said in it."""
    steps = gone.loc[gone["table"] == "spans", ["trace_id", "key"]]
    steps = steps.assign(span_id=steps["key"].str.split(_BETWEEN).str[-1].astype("str"))
    facts = gone.loc[gone["table"] == "facts", ["trace_id"]]
    scores = gone.loc[gone["table"] == "scores", ["key"]].rename(columns={"key": "score_id"})
    own = facts.assign(span_id=pd.Series("", index=facts.index, dtype="str"))
    said = pd.concat([steps[["trace_id", "span_id"]], own], ignore_index=True)
    every = {"spans": steps, "text": said, "facts": facts, "scores": scores}
    there = {name: keys for name, keys in every.items() if len(keys) and name in columns}
    return {name: keys[list(KEPT[name].keys)] for name, keys in there.items()}


def _problems(gone: pd.DataFrame) -> list[Problem]:
    return [
        Problem(
            action="missing",
            n=len(some),
            table=str(table),
            detail="deleted at the source: two passes did not find them",
        )
        for table, some in gone.groupby("table")
    ]
