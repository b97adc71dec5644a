"""What is meant by a value that may have come as JSON in a text, a decimal or a map's pairs?"""

import json
from collections.abc import Iterable
from decimal import Decimal
from math import isfinite
from typing import Any

import orjson

from agentlens.tables.problems import Action, Problem

__all__ = ["Notes", "amount", "object_of", "parsed", "unquoted"]

_EXAMPLES = 5


class Notes:
    """What was odd in one batch: counted by field and fate, with the first places."""

    def __init__(self, table: str, n: int) -> None:
        """Begin to count.

        Args:
            table: the table that the rows go to.
            n: how many rows the batch has.
        """
        self._table = table
        self._n = n
        self._found: dict[tuple[Action, str, str], list[str]] = {}

    def add(self, action: Action, field: str, detail: str, places: Iterable[str]) -> None:
        """Count the rows at these places."""
        found = list(places)
        if found:
            self._found.setdefault((action, field, detail), []).extend(found)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """One problem a field and fate."""
        return tuple(
            Problem(
                action=action,
                n=len(places),
                table=self._table,
                field=field,
                severity="info" if action in {"ignored", "assumed"} else "warn",
                share=len(places) / max(self._n, 1),
                examples=tuple(places[:_EXAMPLES]),
                detail=detail,
            )
            for (action, field, detail), places in self._found.items()
        )


def parsed(text: str) -> Any:
    """Return what a text says as JSON; what is no JSON comes back as it is.

    >>> parsed('[1, NaN]'), parsed("plain")
    ([1, None], 'plain')
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass  # it may hold what orjson refuses and others write: NaN, halves of characters
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return text


def object_of(value: Any) -> dict[str, Any] | None:
    """Return an object that came as one, as JSON text, or as the pairs of a map; else None.

    >>> object_of('{"input": "3"}'), object_of([("input", 3)]), object_of("")
    ({'input': '3'}, {'input': 3}, None)
    """
    if isinstance(value, dict):
        return value
    if isinstance(value, str) and value[:1] in {"{", " ", "\n"}:
        found = parsed(value)
        return found if isinstance(found, dict) else None
    if isinstance(value, list) and value and all(isinstance(one, tuple) for one in value):
        return {str(one[0]): one[1] for one in value if len(one) > 1}
    return None


def amount(value: Any) -> float | int | None:
    """Return a number of at least nothing, None for anything else.

    >>> amount("1.5e-7"), amount(3), amount(-1), amount(True), amount("many")
    (1.5e-07, 3, None, None, None)
    """
    kind = type(value)
    if kind is str:
        try:
            value = float(value.strip('"'))
        except ValueError:
            return None
    elif kind is Decimal:
        value = float(value)
    elif kind is not int and kind is not float:
        return None
    return value if isfinite(value) and value >= 0 else None


def unquoted(value: Any) -> Any:
    """Return a text without the quotes of the JSON string that it is; others as they are.

    >>> unquoted('"2026-05-04T09:12:04.250Z"'), unquoted("plain")
    ('2026-05-04T09:12:04.250Z', 'plain')
    """
    if isinstance(value, str) and value[:1] == '"' == value[-1:]:
        found = parsed(value)
        return found if isinstance(found, str) else value
    return value
