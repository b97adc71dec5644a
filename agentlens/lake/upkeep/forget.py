"""How is a user forgotten, so that no file knows them?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.lake.files import index
from agentlens.lake.files.manifest import Part, Snapshot
from agentlens.lake.files.picked import may_hold, read_part
from agentlens.lake.files.tables import Kept
from agentlens.lake.store.amend import amend, drop_files, rewritten
from agentlens.lake.store.history import Store
from agentlens.lake.upkeep.forgotten import Forgotten
from agentlens.lake.upkeep.known_again import NOWHERE, digest_of, distinct
from agentlens.lake.upkeep.ledger import record
from agentlens.lake.upkeep.orphans import drop_orphans, every_part

__all__ = ["forget", "traces_of"]


def traces_of(store: Store, column: str, values: Iterable[str]) -> pd.Series:
    """Return the traces of which any row of any kept snapshot has one of these values.

    Args:
        store: the lake's.
        column: user_id or session_id; trace_id gives the values themselves.
        values: what is looked for.
    """
    wanted = pa.array(list(values), pa.string())
    found = [wanted.to_pandas() if column == "trace_id" else pd.Series(dtype="str")]
    for table, part in every_part(store) if column != "trace_id" else ():
        if "trace_id" not in table.ids:
            continue
        rows = read_part(store.root, table.name, part, [column, "trace_id"])
        if column in rows.column_names:
            found.append(rows.filter(pc.is_in(rows[column], wanted))["trace_id"].to_pandas())
    return distinct(found)


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
    places = pd.concat([ids, pd.Series([NOWHERE], dtype="str")])
    work = _Work(store, ids, index.sums(places), words, column, tuple(every))
    gone = amend(
        store,
        work.change,
        act="forgetting",
        edit=lambda snapshot, _lost: _marked(snapshot, marks),
    )
    facts: dict[str, Any] = {"why": "asked to be forgotten", "what": marks[: len(every)]}
    facts |= {"of": column, "snapshot": gone.snapshot.n}
    facts |= {"traces": len(ids), "rows": dict(gone.rows)}
    facts |= {"files": [{"table": table, "path": part.path} for table, part in gone.parts]}
    record(store, "forget", facts)
    drop_files(store, gone)
    orphans = drop_orphans(store, gone.snapshot, salt)
    return Forgotten(
        snapshot=gone.snapshot.n,
        trace_ids=tuple(ids),
        rows=gone.rows,
        files=len(gone.parts) + orphans,
    )


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
