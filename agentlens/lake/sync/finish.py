"""What does a trace of a lake say once all traces of the log are at hand?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import orjson
import pandas as pd

from agentlens.lake.sync.changes import NOWHERE
from agentlens.lake.sync.known import history_of
from agentlens.lake.view import View
from agentlens.sources.intake.road import (
    Assembled,
    Choices,
    public_scores,
    public_spans,
    tables_of,
)
from agentlens.sources.intake.traces.build import mended
from agentlens.sources.intake.traces.errors import error_types
from agentlens.sources.intake.traces.tree import tree_of
from agentlens.sources.signals.heard import TURNS
from agentlens.tables.conform import conform
from agentlens.tables.match import among
from agentlens.tables.problems import Problem
from agentlens.tables.schema import SCORES, SPANS, TRACES

__all__ = ["Finished", "finished", "spans_of"]

_EVIDENCE = (
    *("trace_id", "span_id", "parent_id", "kind", "name", "start", "end", "status", "level"),
    *("passed", "metadata", "error_type"),
)
_SAID = ("input", "output")
_DTYPES = {"environment": "str", "experiment": "boolean"}


@dataclass(frozen=True, eq=False)
class Finished:
    """Traces and scores of a log, and how their outcomes and slices came to be."""

    traces: pd.DataFrame
    scores: pd.DataFrame
    problems: tuple[Problem, ...]

    def part(self, traces: pd.DataFrame) -> "Finished":
        """Return it for some of the traces."""
        kept = traces.reset_index(drop=True)
        mine = among(self.scores["trace_id"], kept["trace_id"])
        return Finished(kept, self.scores[mine].reset_index(drop=True), self.problems)


def finished(view: View, choices: Choices) -> Finished:
    """Return the traces with what only a whole log can tell: slices, silence, who was traffic.

    Args:
        view: which traces of a lake.
        choices: what the user decided.
    """
    traces = view.traces([name for name in view.columns("traces") if name not in _SAID])
    plain = _heard_anew(_with_texts(traces.drop(columns="metadata"), view))
    for name, dtype in _DTYPES.items():
        if name not in plain:
            plain[name] = pd.Series([None] * len(plain), dtype=dtype)
    metadata = pd.DataFrame(_unpacked(traces), columns=["trace_id", "key", "value"], dtype="str")
    there = view.reader.columns("spans")
    spans = view.rows("spans", [name for name in _EVIDENCE if name in there])
    scores = _scores(view, traces["trace_id"])
    choices = replace(choices, history=history_of(view, choices.history))
    tables = tables_of(Assembled(plain, spans, metadata, ()), scores, choices)
    whole = conform(tables.traces, TRACES, strict=False)
    given = public_scores(tables.scores)
    belonging = given[among(given["trace_id"], whole.frame["trace_id"])] if len(given) else given
    judged = conform(belonging, SCORES, strict=False)
    problems = (*tables.problems, *whole.problems, *judged.problems)
    return Finished(whole.frame, judged.frame, problems)


def spans_of(rows: pd.DataFrame, traces: pd.Series) -> pd.DataFrame:
    """Return the steps of these traces as a log has them.

    Args:
        rows: as a lake keeps them.
        traces: the ids of the traces.
    """
    mine = rows[among(rows["trace_id"], traces)].reset_index(drop=True)
    if len(mine):
        mine = public_spans(mended(mine, tree_of(mine), error_types(mine)))
    return conform(mine, SPANS, strict=False).frame


def _with_texts(traces: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return traces with what was said in them, from the step that says it."""
    there = view.reader.columns("text")
    names = [name for name in _SAID if name in there]
    if view.texts == "none" or not names:
        return traces
    ids = None if view.whole else traces["trace_id"]
    texts = view.reader.read("text", columns=["trace_id", "span_id", *names], ids=ids)
    for name in names:
        keys = {"span_id": f"{name}_from"}
        said = texts[["trace_id", "span_id", name]].rename(columns=keys)
        traces = traces.merge(said, on=["trace_id", f"{name}_from"], how="left")
    return traces


def _heard_anew(traces: pd.DataFrame) -> pd.DataFrame:
    """Return traces without what was made of their texts, where the texts are still there.

    A short question is read in the language of the whole log, so that all of it must be at hand.
    """
    if "input" not in traces:
        return traces
    heard = traces["input"].notna()
    return traces.assign(**{name: traces[name].mask(heard) for name in TURNS if name in traces})


def _scores(view: View, ids: pd.Series) -> pd.DataFrame:
    """Return the scores of these traces, and those of sessions, which belong to none by name."""
    if not view.reader.columns("scores"):
        required = [column.name for column in SCORES.columns if column.required]
        return pd.DataFrame({name: pd.Series(dtype="str") for name in required})
    wanted = None if view.whole else pd.concat([ids, pd.Series([NOWHERE])], ignore_index=True)
    rows = view.reader.read("scores", ids=wanted)
    return rows.assign(trace_id=rows["trace_id"].mask(rows["trace_id"] == NOWHERE))


def _unpacked(traces: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    known = traces["metadata"].notna()
    pairs = zip(traces.loc[known, "trace_id"], traces.loc[known, "metadata"], strict=True)
    for trace, text in pairs:
        for key, value in orjson.loads(text).items():
            yield trace, key, value
