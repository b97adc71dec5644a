"""Which steps and traces ended in an error, and what do errors of one kind have in common?"""

import re

import numpy as np
import pandas as pd

from agentlens.analysis.failures.columns import texts_of
from agentlens.analysis.failures.kinds import kind_of
from agentlens.analysis.failures.patterns import fold, masked
from agentlens.stats.arrays import Flags, Ints
from agentlens.tables.log import Log

__all__ = ["COLUMNS", "errors_of", "template"]

COLUMNS = ("position", "key", "name", "kind", "error", "tool", "says", "ended")
_QUOTED = re.compile(r"\"[^\"]{1,400}\"|`[^`]{1,400}`|(?<!\w)'[^']{1,400}'(?!\w)")
_OUTER = {"agent", "chain"}
_TOOLS = {"tool", "retrieval"}
_MANY = 50
_REST = "(rarer messages)"
_PARTS = ["error", "tool", "template"]


def template(message: str) -> str:
    """Return what messages of one kind have in common: no numbers, ids, links or quoted words.

    >>> template("UpstreamSchemaError: field 'order_ref' missing (request 7b223f43)")
    'upstreamschemaerror: field … missing (request #)'
    """
    return fold(_QUOTED.sub("…", message))


def errors_of(log: Log) -> pd.DataFrame:
    """Return a row per trace and kind of error; `ended` where the trace itself ended in it.

    A step that the agent tried again successfully failed, and the trace did not. An agent that
    only passes on the error of one of its steps is no second failure.

    Args:
        log: the traces with their steps.
    """
    steps = _without_echoes(pd.concat([_failed_steps(log), _failed_traces(log)]))
    if not len(steps):
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    steps["template"] = _few(steps)
    steps["ended"] = _ended(log, steps)
    joint = ["position", *_PARTS]
    plain = {one: masked(one) for one in steps["says"].unique()}
    steps["shown"] = steps["says"].map(plain).astype(object)
    steps = steps.sort_values([*joint, "ended", "says"], ascending=[True] * 4 + [False, True])
    rows = steps.drop_duplicates(joint).reset_index(drop=True)
    named = rows.groupby(_PARTS, sort=True, as_index=False).agg(
        raw=("says", "first"), says=("shown", _commonest), step=("step", "first")
    )
    parts = list(zip(*(named[name] for name in [*_PARTS, "raw", "step"]), strict=True))
    named["key"] = [f"error|{e}|{t}|{s}" for e, t, s, _, _ in parts]
    named["kind"] = [kind_of(e, m, k, tool=bool(t)) for e, t, _, m, k in parts]
    named["says"] = named["says"].where(named["template"] != _REST, _REST)
    named["name"] = [_phrase(e, t, m) for (e, t, *_), m in zip(parts, named["says"], strict=True)]
    rows = rows[["position", *_PARTS[:2], "template", "ended"]].merge(named, on=_PARTS)
    return rows.sort_values(["position", "key"], ignore_index=True)[list(COLUMNS)]


def _failed_steps(log: Log) -> pd.DataFrame:
    spans = log.spans
    if "status" not in spans or not len(spans):
        spans = spans.iloc[:0]
    else:
        spans = spans[(spans["status"] == "error").fillna(value=False).to_numpy(dtype=bool)]
    found = pd.DataFrame({"trace_id": spans["trace_id"].to_numpy(dtype=object)})
    known = pd.Index(log.traces["trace_id"].astype(object))
    found["position"] = known.get_indexer(found["trace_id"]).astype(np.int64)
    found["step"] = pd.Series(texts_of(spans, "kind"), dtype=object)
    found["error"] = pd.Series(texts_of(spans, "error_type"), dtype=object)
    found["says"] = pd.Series(texts_of(spans, "error_message"), dtype=object)
    names = pd.Series(texts_of(spans, "name"), dtype=object)
    found["tool"] = names.where(found["step"].isin(_TOOLS), "")
    return found[found["position"] >= 0].drop(columns="trace_id")


def _failed_traces(log: Log) -> pd.DataFrame:
    """Return the traces that ended in an error of which a type is known."""
    error = pd.Series(texts_of(log.traces, "error_type"), dtype=object)
    at = np.flatnonzero(_in_error(log) & (error != "").to_numpy(dtype=bool))
    found = pd.DataFrame({"position": at.astype(np.int64), "error": error.iloc[at].to_numpy()})
    return found.assign(step="trace", says="", tool="")


def _without_echoes(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the errors without those that an outer step passes on, which say nothing new."""
    steps = steps.reset_index(drop=True)
    distinct = {one: template(one) for one in steps["says"].unique()}
    steps["template"] = steps["says"].map(distinct).astype(object)
    outer = steps["step"].isin(_OUTER).to_numpy(dtype=bool)
    whole = (steps["step"] == "trace").to_numpy(dtype=bool)
    place = steps["position"].to_numpy(dtype=np.int64)
    same_type = _joint(place, steps["error"])
    same = _joint(same_type, steps["template"])
    inner = ~outer & ~whole
    echo = outer & np.isin(same, same[inner])
    silent = outer & (steps["template"] == "").to_numpy(dtype=bool)
    echo |= silent & np.isin(place, place[inner])
    echo |= whole & np.isin(same_type, same_type[~whole & ~echo])
    return steps[~echo].reset_index(drop=True)


def _joint(place: Ints, words: pd.Series) -> Ints:
    """Return an integer for each row, the same where place and word are."""
    code, found = pd.factorize(words)
    joint = np.unique(place * (len(found) + 1) + code, return_inverse=True)[1]
    return np.asarray(joint, dtype=np.int64)


def _few(steps: pd.DataFrame) -> pd.Series:
    """Return the templates, the rarer ones of a tool that has very many taken together."""
    counts = steps.groupby(_PARTS, sort=True)["position"].nunique().rename("n").reset_index()
    counts = counts.sort_values(["n", "template"], ascending=[False, True])
    counts["rank"] = counts.groupby(["error", "tool"]).cumcount()
    rank = steps[_PARTS].merge(counts, on=_PARTS, how="left")["rank"].to_numpy()
    return steps["template"].where(rank < _MANY, _REST)


def _ended(log: Log, steps: pd.DataFrame) -> pd.Series:
    """Return which errors are those that their traces ended in."""
    error = pd.Series(texts_of(log.traces, "error_type"), dtype=object)
    own = error.iloc[steps["position"]].to_numpy()
    ended = _in_error(log)[steps["position"]]
    return pd.Series(ended & ((own == "") | (own == steps["error"].to_numpy())), steps.index)


def _in_error(log: Log) -> Flags:
    if "status" not in log.traces:
        return np.zeros(len(log), dtype=bool)
    return (log.traces["status"] == "error").fillna(value=False).to_numpy(dtype=bool)


def _commonest(messages: pd.Series) -> str:
    counts = messages.value_counts()
    return str(min(counts[counts == counts.max()].index))


def _phrase(error: str, tool: str, says: str) -> str:
    """Return a failure as one reads it: what it says, and where."""
    words = says or error or "error"
    return f"{words} in {tool}" if tool else words
