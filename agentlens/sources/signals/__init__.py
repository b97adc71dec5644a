"""What became of each trace, and in which slices does it fall, as far as the source says?

Silence is not a no: every outcome is yes, no or missing. What was said wins over what follows,
and the report says which rule filled a column. A column that nothing fills is missing throughout.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.sources.signals.fill import fill
from agentlens.sources.signals.filling import Filling, Means, held_as
from agentlens.sources.signals.kept import meta_columns
from agentlens.sources.signals.mapping.evidence import Evidence, gather
from agentlens.sources.signals.mapping.expressions import (
    Attribute,
    Expression,
    Metadata,
    Ranged,
    matched,
)
from agentlens.sources.signals.mapping.parse import Sources, parse_mapping
from agentlens.sources.signals.mapping.ratings import Ranges
from agentlens.sources.signals.outcomes import abandonment, completion, escalation, safety
from agentlens.sources.signals.rules import COLUMNS, SIGNALS, SLICES, Rule
from agentlens.sources.signals.slices import History, device_of, session_rank, task
from agentlens.sources.signals.turns.follow import Followed, followed
from agentlens.sources.signals.turns.phrases import LANGUAGES, Language
from agentlens.tables.problems import Problem

__all__ = ["Absent", "Derived", "derive"]

Absent = Literal["false", "missing"]
"""What silence means where the user says it: no, or nothing."""


@dataclass(frozen=True, eq=False)
class Derived:
    """Traces with their outcomes and slices, and the lines on how each column came to be."""

    traces: pd.DataFrame
    problems: tuple[Problem, ...]


def derive(  # noqa: PLR0913 - four tables and what is known beside them
    traces: pd.DataFrame,
    spans: pd.DataFrame,
    scores: pd.DataFrame,
    metadata: pd.DataFrame,
    *,
    mapping: Mapping[str, Sources] | None = None,
    absent: Absent | Mapping[str, Absent] | None = None,
    now: pd.Timestamp,
    ratings: Ranges | None = None,
    history: History | None = None,
    languages: Sequence[Language] = LANGUAGES,
) -> Derived:
    """Return the traces with their outcome signals, slice columns and `meta_` columns.

    Values that a column has already stay; the frames that are given are not changed.

    Args:
        traces: one row per assembled trace.
        spans: their steps.
        scores: judgements, which stay scores as well.
        metadata: columns trace_id, key, value; one row per trace and key.
        mapping: our column to an expression, or to a list of which the first present wins; it
            takes the place of the column's own rules.
        absent: what silence means for a signal, or for each: "false" or "missing".
        now: the source's clock.
        ratings: score name to its worst and best value, or to the number of each category.
        history: since when every trace of the source is known; needed to count sessions.
        languages: how users correct an answer, per language.

    Example:
        >>> import pandas as pd
        >>> start = pd.Timestamp("2026-11-02T10:00Z")
        >>> traces = pd.DataFrame({"trace_id": ["a", "b"], "start": start, "tags": ["handoff", "x"]})
        >>> none = pd.DataFrame({"trace_id": []})
        >>> derive(traces, none, none, none, now=start).traces["escalated"].tolist()
        [True, False]
    """
    mapped = parse_mapping(mapping, COLUMNS)
    means = Means(mapped, _absent(absent, mapped), ratings or {})
    evidence = gather(traces, spans, scores, metadata)
    fillings: list[Filling] = []
    for column in means.mapping:
        if column not in COLUMNS:
            plain = Rule(column, column.replace("_", " "), (), "typed")
            if held_as(column).dtype == "flag":
                plain = replace(plain, held="flag")
            fillings.append(fill(evidence, plain, means))
            evidence = _with(evidence, fillings[-1])
    fillings += _outcomes(evidence, means, followed(evidence, now, languages), now)
    fillings += _slices(evidence, means, history or History())
    used = {key for one in fillings for expression in one.used for key in _keys(expression)}
    extra, lines = meta_columns(evidence, used)
    columns = {one.column.name: one.series for one in fillings} | extra
    whole = traces.reset_index(drop=True).assign(**columns)
    told = tuple(problem for one in fillings for problem in one.problems)
    return Derived(whole.set_axis(traces.index), (*told, *lines))


def _absent(
    absent: Absent | Mapping[str, Absent] | None, mapped: Collection[str]
) -> dict[str, str]:
    """Return what silence means for each signal; one word is for all that are sent when true."""
    flags = [rule.column for rule in SIGNALS if rule.held == "flag"]
    if absent is None:
        return {}
    told: Mapping[str, str] = (
        absent
        if isinstance(absent, Mapping)
        else {one: absent for one in flags if COLUMNS[one].silent or one in mapped}
    )
    for column, means in told.items():
        if column not in flags:
            raise UnknownNameError("signal that can be absent", column, flags)
        if means not in ("false", "missing"):
            message = f"absent: silence means 'false' or 'missing', not {means!r}."
            raise BadInputError(message)
    return dict(told)


def _with(evidence: Evidence, filling: Filling) -> Evidence:
    named = {filling.column.name: filling.series}
    return replace(evidence, traces=evidence.traces.assign(**named))


def _outcomes(
    evidence: Evidence, means: Means, next_turns: Followed, now: pd.Timestamp
) -> list[Filling]:
    derived = {
        "completed": completion(evidence),
        "escalated": escalation(evidence),
        "user_corrected": next_turns.user_corrected,
        "followed_up": next_turns.followed_up,
        "repeated_prompts": next_turns.repeated_prompts,
        "safety_flagged": safety(evidence),
    }
    found: dict[str, Filling] = {}
    for rule in SIGNALS:
        if rule.column == "abandoned":
            derived["abandoned"] = abandonment(evidence, found["completed"].series, now)
        found[rule.column] = fill(evidence, rule, means, derived.get(rule.column))
    return [*found.values()]


def _slices(
    evidence: Evidence,
    means: Means,
    history: History,
) -> list[Filling]:
    derived = {
        "task_type": task(evidence),
        "session_number": session_rank(evidence, history),
    }
    found = [fill(evidence, rule, means, derived.get(rule.column)) for rule in SLICES]
    return [_on_devices(one, evidence) if one.column.name == "device" else one for one in found]


def _on_devices(filling: Filling, evidence: Evidence) -> Filling:
    """Return the column with user agents told as devices, but for what it held before."""
    said = filling.series
    spoken = {one: device_of(str(one)) for one in said.dropna().unique()}
    told = said.map(spoken).astype("str")
    before = evidence.traces.get("device", pd.Series(index=said.index, dtype="str"))
    return replace(filling, series=told.where(before.isna(), said))


def _keys(expression: Expression) -> tuple[str, ...]:
    """Return the metadata keys that an expression reads."""
    if isinstance(expression, Ranged):
        return _keys(expression.of)
    if isinstance(expression, Metadata):
        return (matched(expression.key),)
    return (matched(f"attributes.{expression.name}"),) if isinstance(expression, Attribute) else ()
