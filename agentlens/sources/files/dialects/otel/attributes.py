"""How are a span's attributes sorted into columns, families of indexed ones, and the rest?"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from agentlens.sources.files.dialects.otel.names import Roles, role_of
from agentlens.sources.files.dialects.otel.steps import Around

__all__ = ["Sorted", "around", "decoded", "nested", "sort_out"]

_TEXTS = frozenset({"input", "output"})
_DEEPEST = 12
_OPENING = frozenset("[{")
_SHARED = ("release", "environment", "agent_version", "session_id", "user_id", "tags", "trace_name")


class Sorted(NamedTuple):
    """A span's attributes by what they are good for.

    Attributes:
        chosen: column to value.
        names: which attribute gave each of them.
        groups: indexed attributes by their beginning, each with what follows it.
        rest: metadata.
        families: the conventions met.
        left_out: attributes that are not kept.
    """

    chosen: dict[str, Any]
    names: dict[str, str]
    groups: dict[str, list[tuple[str, Any]]]
    rest: dict[str, Any]
    families: set[str]
    left_out: list[str]


def sort_out(attributes: Mapping[str, Any], roles: Roles) -> Sorted:
    """Return the attributes by use; of several for one column the best named wins.

    Args:
        attributes: by name.
        roles: what is known of names already; it grows.
    """
    columns: list[tuple[str, int, str, Any]] = []
    groups: dict[str, list[tuple[str, Any]]] = {}
    rest: dict[str, Any] = {}
    families: set[str] = set()
    left_out: list[str] = []
    for key, value in attributes.items():
        role = roles.get(key)
        if role is None:
            role = roles[key] = role_of(key)
        what, name, rank, ending, family = role
        if family:
            families.add(family)
        if value is None or value == "":
            continue
        if what == "metadata":
            rest[name] = value
        elif what == "column":
            columns.append((name, rank, key, value))
        elif what == "group":
            groups.setdefault(name, []).append((ending, value))
        else:
            left_out.append(name)
    chosen, names, lost = _best(columns)
    for name, key, value in lost:
        if name in _TEXTS:
            left_out.append(key)
        else:
            rest[f"attributes.{key}"] = value
    return Sorted(chosen, names, groups, rest, families, left_out)


def _best(
    columns: list[tuple[str, int, str, Any]],
) -> tuple[dict[str, Any], dict[str, str], list[tuple[str, str, Any]]]:
    """Return the best named value of each column, its attribute, and the values that lost."""
    held: dict[str, tuple[int, str, Any]] = {}
    lost: list[tuple[str, str, Any]] = []
    for name, rank, key, value in columns:
        before = held.get(name)
        if before is None:
            held[name] = (rank, key, value)
        elif rank < before[0]:
            held[name] = (rank, key, value)
            lost.append((name, *before[1:]))
        else:
            lost.append((name, key, value))
    chosen = {name: one[2] for name, one in held.items()}
    return chosen, {name: one[1] for name, one in held.items()}, lost


def around(resource: Mapping[str, Any], scope: Mapping[str, Any], roles: Roles) -> Around:
    """Return what the spans of one resource and scope share.

    Args:
        resource: its attributes.
        scope: the instrumenting library's name, version and attributes.
        roles: what is known of names already; it grows.
    """
    found = sort_out(resource, roles)
    columns = {name: found.chosen[name] for name in _SHARED if name in found.chosen}
    used = {found.names[name] for name in columns}
    metadata = {
        f"resourceAttributes.{key}": one for key, one in resource.items() if key not in used
    }
    metadata |= {f"scope.{key}": one for key, one in scope.items()}
    return Around(columns, {key: one for key, one in metadata.items() if one not in (None, "")})


def decoded(value: object) -> Any:
    """Return what a JSON text holds, missing where it says NaN; any other value as it is."""
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except ValueError:
        if value[:1] not in _OPENING:
            return value
    try:
        return json.loads(value, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return value


def nested(pairs: list[tuple[str, Any]]) -> list[Any]:
    """Return the list that dotted names with numbers stand for, in the order of the numbers.

    >>> nested([("10.role", "b"), ("9.role", "a")])
    [{'role': 'a'}, {'role': 'b'}]
    """
    tree = _Branch()
    for path, value in pairs:
        *above, last = path.split(".", _DEEPEST)
        branch = tree
        for part in above:
            below = branch.get(part)
            if not isinstance(below, _Branch):
                below = branch[part] = _Branch()
            branch = below
        if not isinstance(branch.get(last), _Branch):
            branch[last] = value
    grown = _grown(tree)
    return grown if isinstance(grown, list) else [grown]


class _Branch(dict[str, Any]):
    """What names have in common, to be told from an object that is a value."""


def _grown(tree: _Branch) -> Any:
    """Return a tree whose branches with numbers for names have become lists."""
    grown = {key: _grown(one) if isinstance(one, _Branch) else one for key, one in tree.items()}
    if grown and all(key.isdecimal() for key in grown):
        return [grown[key] for key in sorted(grown, key=lambda key: (len(key), key))]
    return grown
