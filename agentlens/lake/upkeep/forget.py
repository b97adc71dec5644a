"""How is a user forgotten, so that no file knows them and no sync brings them back?"""

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from agentlens import text
from agentlens.lake.files import index
from agentlens.lake.files.manifest import BrokenFileError, Part, Snapshot
from agentlens.lake.files.picked import may_hold, read_part
from agentlens.lake.files.tables import KEPT, Kept
from agentlens.lake.store.amend import amend, drop_files, rewritten
from agentlens.lake.store.history import Store
from agentlens.lake.upkeep.ledger import record
from agentlens.lake.upkeep.upstream import Asked

__all__ = ["Forgotten", "digest_of", "forget", "screen", "traces_of", "unwanted"]

OUT_OF_REACH = (
    "reports saved as HTML",
    "files written by save()",
    "dataset items that were pushed",
    "the source itself",
)
_COLUMNS = ("user_id", "session_id", "trace_id")
_NOWHERE = ""
"""Stands for the trace of rows that belong to a whole session; nobody's rows are known by it."""
_DIGEST = 20
_WORD = re.compile(r"[\w.:@-]+")


@dataclass(frozen=True, kw_only=True, repr=False)
class Forgotten:
    """What was forgotten.

    Attributes:
        snapshot: the number of the snapshot without it.
        trace_ids: the traces that went; say them to whoever holds a copy.
        rows: table to how many rows went from the newest snapshot.
        files: how many files were written anew or removed.
        out_of_reach: where copies may be that the lake cannot reach.
        asked: what the source was asked to delete; None where it was not asked.
    """

    snapshot: int
    trace_ids: tuple[str, ...]
    rows: Mapping[str, int]
    files: int
    out_of_reach: tuple[str, ...] = OUT_OF_REACH
    asked: Asked | None = None

    def told(self, asked: Asked) -> Self:
        """Return it after the source was asked to delete the traces, too."""
        left = self.out_of_reach if asked.refused else self.out_of_reach[:-1]
        return replace(self, asked=asked, out_of_reach=left)

    def __repr__(self) -> str:
        """Return it as a sentence, without an id."""
        rows = text.listed(f"{n:,} rows of {table}" for table, n in self.rows.items() if n)
        return (
            f"Forgotten({text.plural(len(self.trace_ids), 'trace')}: {rows or 'no row'} of the"
            f" newest snapshot, {text.plural(self.files, 'file')} of all kept ones. Not reached:"
            f" {text.listed(self.out_of_reach)}{f'. {self.asked}' if self.asked else ''})"
        )


def digest_of(kind: str, value: str, salt: bytes) -> str:
    """Return by which keyed hash something forgotten is known again."""
    return hmac.digest(salt, f"{kind}:{value}".encode(), "sha256").hex()[:_DIGEST]


def traces_of(store: Store, column: str, values: Iterable[str]) -> pd.Series:
    """Return the traces of which any row of any kept snapshot has one of these values.

    Args:
        store: the lake's.
        column: user_id or session_id; trace_id gives the values themselves.
        values: what is looked for.
    """
    wanted = pa.array(list(values), pa.string())
    found = [wanted.to_pandas() if column == "trace_id" else pd.Series(dtype="str")]
    for table, part in _every(store) if column != "trace_id" else ():
        if "trace_id" not in table.ids:
            continue
        rows = read_part(store.root, table.name, part, [column, "trace_id"])
        if column in rows.column_names:
            found.append(rows.filter(pc.is_in(rows[column], wanted))["trace_id"].to_pandas())
    return _distinct(found)


def forget(
    store: Store, column: str, values: Iterable[str], *, salt: bytes, told: str = ""
) -> Forgotten:
    """Return what was forgotten, once no file of the lake holds it.

    Args:
        store: the lake's.
        column: user_id, session_id or trace_id.
        values: the ids as the lake keeps them.
        salt: the key of the hashes by which they are known again.
        told: an id as the application knows it, which may stand in texts of refused rows.
    """
    every = list(values)
    ids = traces_of(store, column, every)
    marks = [digest_of(column, one, salt) for one in every]
    marks += [digest_of("trace_id", one, salt) for one in ids]
    words = [*every, *ids, *([told] if told else [])]
    places = pd.concat([ids, pd.Series([_NOWHERE], dtype="str")])
    work = _Work(store, ids, index.sums(places), words, column, tuple(every))
    gone = amend(
        store,
        work.change,
        act="forgetting",
        edit=lambda snapshot, _lost: _marked(snapshot, marks),
    )
    facts: dict[str, Any] = {"why": "asked to be forgotten", "what": marks[: len(every)]}
    facts |= {"traces": len(ids), "rows": dict(gone.rows)}
    facts |= {"files": [{"table": table, "path": part.path} for table, part in gone.parts]}
    record(store, "forget", facts)
    drop_files(store, gone)
    orphans = _drop_orphans(store, gone.snapshot, salt)
    return Forgotten(
        snapshot=gone.snapshot.n,
        trace_ids=tuple(ids),
        rows=gone.rows,
        files=len(gone.parts) + orphans,
    )


