"""What do OTLP's wrapped values say, in whichever of their spellings?"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["attributes_of", "either", "objects", "plain", "same_id", "state_of", "ticks"]

_LONGEST = 20
_UUID, _DASHES = 36, 4
_STATES: Mapping[object, str] = MappingProxyType(
    {
        1: "ok",
        "1": "ok",
        "STATUS_CODE_OK": "ok",
        "StatusCode.OK": "ok",
        "OK": "ok",
        2: "error",
        "2": "error",
        "STATUS_CODE_ERROR": "error",
        "StatusCode.ERROR": "error",
        "ERROR": "error",
    }
)


def either(one: Mapping[str, Any], camel: str, snake: str) -> Any:
    """Return a field that is spelt with humps or with underscores."""
    value = one.get(camel)
    return one.get(snake) if value is None else value


def objects(given: object) -> list[dict[str, Any]]:
    """Return the objects of a list; nothing where it is no list."""
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def plain(value: object) -> Any:
    """Return what a wrapped value holds; what is not wrapped comes back as it is.

    >>> plain({"intValue": "210"}), plain({"array_value": {"values": [{"bool_value": True}]}})
    (210, [True])
    """
    if not isinstance(value, dict):
        return value
    text = value.get("stringValue")  # the most frequent of all
    if text is not None:
        return text
    for key in value:
        rule = _RULES.get(key)
        return value if rule is None else rule(value[key])
    return None


def attributes_of(given: object) -> dict[str, Any] | None:
    """Return attributes by name; None where what was given is neither a list of them nor an object.

    >>> attributes_of([{"key": "a", "value": {"stringValue": "b"}}])
    {'a': 'b'}
    """
    if given is None:
        return {}
    if isinstance(given, dict):
        return {str(key): plain(value) for key, value in given.items()}
    if not isinstance(given, list):
        return None
    try:  # nearly all are whole; the others are sorted out one by one
        return {one["key"] + "": plain(one["value"]) for one in given}
    except (TypeError, KeyError):
        return _usable(given)


def state_of(code: object) -> str | None:
    """Return ok or error for a status code of any spelling, None where it says nothing.

    >>> state_of(2), state_of("STATUS_CODE_OK"), state_of("UNSET")
    ('error', 'ok', None)
    """
    return _STATES.get(code) if isinstance(code, (int, str)) else None


def ticks(value: object) -> Any:
    """Return a time in whole units where it is a number or digits; a zero is no time."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= _LONGEST:
        return int(value) or None
    if isinstance(value, float) and value.is_integer():
        return int(value) or None
    return None if isinstance(value, (dict, list, bool)) or value == 0 else value


def same_id(given: object) -> Any:
    """Return an id, without the dashes of a UUID; what is no id is missing."""
    if isinstance(given, str) and len(given) == _UUID and given.count("-") == _DASHES:
        return given.replace("-", "")
    return None if isinstance(given, (dict, list, bool)) else given


def _usable(given: list[Any]) -> dict[str, Any]:
    return {
        one["key"]: plain(one.get("value"))
        for one in given
        if isinstance(one, dict) and isinstance(one.get("key"), str)
    }


def _same(held: object) -> Any:
    return held


def _whole(held: object) -> Any:
    if isinstance(held, str) and len(held) <= _LONGEST and held.lstrip("-").isdecimal():
        return int(held)
    return held


def _values(held: object) -> Any:
    values = held.get("values") if isinstance(held, dict) else held
    return [plain(one) for one in values] if isinstance(values, list) else []


def _object(held: object) -> Any:
    values = held.get("values") if isinstance(held, dict) else held
    return attributes_of(values) or {}


_RULES: Mapping[str, Callable[[object], Any]] = MappingProxyType(
    {
        "stringValue": _same,
        "string_value": _same,
        "intValue": _whole,
        "int_value": _whole,
        "doubleValue": _same,
        "double_value": _same,
        "boolValue": _same,
        "bool_value": _same,
        "bytesValue": _same,
        "bytes_value": _same,
        "arrayValue": _values,
        "array_value": _values,
        "kvlistValue": _object,
        "kvlist_value": _object,
    }
)
