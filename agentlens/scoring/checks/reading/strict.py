"""Is a text JSON without a doubt, and does it fit a schema?"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from typing import Any

from agentlens.errors import BadInputError

__all__ = ["Schema", "Strict", "compiled", "fenced", "parsed"]

_FENCE = re.compile(r"\s*(`{3,}|~{3,})[ \t]*[\w+-]*[ \t]*\r?\n(.*?)\r?\n?[ \t]*\1\s*", re.DOTALL)
_MOST, _SHOWN = 50, 3
_NAMING = ("properties", "required", "dependentRequired", "dependentSchemas")


class _NotStrictError(ValueError):
    """JSON that two readers may read in two ways."""


@dataclass(frozen=True)
class Strict:
    """A parsed text, or why it could not be parsed."""

    value: Any = None
    fault: str = ""


def parsed(text: str) -> Strict:
    """Return what a JSON text holds; duplicate keys, NaN and Infinity are refused.

    Args:
        text: any text.

    >>> parsed('{"a": 1, "a": 2}').fault, parsed("[NaN]").fault, parsed("[1]").value
    ('duplicate key', 'not a number', [1])
    """
    try:
        return Strict(json.loads(text, object_pairs_hook=_object, parse_constant=_constant))
    except _NotStrictError as error:
        return Strict(fault=str(error))
    except RecursionError:
        return Strict(fault="nested too deep")
    except ValueError:  # no JSON, or a number of thousands of digits
        return Strict(fault="not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        message = "duplicate key"
        raise _NotStrictError(message)
    return held


def _constant(_: str) -> Any:
    message = "not a number"
    raise _NotStrictError(message)


def fenced(text: str) -> str | None:
    r"""Return what stands in a fenced block that is the whole text; None where it is none.

    >>> fenced("```json\n[1]\n```"), fenced("Here: ```[1]```")
    ('[1]', None)
    """
    found = _FENCE.fullmatch(text)
    return found.group(2) if found else None


@dataclass(frozen=True, eq=False)
class Schema:
    """A schema made ready once."""

    validator: Any
    named: frozenset[str]

    def faults(self, value: Any) -> tuple[str, str]:
        """Return where a value does not fit and by which keywords, or two empty texts.

        Of keys, only those that the schema itself names are told: others may hold anything.
        """
        unresolved: Any = import_module("referencing.exceptions").Unresolvable
        try:
            found = list(islice(self.validator.iter_errors(value), _MOST))
        except RecursionError:
            return "depth", "nested too deep for the schema"
        except unresolved as error:
            message = (
                f"The schema refers to {error.ref!r}, which it does not hold; put it under $defs."
            )
            raise BadInputError(message) from error
        if not found:
            return "", ""
        found.sort(key=lambda one: (len(one.absolute_path), str(one.absolute_path)))
        told = [f"{self._path(one.absolute_path)} {one.validator}" for one in found]
        distinct = list(dict.fromkeys(told))
        more = len(distinct) - _SHOWN
        rest = f" and {more} more" if more > 0 else ""
        kinds = dict.fromkeys(str(one.validator) for one in found)
        return ", ".join(kinds), f"{'; '.join(distinct[:_SHOWN])}{rest}"

    def _path(self, steps: Iterable[object]) -> str:
        parts = [
            f"[{one}]" if isinstance(one, int) else f".{one}" if one in self.named else ".*"
            for one in steps
        ]
        return "$" + "".join(parts)


def compiled(schema: object, *, formats: bool = False) -> Schema:
    """Return a schema made ready; nothing is ever fetched for it.

    Args:
        schema: of draft 2020-12, as objects.
        formats: whether `format` is checked, as far as the library knows the format.
    """
    library: Any = import_module("jsonschema")  # heavy, and without types
    if not isinstance(schema, (Mapping, bool)):
        message = f"A JSON schema is a mapping, such as {{'type': 'object'}}, not {schema!r}."
        raise BadInputError(message)
    plain: Any = dict(schema) if isinstance(schema, Mapping) else schema
    try:
        library.Draft202012Validator.check_schema(plain)
    except library.exceptions.SchemaError as error:
        message = f"The JSON schema is none: at {error.json_path}: {error.message}."
        raise BadInputError(message) from error
    checker = library.Draft202012Validator.FORMAT_CHECKER if formats else None
    # The registry of the library itself would fetch what a schema refers to.
    alone: Any = import_module("referencing").Registry()
    ready = library.Draft202012Validator(plain, registry=alone, format_checker=checker)
    return Schema(ready, frozenset(_names(plain)))


def _names(schema: Any) -> Iterable[str]:
    """Yield the keys of values that a schema names."""
    if isinstance(schema, Mapping):
        for keyword, held in schema.items():
            if keyword in _NAMING and isinstance(held, (Mapping, list)):
                yield from (one for one in held if isinstance(one, str))
            yield from _names(held)
    elif isinstance(schema, list):
        for one in schema:
            yield from _names(one)
