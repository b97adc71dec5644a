"""How are calls of Weave read?"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.files.dialect import Dialect, Head, Record
from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import (
    flat,
    merged,
    number,
    object_of,
    tidy,
    word,
)
from agentlens.sources.files.dialects.vendor.words import said_in
from agentlens.sources.intake.kinds import kind_of
from agentlens.sources.intake.payloads import packed
from agentlens.sources.intake.rows import SPAN_ROWS, Bad, Rows

__all__ = ["WEAVE"]

_FIELDS = (
    "id project_id op_name trace_id parent_id thread_id turn_id started_at ended_at inputs output"
    " exception summary attributes display_name wb_user_id wb_run_id deleted_at"
)
_OP = re.compile(r"(?:weave:///.*/op/)?(?P<name>[^/]*?)(?::(?P<digest>[^:/]*))?")
_STATES = {"success": "ok", "descendant_error": "ok", "error": "error"}
_EXPERIMENT = "Evaluation."
_EXCERPT = 10_000
_KINDS = {"search": "retrieval"}
_INPUT = ("prompt_tokens", "input_tokens")
_OUTPUT = ("completion_tokens", "output_tokens")
_CACHED = ("cache_read_input_tokens", "cached_tokens")
_COSTS = ("prompt_tokens_total_cost", "completion_tokens_total_cost")


def _fits(head: Head) -> str:
    return "op_name and started_at" if {"op_name", "started_at"} <= head.columns else ""


def _rows(records: Sequence[Record], places: Sequence[str]) -> Rows:
    notes = Notes()
    spans: list[dict[str, Any]] = []
    bad: list[Bad] = []
    callers = {one for record in records if isinstance(one := record.get("parent_id"), str)}
    for record, place in zip(records, places, strict=True):
        if record.get("deleted_at"):
            bad.append(Bad(place, (packed(record) or "")[:_EXCERPT], "deleted in Weave"))
        else:
            spans.append(_span(record, place, callers, notes))
    columns = tidy(merged(spans), SPAN_ROWS, notes)
    return Rows(spans=columns, bad=tuple(bad), problems=notes.problems(len(records)))


def _span(record: Record, place: str, callers: set[str], notes: Notes) -> dict[str, Any]:
    summary = object_of(record.get("summary"))
    attributes = object_of(record.get("attributes"))
    said, rest = said_in(attributes, place, notes)
    name, digest = _op(record.get("op_name"))
    parent = record.get("parent_id")
    usage = _usage(summary, place, notes)
    row: dict[str, Any] = {
        "where": place,
        "trace_id": record.get("trace_id"),
        "span_id": record.get("id"),
        "parent_id": parent,
        "name": name,
        "start": record.get("started_at"),
        "end": record.get("ended_at"),
        "input": record.get("inputs"),
        "output": record.get("output"),
        **said,
        **usage,
        **_ending(record, summary, place, notes),
    }
    row["kind"] = _kind(record, attributes, usage, callers, place, notes)
    row["session_id"] = word(record.get("thread_id")) or row.get("session_id")
    row["user_id"] = word(record.get("wb_user_id")) or row.get("user_id")
    if not parent:  # each call has its own digest; the root's is the release of the trace
        row["release"] = digest or row.get("release")
    if name and name.startswith(_EXPERIMENT):
        row |= {"experiment": True, "environment": row.get("environment") or "eval"}
        notes.add("assumed", "environment", "calls of Evaluation are an experiment", place)
    row["metadata"] = _metadata(record, rest)
    return row


def _op(given: object) -> tuple[str | None, str | None]:
    """Return name and digest of an operation.

    >>> _op("weave:///team/bot/op/answer:ab12"), _op("answer"), _op(None)
    (('answer', 'ab12'), ('answer', None), (None, None))
    """
    if not isinstance(given, str):
        return None, None
    found = _OP.fullmatch(given)
    if found is None:
        return given, None
    digest = found["digest"]
    return found["name"] or None, digest if digest != "*" else None


def _ending(record: Record, summary: Mapping[str, Any], place: str, notes: Notes) -> dict[str, Any]:
    exception = record.get("exception")
    if exception:
        return {"status": "error", "error_message": exception}
    state = object_of(summary.get("weave")).get("status")
    status = _STATES.get(state) if isinstance(state, str) else None
    if status:
        notes.add("assumed", "status", "read from summary.weave.status", place)
    return {"status": status}


def _kind(
    record: Record,
    attributes: Mapping[str, Any],
    usage: Mapping[str, Any],
    callers: set[str],
    place: str,
    notes: Notes,
) -> str:
    stated = word(object_of(attributes.get("weave")).get("kind")) or word(attributes.get("kind"))
    if stated:
        notes.add("assumed", "kind", "read from attributes", place)
        return _KINDS.get(stated, kind_of(stated))
    if usage and word(record.get("id")) not in callers:
        notes.add("assumed", "kind", "a call with token usage that calls nothing is llm", place)
        return "llm"
    return "chain"


def _usage(summary: Mapping[str, Any], place: str, notes: Notes) -> dict[str, Any]:
    by_model = {
        model: object_of(held)
        for model, held in object_of(summary.get("usage")).items()
        if object_of(held)
    }
    if not by_model:
        return {}
    notes.add("assumed", "input_tokens", "read from summary.usage", place)
    held = list(by_model.values())
    cached = [object_of(one.get("prompt_tokens_details")) | one for one in held]
    usage: dict[str, Any] = {
        "input_tokens": _sum(held, _INPUT),
        "output_tokens": _sum(held, _OUTPUT),
        "cached_tokens": _sum(cached, _CACHED),
    }
    if len(by_model) == 1:
        usage["model"] = next(iter(by_model))
    priced = object_of(object_of(summary.get("weave")).get("costs"))
    costs = [number(object_of(one).get(name)) for one in priced.values() for name in _COSTS]
    known = [one for one in costs if one is not None]
    if known:
        notes.add("assumed", "cost_usd", "read from summary.weave.costs", place)
        usage |= {"cost_usd": sum(known), "cost_stated": True}
    return usage


def _sum(held: Sequence[Mapping[str, Any]], names: Sequence[str]) -> float | None:
    """Return the sum over models of the first of some names that each has."""
    found = [next((n for name in names if (n := number(one.get(name)))), None) for one in held]
    known = [one for one in found if one is not None]
    if known:
        return sum(known)
    stated = any(number(one.get(name)) == 0 for one in held for name in names)
    return 0 if stated else None


def _metadata(record: Record, attributes: Mapping[str, Any]) -> dict[str, Any]:
    own = {key: one for key, one in attributes.items() if key != "weave"}
    metadata = flat(own) | flat(object_of(attributes.get("weave")), "attributes.weave.")
    for name in ("display_name", "turn_id"):
        if word(record.get(name)):
            metadata[name] = record[name]
    for name in ("project_id", "wb_run_id"):
        if word(record.get(name)):
            metadata[f"attributes.weave.{name}"] = record[name]
    return metadata


WEAVE = Dialect(
    name="weave",
    fits=_fits,
    rows=_rows,
    fields=frozenset(_FIELDS.split()),
    cannot=("tags", "scores", "time to first token", "prompt_version", "agent_version"),
    nearest=frozenset({"op_name", "started_at", "ended_at", "trace_id"}),
)
