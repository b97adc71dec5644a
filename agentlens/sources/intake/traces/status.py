"""How did each trace end: well, in error, not yet, or in the middle?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.sources.intake.traces.errors import error_types
from agentlens.sources.intake.traces.tree import Flags, Tree
from agentlens.tables.problems import Action, Problem

__all__ = ["OPEN_AFTER", "Ending", "aged", "ending_of"]

OPEN_AFTER = pd.Timedelta("30min")
"""How long a trace without its root's end is taken to be still on its way."""


@dataclass(frozen=True, eq=False)
class Ending:
    """When each trace began and ended, and how; one value a trace."""

    columns: dict[str, pd.Series]
    span_errors: pd.Series
    problems: tuple[Problem, ...]


def ending_of(tree: Tree, spans: pd.DataFrame, written: pd.Series, now: pd.Timestamp) -> Ending:
    """Return start, end, status and error type of each trace.

    Args:
        tree: how the spans hang together.
        spans: their rows.
        written: how long each trace's output is; all missing where outputs were not read.
        now: the source's clock.
    """
    start, end, known_end = _times(tree, spans)
    errors = error_types(spans)
    failed = errors.notna().to_numpy()
    root_failed = failed[tree.root]
    last_failed = _last_failed(tree, spans, failed)
    read = "output_chars" in spans and bool(spans["output_chars"].notna().any())
    silent = written.isna().to_numpy() & read
    unfinished = tree.rootless | ~known_end
    young = (start > now - OPEN_AFTER).to_numpy()
    status = np.select(
        [root_failed, unfinished & young, unfinished, silent & last_failed],
        ["error", "open", "incomplete", "error"],
        default="ok",
    )
    first = pd.Series([None] * len(tree.ids), dtype="str")
    places = tree.order[failed[tree.order]]
    traces, where = np.unique(tree.trace[places], return_index=True)
    first.iloc[traces] = errors.to_numpy()[places[where]]
    columns = {
        "start": start,
        "end": end,
        "latency_s": (end - start).dt.total_seconds().where(lambda one: one >= 0),
        "status": pd.Series(status, dtype="str"),
        "error_type": first.where(status == "error"),
    }
    return Ending(columns, errors, tuple(_problems(tree, spans, columns)))


def aged(traces: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """Return traces whose open ones are incomplete where their time is over."""
    if "status" not in traces or not len(traces):
        return traces
    over = (traces["status"] == "open") & (traces["start"] <= now - OPEN_AFTER)
    return traces.assign(status=traces["status"].mask(over, "incomplete")) if over.any() else traces


def _times(tree: Tree, spans: pd.DataFrame) -> tuple[pd.Series, pd.Series, Flags]:
    """Return when traces began and ended, the root's times where there is a root."""
    begun = spans["start"].reset_index(drop=True)
    ended = (
        spans["end"].reset_index(drop=True)
        if "end" in spans
        else pd.Series(pd.NaT, index=begun.index, dtype=begun.dtype)
    )
    by_trace = pd.DataFrame({"start": begun, "end": ended}).groupby(tree.trace)
    start = begun.iloc[tree.root].reset_index(drop=True)
    end = ended.iloc[tree.root].reset_index(drop=True)
    whole = by_trace.agg(start=("start", "min"), end=("end", "max"))
    missing = pd.Series(tree.rootless)
    start = start.mask(missing, whole["start"])
    end = end.mask(missing, whole["end"])
    known = end.notna().to_numpy() & ~tree.rootless
    return start, end.where(end >= start), known


def _last_failed(tree: Tree, spans: pd.DataFrame, failed: Flags) -> Flags:
    """Return in which traces the span that finished last, other than the root, is in error."""
    found = np.zeros(len(tree.ids), dtype=bool)
    if "end" not in spans or not failed.any():
        return found
    ticks = spans["end"].astype("int64").to_numpy()
    ticks = np.where(spans["end"].isna().to_numpy(), -1, ticks)
    ticks[tree.root] = -1
    order = np.lexsort((ticks, tree.trace))
    ends = np.flatnonzero(np.r_[np.diff(tree.trace[order]) != 0, True])
    last = order[ends]
    return failed[last] & (ticks[last] >= 0)


def _problems(tree: Tree, spans: pd.DataFrame, columns: dict[str, pd.Series]) -> list[Problem]:
    found = []
    status = columns["status"]
    for word, action, detail in (
        ("open", "open", "not finished yet; in no rate"),
        ("incomplete", "missing", "the root or its end never came"),
    ):
        found += _counted(tree, (status == word).to_numpy(), action, "status", detail)
    for rows, action, detail in (
        (tree.several, "conflict", "several steps without a parent; the first is the root"),
        (tree.any(tree.orphan), "missing", "steps whose parent is not in the trace"),
        (_cut(tree), "repaired", "parents in a circle; cut at the earliest step"),
        (_outside(tree, spans, columns), "conflict", "steps outside the time of their root"),
    ):
        found += _counted(tree, rows, action, "parent_id", detail)
    return found


def _cut(tree: Tree) -> Flags:
    rows = np.zeros(len(tree.trace), dtype=bool)
    rows[tree.cut] = True
    return tree.any(rows)


def _outside(tree: Tree, spans: pd.DataFrame, columns: dict[str, pd.Series]) -> Flags:
    start = columns["start"].astype("int64").to_numpy()[tree.trace]
    early = spans["start"].astype("int64").to_numpy() < start
    if "end" not in spans:
        return tree.any(early)
    known = (columns["end"].notna().to_numpy())[tree.trace] & spans["end"].notna().to_numpy()
    end = columns["end"].astype("int64").to_numpy()[tree.trace]
    late = known & (spans["end"].astype("int64").to_numpy() > end)
    return tree.any(early | late)


def _counted(tree: Tree, rows: Flags, action: str, field: str, detail: str) -> list[Problem]:
    n = int(rows.sum())
    if not n:
        return []
    kind: Action = action  # type: ignore[assignment]  # the words above are actions
    return [
        Problem(
            action=kind,
            n=n,
            table="traces",
            field=field,
            share=n / len(rows),
            examples=tuple(map(str, tree.ids[np.flatnonzero(rows)[:5]])),
            detail=detail,
        )
    ]
