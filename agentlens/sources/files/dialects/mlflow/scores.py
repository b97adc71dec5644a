"""How do MLflow's assessments become scores?"""

from collections.abc import Sequence
from typing import Any

from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import object_of, parsed, word

__all__ = ["scores_of", "verdict"]

_SOURCES = {
    "HUMAN": "human",
    "LLM_JUDGE": "judge",
    "AI_JUDGE": "judge",
    "CODE": "check",
}


def scores_of(
    assessments: Sequence[Any], trace_id: object, place: str, notes: Notes
) -> list[dict[str, Any]]:
    """Return one row an assessment; those that were overruled are left out and counted.

    Args:
        assessments: as they came.
        trace_id: the trace that they judge.
        place: where they stand.
        notes: where what is left out is counted.
    """
    found: list[dict[str, Any]] = []
    for given in assessments:
        held = object_of(given)
        if not held:
            notes.add(
                "ignored", "assessments", "an assessment that is no object", place, table="scores"
            )
        elif held.get("valid") is False:
            detail = "assessments that are no longer valid"
            notes.add("ignored", "assessments", detail, place, table="scores")
        else:
            found.append(_score(held, trace_id, place, notes))
    return found


def verdict(value: object) -> dict[str, Any]:
    """Return value, label and kind of a verdict of any type.

    >>> verdict(True), verdict("yes")
    ({'value': 1, 'kind': 'boolean'}, {'label': 'yes', 'kind': 'categorical'})
    """
    if isinstance(value, bool):
        return {"value": int(value), "kind": "boolean"}
    if isinstance(value, (int, float)):
        return {"value": value, "kind": "numeric"}
    if isinstance(value, str):
        return {"label": value, "kind": "categorical"}
    return {}


def _score(held: dict[str, Any], trace_id: object, place: str, notes: Notes) -> dict[str, Any]:
    expected = held.get("expectation")
    given = object_of(held.get("feedback") if expected is None else expected)
    value = given.get("value")
    if value is None:
        value = parsed(object_of(given.get("serialized_value")).get("value"))
    source = object_of(held.get("source"))
    kind = source.get("source_type")
    said_by = _SOURCES.get(kind, "api") if isinstance(kind, str) else "api"
    rater = word(source.get("source_id"))
    span_id = held.get("span_id")
    row: dict[str, Any] = {
        "where": place,
        "score_id": held.get("assessment_id"),
        "trace_id": held.get("trace_id") or trace_id,
        "span_id": span_id,
        "level": "span" if span_id else "trace",
        "name": held.get("assessment_name") or held.get("name"),
        "source": said_by,
        "rater": rater,
        "judge_model": rater if said_by == "judge" else None,
        "time": held.get("create_time"),
        "updated_at": held.get("last_update_time"),
        "comment": held.get("rationale"),
        "metadata": _metadata(held, given, value),
        **verdict(value),
    }
    if "kind" not in row:
        detail = "an assessment whose value is an object, a list or missing"
        notes.add("missing", "value", detail, place, table="scores")
    if expected is not None:
        row["kind"] = "expectation"
    return row


def _metadata(held: dict[str, Any], given: dict[str, Any], value: object) -> dict[str, Any]:
    metadata = dict(object_of(held.get("metadata")))
    if isinstance(value, (dict, list)):
        metadata["value"] = value
    if given.get("error"):
        metadata["error"] = given["error"]
    return metadata
