"""How are spans of Braintrust read?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.files.dialect import Dialect, Head, Record
from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import (
    flat,
    listed,
    merged,
    moment,
    number,
    object_of,
    tidy,
    word,
)
from agentlens.sources.files.dialects.vendor.words import said_in
from agentlens.sources.intake.kinds import kind_of
from agentlens.sources.intake.rows import SCORE_ROWS, SPAN_ROWS, Rows
from agentlens.tables.convert import EPOCH

__all__ = ["BRAINTRUST"]

_FIELDS = (
    "id span_id root_span_id span_parents span_attributes input output metadata tags scores"
    " metrics created is_root error org_id"
)


def _fits(head: Head) -> str:
    for other in ("span_parents", "span_attributes"):
        if {"root_span_id", other} <= head.columns:
            return f"root_span_id and {other}"
    return ""


def _rows(records: Sequence[Record], places: Sequence[str]) -> Rows:
    notes = Notes()
    spans: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    for record, place in zip(records, places, strict=True):
        span = _span(record, place, notes)
        spans.append(span)
        if record.get("scores"):
            scores += _scores(record, span, notes)
    return Rows(
        spans=tidy(merged(spans), SPAN_ROWS, notes),
        scores=tidy(merged(scores), SCORE_ROWS, notes),
        problems=notes.problems(len(records)),
    )


def _span(record: Record, place: str, notes: Notes) -> dict[str, Any]:
    attributes = object_of(record.get("span_attributes"))
    metadata = object_of(record.get("metadata"))
    metrics = object_of(record.get("metrics"))
    said, rest = said_in(metadata, place, notes)
    model = rest.pop("model", None)
    error = record.get("error")
    end = moment(metrics.get("end"))
    row: dict[str, Any] = {
        "where": place,
        "trace_id": record.get("root_span_id"),
        "span_id": record.get("span_id"),
        "parent_id": _parent(record, place, notes),
        "is_root": record.get("is_root"),
        "name": attributes.get("name"),
        "kind": kind_of(attributes.get("type")),
        "start": _start(record, metrics, place, notes),
        "end": end,
        "status": "error" if error else None if end is None else "ok",
        "model": model,
        "input_tokens": metrics.get("prompt_tokens"),
        "output_tokens": metrics.get("completion_tokens"),
        "cached_tokens": metrics.get("prompt_cached_tokens"),
        "cost_usd": metrics.get("estimated_cost"),
        "ttft_s": metrics.get("time_to_first_token"),
        "input": record.get("input"),
        "output": record.get("output"),
        "tags": listed(record.get("tags")) or None,
        "metadata": flat(rest),
        **said,
        **_error(error),
    }
    if attributes.get("type") == "eval":
        row |= {"experiment": True, "environment": row.get("environment") or "eval"}
        detail = "spans of type eval are an experiment; environment eval"
        notes.add("assumed", "environment", detail, place)
    return row


def _parent(record: Record, place: str, notes: Notes) -> Any:
    parents = listed(record.get("span_parents"))
    if len(parents) > 1:
        detail = "a step with several parents; the first was taken"
        notes.add("ignored", "parent_id", detail, place, severity="warn")
    return parents[0] if parents else None


def _start(record: Record, metrics: Mapping[str, Any], place: str, notes: Notes) -> Any:
    start = moment(metrics.get("start"))
    if start is None and record.get("created"):
        notes.add("assumed", "start", "no start is given; the time of creation was taken", place)
        return record["created"]
    return start


def _error(error: object) -> dict[str, Any]:
    """Return message and class of an error, which may be a text or an object."""
    held = object_of(error)
    named = {
        "error_type": word(held.get("name")) or word(held.get("type")),
        "error_message": held.get("message") or error,
    }
    return {name: one for name, one in named.items() if one}


def _scores(record: Record, span: Mapping[str, Any], notes: Notes) -> list[dict[str, Any]]:
    place = span["where"]
    root = not span["parent_id"]
    row_id = word(record.get("id")) or span["span_id"]
    time = span["end"] if span["end"] is not None else record.get("created")
    found: list[dict[str, Any]] = []
    for name, given in object_of(record.get("scores")).items():
        value = float(given) if isinstance(given, bool) else number(given)
        if value is None:
            detail = "a score without a value" if given is None else "a score that is no number"
            notes.add("missing", "value", detail, place, table="scores")
            continue
        notes.add(
            "assumed", "time", "scores have no time; the end of the span", place, table="scores"
        )
        found.append(
            {
                "where": place,
                "score_id": f"{row_id}/{name}",
                "trace_id": span["trace_id"],
                "span_id": None if root else span["span_id"],
                "level": "trace" if root else "span",
                "name": name,
                "value": value,
                "kind": "boolean" if isinstance(given, bool) else "numeric",
                "source": "api",
                "time": time,
            }
        )
    return found


BRAINTRUST = Dialect(
    name="braintrust",
    fits=_fits,
    rows=_rows,
    states=(EPOCH["s"],),
    fields=frozenset(_FIELDS.split()),
    cannot=("who scored and when", "prompt_version", "agent_version"),
    nearest=frozenset({"root_span_id", "span_parents", "span_attributes", "span_id"}),
)
