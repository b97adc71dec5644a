"""Did a span fail, and how?"""

from collections.abc import Mapping
from typing import Any

from agentlens.sources.files.dialects.otel.events import Told
from agentlens.sources.files.dialects.otel.steps import Notes, Step

__all__ = ["status_by"]


def status_by(step: Step, chosen: Mapping[str, Any], told: Told, notes: Notes) -> dict[str, Any]:
    """Return status, error type and error message.

    An exception on a span that did not fail was survived within it, and is not its error.

    Args:
        step: the span.
        chosen: its attributes by column.
        told: what its events said.
        notes: where assumptions are counted.
    """
    status = step.status
    if chosen.get("level") == "ERROR":
        status = "error"
    elif status is None and chosen.get("error_type"):
        status = "error"
        notes.add("assumed", "status", "error, because an error type is named", step.where)
    found: dict[str, Any] = {"status": status}
    exception = told.exception.attributes if told.exception else {}
    if status != "error":
        if told.exception:
            detail = "exceptions on spans that did not fail"
            notes.add("ignored", "events", detail, step.where)
        return found
    found["error_type"] = chosen.get("error_type") or exception.get("exception.type")
    found["error_message"] = (
        chosen.get(".status_message") or step.message or exception.get("exception.message")
    )
    return found
