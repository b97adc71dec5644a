"""How do Phoenix's nested attributes and the columns of its frames become flat attributes?"""

from collections.abc import Mapping
from typing import Any

from agentlens.sources.files.dialects.otel.attributes import decoded

__all__ = ["flat", "is_row", "span_of_row"]

_ATTRIBUTES = "attributes."
_TRACE, _SPAN, _INDEX = "context.trace_id", "context.span_id", "__index_level_0__"
_WHOLE = frozenset({"metadata", "input.value", "output.value", "llm.invocation_parameters"})
_INDEXED = (
    "llm.input_messages",
    "llm.output_messages",
    "retrieval.documents",
    "annotations",
    "evaluations",
    "trace.annotations",
    "trace.evaluations",
    "session.annotations",
)
_DEEPEST = 12
_PAIR = 2


def is_row(record: Mapping[str, Any]) -> bool:
    """Return whether a record is a row of a frame, its columns named with dots."""
    return _TRACE in record


def span_of_row(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a frame as the object that a span line holds."""
    attributes = {
        key.removeprefix(_ATTRIBUTES): value
        for key, value in record.items()
        if key.startswith(_ATTRIBUTES)
    }
    rest = {
        key: None if _is_missing(value) else value
        for key, value in record.items()
        if not key.startswith(_ATTRIBUTES)
    }
    span_id = rest.get(_SPAN) or rest.get(_INDEX)
    events = decoded(rest.get("events"))
    return rest | {
        "context": {"trace_id": rest.get(_TRACE), "span_id": span_id},
        "attributes": attributes,
        "events": [_paired(one) for one in events] if isinstance(events, list) else None,
    }


def flat(given: object) -> dict[str, Any] | None:
    """Return attributes under dotted names; None where they are no object.

    >>> flat({"llm": {"input_messages": [{"message.role": "user"}]}, "metadata": {"a": 1}})
    {'llm.input_messages.0.message.role': 'user', 'metadata': {'a': 1}}
    """
    held = _paired(decoded(given))
    if held is None:
        return {}
    if not isinstance(held, dict):
        return None
    found: dict[str, Any] = {}
    for key, value in held.items():
        _put(found, str(key), value, 0)
    return found


def _put(found: dict[str, Any], name: str, given: object, depth: int) -> None:
    """Add a value under its name, or what it holds under longer ones."""
    if _is_missing(given):
        return
    indexed = name.startswith(_INDEXED)
    value = _paired(decoded(given) if name in _INDEXED else given)
    if depth < _DEEPEST and isinstance(value, dict) and name not in _WHOLE:
        for key, below in value.items():
            _put(found, f"{name}.{key}", below, depth + 1)
    elif depth < _DEEPEST and indexed and isinstance(value, list) and _objects(value):
        for number, below in enumerate(value):
            _put(found, f"{name}.{number}", below, depth + 1)
    elif isinstance(value, dict):
        found[name] = {str(key): one for key, one in value.items() if not _is_missing(one)}
    else:
        found[name] = value


def _paired(value: object) -> Any:
    """Return a map that came as a list of pairs as an object."""
    if isinstance(value, list) and value and all(_is_pair(one) for one in value):
        return dict(value)
    return value


def _is_pair(one: object) -> bool:
    return isinstance(one, tuple) and len(one) == _PAIR and isinstance(one[0], str)


def _objects(value: list[Any]) -> bool:
    return bool(value) and all(isinstance(one, dict) or _is_map(one) for one in value)


def _is_map(one: object) -> bool:
    return isinstance(one, list) and bool(one) and all(_is_pair(two) for two in one)


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and value != value)  # noqa: PLR0124 - the test for NaN that takes any type
