"""Which of an application's own metadata keys say user, session, release and environment?"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from agentlens.sources.files.dialects.otel.steps import Notes
from agentlens.sources.files.dialects.vendor.values import word

__all__ = ["MEANT", "said_in"]

MEANT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "session_id": ("thread_id", "session_id", "conversation_id"),
        "user_id": ("user_id", "user"),
        "release": ("release", "revision_id"),
        "environment": ("environment",),
    }
)
"""Column to the keys that are tried for it, in their order."""


def said_in(
    given: Mapping[str, Any],
    where: str,
    notes: Notes,
    *,
    documented: frozenset[str] = frozenset(),
    table: str = "spans",
) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the columns that metadata fills, and the rest of it; custom is counted as assumed.

    What fills a column is taken out: a user id that is hashed there must not stay here.

    Args:
        given: metadata, not yet flattened.
        where: its place.
        notes: where assumptions are counted.
        documented: the keys whose meaning the source itself states.
        table: spans or traces, for the report.
    """
    found: dict[str, str] = {}
    used: set[str] = set()
    for column, keys in MEANT.items():
        for key in keys:
            value = word(given.get(key))
            if value is None:
                continue
            found[column] = value
            used.add(key)
            if key not in documented:
                detail = f"read from the metadata key {key!r}"
                notes.add("assumed", column, detail, where, table=table)
            break
    return found, {key: one for key, one in given.items() if key not in used}
