"""How are Phoenix's own files read: span lines, whole traces, and frames?"""

from collections.abc import Mapping, Sequence
from typing import Any

from agentlens.errors import BadInputError
from agentlens.sources.files.dialect import Dialect, Head, Record
from agentlens.sources.files.dialects.otel.names import Roles
from agentlens.sources.files.dialects.otel.rows import rows_of
from agentlens.sources.files.dialects.otel.scores import annotation
from agentlens.sources.files.dialects.otel.steps import Event, Notes, Step
from agentlens.sources.files.dialects.otlp.values import objects, same_id, state_of
from agentlens.sources.files.dialects.phoenix.frame import flat, is_row, span_of_row
from agentlens.sources.intake.payloads import packed
from agentlens.sources.intake.rows import Bad, Rows
from agentlens.tables.convert import EPOCH

__all__ = ["PHOENIX"]

_KIND = "openinference.span.kind"
_DATASET = frozenset({"id", "node_id", "input", "output", "metadata", "splits"})
_NOTES = ("note", "text", "explanation")
_FIELDS = (
    "name",
    "context",
    "span_kind",
    "parent_id",
    "start_time",
    "end_time",
    "status_code",
    "status_message",
    "attributes",
    "events",
    "annotations",
    "notes",
    "spans",
    "traceId",
    "context.trace_id",
    "context.span_id",
)


class _Batch:
    """What one batch holds, while it is walked through."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.bad: list[Bad] = []
        self.scores: list[dict[str, Any]] = []
        self.notes = Notes()
        self.roles = Roles()


def _fits(head: Head) -> str:
    for one in head.records:
        if "span_kind" in one and _has_context(one):
            return "context.trace_id and span_kind"
        spans = objects(one.get("spans"))
        if ("traceId" in one or "rootSpan" in one) and spans and _has_context(spans[0]):
            return "traceId and spans with context.trace_id"
        if one.keys() >= _DATASET:
            return "id, node_id, input, output, metadata and splits"
    if "context.trace_id" in head.columns and any(
        name.startswith("attributes.") for name in head.columns
    ):
        return "columns context.trace_id and attributes.*"
    return ""


def _rows(records: Sequence[Record], places: Sequence[str]) -> Rows:
    batch = _Batch()
    for record, place in zip(records, places, strict=True):
        if record.keys() >= _DATASET:
            message = (
                f"{place} is an example of a Phoenix dataset ({', '.join(sorted(_DATASET))}), and a"
                " dataset is not a log: it has no times and no traces. Give the spans instead."
            )
            raise BadInputError(message)
        if is_row(record):
            _span(span_of_row(record), place, batch)
        elif isinstance(record.get("spans"), list):
            _trace(record, place, batch)
        else:
            _span(record, place, batch)
    return rows_of(
        batch.steps,
        batch.notes,
        roles=batch.roles,
        scores=batch.scores,
        bad=batch.bad,
    )


def _trace(record: Record, place: str, batch: _Batch) -> None:
    for number, span in enumerate(record["spans"], 1):
        if isinstance(span, dict):
            _span(span, f"{place}#{number}", batch)
        else:
            batch.bad.append(
                Bad(f"{place}#{number}", packed(span) or "", "a span that is no object")
            )
    _judged(record, place, (same_id(record.get("traceId")), None), batch)


def _span(record: Mapping[str, Any], where: str, batch: _Batch) -> None:
    context = record.get("context")
    if not isinstance(context, dict):
        batch.bad.append(Bad(where, packed(record) or "", "no object under context"))
        return
    attributes = flat(record.get("attributes"))
    if attributes is None:
        attributes = {}
        batch.notes.add("missing", "attributes", "not an object", where, severity="warn")
    if record.get("span_kind") and _KIND not in attributes:
        attributes[_KIND] = record["span_kind"]
    step = Step(
        where,
        same_id(context.get("trace_id")),
        same_id(context.get("span_id")),
        same_id(record.get("parent_id")),
        record.get("name"),
        record.get("start_time"),
        record.get("end_time"),
        state_of(record.get("status_code")),
        record.get("status_message"),
        attributes,
        [
            Event(
                str(one.get("name") or ""), one.get("timestamp"), flat(one.get("attributes")) or {}
            )
            for one in objects(record.get("events"))
        ],
        trace_state=context.get("trace_state"),
    )
    batch.steps.append(step)
    _judged(record, where, (step.trace_id, step.span_id), batch)


def _judged(record: Mapping[str, Any], where: str, owner: tuple[Any, Any], batch: _Batch) -> None:
    """Add what people and judges said of a span or a trace, beside its attributes."""
    trace_id, span_id = owner
    for one in objects(record.get("annotations")):
        of_span = same_id(one.get("span_id")) or span_id
        batch.scores.append(annotation(one, where, trace_id, of_span))
    for one in objects(record.get("notes")):
        said = next((one[key] for key in _NOTES if one.get(key)), None)
        rest = {key: held for key, held in one.items() if key not in _NOTES}
        held = {"annotator_kind": "HUMAN", "name": "note", **rest, "explanation": said}
        of_span = same_id(one.get("span_id")) or span_id
        batch.scores.append(annotation(held, where, trace_id, of_span) | {"kind": "text"})


def _has_context(one: Mapping[str, Any]) -> bool:
    context = one.get("context")
    return isinstance(context, dict) and "trace_id" in context


PHOENIX = Dialect(
    name="phoenix",
    fits=_fits,
    rows=_rows,
    states=(EPOCH["ns"],),
    fields=frozenset(_FIELDS),
    prefixes=("attributes.",),
    cannot=("ttft_s", "release", "environment", "agent_version"),
    nearest=frozenset({"context", "span_kind", "context.trace_id", "context.span_id"}),
)
