"""How does the head of a report travel in its notebook: title, numbers, what to do, stamps?"""

import json
from collections.abc import Mapping
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

from agentlens.report.parts.points import Points, read_points, written
from agentlens.text import Fact

if TYPE_CHECKING:
    from agentlens.report.page.page import Contents

__all__ = ["HEAD", "read_head", "write_head"]

HEAD = "application/vnd.agentlens.head.v1+json"
"""The type under which the head of a report travels from a notebook to its page."""

_TEXTS = ("title", "period", "lead")


def write_head(contents: "Contents") -> str:
    """Return the head of a report as JSON that is ASCII.

    Args:
        contents: what the report says.
    """
    whole = {
        **{name: getattr(contents, name) for name in _TEXTS},
        "notes": list(contents.notes),
        "highlights": {name: _values(fact) for name, fact in contents.highlights.items()},
        "actions": written(Points(contents.actions)),
        "stamps": dict(contents.stamps),
    }
    return json.dumps(whole)


def read_head(text: str) -> dict[str, Any]:
    """Return the head of a report, by the names of what a Report takes.

    Args:
        text: JSON, as `write_head` returns it.
    """
    whole = json.loads(text)
    return {
        **{name: whole[name] for name in _TEXTS},
        "notes": tuple(whole["notes"]),
        "highlights": {name: _fact(one) for name, one in whole["highlights"].items()},
        "actions": tuple(read_points(whole["actions"])),
        "stamps": whole["stamps"],
    }


def _values(fact: Fact) -> dict[str, object]:
    return {name: _plain(value) for name, value in vars(fact).items()}


def _plain(value: Any) -> object:
    """Return what JSON can say: numpy's numbers as Python's, those that are none as None."""
    item = value.item() if hasattr(value, "item") else value
    return None if isinstance(item, float) and not isfinite(item) else item


def _fact(values: Mapping[str, Any]) -> Fact:
    numbers = ("value", "low", "high")
    known = {name: nan if values[name] is None else values[name] for name in numbers}
    return Fact(**known, unit=values["unit"], n=values["n"])
