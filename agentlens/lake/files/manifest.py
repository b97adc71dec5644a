"""What does a snapshot say, and how is it known that nobody changed a byte of it?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from agentlens.errors import AgentLensError

__all__ = [
    "SCHEMA",
    "BrokenFileError",
    "ListRef",
    "Part",
    "Snapshot",
    "digest",
    "from_bytes",
    "ids_path",
    "sealed",
    "to_bytes",
    "unsealed",
]

SCHEMA = 2
"""The version of what is written; a lake with a newer one is refused, older parts are read.

With 2, the check sums of ids have eight bytes and no longer four.
"""
_SEAL = b',"sha256":"'
_END = b'"}'


class BrokenFileError(AgentLensError, ValueError):
    """A file of a lake that is not what was written.

    Attributes:
        path: the file, inside the lake.
        table: the table it belongs to; empty for a manifest or a list.
        day: its day.
        reason: what is wrong with it.
    """

    def __init__(self, path: str, reason: str, *, table: str = "", day: str = "") -> None:
        self.path, self.reason, self.table, self.day = path, reason, table, day
        what = f"{table} of {day}: " if table else ""
        super().__init__(
            f"{what}the file {path!r} of the lake {reason}. lake.verify() lists every such file;"
            ' lake.log(on_corrupt="skip") leaves the day out; a sync with repair=True reads it'
            " again from the source."
        )


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of rows of one table and day.

    Attributes:
        path: where it is, inside the lake.
        day: the day of all its rows.
        rows: how many.
        size: how many bytes.
        sha256: their check sum.
        first: the earliest time in it.
        last: the latest.
        ids: the check sum of the file of its ids; empty where there is none.
        base: whether it was the first of its day; other parts hold what changed later.
        trimmed: whether retention took out what it does not keep.
        schema: the version with which it was written.
    """

    path: str
    day: str
    rows: int
    size: int
    sha256: str
    first: str
    last: str
    ids: str = ""
    base: bool = True
    trimmed: bool = False
    schema: int = SCHEMA

    @property
    def ids_path(self) -> str:
        """Where the check sums of its ids are."""
        return ids_path(self.path)


@dataclass(frozen=True, kw_only=True)
class ListRef:
    """Where the parts of one table and month are listed."""

    table: str
    month: str
    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All that a lake held at one moment.

    Attributes:
        n: its number; 0 is the empty lake before the first commit.
        parent: the number of the snapshot that it follows.
        committed_at: when.
        act: what made it: rows, compaction, retention, forgetting, a name.
        writer: version, process and hash of the host.
        lists: where the parts are listed.
        columns: table to column to how it is held.
        sources: what is known of each source: what was read when, and anything it noted.
        expired: table to the day before which rows were removed, wholly or for the most part.
        retention: the classes that `retain` was called with.
        forgotten: keyed hashes of what must not come back.
        named: snapshot number to why it must be kept.
        amended_by: the snapshot that took forgotten rows out of this one; 0 for none.
        notes: versions of the rules in force, and other plain facts.
    """

    n: int
    parent: int
    committed_at: pd.Timestamp
    act: str = "empty"
    writer: Mapping[str, str] = field(default_factory=dict)
    lists: tuple[ListRef, ...] = ()
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    expired: Mapping[str, str] = field(default_factory=dict)
    retention: Mapping[str, Any] = field(default_factory=dict)
    forgotten: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    amended_by: int = 0
    notes: Mapping[str, Any] = field(default_factory=dict)

    def with_lists(self, table: str, lists: Mapping[str, ListRef | None]) -> "Snapshot":
        """Return the snapshot with other lists for these months of a table."""
        kept = [one for one in self.lists if one.table != table or one.month not in lists]
        new = [one for one in lists.values() if one is not None]
        every = sorted([*kept, *new], key=lambda one: (one.table, one.month))
        return replace(self, lists=tuple(every))


def ids_path(path: str) -> str:
    """Return where the check sums of the ids of a part are."""
    return path.removesuffix(".parquet") + ".ids"


def digest(data: bytes) -> str:
    """Return the check sum by which a file is known."""
    return sha256(data).hexdigest()


def sealed(content: Mapping[str, Any]) -> bytes:
    """Return content as text that carries its own check sum at the end."""
    text = orjson.dumps(dict(content), option=orjson.OPT_NON_STR_KEYS)
    open_end = text[:-1]
    return open_end + _SEAL + digest(open_end).encode() + _END


def unsealed(data: bytes, path: str) -> dict[str, Any]:
    """Return sealed content, or say that it is not what was written."""
    open_end, seal, rest = data.rpartition(_SEAL)
    if not seal or rest != digest(open_end).encode() + _END:
        raise BrokenFileError(path, "is cut or changed: its check sum is not that of its content")
    content: dict[str, Any] = orjson.loads(open_end + b"}")
    return content


def to_bytes(snapshot: Snapshot) -> bytes:
    """Return a snapshot as it is written."""
    content = {name: getattr(snapshot, name) for name in snapshot.__dataclass_fields__}
    content["committed_at"] = snapshot.committed_at.isoformat()
    content["lists"] = [vars(one) for one in snapshot.lists]
    content["schema"] = SCHEMA
    return sealed(content)


def from_bytes(data: bytes, path: str | Path) -> Snapshot:
    """Return the snapshot that was written."""
    content = unsealed(data, str(path))
    schema = content.pop("schema")
    if schema > SCHEMA:
        message = (
            f"This lake was written with schema {schema}; this AgentLens knows schema {SCHEMA}."
            " Update AgentLens to read it."
        )
        raise AgentLensError(message)
    content["committed_at"] = pd.Timestamp(content["committed_at"])
    content["lists"] = tuple(ListRef(**one) for one in content["lists"])
    content["forgotten"] = tuple(content["forgotten"])
    return Snapshot(**content)
