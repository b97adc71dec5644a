"""What does a log look like after a draw, its scores' probabilities included?"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from agentlens.scoring.sampling.plan import Plan
from agentlens.scoring.sampling.rules import rule_names
from agentlens.scoring.sampling.selection import AND, WITH, Selection, Units
from agentlens.scoring.sampling.stack import both, same_draw
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.problems import Problem, report_frame

__all__ = ["added", "appended", "chosen_log"]


def chosen_log(
    log: Log,
    plan: Plan,
    units: Units,
    selection: Selection,
    partial: frozenset[tuple[str, str]] = frozenset(),
) -> Log:
    """Return the chosen traces with their probabilities, and their spans and scores.

    Args:
        log: what was drawn from.
        plan: the arguments of the draw.
        units: what was drawn as a whole.
        selection: the outcome of the draw.
        partial: (name, source) of scores that decided who is kept.
    """
    kept = selection.kept
    names = rule_names(
        {name: rows[kept] for name, rows in selection.rules.items()}, int(kept.sum())
    )
    rows = log.traces[kept].reset_index(drop=True)
    traces = rows.assign(
        inclusion_p=selection.p[kept],
        sampled_by=appended(rows.get("sampled_by"), names, ", "),
        **{WITH: appended(rows.get(WITH), pd.Series(plan.draw, index=rows.index), AND)},
    )
    ids = traces["trace_id"]
    scores = log.scores[among(log.scores["trace_id"], ids)].reset_index(drop=True)
    return replace(
        log,
        traces=traces,
        spans=log.spans[among(log.spans["trace_id"], ids)].reset_index(drop=True),
        scores=_thinned(log, scores, units, selection, partial),
    )


def added(report: pd.DataFrame, problems: Iterable[Problem]) -> pd.DataFrame:
    """Return a report with these rows at its end."""
    more = report_frame(problems)
    return pd.concat([report, more], ignore_index=True) if len(report) else more


def appended(before: pd.Series | None, names: pd.Series, mark: str) -> pd.Series:
    """Return the names, each preceded by what was said before; equal texts are said once."""
    if before is None:
        return names.astype("str")
    old = before.astype("str").reset_index(drop=True)
    joined = (old + mark + names).where(old.notna(), names)
    return joined.where(~(old == names).fillna(value=False), names).astype("str")


def _thinned(
    log: Log,
    scores: pd.DataFrame,
    units: Units,
    selection: Selection,
    partial: frozenset[tuple[str, str]],
) -> pd.DataFrame:
    """Return the scores with the probability to be both given and still here.

    A score metric is weighted by this probability alone, so that a draw among scored traces must
    be in it. Scores that come after the draw take the trace's own.
    """
    if not len(scores):
        return scores
    place = pd.Index(log.traces["trace_id"].astype("str")).get_indexer(pd.Index(scores["trace_id"]))
    after = selection.p[place]
    if "inclusion_p" not in scores:
        return scores.assign(inclusion_p=after)
    p = scores["inclusion_p"].to_numpy(dtype=np.float64, na_value=np.nan)
    # a trace that had to be judged to count has that in its probability already
    own = after if partial else selection.own_p[place]
    through = np.full(len(scores), np.nan)
    alike = _drawn_alike(log, units)
    for kind, rows in scores.groupby(_kinds(scores), dropna=False).indices.items():
        name = _named(kind)
        if name in partial:
            through[rows] = after[rows]
            continue
        through[rows] = both(p[rows], own[rows], np.full(len(rows), alike[name]))
    whole = (p >= 1.0) | (p == selection.before.p[place])
    lost = np.isnan(after)
    through = np.where(lost | (whole & ~np.isnan(p)), after, through)
    return scores.assign(inclusion_p=through)


def _drawn_alike(log: Log, units: Units) -> dict[tuple[str, ...], bool]:
    """Return for each kind of score whether the lots of this draw decided who was scored.

    Asked of all scores of the log: those of the traces that were kept all have low lots.
    """
    scores = log.scores
    place = pd.Index(log.traces["trace_id"].astype("str")).get_indexer(pd.Index(scores["trace_id"]))
    p = scores["inclusion_p"].to_numpy(dtype=np.float64, na_value=np.nan)
    lot = units.lot[units.of_trace[place]]
    known = ~np.isnan(p) & (place >= 0)
    groups = scores.groupby(_kinds(scores), dropna=False).indices.items()
    return {
        _named(kind): same_draw(p[rows[known[rows]]], lot[rows[known[rows]]])
        for kind, rows in groups
    }


def _kinds(scores: pd.DataFrame) -> list[pd.Series]:
    return [scores[name].astype("str") for name in ("name", "source") if name in scores]


def _named(kind: object) -> tuple[str, ...]:
    return tuple(map(str, np.atleast_1d(np.array(kind, dtype=object))))