def screen(
    head: Snapshot, changes: Mapping[str, pd.DataFrame], salt: bytes
) -> dict[str, pd.DataFrame]:
    """Return rows without those of whoever was forgotten, whole traces at a time."""
    if not head.forgotten:
        return dict(changes)
    ids = unwanted(head, changes, salt)
    dropped = {name: _named(frame, head, salt) for name, frame in changes.items()}
    return {
        name: frame[~(dropped[name] | _among(frame, ids))].reset_index(drop=True)
        for name, frame in changes.items()
    }


def unwanted(head: Snapshot, changes: Mapping[str, pd.DataFrame], salt: bytes) -> pd.Series:
    """Return the traces among these rows that belong to whoever was forgotten."""
    found = [pd.Series(dtype="str")]
    if head.forgotten:
        frames = [frame for frame in changes.values() if "trace_id" in frame]
        found += [frame.loc[_named(frame, head, salt), "trace_id"] for frame in frames]
    return _distinct(found)


def _distinct(found: list[pd.Series]) -> pd.Series:
    ids: pd.Series = pd.concat(found).drop_duplicates().astype("str")
    return ids[ids != _NOWHERE].reset_index(drop=True)


@dataclass(frozen=True)
class _Work:
    store: Store
    ids: pd.Series
    sums: index.Sums
    words: list[str]
    column: str
    values: tuple[str, ...]

    def change(self, table: Kept, part: Part) -> list[Part]:
        """Return what is left of a part."""
        root = self.store.root
        if table.ids and not may_hold(root, table.name, part, self.sums):
            return [part]
        return rewritten(self.store, table, part, lambda rows: self.without(table, rows))

    def without(self, table: Kept, rows: pa.Table) -> pa.Table:
        """Return the rows that do not speak of what is forgotten."""
        if table.ids:
            theirs = pc.is_in(rows["trace_id"], value_set=pa.array(self.ids, pa.string()))
            if self.column in rows.column_names:
                own = pc.is_in(rows[self.column], value_set=pa.array(self.values, pa.string()))
                theirs = pc.or_(theirs, own)
        else:
            theirs = pa.array(self._mentioned(rows))
        return rows.filter(pc.invert(theirs)) if pc.any(theirs).as_py() else rows

    def _mentioned(self, rows: pa.Table) -> list[bool]:
        texts = [rows[one.name].to_pylist() for one in rows.schema if pa.types.is_string(one.type)]
        return [
            any(value and any(word in value for word in self.words) for value in row)
            for row in zip(*texts, strict=True)
        ]


def _marked(snapshot: Snapshot, marks: Iterable[str]) -> Snapshot:
    every = [*snapshot.forgotten, *(one for one in marks if one not in snapshot.forgotten)]
    return replace(snapshot, forgotten=tuple(every))


def _every(store: Store) -> list[tuple[Kept, Part]]:
    """Return each part of each kept snapshot once, with its table."""
    found: dict[str, tuple[Kept, Part]] = {}
    seen = set()
    for n in store.numbers():
        try:
            snapshot = store.snapshot(n)
        except BrokenFileError:
            continue
        for ref in snapshot.lists:
            if ref.sha256 in seen:
                continue
            seen.add(ref.sha256)
            found |= {part.path: (KEPT[ref.table], part) for part in store.listed(ref)}
    return list(found.values())


def _drop_orphans(store: Store, head: Snapshot, salt: bytes) -> int:
    """Remove files that no snapshot names and that hold what is forgotten; return how many.

    Whoever wrote one and has not committed cannot commit any more: this commit came first. They
    may also be left from an earlier call that was cut off, which knew more ids than this one, so
    they are known by the hashes of all that was ever forgotten.
    """
    listed = {part.path for _, part in _every(store)}
    dropped = 0
    for table in KEPT.values():
        for path in (store.root / table.folder).glob("day=*/*"):
            orphan = path.relative_to(store.root).as_posix() not in listed
            unread = path.suffix == ".parquet" and orphan
            if path.suffix != ".tmp" and not (unread and _speaks(path, table, head, salt)):
                continue
            store.disk.remove(path)
            store.disk.remove(path.with_suffix(".ids"))
            dropped += 1
    return dropped


def _speaks(path: Path, table: Kept, head: Snapshot, salt: bytes) -> bool:
    """Return whether any row of a file is of whoever was forgotten."""
    rows = pq.read_table(path)
    if table.ids:
        names = [name for name in _COLUMNS if name in rows.column_names]
        return bool(_named(rows.select(names).to_pandas(), head, salt).any())
    marks = frozenset(head.forgotten)
    texts = [one for name in rows.column_names for one in rows[name].cast("string").to_pylist()]
    words = {word for one in texts if one for word in _WORD.findall(one)}
    return any(digest_of(kind, word, salt) in marks for word in words for kind in _COLUMNS)


def _named(frame: pd.DataFrame, head: Snapshot, salt: bytes) -> pd.Series:
    """Return which rows name whoever was forgotten."""
    marks = frozenset(head.forgotten)
    dropped = pd.Series(data=False, index=frame.index)
    for column in _COLUMNS:
        if column in frame:
            distinct = frame[column].dropna().unique()
            hits = [one for one in distinct if digest_of(column, str(one), salt) in marks]
            dropped |= frame[column].isin(hits).astype(bool)
    return dropped


def _among(frame: pd.DataFrame, ids: pd.Series) -> pd.Series:
    if "trace_id" not in frame:
        return pd.Series(data=False, index=frame.index)
    return frame["trace_id"].isin(ids).astype(bool)
