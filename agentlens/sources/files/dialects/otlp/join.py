"""How do the logs of a call find the spans that they speak of, in whichever file those are?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agentlens.sources.files.dialects.otel.attributes import sort_out
from agentlens.sources.files.dialects.otel.events import told_by
from agentlens.sources.files.dialects.otel.names import Roles
from agentlens.sources.files.dialects.otel.scores import RESPONSE_ID
from agentlens.sources.files.dialects.otel.steps import Event, Notes
from agentlens.sources.files.dialects.otel.texts import answered, asked
from agentlens.sources.intake.ids import one_spelling
from agentlens.sources.intake.rows import Rows
from agentlens.tables.problems import Problem

__all__ = ["LoggedRows", "joined"]

Said = tuple[str, Any, Any, Event]

_RESPONSE = f"attributes.{RESPONSE_ID}"
_LOST = "messages in log records whose span was not read"
_UNPLACED = "verdicts that name a response which was not read"


@dataclass(frozen=True, eq=False)
class LoggedRows(Rows):
    """Rows of a batch with log records that may speak of spans elsewhere.

    Attributes:
        said: the events that hold messages, in their order.
        before: the rows without what the logs added.
    """

    said: tuple[Said, ...] = ()
    before: Rows = field(default_factory=Rows)


def joined(parts: Sequence[Rows]) -> tuple[Rows, ...]:
    """Return the batches of all files of a call with each log event at the span that it is about.

    What a span says of itself is not replaced.

    Args:
        parts: what `rows` returned, in the order of reading; joining again changes nothing.
    """
    plain = [part.before if isinstance(part, LoggedRows) else part for part in parts]
    placed, lost = _placed(parts, plain)
    responses = _responses(plain) if any(map(_waits, plain)) else {}
    whole: list[Rows] = []
    for number, (part, given) in enumerate(zip(plain, parts, strict=True)):
        made = _scored(_texted(part, placed.get(number, {})), responses)
        if isinstance(given, LoggedRows):
            problems = made.problems + _told(lost.get(number, []), _LOST, "spans", "input")
            whole.append(_logged(replace(made, problems=problems), given))
        else:
            whole.append(made)
    return tuple(whole)


def _logged(made: Rows, given: LoggedRows) -> LoggedRows:
    return LoggedRows(
        spans=made.spans,
        traces=made.traces,
        scores=made.scores,
        bad=made.bad,
        problems=made.problems,
        said=given.said,
        before=given.before,
    )


def _placed(
    parts: Sequence[Rows], plain: Sequence[Rows]
) -> tuple[dict[int, dict[int, list[Event]]], dict[int, list[str]]]:
    """Return by batch the events of each span, and the places of events whose span is nowhere."""
    said = [
        (number, one)
        for number, part in enumerate(parts)
        if isinstance(part, LoggedRows)
        for one in part.said
    ]
    wanted = {(_spelt(trace), _spelt(span)) for _, (_, trace, span, _) in said}
    known: dict[tuple[str | None, str | None], tuple[int, int]] = {}
    for number, part in enumerate(plain if wanted else ()):
        traces, spans = part.spans.get("trace_id", []), part.spans.get("span_id", [])
        for row, (trace, span) in enumerate(zip(traces, spans, strict=True)):
            spelling = (_spelt(trace), _spelt(span))
            if spelling in wanted:
                known[spelling] = (number, row)
    placed: dict[int, dict[int, list[Event]]] = {}
    lost: dict[int, list[str]] = {}
    for number, (where, trace, span, event) in said:
        place = known.get((_spelt(trace), _spelt(span)))
        if place is None:
            lost.setdefault(number, []).append(where)
        else:
            placed.setdefault(place[0], {}).setdefault(place[1], []).append(event)
    return placed, lost


def _texted(part: Rows, events: Mapping[int, Sequence[Event]]) -> Rows:
    """Return rows with the input and output that events add."""
    if not events:
        return part
    n = len(part.spans["where"])
    columns = {name: list(part.spans.get(name, [None] * n)) for name in ("input", "output")}
    roles = Roles()
    for row, said in events.items():
        told = told_by(said, part.spans["where"][row], Notes())
        found = sort_out(told.attributes, roles)
        for name, text in (("input", asked(found, told)), ("output", answered(found, told))):
            if columns[name][row] in (None, "", []):
                columns[name][row] = text.value
    places = [part.spans["where"][row] for row in events]
    problems = part.problems + _told(
        places, "message dialect: log events", "spans", "input", "noted"
    )
    return replace(part, spans=part.spans | columns, problems=problems)


def _waits(part: Rows) -> bool:
    pairs = zip(part.scores.get("span_id", []), part.scores.get("metadata", []), strict=False)
    return any(span is None and meta and RESPONSE_ID in meta for span, meta in pairs)


def _responses(parts: Sequence[Rows]) -> dict[Any, tuple[Any, Any]]:
    found: dict[Any, tuple[Any, Any]] = {}
    for part in parts:
        columns = [part.spans.get(name, []) for name in ("metadata", "trace_id", "span_id")]
        for metadata, trace, span in zip(*columns, strict=True):
            response = metadata.get(_RESPONSE) if isinstance(metadata, dict) else None
            if isinstance(response, str):
                found.setdefault(response, (trace, span))
    return found


def _scored(part: Rows, responses: Mapping[Any, tuple[Any, Any]]) -> Rows:
    """Return rows whose verdicts are at the span that gave the response they name."""
    if not _waits(part):
        return part
    scores = dict(part.scores)
    traces, spans = list(scores["trace_id"]), list(scores["span_id"])
    unplaced: list[str] = []
    for row, metadata in enumerate(scores["metadata"]):
        response = metadata.get(RESPONSE_ID) if isinstance(metadata, dict) else None
        if spans[row] is not None or response is None:
            continue
        if isinstance(response, str) and response in responses:
            traces[row], spans[row] = responses[response]
        else:
            unplaced.append(scores["where"][row])
    problems = part.problems + _told(unplaced, _UNPLACED, "scores", "span_id")
    return replace(part, scores=scores | {"trace_id": traces, "span_id": spans}, problems=problems)


def _told(
    places: Sequence[str], detail: str, table: str, field: str, action: Any = "ignored"
) -> tuple[Problem, ...]:
    if not places:
        return ()
    severity: Any = "warn" if action == "ignored" else "info"
    return (
        Problem(
            action=action,
            n=len(places),
            table=table,
            field=field,
            severity=severity,
            examples=tuple(places[:5]),
            detail=detail,
        ),
    )


def _spelt(given: object) -> str | None:
    return one_spelling(given) if isinstance(given, str) else None
