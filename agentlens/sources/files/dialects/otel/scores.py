"""How do verdicts that travel with spans become score rows?"""

from collections.abc import Mapping
from typing import Any

from agentlens.sources.files.dialects.otel.attributes import decoded, nested
from agentlens.sources.files.dialects.otel.steps import Event

__all__ = ["EVALUATION", "RESPONSE_ID", "annotation", "annotations", "evaluation"]

EVALUATION = "gen_ai.evaluation.result"
RESPONSE_ID = "gen_ai.response.id"
Score = dict[str, Any]

_EVALUATION = "gen_ai.evaluation."
_USED = frozenset({"name", "score.value", "score.label", "explanation"})
_PASSES = {"pass": 1, "passed": 1, "true": 1, "fail": 0, "failed": 0, "false": 0}
_SOURCES = {"human": "human", "llm": "judge", "code": "check"}
_LEVELS = {
    "annotations.": "span",
    "evaluations.": "span",
    "trace.annotations.": "trace",
    "trace.evaluations.": "trace",
    "session.annotations.": "session",
}
_FIELDS = frozenset(
    {"name", "annotator_kind", "result", "score", "label", "explanation", "metadata"}
    | {"created_at", "updated_at", "id", "trace_id", "span_id", "source", "user_id"}
)


def evaluation(event: Event, where: str, trace_id: object, span_id: object) -> Score:
    """Return the score that an evaluation event states.

    Who evaluated is not said, so its source is `api`.

    Args:
        event: of a span or of a log.
        where: its place.
        trace_id: the trace on which it was recorded.
        span_id: the span on which it was recorded.
    """
    given = event.attributes
    rest = {
        key: one
        for key, one in given.items()
        if one is not None and key.removeprefix(_EVALUATION) not in _USED
    }
    return {
        "where": where,
        "trace_id": trace_id,
        "span_id": span_id,
        "level": "span",
        "name": _word(given.get(_EVALUATION + "name")),
        "source": "api",
        "time": event.time,
        "comment": given.get(_EVALUATION + "explanation"),
        "metadata": rest,
        **_verdict(given.get(_EVALUATION + "score.value"), given.get(_EVALUATION + "score.label")),
    }


def annotations(
    groups: Mapping[str, list[tuple[str, Any]]],
    where: str,
    trace_id: object,
    span_id: object,
    session_id: object,
) -> list[Score]:
    """Return the scores that are folded into a span's attributes.

    Args:
        groups: indexed attributes by their beginning.
        where: the span's place.
        trace_id: its trace.
        span_id: the span.
        session_id: its session.
    """
    found: list[Score] = []
    for start, level in _LEVELS.items():
        for one in nested(groups[start]) if start in groups else ():
            held = (
                one.get("annotation", one.get("evaluation", one)) if isinstance(one, dict) else {}
            )
            if not isinstance(held, dict):
                continue
            of_span = span_id if level == "span" else None
            score = annotation(held, where, trace_id, of_span)
            found.append(score | {"level": level, "session_id": session_id})
    return found


def annotation(held: Mapping[str, Any], where: str, trace_id: object, span_id: object) -> Score:
    """Return the score that one annotation states, be its verdict within `result` or beside it.

    Args:
        held: the annotation.
        where: its place.
        trace_id: the trace that it judges.
        span_id: the span that it judges, or None where it judges the trace.
    """
    result = held.get("result")
    given = {**held, **result} if isinstance(result, dict) else held
    who = _word(given.get("annotator_kind")) or ""
    own = decoded(given.get("metadata"))
    metadata = dict(own) if isinstance(own, dict) else {}
    metadata |= {
        key: one for key, one in held.items() if key not in _FIELDS and one not in (None, "")
    }
    return {
        "where": where,
        "score_id": _word(given.get("id")),
        "trace_id": trace_id,
        "span_id": span_id,
        "level": "trace" if span_id is None else "span",
        "name": _word(given.get("name")),
        "source": _SOURCES.get(who.lower(), "api"),
        "rater": _word(given.get("user_id")),
        "time": given.get("created_at"),
        "updated_at": given.get("updated_at"),
        "comment": given.get("explanation"),
        "metadata": metadata,
        **_verdict(given.get("score"), given.get("label")),
    }


def _verdict(value: object, label: object) -> Score:
    """Return value, label and kind of a verdict that is a number, a word, both or neither."""
    word = _word(label)
    if isinstance(value, bool):
        return {"value": int(value), "label": word, "kind": "boolean"}
    number = None if value == "" or isinstance(value, (dict, list)) else value
    if number is None and word is not None and word.lower() in _PASSES:
        return {"value": _PASSES[word.lower()], "label": word, "kind": "boolean"}
    if number is None:
        return {"value": None, "label": word, "kind": "text" if word is None else "categorical"}
    return {"value": number, "label": word, "kind": "numeric"}


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
