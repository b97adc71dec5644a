"""How do the batches of a source become a log?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from agentlens.sources.intake.newest import newest
from agentlens.sources.intake.normalise import Normal
from agentlens.sources.intake.traces.build import build
from agentlens.sources.intake.traces.status import aged
from agentlens.sources.intake.traces.traffic import traffic
from agentlens.sources.intake.verdicts import verdicts
from agentlens.sources.signals import Absent, Derived, derive
from agentlens.sources.signals.slices import History
from agentlens.sources.upstream import weighted
from agentlens.tables.frames import assemble
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.tables.problems import WHERE, Problem
from agentlens.tables.schema import SCORES, SPANS

__all__ = [
    "Assembled",
    "Choices",
    "Gathered",
    "Tables",
    "assembled",
    "gathered",
    "log_of",
    "public_scores",
    "public_spans",
    "tables_of",
]

_SPAN_EXTRAS = ("input_chars", "output_chars", "finish_reason", "level")
_APART = ["source_p", "input_from", "output_from"]
_SCORE_EXTRAS = ("level",)


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a user may decide about the way from rows to traces.

    Attributes:
        now: the source's clock.
        environment: the environments wanted; None means all that are traffic.
        mapping: where outcomes and slices come from, beyond what is known by name.
        absent: "false" where a signal that does not occur is known not to have happened.
        default_environment: what traces without an environment get.
        source_rate: the share of traces that the source keeps, where it samples.
        ratings: score name to its worst and best value, or to the number of each category.
        history: what is known of users beyond the traces at hand.
    """

    now: pd.Timestamp
    environment: str | Sequence[str] | None = None
    mapping: Mapping[str, Any] | None = None
    absent: Absent | Mapping[str, Absent] | None = None
    default_environment: str = ""
    source_rate: float | None = None
    ratings: Any = None
    history: History | None = None


@dataclass(frozen=True, eq=False)
class Gathered:
    """All rows of a source or a window, each once, in its newest version."""

    spans: pd.DataFrame
    facts: pd.DataFrame
    scores: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    rejected: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, eq=False)
class Assembled:
    """Traces as their own rows make them, with those rows.

    Attributes:
        traces: one row a trace, traffic or not, without what only a whole log can tell.
        spans: their steps.
        metadata: one row a trace and key.
        problems: what was odd.
    """

    traces: pd.DataFrame
    spans: pd.DataFrame
    metadata: pd.DataFrame
    problems: tuple[Problem, ...]


@dataclass(frozen=True, eq=False)
class Tables:
    """The three tables before they are checked, and what was odd on the way."""

    traces: pd.DataFrame
    spans: pd.DataFrame
    scores: pd.DataFrame
    problems: tuple[Problem, ...]


def gathered(parts: Iterable[Normal]) -> Gathered:
    """Return the rows of all batches, each in its newest version."""
    held = list(parts)
    spans, old_spans, p1 = newest(
        _stacked([one.spans for one in held], "span_id"), ["trace_id", "span_id"], "spans"
    )
    facts, old_facts, p2 = newest(
        _stacked([one.traces for one in held], "trace_id"), ["trace_id"], "traces"
    )
    scores, old_scores, p3 = newest(
        _stacked([one.scores for one in held], "score_id"), ["score_id"], "scores"
    )
    aside = [one.rejected for one in held] + [old_spans, old_facts, old_scores]
    return Gathered(
        spans,
        facts,
        scores,
        (*(problem for one in held for problem in one.problems), *p1, *p2, *p3),
        pd.concat(aside, ignore_index=True),
    )


def assembled(rows: Gathered, now: pd.Timestamp) -> Assembled:
    """Return traces as their own rows make them; what only a whole log can tell comes later.

    Args:
        rows: everything known of these traces.
        now: the source's clock.
    """
    built = build(rows.spans, rows.facts, now=now)
    return Assembled(built.traces, built.spans, built.metadata, built.problems)


def tables_of(rows: Assembled, scores: pd.DataFrame, choices: Choices) -> Tables:
    """Return traces with outcomes and slices, and the spans and scores that belong to them.

    Args:
        rows: assembled traces, all of one log.
        scores: normalised scores, one row a judgement.
        choices: what the user decided.
    """
    traces = rows.traces
    if choices.default_environment and len(traces):
        traces = traces.assign(
            environment=traces["environment"].fillna(choices.default_environment)
        )
    traces, others, left_out = traffic(aged(traces, choices.now), choices.environment)
    upstream = weighted(traces, chances=traces.get("source_p"), source_rate=choices.source_rate)
    spans = _without(rows.spans, others)
    given, joined = verdicts(_without(scores, others), traces)
    derived = _derived(upstream.traces, spans, given, rows.metadata, choices)
    problems = (*rows.problems, *left_out, *upstream.problems, *joined, *derived.problems)
    return Tables(derived.traces, public_spans(spans), given, problems)


def log_of(rows: Gathered, choices: Choices) -> Log:
    """Return the log of these rows, with everything that happened on the way in its report."""
    tables = tables_of(assembled(rows, choices.now), rows.scores, choices)
    return assemble(
        tables.traces,
        tables.spans if len(tables.spans) else None,
        public_scores(tables.scores) if len(tables.scores) else None,
        strict=False,
        problems=(*rows.problems, *tables.problems),
        rejected=rows.rejected,
    )


def _stacked(frames: list[pd.DataFrame], key: str) -> pd.DataFrame:
    filled = [one for one in frames if len(one)]
    if not filled:
        return pd.DataFrame({"trace_id": [], key: [], WHERE: []}, dtype="str")
    return filled[0] if len(filled) == 1 else pd.concat(filled, ignore_index=True)


def _derived(
    traces: pd.DataFrame,
    spans: pd.DataFrame,
    scores: pd.DataFrame,
    metadata: pd.DataFrame,
    choices: Choices,
) -> Derived:
    if not len(traces):
        return Derived(traces, ())
    return derive(
        traces.drop(columns=_APART, errors="ignore"),
        spans,
        scores,
        metadata,
        mapping=choices.mapping,
        absent=choices.absent,
        now=choices.now,
        ratings=choices.ratings,
        history=choices.history,
    )


def _without(frame: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    if not len(ids) or not len(frame) or "trace_id" not in frame:
        return frame
    return frame[~among(frame["trace_id"], ids)].reset_index(drop=True)


def public_spans(spans: pd.DataFrame) -> pd.DataFrame:
    """Return the spans in the columns that a log has."""
    if not len(spans):
        return spans
    if "first_token" in spans:
        waited = (spans["first_token"] - spans["start"]).dt.total_seconds()
        waited = waited.where(waited >= 0)
        given = spans.get("ttft_s", waited)
        spans = spans.assign(ttft_s=waited.where(waited.notna(), given))
    kept = [name for name in (*SPANS.names, *_SPAN_EXTRAS, WHERE) if name in spans]
    return spans[kept]


def public_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the scores in the columns that a log has, those of no trace left to the door."""
    kept = [name for name in (*SCORES.names, *_SCORE_EXTRAS, WHERE) if name in scores]
    return scores[kept]
