"""What does a field hold that may come as a value, as JSON text, or as something odd?"""

from ast import literal_eval
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from warnings import catch_warnings, simplefilter

import orjson

from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.intake.rows import Columns
from agentlens.tables.schema import Table

__all__ = [
    "after",
    "flat",
    "listed",
    "merged",
    "moment",
    "number",
    "object_of",
    "parsed",
    "tidy",
    "word",
]

_EARLIEST, _LATEST = 1e8, 1e11  # seconds since 1970 that a trace may have
_LONGEST = 1_000_000


def parsed(value: object) -> Any:
    """Return what JSON text says; what is no JSON text comes back as it is.

    >>> parsed('{"a": 1}'), parsed("plain"), parsed(3)
    ({'a': 1}, 'plain', 3)
    """
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except (orjson.JSONDecodeError, RecursionError):
        return value


def object_of(value: object) -> dict[str, Any]:
    """Return an object, be it given as such, as text or as pairs; anything else has no keys.

    >>> object_of('{"a": 1}'), object_of([("a", 1)]), object_of("{'a': 1}"), object_of(3)
    ({'a': 1}, {'a': 1}, {'a': 1}, {})
    """
    found = _opened(value, "{") if isinstance(value, str) else value
    if isinstance(found, dict):
        return found
    if isinstance(found, (list, tuple)) and all(_is_pair(one) for one in found):
        return {str(key): held for key, held in found}
    return {}


def listed(value: object) -> list[Any]:
    """Return a list, be it given as such or as text; anything else is empty.

    >>> listed('["a"]'), listed(("a", "b")), listed("a")
    (['a'], ['a', 'b'], [])
    """
    found = _opened(value, "[") if isinstance(value, str) else value
    return list(found) if isinstance(found, (list, tuple)) else []


def word(value: object) -> str | None:
    """Return a value as a short text; objects, lists, flags and empty texts are missing."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return None


def number(value: object) -> float | None:
    """Return a number, be it given as text; flags and all that is no number are missing.

    >>> number("1.5e-7"), number(True), number("nan"), number(4)
    (1.5e-07, None, None, 4.0)
    """
    if value is None or isinstance(value, (bool, dict, list, tuple)):
        return None
    try:
        found = float(value)  # type: ignore[arg-type]  # what cannot be converted raises
    except (TypeError, ValueError, OverflowError):
        return None
    return found if abs(found) < float("inf") else None


def moment(value: object) -> Any:
    """Return a time where seconds since 1970 or a text state one, else the value as it came.

    >>> moment(1795000000.25).isoformat(), moment("2026-11-18 10:00:00Z").isoformat(), moment("x")
    ('2026-11-18T11:06:40.250000+00:00', '2026-11-18T10:00:00+00:00', 'x')
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC) if _EARLIEST <= value < _LATEST else value
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return value
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return value


def after(start: object, seconds: float | None) -> Any:
    """Return the time so many seconds after another; missing where either is not known."""
    begun = moment(start)
    if seconds is None or not isinstance(begun, datetime):
        return None
    try:
        return begun + timedelta(seconds=seconds)
    except OverflowError:
        return None


def flat(given: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return an object with the keys of the objects in it dotted, one level deep.

    >>> flat({"a": {"b": {"c": 1}}, "d": 2}, "x.")
    {'x.a.b': {'c': 1}, 'x.d': 2}
    """
    found: dict[str, Any] = {}
    for key, value in given.items():
        if isinstance(value, dict) and value:
            found |= {f"{prefix}{key}.{inner}": held for inner, held in value.items()}
        else:
            found[f"{prefix}{key}"] = value
    return found


def merged(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Return rows as columns; a row without a value has None."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def tidy(columns: Columns, table: Table, notes: Notes) -> Columns:
    """Return columns in which no object, list or flag stands where a text or number belongs.

    Args:
        columns: a dialect's columns, `where` among them.
        table: what each may hold.
        notes: where values that were taken out are counted.
    """
    kinds = {column.name: column.dtype for column in table.columns}
    found = dict(columns)
    for name, values in columns.items():
        kind = kinds.get(name, "payload")
        if kind == "payload":
            continue
        odd = _ODD | {bool} if kind in {"time", "number", "count"} else _ODD
        if name == "value":
            odd = _ODD
        if odd.isdisjoint(map(type, values)):
            continue
        bad = [place for place, one in enumerate(values) if type(one) in odd]
        detail = "an object, a list or a flag where a single value belongs"
        for place in bad:
            notes.add("missing", name, detail, columns["where"][place], table=table.name)
        lost = frozenset(bad)
        found[name] = [None if place in lost else one for place, one in enumerate(values)]
    return found


_ODD: frozenset[type] = frozenset({dict, list, tuple, bytes})


def _is_pair(one: object) -> bool:
    return isinstance(one, (list, tuple)) and len(one) == 2 and isinstance(one[0], str)  # noqa: PLR2004 - a key and its value


def _opened(text: str, begins: str) -> Any:
    """Return the object or list that a text spells in JSON, or as Python prints one."""
    bare = text.strip()
    if not bare.startswith(begins):
        return None
    try:
        return orjson.loads(bare)
    except (orjson.JSONDecodeError, RecursionError):
        pass
    if len(bare) > _LONGEST:
        return None
    try:
        with catch_warnings():
            simplefilter("ignore")  # Python's remarks on somebody's data concern nobody
            return literal_eval(bare)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
