"""What did a sample's texts say before Inspect moved the long ones aside?"""

import re
from collections.abc import Mapping
from typing import Any

from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import listed, object_of, word

__all__ = ["answer_of", "resolved"]

_MARK = "attachment://"
_ATTACHED = re.compile(r"attachment://([0-9A-Za-z_-]+)")


def answer_of(output: object) -> Any:
    """Return the text that the model finished with, else the whole of what it returned."""
    held = object_of(output)
    if not held:
        return output if isinstance(output, str) else None
    if word(held.get("completion")):
        return held["completion"]
    choices = listed(held.get("choices"))
    if not choices:
        return None
    content = object_of(object_of(choices[0]).get("message")).get("content")
    return content or held


def resolved(value: Any, attached: Mapping[str, Any], place: str, notes: Notes) -> Any:
    """Return a value with the attachments that it names in their places.

    Args:
        value: of any type.
        attached: texts by their names.
        place: where the sample stands.
        notes: where missing attachments are counted.
    """
    try:
        return _walked(value, attached, place, notes)
    except RecursionError:
        notes.add("ignored", "attachments", "nested too deeply to look for attachments", place)
        return value


def _walked(value: Any, attached: Mapping[str, Any], place: str, notes: Notes) -> Any:
    if isinstance(value, str):
        if _MARK not in value:
            return value
        lost = [key for key in _ATTACHED.findall(value) if not isinstance(attached.get(key), str)]
        if lost:
            detail = "an attachment that the log does not hold; its name was kept"
            notes.add("missing", "attachments", detail, place)
        return _ATTACHED.sub(lambda found: _content(found, attached), value)
    if isinstance(value, list):
        return [_walked(one, attached, place, notes) for one in value]
    if isinstance(value, dict):
        return {key: _walked(one, attached, place, notes) for key, one in value.items()}
    return value


def _content(found: re.Match[str], attached: Mapping[str, Any]) -> str:
    held = attached.get(found[1])
    return held if isinstance(held, str) else found[0]
