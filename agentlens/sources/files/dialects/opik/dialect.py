"""How are Opik's exports read: one trace a file with its spans, or rows of CSV?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.sources.files.dialect import Dialect, Head, Record
from agentlens.sources.files.dialects.opik.cells import FIELDS, joined
from agentlens.sources.files.dialects.opik.spans import failed, spans_of, usage_of
from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import (
    after,
    flat,
    listed,
    merged,
    number,
    object_of,
    tidy,
    word,
)
from agentlens.sources.files.dialects.vendor.words import said_in
from agentlens.sources.intake.payloads import packed
from agentlens.sources.intake.rows import SCORE_ROWS, SPAN_ROWS, TRACE_ROWS, Bad, Rows

__all__ = ["OPIK"]

_SOURCES = {"ui": "human", "sdk": "api", "online_scoring": "judge"}
_MARKS = frozenset({"feedback_scores", "project_id", "project_name", "thread_id"})
_ROW = "an object without trace and spans"


def _fits(head: Head) -> str:
    for one in head.records:
        trace = one.get("trace")
        if isinstance(trace, dict) and "spans" in one and trace.keys() & _MARKS:
            return "trace and spans with feedback_scores"
    if {"trace_id", "trace_start_time", "span_id", "span_start_time"} <= head.columns:
        return "columns trace_* and span_*"
    return ""


def _rows(records: Sequence[Record], places: Sequence[str]) -> Rows:
    notes = Notes()
    spans: list[dict[str, Any]] = []
    traces: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    bad: list[Bad] = []
    for record, place, own in joined(records, places):
        trace, given = object_of(record.get("trace")), listed(record.get("spans"))
        found = spans_of(trace, given, place, own, notes)
        if not trace and not found:
            bad.append(Bad(place, (packed(record) or "")[:10_000], _ROW))
            continue
        spans += found
        if trace:
            traces.append(_facts(trace, place, notes, alone=not found))
            scores += _scores(trace, {"trace_id": trace.get("id")}, place, notes)
        for one in map(object_of, given):
            ids = {"trace_id": one.get("trace_id") or trace.get("id"), "span_id": one.get("id")}
            scores += _scores(one, ids, place, notes)
    return Rows(
        spans=tidy(merged(spans), SPAN_ROWS, notes),
        traces=tidy(merged(traces), TRACE_ROWS, notes),
        scores=tidy(merged(scores), SCORE_ROWS, notes),
        bad=tuple(bad),
        problems=notes.problems(len(records)),
    )


def _facts(trace: Mapping[str, Any], place: str, notes: Notes, *, alone: bool) -> dict[str, Any]:
    said, rest = said_in(object_of(trace.get("metadata")), place, notes, table="traces")
    project = word(trace.get("project_name")) or word(trace.get("project_id"))
    row: dict[str, Any] = {
        "where": place,
        "trace_id": trace.get("id"),
        "name": trace.get("name"),
        "input": trace.get("input"),
        "output": trace.get("output"),
        "tags": listed(trace.get("tags")) or None,
        "metadata": flat(rest) | ({"attributes.opik.project": project} if project else {}),
        "cost_usd": trace.get("total_estimated_cost"),
        **said,
        **failed(trace),
        **usage_of(trace, place, notes, "traces"),
    }
    row["session_id"] = word(trace.get("thread_id")) or said.get("session_id")
    row["environment"] = word(trace.get("environment")) or said.get("environment")
    if alone:
        notes.add("missing", "spans", "traces without spans", place, table="traces")
        row |= {"start": trace.get("start_time"), "end": trace.get("end_time")}
        took = number(trace.get("duration"))
        if not row["end"] and took is not None:
            row["end"] = after(row["start"], took / 1000)
            detail = "the end follows from the stated duration, in ms"
            notes.add("assumed", "end", detail, place, table="traces")
    return row


def _scores(
    held: Mapping[str, Any], ids: Mapping[str, Any], place: str, notes: Notes
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    all_given = listed(held.get("feedback_scores"))
    if held.get("feedback_scores") and not all_given:
        detail = "neither a list nor the text of one"
        notes.add("missing", "feedback_scores", detail, place, table="scores", severity="warn")
    for given in all_given:
        one = object_of(given)
        if not one:
            detail = "a score that is no object"
            notes.add("ignored", "feedback_scores", detail, place, table="scores")
            continue
        source = one.get("source")
        known = _SOURCES.get(source) if isinstance(source, str) else None
        if known:
            detail = f"{source!r} means {known}"
            notes.add("assumed", "source", detail, place, table="scores")
        rater = word(one.get("created_by"))
        time = one.get("created_at")
        if not time:
            time = held.get("end_time")
            detail = "scores have no time; the end of what they judge"
            notes.add("assumed", "time", detail, place, table="scores")
        label = word(one.get("category_name"))
        value = one.get("value")
        found.append(
            {
                "where": place,
                **ids,
                "score_id": f"{ids.get('span_id') or ids['trace_id']}/{one.get('name')}/{rater}",
                "level": "span" if "span_id" in ids else "trace",
                "name": one.get("name"),
                "value": float(value) if isinstance(value, bool) else value,
                "label": label,
                "kind": "categorical" if label else "numeric",
                "source": known or "api",
                "rater": rater,
                "time": time,
                "updated_at": one.get("last_updated_at"),
                "comment": one.get("reason"),
            }
        )
    return found


OPIK = Dialect(
    name="opik",
    fits=_fits,
    rows=_rows,
    fields=FIELDS,
    prefixes=("trace_", "span_"),
    cannot=("prompt_version", "agent_version"),
    nearest=frozenset({"trace", "spans", "trace_id", "span_id", "trace_start_time"}),
)
