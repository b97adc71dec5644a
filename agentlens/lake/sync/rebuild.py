"""How do the traces of a lake follow from its rows, whichever visit brought which?"""

import orjson
import pandas as pd

from agentlens.lake.store.reader import Reader
from agentlens.lake.store.upsert import Rebuild
from agentlens.lake.sync.changes import NOWHERE
from agentlens.sources.intake.road import Gathered, assembled
from agentlens.sources.intake.traces.traffic import traffic
from agentlens.sources.signals.heard import TURNS, heard

__all__ = ["rebuilding"]

_NEAR = pd.Timedelta("1D")
_KEYS = ["trace_id", "span_id"]
_APART = ["input", "output", "_where"]


def rebuilding(now: pd.Timestamp) -> Rebuild:
    """Return the function that gives touched traces as they are now, and their sessions' others.

    Args:
        now: the time by which an unfinished trace counts as open.
    """

    def rebuild(reader: Reader, ids: pd.Series) -> pd.DataFrame:
        every = _with_neighbours(reader, ids[ids != NOWHERE])
        spans = _with_texts(_rows(reader, "spans", every), reader, every, own=False)
        facts = _with_texts(_rows(reader, "facts", every), reader, every, own=True)
        scores = _rows(reader, "scores", every)
        built = assembled(Gathered(spans, facts, scores), now)
        traces = built.traces
        if not len(traces):
            return traces.drop(columns=_APART, errors="ignore")
        users, _, _ = traffic(traces)  # the runs of evaluators are no turns of a user
        by_id = heard(users, built.spans, scores, built.metadata, now=now).set_index("trace_id")
        turns = {
            name: by_id[name].reindex(traces["trace_id"]).reset_index(drop=True) for name in TURNS
        }
        told = traces["trace_id"].map(_packed(built.metadata)).astype("str")
        kept = traces.drop(columns=_APART, errors="ignore")
        return kept.assign(metadata=told, **turns)

    return rebuild


def _with_neighbours(reader: Reader, ids: pd.Series) -> pd.Series:
    """Return the ids, and those of the traces beside them in the same sessions."""
    there = reader.columns("traces")
    if "session_id" not in there:
        return ids
    parts = [
        reader.read(name, columns=["session_id", "start"], ids=ids)
        for name in ("spans", "facts")
        if {"session_id", "start"} <= set(reader.columns(name))
    ]
    said = pd.concat(parts) if parts else pd.DataFrame({"session_id": [], "start": []})
    said = said[said["session_id"].notna()]
    if not len(said):
        return ids
    first, last = said["start"].min() - _NEAR, said["start"].max() + _NEAR
    columns = ["trace_id", "session_id"]
    near = reader.read("traces", since=first, until=last, columns=columns)
    beside = near.loc[near["session_id"].isin(said["session_id"]), "trace_id"]
    every: pd.Series = pd.concat([ids, beside]).drop_duplicates().reset_index(drop=True)
    return every


def _rows(reader: Reader, table: str, ids: pd.Series) -> pd.DataFrame:
    if not reader.columns(table):
        return pd.DataFrame({"trace_id": [], "span_id": []}, dtype="str")
    return reader.read(table, ids=ids)


def _with_texts(rows: pd.DataFrame, reader: Reader, ids: pd.Series, *, own: bool) -> pd.DataFrame:
    """Return rows with what was said in them, where it is still there."""
    names = [name for name in ("input", "output") if name in reader.columns("text")]
    if not names or not len(rows):
        return rows
    texts = reader.read("text", columns=[*_KEYS, *names], ids=ids)
    texts = texts[(texts["span_id"] == "") == own]
    if own:
        return rows.merge(texts.drop(columns="span_id"), on="trace_id", how="left")
    return rows.merge(texts, on=_KEYS, how="left")


def _packed(metadata: pd.DataFrame) -> dict[str, str]:
    """Return what is said beside each trace, as one object of JSON a trace."""
    held: dict[str, dict[str, str]] = {}
    for trace, key, value in metadata.itertuples(index=False):
        held.setdefault(trace, {})[key] = value
    return {trace: orjson.dumps(one).decode() for trace, one in held.items()}
