"""How do normalised rows become traces, whoever sent them?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.sources.intake.traces.roots import (
    guarded,
    lengths,
    models,
    names,
    payload,
    places,
)
from agentlens.sources.intake.traces.status import ending_of
from agentlens.sources.intake.traces.totals import totals_of
from agentlens.sources.intake.traces.tree import Tree, tree_of
from agentlens.sources.intake.traces.words import metadata_of, said_of, tags_of
from agentlens.tables.problems import WHERE, Problem

__all__ = ["Built", "build", "mended"]

_SAID = ("user_id", "session_id", "release", "environment", "agent_version")
_SPENT = ("input_tokens", "output_tokens", "cached_tokens", "cost_usd", "model")
_COUNTS = ("steps", "llm_calls", "tool_calls", "tool_errors", "retries")
_STAND_IN = "_stands_in"


@dataclass(frozen=True, eq=False)
class Built:
    """Traces built from spans and from what sources say of whole traces.

    Attributes:
        traces: one row a trace, before outcomes and slices are derived.
        spans: the spans with what only their trace can tell, such as cut circles and error types.
        metadata: one row a trace and key.
        problems: what was odd.
    """

    traces: pd.DataFrame
    spans: pd.DataFrame
    metadata: pd.DataFrame
    problems: tuple[Problem, ...]


def build(spans: pd.DataFrame, facts: pd.DataFrame, *, now: pd.Timestamp) -> Built:
    """Return traces; there must be one row a span, and one row a trace in `facts`.

    A trace of which only facts are known is built from one step that stands in for its spans.

    Args:
        spans: normalised spans.
        facts: what sources say of whole traces; a trace may stand in only one of the two.
        now: the source's clock.
    """
    rows = _with_stand_ins(spans, facts)
    if not len(rows):
        empty = pd.DataFrame({"trace_id": [], "key": [], "value": []}, dtype="str")
        return Built(_nothing(), spans, empty, ())
    tree = tree_of(rows)
    known = facts.set_index("trace_id").reindex(tree.ids).reset_index() if len(facts) else None
    said = said_of(tree, rows, _SAID, known)
    written = lengths(tree, rows, known, "output_chars")
    ending = ending_of(tree, rows, written, now)
    totals = totals_of(tree, rows)
    said_in, from_in = payload(tree, rows, known, "input")
    said_out, from_out = payload(tree, rows, known, "output")
    columns: dict[str, pd.Series] = {
        "trace_id": pd.Series(tree.ids, dtype="str"),
        **said.columns,
        "name": names(tree, rows, known),
        **ending.columns,
        **models(tree, rows),
        "query_chars": lengths(tree, rows, known, "query_chars"),
        "input": said_in,
        "output": said_out,
        "input_from": from_in,
        "output_from": from_out,
        "output_chars": written,
        **totals.columns,
        "safety_flagged": guarded(tree, rows),
        "experiment": _experiment(tree.any(_flag(rows, "experiment")), known),
        "tags": tags_of(tree, rows, known),
        WHERE: places(tree, rows),
    }
    if "source_p" in rows:
        columns["source_p"] = rows["source_p"].iloc[tree.root].reset_index(drop=True)
    alone = tree.any(rows[_STAND_IN].to_numpy(dtype=bool))
    traces = _with_facts(pd.DataFrame(columns), known, alone)
    kept = mended(rows, tree, ending.span_errors)[~rows[_STAND_IN].to_numpy(dtype=bool)].drop(
        columns=_STAND_IN
    )
    problems = (*said.problems, *ending.problems, *totals.problems)
    return Built(traces, kept.reset_index(drop=True), metadata_of(tree, rows, known), problems)


def mended(spans: pd.DataFrame, tree: Tree, errors: pd.Series) -> pd.DataFrame:
    """Return the spans with their error types, and without parents that go in a circle.

    Args:
        spans: normalised spans.
        tree: how they hang together.
        errors: the type of the error of each that failed.
    """
    typed = spans.assign(error_type=errors.to_numpy())
    if not len(tree.cut):
        return typed
    parents = typed["parent_id"].copy()
    parents.iloc[tree.cut] = None
    return typed.assign(parent_id=parents)


def _nothing() -> pd.DataFrame:
    columns = {name: pd.Series(dtype="str") for name in ("trace_id", "environment", WHERE)}
    never = pd.Series(dtype="datetime64[us, UTC]")
    return pd.DataFrame(columns).assign(start=never, experiment=pd.Series(dtype="boolean"))


def _with_stand_ins(spans: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Return the spans, and one step for each trace that has none but whose time is known."""
    plain = spans.assign(**{_STAND_IN: False})
    if not len(facts) or "start" not in facts:
        return plain
    lone = ~facts["trace_id"].isin(spans["trace_id"] if len(spans) else []) & facts["start"].notna()
    if not lone.any():
        return plain
    given = ["trace_id", "start", "end", "status", "error_type", "error_message", "query_chars"]
    given += ["input", "output", "output_chars", WHERE]
    stand_ins = facts.loc[lone, [name for name in given if name in facts]].assign(
        span_id=facts.loc[lone, "trace_id"], **{_STAND_IN: True}
    )
    return pd.concat([plain, stand_ins], ignore_index=True) if len(spans) else stand_ins


def _with_facts(
    traces: pd.DataFrame, known: pd.DataFrame | None, alone: np.ndarray
) -> pd.DataFrame:
    """Return the traces with what is only said of them whole, and no counts where no step came."""
    columns: dict[str, pd.Series] = {}
    for name in _COUNTS:
        if name in traces and alone.any():
            columns[name] = traces[name].mask(alone)
    if known is not None:
        for name in _SPENT:
            if name in known:
                given = known[name]
                columns[name] = (
                    traces[name].where(traces[name].notna(), given) if name in traces else given
                )
        if "status" in known:
            columns["status"] = known["status"].where(known["status"].notna(), traces["status"])
    return traces.assign(**columns) if columns else traces


def _experiment(found: np.ndarray, known: pd.DataFrame | None) -> pd.Series:
    if known is not None and "experiment" in known:
        found = found | known["experiment"].fillna(value=False).to_numpy(dtype=bool)
    return pd.Series(pd.array(found, dtype="boolean"))


def _flag(rows: pd.DataFrame, name: str) -> np.ndarray:
    if name not in rows:
        return np.zeros(len(rows), dtype=bool)
    return rows[name].fillna(value=False).to_numpy(dtype=bool)
