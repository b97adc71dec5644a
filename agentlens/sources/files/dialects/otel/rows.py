"""How do spans with attributes become rows under canonical names?"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agentlens.sources.files.dialects.otel import langfuse as langfuse_otel
from agentlens.sources.files.dialects.otel import openinference
from agentlens.sources.files.dialects.otel.attributes import Sorted, decoded, sort_out
from agentlens.sources.files.dialects.otel.events import Told, told_by
from agentlens.sources.files.dialects.otel.genai_messages import finish_reasons, reasons
from agentlens.sources.files.dialects.otel.kind import kind_by
from agentlens.sources.files.dialects.otel.metadata import metadata_of
from agentlens.sources.files.dialects.otel.names import Roles
from agentlens.sources.files.dialects.otel.sampling import share_kept
from agentlens.sources.files.dialects.otel.scores import RESPONSE_ID, annotations, evaluation
from agentlens.sources.files.dialects.otel.status import status_by
from agentlens.sources.files.dialects.otel.steps import Notes, Step
from agentlens.sources.files.dialects.otel.texts import Text, answered, asked
from agentlens.sources.intake.rows import SPAN_ROWS, Bad, Columns, Rows

__all__ = ["columns_of", "rows_of"]

_WORDS = frozenset(column.name for column in SPAN_ROWS.columns if column.dtype == "text")
_LISTS = (dict, list)
_VERDICTS = ("passed", "allowed")
_STRAIGHT = (
    "session_id",
    "user_id",
    "model",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "ttft_s",
    "prompt_name",
    "prompt_version",
    "agent_version",
    "release",
    "environment",
    "trace_name",
    "level",
)


def rows_of(
    steps: Sequence[Step],
    notes: Notes,
    *,
    roles: Roles,
    scores: Iterable[dict[str, Any]] = (),
    bad: Sequence[Bad] = (),
) -> Rows:
    """Return spans and their verdicts as columns.

    Args:
        steps: the spans, in their order.
        notes: what was noted on the way, to which this adds.
        roles: what is known of attribute names; it grows.
        scores: verdicts from elsewhere in the batch.
        bad: what could not be read.
    """
    told: list[dict[str, Any]] = []
    judged = list(scores)
    for step in steps:
        row, verdicts = _row(step, roles, notes)
        told.append(row)
        judged += verdicts
    spans = _worded(columns_of(told), notes)
    return Rows(
        spans=spans,
        scores=columns_of(judged),
        bad=tuple(bad),
        problems=notes.problems(len(steps)),
    )


def columns_of(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Return rows as columns; a row without a value has None."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _row(step: Step, roles: Roles, notes: Notes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    told = told_by(step.events, step.where, notes)
    given = {**told.attributes, **step.attributes} if told.attributes else step.attributes
    found = sort_out(given, roles)
    chosen = found.chosen
    row: dict[str, Any] = {
        "where": step.where,
        "trace_id": step.trace_id,
        "span_id": step.span_id,
        "parent_id": step.parent_id,
        "name": step.name,
        "start": step.start,
        "end": step.end,
    }
    row |= step.around.columns
    row |= {name: chosen[name] for name in _STRAIGHT if name in chosen}
    if ".usage" in chosen:
        row |= _tokens(chosen[".usage"], step.where, notes)
    row["kind"] = kind_by(found, row, step.where, notes)
    went_in, came_out = asked(found, told), answered(found, told)
    row["input"], row["output"] = went_in.value, came_out.value
    row |= _money(chosen) | status_by(step, chosen, told, notes) | _flags(found, row)
    row |= _odds(step, chosen, told, came_out)
    row["metadata"] = metadata_of(step, found, went_in, failed=row["status"] == "error")
    _note(step.where, found, told, (went_in, came_out), notes)
    verdicts = _verdicts(step, found, told, row.get("session_id"))
    return row, verdicts


def _tokens(details: object, where: str, notes: Notes) -> dict[str, Any]:
    found = langfuse_otel.usage(details)
    if not found:
        notes.add("missing", "input_tokens", "usage details without a count", where)
    return found


def _money(chosen: Mapping[str, Any]) -> dict[str, Any]:
    stated = langfuse_otel.money(chosen[".costs"]) if ".costs" in chosen else None
    cost = openinference.costs(chosen) if stated is None else stated
    return {} if cost is None else {"cost_usd": cost, "cost_stated": True}


def _flags(found: Sorted, row: Mapping[str, Any]) -> dict[str, Any]:
    flags: dict[str, Any] = {}
    if any(langfuse_otel.flag(found.chosen.get(name)) for name in (".as_root", ".app_root")):
        flags["is_root"] = True
    if "experiment" in found.families:
        flags["experiment"] = True
    if row["kind"] == "guardrail":
        verdict = decoded(row["output"])
        told = verdict if isinstance(verdict, dict) else {}
        passed = [told[name] for name in _VERDICTS if isinstance(told.get(name), bool)]
        flags |= {"passed": passed[0]} if passed else {}
    return flags


def _odds(step: Step, chosen: Mapping[str, Any], told: Told, came_out: Text) -> dict[str, Any]:
    """Return the columns that need more than a name."""
    odds: dict[str, Any] = {}
    stopped = chosen.get("finish_reason") or reasons(came_out.value) or reasons(told.answered)
    if stopped:
        odds["finish_reason"] = finish_reasons(stopped)
    if "first_token" in chosen:
        odds["first_token"] = langfuse_otel.first_token(chosen["first_token"])
    tags = chosen.get("tags", step.around.columns.get("tags"))
    if tags:
        odds["tags"] = langfuse_otel.tags_of(tags)
    if ".workflow" in chosen and not step.parent_id and "trace_name" not in chosen:
        odds["trace_name"] = chosen[".workflow"]
    kept = share_kept(step.trace_state)
    return odds if kept is None else odds | {"source_p": kept}


def _note(where: str, found: Sorted, told: Told, texts: tuple[Text, Text], notes: Notes) -> None:
    if not found.families and not told.asked and not told.answered:
        detail = "spans without GenAI, OpenInference or Langfuse meaning; kept as chain"
        notes.add("ignored", "attributes", detail, where)
    for dialect in dict.fromkeys(text.dialect for text in texts if text.dialect):
        notes.add("noted", "input", f"message dialect: {dialect}", where)
    if found.left_out:
        detail = "attributes of texts, vectors and definitions that are told elsewhere"
        notes.add("ignored", "attributes", detail, where)


def _verdicts(step: Step, found: Sorted, told: Told, session_id: object) -> list[dict[str, Any]]:
    place, trace_id, span_id = step.where, step.trace_id, step.span_id
    verdicts = annotations(found.groups, place, trace_id, span_id, session_id)
    own = found.rest.get(f"attributes.{RESPONSE_ID}")
    for event in told.evaluations:
        response = event.attributes.get(RESPONSE_ID)
        elsewhere = response is not None and response != own
        verdicts.append(evaluation(event, place, trace_id, None if elsewhere else span_id))
    return verdicts


def _worded(columns: Columns, notes: Notes) -> Columns:
    """Return columns without objects where a text belongs."""
    kept = dict(columns)
    for name in sorted(_WORDS & columns.keys()):
        if not set(_LISTS) & set(map(type, columns[name])):
            continue
        odd = [place for place, one in enumerate(columns[name]) if isinstance(one, _LISTS)]
        kept[name] = [None if isinstance(one, _LISTS) else one for one in columns[name]]
        for place in odd:
            detail = "an object or a list where a text belongs"
            notes.add("missing", name, detail, columns["where"][place], severity="warn")
    return kept
