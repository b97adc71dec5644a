"""How is an episode looked into?"""

from dataclasses import replace

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import BASELINE, CURRENT, Span, arm_of
from agentlens.analysis.explain.explained import explained
from agentlens.analysis.explain.judge.change import judge_change
from agentlens.analysis.failures.growth.emerged import Emerged, emerged
from agentlens.analysis.investigate.around import moved_with, released_before
from agentlens.analysis.investigate.case import Case, cause_of
from agentlens.analysis.investigate.find.levels import Episode
from agentlens.analysis.investigate.find.mixture import expected_by_mix
from agentlens.analysis.investigate.find.onset import Began, began_in, lasted_until
from agentlens.analysis.investigate.question import Question
from agentlens.analysis.slices.found import FoundSlice, found_slices
from agentlens.measures.rows import Rows, metric_rows
from agentlens.stats.arrays import Flags

__all__ = ["case_of"]

_FEWEST = 20


def case_of(question: Question, episode: Episode, normal: Span) -> Case | None:
    """Return what was found out about an episode; None where its periods hold too few rows.

    Args:
        question: what is asked.
        episode: what a chart called.
        normal: the stretch that normal was learnt from.
    """
    if episode.since is None:
        return _looked_into(question, episode, normal, normal)
    case = _looked_into(question, episode, (episode.since, episode.began), normal)
    if case is not None and case.slices:
        return case
    # Too little may lie between two changes: with normal for comparison more can be seen.
    other = _looked_into(question, episode, normal, normal)
    better = other is not None and (case is None or case.cause == "none" or bool(other.slices))
    return other if better else case


def _looked_into(question: Question, episode: Episode, before: Span, normal: Span) -> Case | None:
    rows, dims = question.rows, question.dims
    then = question.inside(before)
    now = question.inside((episode.began, episode.end)) & ~then
    if min(now.sum(), then.sum()) < _FEWEST:
        return None
    arm = arm_of(now, then)
    found = found_slices(rows, dims, arm)
    slices = tuple(one for one in found.slices if _same_way(one, episode))
    slices, dated = _dated(question, episode, slices, then, normal)
    began, between = dated or (episode.began, episode.between)
    episode = _whole(question, episode, slices, then, normal, began)
    start = episode.began if episode.source == "judge" else began
    periods = question.periods((start, episode.end), before)
    arm = periods.of(rows)
    if min((arm == CURRENT).sum(), (arm == BASELINE).sum()) < _FEWEST:
        return None
    judge = judge_change(question.log, rows, arm)
    parts = explained(rows, dims, arm, seed=question.seed, judge=judge)
    grown = emerged(periods, events=question.events)
    traces = _traces_of(question, slices[0].within if slices else np.ones(arm.size, dtype=bool))
    return Case(
        episode=episode,
        arm=arm,
        periods=periods,
        began=began,
        between=between,
        slices=slices,
        explained=parts,
        emerged=grown,
        shared=_shared(grown, traces & (periods.arm == CURRENT)),
        moved=moved_with(periods, rows.metric, traces if slices else None),
        released=released_before(question.log, rows.metric, between),
        judge=judge,
        cause=cause_of(parts, slices, judge),
    )


def _dated(
    question: Question,
    episode: Episode,
    slices: tuple[FoundSlice, ...],
    before: Flags,
    normal: Span,
) -> tuple[tuple[FoundSlice, ...], Began | None]:
    """Return the slices, the one asked about first, and when it began, as its own rows tell.

    An alarm may hold several changes. Where a moment was asked about, the slice comes first whose
    change is the last to begin before it, as long as it surely began after that of the surest one.
    """
    cycle = question.inside(normal)
    hidden = episode.source in {"judge", "slice"}

    def began(rows: Rows, within: Flags, between: Span) -> Began | None:
        # What no chart called may have begun at any time since normal was learnt, not earlier.
        return began_in(
            rows, within, before, between, episode.end,
            normal=cycle, earliest=normal[1] if hidden else None,
        )  # fmt: skip

    rows = question.rows
    if episode.source == "judge":
        return slices, began(rows, _unserved(question), episode.between)
    if not slices:
        mixed = episode.source == "mix"
        shown = expected_by_mix(rows, list(question.dims), before) if mixed else None
        everything = np.ones(rows.positions.size, dtype=bool)
        return slices, began(shown or rows, everything, episode.between)
    first = began(rows, slices[0].within, episode.between)
    if question.at is None or first is None:
        return slices, first
    whole = (episode.between[0], episode.end)
    best, place = first, 0
    for number, one in enumerate(slices[1:], start=1):
        dated = began(rows, one.within, whole)
        if dated is not None and dated[1][0] > best[1][1] and dated[0] <= question.at:
            best, place = dated, number
    return (slices[place], *slices[:place], *slices[place + 1 :]), best


def _same_way(one: FoundSlice, episode: Episode) -> bool:
    """Return whether a slice moved as the whole did; one that got better explains no fall."""
    return not one.confirmed.contrast.excess * episode.shift < 0


def _traces_of(question: Question, within: Flags) -> Flags:
    """Return which traces of the log have a row in the slice."""
    inside = np.zeros(len(question.log.traces), dtype=bool)
    inside[question.rows.positions[within]] = True
    return inside


def _whole(
    question: Question,
    episode: Episode,
    slices: tuple[FoundSlice, ...],
    before: Flags,
    normal: Span,
    began: pd.Timestamp,
) -> Episode:
    """Return the episode until its slice was well again: a chart of the whole loses sight early."""
    if not slices or episode.source == "judge":
        return episode
    within, cycle = slices[0].within, question.inside(normal)
    until = lasted_until(question.rows, within, before, began, normal=cycle)
    return episode if until is None or until <= episode.end else replace(episode, end=until)


def _unserved(question: Question) -> Flags:
    """Return which rows are of traces that did not serve: there a judge that forgives shows first."""
    served = metric_rows(question.log, "strong_completion")
    bad = np.zeros(len(question.log.traces), dtype=bool)
    bad[served.positions[served.numerator == 0]] = True
    return bad[question.rows.positions]


def _shared(grown: Emerged, traces: Flags) -> pd.Series:
    """Return how many of some traces show each failure that emerged, the most first."""
    counts = {one: int(traces[grown.positions(one)].sum()) for one in grown.called["id"]}
    return pd.Series(counts, dtype="int64").sort_values(ascending=False, kind="stable")
