"""Under which fields do the API and the exports say each of our columns?"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import Any

__all__ = ["OBSERVATIONS", "SCORES", "TRACES", "Form", "taken"]

Form = Mapping[str, tuple[str, ...]]
"""Our column to the fields that say it; of several fields, the first that any row has."""
_NEAR = 128
"""So many records a processor holds near while one field after the other is taken from them."""

OBSERVATIONS: Form = MappingProxyType(
    {
        "trace_id": ("traceId",),
        "span_id": ("id",),
        "parent_id": ("parentObservationId",),
        "is_root": ("isRootObservation",),
        "kind": ("type",),
        "name": ("name",),
        "start": ("startTime",),
        "end": ("endTime",),
        "first_token": ("completionStartTime",),
        "level": ("level",),
        "error_message": ("statusMessage",),
        "model": ("model", "providedModelName"),
        "prompt_name": ("promptName",),
        "prompt_version": ("promptVersion",),
        "usage": ("usageDetails",),
        "read": ("promptTokens", "inputUsage"),
        "written": ("completionTokens", "outputUsage"),
        "cost": ("totalCost", "calculatedTotalCost"),
        "costs": ("costDetails",),
        "input": ("input",),
        "output": ("output",),
        "trace_name": ("traceName",),
        "user_id": ("userId",),
        "session_id": ("sessionId",),
        "release": ("release",),
        "environment": ("environment",),
        "agent_version": ("version",),
        "tags": ("tags",),
        "metadata": ("metadata",),
        "updated_at": ("updatedAt",),
    }
)
"""Observations of the API, version 2 and version 1."""

TRACES: Form = MappingProxyType(
    {
        "trace_id": ("id",),
        "start": ("timestamp",),
        "name": ("name",),
        "cost": ("totalCost",),
        "input": ("input",),
        "output": ("output",),
        "user_id": ("userId",),
        "session_id": ("sessionId",),
        "release": ("release",),
        "environment": ("environment",),
        "agent_version": ("version",),
        "tags": ("tags",),
        "metadata": ("metadata",),
        "updated_at": ("updatedAt",),
    }
)
"""Traces of the API, version 1."""

SCORES: Form = MappingProxyType(
    {
        "score_id": ("id",),
        "trace_id": ("traceId",),
        "span_id": ("observationId",),
        "session_id": ("sessionId",),
        "run": ("datasetRunId",),
        "subject": ("subject",),
        "name": ("name",),
        "value": ("value",),
        "text": ("stringValue",),
        "type": ("dataType",),
        "config": ("configId",),
        "source": ("source",),
        "rater": ("authorUserId", "authorUserName"),
        "time": ("timestamp",),
        "comment": ("comment",),
        "metadata": ("metadata",),
        "updated_at": ("updatedAt",),
    }
)
"""Scores of the API, version 3 and older."""


def taken(records: Sequence[dict[str, Any]], form: Form) -> dict[str, list[Any] | None]:
    """Return each column of a form, None where no record has its field."""
    said = {column: _field(records, fields) for column, fields in form.items()}
    there = {column: field for column, field in said.items() if field is not None}
    found: dict[str, list[Any]] = {column: [] for column in there}
    for at in range(0, len(records), _NEAR):
        few = records[at : at + _NEAR]
        for column, field in there.items():
            found[column] += _values(few, field)
    return dict.fromkeys(form) | found


def _values(records: Sequence[dict[str, Any]], field: str) -> list[Any]:
    try:
        return list(map(itemgetter(field), records))
    except KeyError:  # not every record has it
        return [one.get(field) for one in records]


def _field(records: Sequence[dict[str, Any]], fields: tuple[str, ...]) -> str | None:
    for field in fields:
        for one in records:
            if field in one:  # as a key it is compared more quickly, being the same object
                return next(key for key in one if key == field)
    return None
