"""Do the files of one call come from one project?"""

import re
from collections.abc import Iterable

from agentlens.errors import BadInputError
from agentlens.sources.files.dialect import Head

__all__ = ["refuse_two"]

_KEYS = {
    "langfuse_ui": "projectId",
    "langfuse_blob": "project_id",
    "langfuse_manifest": "projectId",
    "langsmith": "session_id",
    "braintrust": "project_id",
    "weave": "project_id",
}
"""Under which key a dialect names the project that a row belongs to."""
_NAMED = re.compile(r"-lf-\w+-export-([\w-]+)\.")
_FEW = 3


def refuse_two(files: Iterable[tuple[Head, str]]) -> None:
    """Raise where files name more than one project: their users and rates would be mixed.

    Args:
        files: the beginning of each file, and its dialect.

    Example:
        >>> one = Head("a.jsonl", ({"project_id": "shop"},), frozenset(), "jsonl")
        >>> refuse_two([(one, "langfuse_blob"), (one, "langfuse_blob")])
    """
    found: dict[str, str] = {}
    for head, dialect in files:
        for project in _projects(head, dialect):
            found.setdefault(project, head.name)
    if len(found) > 1:
        some = ", ".join(f"{one!r} ({name})" for one, name in list(found.items())[:_FEW])
        message = (
            f"These files come from {len(found)} projects: {some}. Read each project by itself, or"
            " say source='a name' if they are meant to be one log."
        )
        raise BadInputError(message)


def _projects(head: Head, dialect: str) -> set[str]:
    said = {record.get(_KEYS.get(dialect, "")) for record in head.records}
    found = {one for one in said if isinstance(one, str) and one}
    if not found and dialect == "langfuse_ui" and (named := _NAMED.search(head.name)):
        return {named[1]}
    return found
