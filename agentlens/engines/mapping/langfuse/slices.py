"""In which slices of traffic does a trace fall, by the keys of its metadata and its tags?"""

from typing import Any

import ibis

from agentlens.engines.mapping.langfuse.places import Places
from agentlens.sources.signals.mapping.expressions import Attribute, Metadata, TagPrefix, matched
from agentlens.sources.signals.rules import SLICES, Rule

__all__ = ["keys_of", "slices"]


def keys_of(known: Places) -> dict[str, Any]:
    """Return what each trace says under the keys that slices are told by, the first that says it.

    Args:
        known: steps with their places.
    """
    held, found = known.rows["folded"], {}
    for rule in SLICES:
        for nth, key in enumerate(_keys(rule)):
            value = held.get(key, "")
            found[f"{rule.column}_{nth}"] = known.first(value, value != "")
    return found


def slices(found: Any) -> dict[str, Any]:
    """Return the columns by which traffic is cut.

    Args:
        found: traces with the values of `keys_of`, and tags.
    """
    columns = {}
    for rule in SLICES:
        said = [found[f"{rule.column}_{nth}"].nullif("") for nth in range(len(_keys(rule)))]
        tags = [
            _after(found["tags"], one.prefix) for one in rule.tried if isinstance(one, TagPrefix)
        ]
        columns[rule.column] = ibis.coalesce(*said, *tags)
    columns["session_number"] = columns["session_number"].try_cast("float64")
    return columns


def _keys(rule: Rule) -> list[str]:
    own = [matched(one.key) for one in rule.tried if isinstance(one, Metadata)]
    told = [one.name for one in rule.tried if isinstance(one, Attribute)]
    return own + [matched(f"attributes.{one}") for one in told]


def _after(tags: Any, prefix: str) -> Any:
    """Return what follows a prefix in the first tag that has it."""
    begin = f"{prefix}:"
    held = tags.filter(lambda one: one.lower().startswith(begin)).sort()
    return held[0].substr(len(begin)).nullif("")
