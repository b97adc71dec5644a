"""How do the exports of Langfuse's user interface become rows?"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from agentlens.sources.files.dialect import Dialect, Head
from agentlens.sources.files.dialects.langfuse.ui_aside import ASIDE, aside_table, left_aside
from agentlens.sources.files.dialects.langfuse.ui_cells import column_scores, plain_cells
from agentlens.sources.intake.rows import Rows
from agentlens.sources.langfuse.wire.forms import OBSERVATIONS, SCORES, TRACES, Form
from agentlens.sources.langfuse.wire.observations import observations, traces, usable
from agentlens.sources.langfuse.wire.scores import scores
from agentlens.sources.langfuse.wire.values import parsed
from agentlens.tables.convert import ZONELESS
from agentlens.tables.problems import Problem

__all__ = ["LANGFUSE_UI", "known_fields", "users_of"]

_PEEK = 20


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class _Kind:
    """One table of the export.

    Attributes:
        form: how it spells our columns.
        unused: its fields that a log does not need.
        quoted: its fields that CSV writes as JSON strings.
    """

    form: Form
    unused: frozenset[str]
    quoted: frozenset[str] = frozenset()

    @property
    def used(self) -> frozenset[str]:
        return frozenset(name for names in self.form.values() for name in names)


def _form(of: Form, without: str = "", **others: tuple[str, ...]) -> Form:
    kept = {column: fields for column, fields in of.items() if column not in _words(without)}
    return MappingProxyType(kept | others)


_KINDS = {
    "observations": _Kind(
        _form(
            OBSERVATIONS,
            "is_root session_id release",
            tags=("traceTags",),
            model=("model",),
            cost=("totalCost",),
            read=("inputUsage",),
            written=("outputUsage",),
        ),
        _words(
            "projectId createdAt internalModelId modelParameters promptId latency timeToFirstToken"
            " providedUsageDetails providedCostDetails inputCost outputCost totalUsage"
            " usagePricingTierId usagePricingTierName toolDefinitions toolCalls toolCallNames"
            " traceTimestamp toolDefinitionsCount toolCallsCount modelId inputPrice outputPrice"
            " totalPrice comments"
        ),
        _words("startTime endTime createdAt updatedAt completionStartTime totalCost"),
    ),
    "events": _Kind(
        _form(
            OBSERVATIONS,
            "is_root updated_at",
            model=("providedModelName",),
            cost=("totalCost",),
            read=(),
            written=(),
        ),
        _words("promptId modelId modelParameters latencyMs timeToFirstTokenMs comments"),
    ),
    "traces": _Kind(
        _form(TRACES, "updated_at", cost=()),
        _words("bookmarked public comments"),
        _words("timestamp"),
    ),
    "scores": _Kind(
        _form(SCORES, rater=("authorUserName",), subject=(), config=(), updated_at=()),
        _words("traceName userId traceTags environment"),
        _words("timestamp"),
    ),
    "sessions": _Kind(
        MappingProxyType({"session_id": ("id",), "user_id": ("userIds",)}),
        _words(
            "countTraces sessionDuration inputCost outputCost totalCost totalTokens traceTags"
            " createdAt bookmarked public totalCount comments environment"
        ),
    ),
    "api": _Kind(OBSERVATIONS, frozenset()),
}


def known_fields(table: str) -> frozenset[str]:
    """Return the fields of a table of the export; its other columns are scores.

    >>> "traceTags" in known_fields("observations")
    True
    """
    return _KINDS[table].used | _KINDS[table].unused


def users_of(records: Sequence[Any]) -> dict[str, str]:
    """Return the user of each session of a sessions file, where a session has only one.

    >>> users_of([{"id": "s1", "userIds": ["ann"]}, {"id": "s2", "userIds": '["bo","cy"]'}])
    {'s1': 'ann'}
    """
    found = {}
    for one in records:
        held = one.get("userIds") if isinstance(one, dict) else None
        users = parsed(held) if isinstance(held, str) else held
        session = one.get("id") if isinstance(one, dict) else None
        if isinstance(session, str) and isinstance(users, list) and len(users) == 1:
            found[session] = str(users[0])
    return found


def _table(records: Sequence[Any]) -> str:
    """Return which table a batch is of; rows saved from the API read like observations."""
    keys = {key for one in records[:_PEEK] if isinstance(one, dict) for key in one}
    if aside := aside_table(keys):
        return aside
    for table, marks in (
        ("sessions", {"countTraces", "sessionDuration", "userIds"}),
        ("scores", {"dataType", "stringValue"}),
        ("events", {"latencyMs", "timeToFirstTokenMs"}),
        ("api", {"isRootObservation", "calculatedTotalCost"}),
        ("observations", {"startTime", "traceId", "parentObservationId", "type"}),
    ):
        if keys & marks:
            return table
    return "traces"


def _fits(head: Head) -> str:
    found = head.columns
    if aside := aside_table(found):
        return f"the columns of its {aside}"
    for marks in (
        ("traceId", "parentObservationId", "startTime"),
        ("traceId", "dataType", "stringValue"),
        ("countTraces", "sessionDuration"),
        ("userId", "sessionId", "bookmarked", "public", "timestamp"),
    ):
        if set(marks) <= found and "resourceSpans" not in found:
            told = _table(head.records) if head.records else marks[0]
            listed = head.records and isinstance(head.records[0].get("observations"), list)
            whole = listed and any(isinstance(one, dict) for one in head.records[0]["observations"])
            return "" if whole else f"{', '.join(marks)} ({told})"
    return ""


def _rows(records: Sequence[Any], places: Sequence[str]) -> Rows:
    table = _table(records)
    if table in ASIDE:
        return Rows(problems=(left_aside(table, len(records)),))
    if table == "api":
        return observations(records, places)
    kept, where, bad = usable(records, places)
    kind = _KINDS[table]
    cells = plain_cells(kept, kind.quoted) if kind.quoted else kept
    if table == "sessions":
        return Rows(bad=bad, problems=(_sessions(len(kept)),))
    if table == "scores":
        read = scores(cells, where, form=kind.form)
        return Rows(scores=read.scores, bad=bad, problems=read.problems)
    said = "id" if table == "traces" else "traceId"
    beside, problems = column_scores(kept, where, known_fields(table), said)
    if table == "traces":
        found = traces(cells, where, kind.form)
        return Rows(
            traces=found.traces, scores=beside, bad=bad, problems=(*found.problems, *problems)
        )
    found = observations(cells, where, kind.form)
    return Rows(spans=found.spans, scores=beside, bad=bad, problems=(*found.problems, *problems))


def _sessions(n: int) -> Problem:
    detail = "sessions say which user they belong to; their traces come from other files"
    return Problem(action="read", n=n, table="sessions", detail=detail)


LANGFUSE_UI = Dialect(
    name="langfuse_ui",
    fits=_fits,
    rows=_rows,
    states=(ZONELESS,),
    fields=frozenset().union(*(one.used for one in _KINDS.values())),
    nearest=frozenset({"traceId", "parentObservationId", "startTime"}),
)
"""The tables observations, events, traces, scores and sessions, as CSV, JSON or JSON lines."""
