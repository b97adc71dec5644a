"""How are traces of MLflow read: as JSON, as rows of a search, or as an artifact?"""

from collections.abc import Sequence
from typing import Any

from agentlens.sources.files.dialect import Dialect, Head, Record
from agentlens.sources.files.dialects.mlflow.facts import facts_of
from agentlens.sources.files.dialects.mlflow.scores import scores_of
from agentlens.sources.files.dialects.mlflow.spans import span_row
from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.otlp.values import objects
from agentlens.sources.files.dialects.vendor.values import listed, merged, object_of, tidy
from agentlens.sources.intake.payloads import packed
from agentlens.sources.intake.rows import SCORE_ROWS, SPAN_ROWS, TRACE_ROWS, Bad, Rows
from agentlens.tables.convert import EPOCH

__all__ = ["MLFLOW"]

_FIELDS = (
    "info data trace trace_id request_id client_request_id state status request_time timestamp_ms"
    " execution_duration execution_duration_ms execution_time_ms request response trace_metadata"
    " request_metadata tags spans assessments request_preview response_preview"
)
_FRAME = frozenset({"trace_id", "trace", "request_time", "execution_duration"})
_OLD_FRAME = frozenset({"request_id", "trace", "timestamp_ms", "execution_time_ms"})
_ROW = "a row without info, trace and spans"


def _fits(head: Head) -> str:
    for columns in (_FRAME, _OLD_FRAME):
        if columns <= head.columns:
            return "columns trace, execution time and trace id"
    for one in head.records:
        info = one.get("info")
        if isinstance(info, dict) and isinstance(one.get("data"), dict):
            return "info and data.spans"
        if "spans" in one and one.keys() <= {"spans", "request", "response"}:
            held = objects(one["spans"])
            attributes = held[0].get("attributes") if held else None
            if any(key.startswith("mlflow.") for key in object_of(attributes)):
                return "spans with attributes mlflow.*"
    return ""


class _Batch:
    """What one batch holds, while it is walked through."""

    def __init__(self) -> None:
        self.notes = Notes()
        self.spans: list[dict[str, Any]] = []
        self.traces: list[dict[str, Any]] = []
        self.scores: list[dict[str, Any]] = []
        self.bad: list[Bad] = []


def _rows(records: Sequence[Record], places: Sequence[str]) -> Rows:
    batch = _Batch()
    for record, place in zip(records, places, strict=True):
        _trace(record, place, batch)
    notes = batch.notes
    return Rows(
        spans=tidy(merged(batch.spans), SPAN_ROWS, notes),
        traces=tidy(merged(batch.traces), TRACE_ROWS, notes),
        scores=tidy(merged(batch.scores), SCORE_ROWS, notes),
        bad=tuple(batch.bad),
        problems=notes.problems(len(records)),
    )


def _trace(record: Record, place: str, batch: _Batch) -> None:
    info, spans = _parts(record)
    trace_id = info.get("trace_id") or info.get("request_id")
    rows = [
        row
        for nth, span in enumerate(spans or [], 1)
        if (row := span_row(span, trace_id, f"{place}#{nth}", batch.notes)) is not None
    ]
    batch.spans += rows
    if not info and not rows:
        batch.bad.append(Bad(place, (packed(record) or "")[:10_000], _ROW))
    if info:
        batch.traces.append(facts_of(info, place, batch.notes, alone=not rows))
        given = listed(info.get("assessments"))
        batch.scores += scores_of(given, trace_id, place, batch.notes)


def _parts(record: Record) -> tuple[dict[str, Any], list[Any] | None]:
    """Return what is said of the trace and its spans, whichever form the record has."""
    whole = object_of(record.get("trace"))
    held = whole if whole.get("info") else record
    info, data = object_of(held.get("info")), object_of(held.get("data"))
    if info or data:
        spans = data.get("spans")
        return info, listed(spans) if spans is not None else None
    spans = listed(record.get("spans")) if record.get("spans") is not None else None
    named = {key: one for key, one in record.items() if key not in {"trace", "spans"}}
    is_row = named.get("trace_id") or named.get("request_id")
    return (named if is_row else {}), spans


MLFLOW = Dialect(
    name="mlflow",
    fits=_fits,
    rows=_rows,
    states=(EPOCH["ns"], EPOCH["ms"]),
    fields=frozenset(_FIELDS.split()),
    cannot=("time to first token", "prompt_version", "agent_version"),
    nearest=frozenset({"info", "data", "trace", "request_time", "execution_duration"}),
)
