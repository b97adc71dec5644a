"""How does the head of a report travel in its notebook: title, numbers, what to do, stamps?"""

import json
from typing import TYPE_CHECKING, Any

from agentlens.report.parts.facts import fact, number
from agentlens.report.parts.points import Points, read_points, written

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
        "highlights": {name: number(one) for name, one in contents.highlights.items()},
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
        "highlights": {name: fact(one) for name, one in whole["highlights"].items()},
        "actions": tuple(read_points(whole["actions"])),
        "stamps": whole["stamps"],
    }
