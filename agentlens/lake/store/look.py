"""Which parts of a table hold the rows that are looked for, and what do they hold?

Months and parts that hold none of the wanted ids are known by check sums and not opened. What was
read already by the same commit is not read again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.lake.files import index
from agentlens.lake.files.manifest import ListRef, Part
from agentlens.lake.files.matching import matching
from agentlens.lake.files.picked import read_part
from agentlens.lake.files.sound import sums_of
from agentlens.lake.files.tables import DELETED, FETCHED, UPDATED, Kept
from agentlens.lake.store.months import month_path, month_sums
from agentlens.lake.store.seen import Found, Seen

if TYPE_CHECKING:
    import duckdb

__all__ = ["Look", "wanted"]


@dataclass(frozen=True, kw_only=True)
class Look:
    """One question to a table.

    Attributes:
        root: the lake.
        table: which table.
        names: the columns that are wanted.
        whole: whether these are all of its columns.
        timed: whether rows are picked by their time.
        own: only the traces' own texts.
        only: a column and the value that the newest version of a row must have in it.
        scan: what finds rows by that value, where there is one.
        ids: a column and its wanted values.
        seen: what was read already.
    """

    root: Path
    table: Kept
    names: Sequence[str]
    whole: bool = False
    timed: bool = False
    own: bool = False
    only: tuple[str, str] | None = None
    scan: "duckdb.DuckDBPyConnection | None" = None
    ids: tuple[str, pa.Array] | None = None
    seen: Seen | None = None
    _read: dict[str, pa.Table | None] = field(default_factory=dict)

    def asks(self, ref: ListRef) -> bool:
        """Return whether the days of a month need to be asked."""
        if self.ids is None:
            return True
        return self._touched(month_path(ref), lambda: month_sums(self.root, ref))

    def holds(self, part: Part) -> bool:
        """Return whether a part may hold a wanted row."""
        if self.ids is None:
            return True
        if part.path in self._known:
            return self._known[part.path] is not None
        held = self._touched(part.ids_path, lambda: sums_of(self.root, self.table.name, part))
        if not held:
            self._read[part.path] = None
        return held

    def needs(self, *, plain: bool) -> list[str]:
        """Return the columns that must be read of a day; of a plain one every row stands."""
        versions = () if plain else (*self.table.keys, self.table.time, UPDATED, FETCHED, DELETED)
        time = (self.table.time,) if self.timed else ()
        return list(dict.fromkeys([*self.names, *time, *(self.only or ())[:1], *versions]))

    def rows(self, part: Part, needed: Sequence[str], *, plain: bool) -> pa.Table:
        """Return the wanted rows of a part, with these columns where it has them.

        Args:
            part: which.
            needed: the columns.
            plain: whether every row of its day stands, so that none need be held against another.
        """
        if plain and self.scan is not None and self.only is not None:
            return matching(self.scan, self.root, self.table.name, part, needed, self.only)
        known = self._known.get(part.path)
        if known is not None and self.ids is not None:
            mine = pc.is_in(known[self.ids[0]], value_set=self.ids[1])
            return known.select([one for one in needed if one in known.column_names]).filter(mine)
        columns = None if self._keeps else needed
        rows = read_part(
            self.root,
            self.table.name,
            part,
            columns,
            ids=self.ids,
            own=self.own,
            threads=self.seen is None,
        )
        if self._keeps:
            self._read[part.path] = rows if rows.num_rows else None
        return rows

    def keep(self) -> None:
        """Keep what was read, for who looks for the same ids again."""
        if self._keeps and self.seen is not None and self.ids is not None:
            self.seen.keep(self.table.name, *self.ids, self._read)

    @cached_property
    def _known(self) -> Found:
        if self.seen is None or self.ids is None or self.own:
            return {}
        return self.seen.rows(self.table.name, *self.ids)

    @cached_property
    def _keeps(self) -> bool:
        """Return whether what is read now may answer more than this question."""
        asked = self.seen is not None and self.ids is not None and not self.own
        return asked and self.whole and not self._known

    @cached_property
    def _wanted(self) -> index.Sums:
        return index.sums() if self.ids is None else index.sums(self.ids[1])

    def _touched(self, path: str, read: Callable[[], index.Sums | None]) -> bool:
        held = read() if self.seen is None else self.seen.sums(path, read)
        return held is None or index.touches(held, self._wanted)


def wanted(ids: tuple[str, pd.Series]) -> tuple[str, pa.Array]:
    """Return a column and its wanted values, each once."""
    return ids[0], pa.array(ids[1].dropna().unique(), pa.string())
