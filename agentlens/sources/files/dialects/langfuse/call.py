"""What do all Langfuse files of one call say together?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agentlens.sources.files.dialects.langfuse.join import Part, joined
from agentlens.sources.files.dialects.langfuse.late import late_rows, stale_rows
from agentlens.sources.files.dialects.langfuse.manifest import (
    FileRead,
    Manifest,
    checked,
    manifests_of,
)
from agentlens.sources.files.dialects.langfuse.ui import users_of
from agentlens.tables.problems import Problem

__all__ = ["Aside", "aside_of", "together"]


@dataclass(frozen=True)
class Aside:
    """What records say that are no rows.

    Attributes:
        manifests: of a blob export.
        users: the user of each session.
    """

    manifests: tuple[Manifest, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)


def aside_of(dialect: str, records: Sequence[Any], places: Sequence[str]) -> Aside | None:
    """Return what a batch says beside its rows, None where it says nothing.

    Args:
        dialect: the dialect's word.
        records: the batch.
        places: where each stands.
    """
    if dialect == "langfuse_manifest":
        return Aside(manifests=manifests_of(records, places))
    first = records[0] if records else None
    if dialect == "langfuse_ui" and isinstance(first, dict) and "userIds" in first:
        return Aside(users=users_of(records))
    return None


def together(
    parts: Sequence[Part],
    asides: Sequence[Aside],
    files: Sequence[FileRead],
    *,
    strict: bool | None = None,
) -> tuple[tuple[Part, ...], tuple[Problem, ...]]:
    """Return the batches of one call with what its files say of each other, and what was odd.

    Args:
        parts: every batch of every file, of any dialect.
        asides: what records said that are no rows.
        files: the files that were read as blob exports.
        strict: False reads on where a manifest lists files that are missing or short.

    Raises:
        BadInputError: files that a manifest lists are missing or short.
    """
    manifests = tuple(one for aside in asides for one in aside.manifests)
    users = {session: user for aside in asides for session, user in aside.users.items()}
    kept, problems = joined(parts, users)
    return kept, (
        *problems,
        *checked(manifests, files, strict=strict),
        *late_rows(kept, manifests),
        *stale_rows(kept, manifests),
    )
