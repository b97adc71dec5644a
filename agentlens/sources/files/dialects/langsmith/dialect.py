"""How are runs of LangSmith read?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.files.dialect import Dialect, Head, Record
from agentlens.sources.files.dialects.langsmith.order import tree_of
from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import (
    flat,
    listed,
    merged,
    number,
    object_of,
    tidy,
    word,
)
from agentlens.sources.files.dialects.vendor.words import said_in
from agentlens.sources.intake.kinds import kind_of
from agentlens.sources.intake.rows import SCORE_ROWS, SPAN_ROWS, Rows
from agentlens.tables.convert import ZONELESS

__all__ = ["LANGSMITH"]

_FIELDS = (
    "id trace_id parent_run_id parent_run_ids name run_type start_time end_time first_token_time"
    " status error inputs outputs extra tags session_id dotted_order reference_example_id"
    " feedback_stats prompt_tokens completion_tokens prompt_token_details prompt_cost"
    " completion_cost total_cost prompt_cost_details completion_cost_details is_root ls_user_id"
    " project_id thread_id inputs_preview outputs_preview"
)
_DOCUMENTED = frozenset({"thread_id", "session_id", "conversation_id", "revision_id"})
_STATES = {"success": "ok", "error": "error"}
_CACHED = ("cache_read", "cached_tokens", "cache_read_input_tokens")


def _fits(head: Head) -> str:
    for place in ("dotted_order", "parent_run_id"):
        if {"run_type", place} <= head.columns:
            return f"run_type and {place}"
    return ""


def _rows(records: Sequence[Record], places: Sequence[str]) -> Rows:
    notes = Notes()
    spans: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    for record, place in zip(records, places, strict=True):
        span = _span(record, place, notes)
        spans.append(span)
        if record.get("feedback_stats"):
            scores += _scores(record, span, notes)
    if scores:
        detail = "runs carry statistics of feedback, not the single verdicts; one row a key"
        for one in scores:
            notes.add("assumed", "kind", detail, one["where"], table="scores")
    columns = tidy(merged(spans), SPAN_ROWS, notes)
    verdicts = tidy(merged(scores), SCORE_ROWS, notes)
    return Rows(spans=columns, scores=verdicts, problems=notes.problems(len(records)))


def _span(record: Record, place: str, notes: Notes) -> dict[str, Any]:
    extra = object_of(record.get("extra"))
    own = object_of(extra.get("metadata"))
    said, rest = said_in(own, place, notes, documented=_DOCUMENTED)
    model = rest.pop("ls_model_name", None)
    row = tree_of(record, place, notes)
    error = record.get("error")
    state = word(record.get("status")) or ""
    row |= {
        "where": place,
        "name": record.get("name"),
        "kind": kind_of(record.get("run_type")),
        "end": record.get("end_time"),
        "first_token": record.get("first_token_time"),
        "status": "error" if error else _STATES.get(state),
        "error_message": error,
        "model": model,
        "tags": listed(record.get("tags")) or None,
        **said,
        **_usage(record),
        **_texts(record, place, notes),
    }
    row["session_id"] = row.get("session_id") or word(record.get("thread_id"))
    asker = word(rest.pop("ls_user_id", None))
    row["user_id"] = word(record.get("ls_user_id")) or asker or row.get("user_id")
    if record.get("reference_example_id"):
        row["experiment"] = True
        row["environment"] = row.get("environment") or "eval"
        detail = "runs over examples of a dataset are an experiment; environment eval"
        notes.add("assumed", "environment", detail, place)
    row["metadata"] = _metadata(record, extra, rest)
    return row


def _usage(record: Record) -> dict[str, Any]:
    details = object_of(record.get("prompt_token_details"))
    parts = [number(record.get(name)) for name in ("prompt_cost", "completion_cost")]
    known = [one for one in parts if one is not None]
    total = record.get("total_cost")
    shown = ("prompt_cost_details", "completion_cost_details")
    stated = bool(known) or any(object_of(record.get(name)) for name in shown)
    missing = total is None or total == ""
    return {
        "input_tokens": record.get("prompt_tokens"),
        "output_tokens": record.get("completion_tokens"),
        "cached_tokens": next((details[one] for one in _CACHED if one in details), None),
        "cost_usd": (sum(known) if known else None) if missing else total,
        "cost_stated": stated,
    }


def _texts(record: Record, place: str, notes: Notes) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    for name, field in (("input", "inputs"), ("output", "outputs")):
        texts[name] = record.get(field)
        preview = record.get(f"{field}_preview")
        if texts[name] is None and preview:
            texts[name] = preview
            notes.add("truncated", name, "only a preview came, which LangSmith shortens", place)
    return texts


def _metadata(record: Record, extra: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    metadata = flat(own)
    project = word(record.get("project_id")) or word(record.get("session_id"))
    if project:
        metadata["attributes.langsmith.project"] = project
    example = word(record.get("reference_example_id"))
    if example:
        metadata["attributes.langsmith.reference_example_id"] = example
    return metadata | flat(object_of(extra.get("runtime")), "attributes.runtime.")


def _scores(record: Record, span: Mapping[str, Any], notes: Notes) -> list[dict[str, Any]]:
    """Return one row for each key: n verdicts are known only by their statistics."""
    place = span["where"]
    found: list[dict[str, Any]] = []
    root = not span["parent_id"]
    for key, given in object_of(record.get("feedback_stats")).items():
        held = object_of(given)
        n = number(held.get("n"))
        if not n:
            detail = "statistics over no verdict" if n == 0 else "statistics without their n"
            notes.add("ignored", "feedback_stats", detail, place, table="scores")
            continue
        comments = listed(held.get("comments"))
        found.append(
            {
                "where": place,
                "score_id": f"{span['span_id']}/{key}",
                "trace_id": span["trace_id"],
                "span_id": None if root else span["span_id"],
                "level": "trace" if root else "span",
                "name": key,
                "value": number(held.get("avg")),
                "kind": "aggregate",
                "source": "api",
                "time": span["end"],
                "comment": comments or None,
                "metadata": {name: one for name, one in held.items() if name != "comments"},
            }
        )
    return found


LANGSMITH = Dialect(
    name="langsmith",
    fits=_fits,
    rows=_rows,
    states=(ZONELESS,),
    fields=frozenset(_FIELDS.split()),
    cannot=("single verdicts (only statistics of feedback)", "prompt_version", "agent_version"),
    nearest=frozenset({"run_type", "dotted_order", "parent_run_id", "trace_id"}),
)
