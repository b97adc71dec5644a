"""Which rows did a table hold at one snapshot?"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import groupby

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from agentlens.errors import UnknownNameError
from agentlens.lake.files.frames import as_known, to_frame
from agentlens.lake.files.manifest import BrokenFileError, Part, Snapshot
from agentlens.lake.files.matching import scan
from agentlens.lake.files.tables import Kept, kept
from agentlens.lake.store.history import Store
from agentlens.lake.store.look import Look, wanted
from agentlens.lake.store.newest import newest
from agentlens.lake.store.seen import Seen

__all__ = ["Reader"]

_THREADS = 2
_TICK = pd.Timedelta(1, "us")
_EVER = ("0000-00-00", "9999-99-99")


@dataclass(frozen=True)
class Reader:
    """The tables of one snapshot.

    Attributes:
        store: where they are.
        snapshot: as of which commit.
        skip: whether a broken part is left out instead of refused.
        seen: what was read already, for who reads the same again.
    """

    store: Store
    snapshot: Snapshot
    skip: bool = False
    seen: Seen | None = None

    def columns(self, table: str) -> list[str]:
        """Return the columns of a table, in order."""
        return list(self.snapshot.columns.get(kept(table).name, {}))

    def read(
        self,
        table: str,
        *,
        since: pd.Timestamp | None = None,
        until: pd.Timestamp | None = None,
        columns: Sequence[str] | None = None,
        ids: pd.Series | None = None,
        by: str = "trace_id",
        only: tuple[str, str] | None = None,
    ) -> pd.DataFrame:
        """Return the newest version of each row, in order of time within each day.

        Args:
            table: spans, text, facts, scores or traces; report or rejected.
            since: the earliest time of a row.
            until: the time before which a row lies.
            columns: which columns, in this order; all if not given.
            ids: only rows with these values in the column `by`.
            by: the column that `ids` speaks of.
            only: a column and the value that the newest version of a row must have in it.
        """
        spec = kept(table)
        known = self.snapshot.columns.get(table, {})
        names = list(known) if columns is None else list(columns)
        for name in names:
            if name not in known:
                raise UnknownNameError(f"column of the {table} in this lake", name, known)
        sought = None if ids is None else (by, ids)
        rows = self.rows(spec, names, since=since, until=until, ids=sought, only=only)
        return to_frame(rows, known, names)

    def rows(
        self,
        table: Kept,
        names: Iterable[str],
        *,
        since: pd.Timestamp | None = None,
        until: pd.Timestamp | None = None,
        ids: tuple[str, pd.Series] | None = None,
        own: bool = False,
        only: tuple[str, str] | None = None,
    ) -> pa.Table:
        """Return the newest rows as Arrow, with these columns where a part has them."""
        names = list(names)
        with scan() if only is not None and ids is None else nullcontext() as base:
            look = Look(
                root=self.store.root,
                table=table,
                names=names,
                whole={*names} >= {*self.columns(table.name)},
                timed=since is not None or until is not None,
                own=own,
                only=only,
                scan=base,
                ids=None if ids is None else wanted(ids),
                seen=self.seen,
            )
            found = self._found(look, since, until)
        if not found:
            return pa.table({})
        return _within(_joined(found), table, since, until).select(
            [name for name in names if any(name in one.column_names for one in found)]
        )

    def _found(
        self, look: Look, since: pd.Timestamp | None, until: pd.Timestamp | None
    ) -> list[pa.Table]:
        """Return what each day holds."""
        first = _EVER[0] if since is None else f"{since:%Y-%m-%d}"
        last = _EVER[1] if until is None else f"{until.floor('us') - _TICK:%Y-%m-%d}"
        parts = self.store.parts(self.snapshot, look.table.name, first, last, asked=look.asks)
        held = [part for part in parts if self._holds(look, part)]
        days = [list(group) for _, group in groupby(held, key=lambda part: part.day)]
        if self.seen is None:
            with ThreadPoolExecutor(_THREADS) as pool:
                read = list(pool.map(partial(self._day, look), days))
        else:  # a commit is in no hurry, and one thread needs less memory and work in all
            read = [self._day(look, day) for day in days]
        look.keep()
        return [rows for rows in read if rows is not None]

    def _holds(self, look: Look, part: Part) -> bool:
        try:
            return look.holds(part)
        except BrokenFileError:
            if not self.skip and not self._gone(look.table, part):
                raise
        return False

    def _day(self, look: Look, parts: list[Part]) -> pa.Table | None:
        plain = all(part.base for part in parts)
        needed, known = look.needs(plain=plain), self.snapshot.columns[look.table.name]
        read, settled = [], []
        for part in parts:
            try:
                read.append(as_known(look.rows(part, needed, plain=plain), known))
                settled.append(part.base)
            except BrokenFileError:
                if self._gone(look.table, part):
                    continue
                if not self.skip:
                    raise
                return None
        if not read:
            return None
        rows = _joined(read) if plain else newest(look.table, read, settled)
        if look.only is None or (plain and look.scan is not None):
            return rows
        found = _having(rows, *look.only)
        return found if plain else found.sort_by([(one, "ascending") for one in look.table.order])

    def _gone(self, table: Kept, part: Part) -> bool:
        """Return whether a part is not there because its rows were meant to go."""
        if (self.store.root / part.path).exists():
            return False
        return part.day < self.store.head().expired.get(table.name, "")


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    return tables[0] if len(tables) == 1 else pa.concat_tables(tables, promote_options="permissive")


def _having(rows: pa.Table, column: str, value: str) -> pa.Table:
    known = column in rows.column_names
    return rows.filter(pc.equal(rows[column], value)) if known else rows.slice(0, 0)


def _within(
    rows: pa.Table, table: Kept, since: pd.Timestamp | None, until: pd.Timestamp | None
) -> pa.Table:
    # Days are read whole, so that a bound at midnight leaves none of their rows out.
    if since is not None and since != since.floor("D"):
        rows = rows.filter(pc.greater_equal(rows[table.time], _scalar(since)))
    if until is not None and until != until.floor("D"):
        rows = rows.filter(pc.less(rows[table.time], _scalar(until)))
    return rows


def _scalar(time: pd.Timestamp) -> pa.Scalar:
    return pa.scalar(time.floor("us").to_pydatetime(), pa.timestamp("us", "UTC"))
