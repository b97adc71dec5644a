"""What do a row's metadata say, and which of its own fields do they make up for?"""

from collections.abc import Sequence
from typing import Any

import orjson

from agentlens.sources.langfuse.wire.values import Notes, object_of, parsed, unquoted

__all__ = ["experiments", "filled", "flat", "flattened", "tags_of"]

_TECHNICAL = frozenset({"attributes", "resourceAttributes", "scope"})
_EXPERIMENT = ("attributes.langfuse.experiment.id", "attributes.langfuse.experiment.item.id")
_STANDING_IN = {
    "user_id": "attributes.user.id",
    "session_id": "attributes.session.id",
    "trace_name": "attributes.langfuse.trace.name",
    "release": "attributes.langfuse.release",
    "agent_version": "attributes.langfuse.version",
    "environment": "attributes.langfuse.environment",
}
_NUMBERS_TELL = {"user_id", "session_id"}
"""Ids of digits keep their meaning as numbers; of a version 1.10, the number 1.1 is left."""


def flattened(
    values: Sequence[Any], places: Sequence[str], notes: Notes
) -> list[dict[str, Any] | None]:
    """Return the metadata of each row with dotted keys, one level deep.

    Args:
        values: objects, JSON texts or the pairs of maps.
        places: where each stands.
        notes: told of metadata that are no object.
    """
    found: list[dict[str, Any] | None] = []
    odd = []
    for place, value in zip(places, values, strict=True):
        if type(value) is dict:
            found.append(flat(value) or None)
        elif not value or value == "null":
            found.append(None)
        elif (held := object_of(value)) is not None:
            found.append(flat(held) or None)
        else:
            odd.append(place)
            found.append({"metadata": value})
    notes.add("repaired", "metadata", "not an object; kept under the key metadata", odd)
    return found


def flat(held: dict[str, Any]) -> dict[str, Any]:
    """Return an object with its inner objects one level up, under dotted keys.

    Texts that are themselves objects count as objects: some forms leave them unparsed.

    >>> flat({"plan": "pro", "scope": '{"name": "shop"}', "cart": {"items": 2}})
    {'plan': 'pro', 'scope.name': 'shop', 'cart.items': 2}
    """
    if (_TECHNICAL.isdisjoint(held) and _without_braces(held)) or not _objects(held):
        return held
    opened: dict[str, Any] = {}
    for key, value in held.items():
        if key in _TECHNICAL and (inner := object_of(value)) is not None:
            opened |= {f"{key}.{name}": one for name, one in inner.items()}
        else:
            opened[key] = value
    if not _objects(opened):
        return opened
    found: dict[str, Any] = {}
    for key, value in opened.items():
        inside = (
            object_of(value)
            if type(value) is dict or (type(value) is str and value[:1] == "{")
            else None
        )
        if inside is None:
            found[key] = value
        else:
            found |= {f"{key}.{name}": one for name, one in inside.items()}
    return found


def _objects(held: dict[str, Any]) -> bool:
    """Return whether a value is an object, or a text that may be one."""
    for value in held.values():
        kind = type(value)
        if kind is dict or (kind is str and value[:1] == "{"):
            return True
    return False


def _without_braces(held: dict[str, Any]) -> bool:
    """Return whether no brace stands in any value; most often it is told more quickly."""
    try:
        return orjson.dumps(held).find(b"{", 1) < 0
    except TypeError:  # a decimal, or half a character
        return False


def filled(
    column: str,
    values: list[Any],
    metadata: Sequence[dict[str, Any] | None],
    places: Sequence[str],
    notes: Notes,
) -> list[Any]:
    """Return a column with its gaps filled from what the application's SDK left in the metadata.

    Args:
        column: our name of the column.
        values: what the rows themselves say.
        metadata: their metadata, flat.
        places: where each stands.
        notes: told of numbers, whose first spelling is lost.
    """
    key = _STANDING_IN.get(column)
    if key is None or all(values):
        return values
    pairs = zip(values, metadata, strict=True)
    found = [own or (said.get(key) if said else None) for own, said in pairs]
    taken, lost = [], []
    for at, value in enumerate(found):
        if value is None or values[at]:
            continue
        if type(value) is str:
            found[at] = unquoted(value) or None
        elif column in _NUMBERS_TELL and type(value) is int:
            found[at] = str(value)
            taken.append(places[at])
        else:
            found[at] = None
            lost.append(places[at])
    notes.add("assumed", column, f"taken from the number that {key} has become", taken)
    notes.add("missing", column, f"{key} has become {_what(column)}; its spelling is lost", lost)
    return found


def _what(column: str) -> str:
    return "no whole number" if column in _NUMBERS_TELL else "no text"


def experiments(metadata: Sequence[dict[str, Any] | None]) -> list[bool | None]:
    """Return which rows belong to an experiment's run over a dataset, and not to traffic."""
    one, other = _EXPERIMENT
    return [True if said and (one in said or other in said) else None for said in metadata]


def tags_of(
    values: list[Any],
    metadata: Sequence[dict[str, Any] | None],
    places: Sequence[str],
    notes: Notes,
) -> list[list[Any] | None]:
    """Return the tags of each row as a list, None where there are none.

    Args:
        values: lists, or lists in JSON text.
        metadata: their metadata, flat, asked where a row has no tags.
        places: where each stands.
        notes: told of tags that are no list.
    """
    key = "attributes.langfuse.trace.tags"
    found: list[list[Any] | None] = []
    odd = []
    for place, own, said in zip(places, values, metadata, strict=True):
        if type(own) is list and own:
            found.append(own)
            continue
        value = own or (said.get(key) if said else None)
        if type(value) is str and value:
            value = parsed(value)
        if type(value) is list:
            found.append(value or None)
            continue
        if value:
            odd.append(place)
        found.append(None)
    notes.add("missing", "tags", "not a list", odd)
    return found
