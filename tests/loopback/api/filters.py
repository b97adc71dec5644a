"""Which rows does the `filter` parameter let through?"""

import json
from collections.abc import Callable
from typing import Any

from tests.loopback.api.paging import ProblemError
from tests.loopback.rows import Row, micros
from tests.loopback.wire.answers import invalid

__all__ = ["filtered"]

_COLUMNS = frozenset(
    (
        *("id", "traceId", "startTime", "endTime", "parentObservationId", "type", "name", "level"),
        *("statusMessage", "version", "environment", "userId", "sessionId", "isRootObservation"),
        *("input", "output", "metadata", "model", "promptName", "promptVersion", "latency"),
        *("timeToFirstToken", "totalCost", "traceName", "tags", "release"),
    )
)
_TEXT = frozenset({"input", "output"})
_TEST: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda found, wanted: bool(found == wanted),
    "<>": lambda found, wanted: bool(found != wanted),
    ">": lambda found, wanted: found is not None and bool(found > wanted),
    ">=": lambda found, wanted: found is not None and bool(found >= wanted),
    "<": lambda found, wanted: found is not None and bool(found < wanted),
    "<=": lambda found, wanted: found is not None and bool(found <= wanted),
    "contains": lambda found, wanted: wanted in (found or ""),
    "does not contain": lambda found, wanted: wanted not in (found or ""),
    "starts with": lambda found, wanted: (found or "").startswith(wanted),
    "ends with": lambda found, wanted: (found or "").endswith(wanted),
    "matches": lambda found, wanted: wanted.lower() in (found or "").lower(),
    "any of": lambda found, wanted: bool(_set(found) & set(wanted)),
    "none of": lambda found, wanted: not _set(found) & set(wanted),
    "all of": lambda found, wanted: set(wanted) <= _set(found),
    "is null": lambda found, _: found is None or found == "",
    "is not null": lambda found, _: found is not None and found != "",
}


def filtered(text: str) -> Callable[[Row], bool]:
    """Return a test for what a `filter` asks; all its conditions must hold.

    Raises:
        ProblemError: it is no JSON list, or names a column or operator that there is not.
    """
    try:
        conditions = json.loads(text) if text else []
        tests = [_test(one) for one in conditions]
    except (ValueError, TypeError, KeyError):
        raise ProblemError(invalid("Invalid filter format")) from None
    return lambda row: all(test(row) for test in tests)


def _test(condition: dict[str, Any]) -> Callable[[Row], bool]:
    column, operator, value = condition["column"], condition["operator"], condition.get("value")
    if column not in _COLUMNS:
        said = f"Column {column} does not match a UI / CH table mapping."
        raise ProblemError(invalid(said))
    if operator not in _TEST or (column in _TEXT and operator not in {"=", "matches"}):
        raise ProblemError(invalid(f"Operator {operator} is not supported for column {column}."))
    test = _TEST[operator]
    if condition["type"] == "datetime":
        wanted = micros(str(value))
        return lambda row: test(micros(row[column]) if row.get(column) else None, wanted)
    if "key" in condition:
        return lambda row: test((row.get(column) or {}).get(condition["key"]), value)
    return lambda row: test(row.get(column), value)


def _set(found: Any) -> set[Any]:
    return set(found) if isinstance(found, list) else {found}
