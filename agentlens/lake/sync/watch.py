"""Which rows of a lake did a pass over a source not find, though it read their time again?"""

from dataclasses import dataclass, field, replace
from typing import Self

import pandas as pd

from agentlens.lake.files.tables import KEPT
from agentlens.lake.store.reader import Reader
from agentlens.lake.sync.changes import ORIGIN
from agentlens.lake.upkeep.known_again import digest_of
from agentlens.sources.langfuse.check.named import Named, key_of_step
from agentlens.sources.langfuse.coverage import SETTLED, Read, Window
from agentlens.sources.langfuse.plan import What
from agentlens.sources.langfuse.pull import Parcel
from agentlens.sources.langfuse.state import State
from agentlens.tables.match import among

__all__ = ["Watch", "marks_of"]

_TABLES: dict[What, tuple[str, ...]] = {"observations": ("spans", "facts"), "scores": ("scores",)}
_FEW, _SHARE = 20, 0.2
_COLUMNS = ["table", "key", "trace_id", "start"]


def _none() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in _COLUMNS})


@dataclass(frozen=True, eq=False, kw_only=True)
class Watch:
    """One pass over a source, compared slice by slice with what the lake holds of it.

    Only what settled before the pass began is compared, only where an earlier pass had read, and
    only rows that this source brought. A slice that lacks more than a fifth of its rows, and more
    than twenty, is not believed: a server that answers empty pages deletes nothing here.

    Attributes:
        source: the name of the source.
        before: what was known of it before the pass.
        salt: the key of the hashes by which missed rows are known again.
        whole: whether the pass asks for all rows; if not, none is missed.
        lost: the rows that were not found: table, key, trace and start.
        looked: table and stretch of everything compared and believed.
        found: hashes of rows that were missed once and are there again.
        held: how many rows were compared, and how many of them were not found, by kind.
        doubted: how many slices were not believed.
    """

    source: str
    before: State
    salt: bytes
    whole: bool = True
    lost: pd.DataFrame = field(default_factory=_none)
    looked: tuple[tuple[str, Window], ...] = ()
    found: frozenset[str] = frozenset()
    held: tuple[tuple[What, int, int], ...] = ()
    doubted: int = 0

    def seen(self, parcel: Parcel) -> Self:
        """Return the watch after a slice came: what it names is not lost."""
        lost, found = self.lost, self.found
        for table in _TABLES[parcel.what]:
            keys = _keys_in(parcel.named, table)
            lost = lost[~((lost["table"] == table) & among(lost["key"], keys))]
            if any(one.table == table for one in self.before.missed.values()):
                marks = marks_of(table, keys, self.salt)
                found |= set(marks) & set(self.before.missed)
        return replace(self, lost=lost.reset_index(drop=True), found=found)

    def known(self, state: State) -> State:
        """Return a state that no longer misses what is there again."""
        kept = {mark: one for mark, one in state.missed.items() if mark not in self.found}
        return replace(state, missed=kept)

    def compared(self, parcel: Parcel, reader: Reader) -> Self:
        """Return the watch after a slice was compared with the lake that has taken it."""
        window = self._comparable(parcel)
        if window is None:
            return self
        tables = [one for one in _TABLES[parcel.what] if self._listed(one, parcel)]
        held = [self._held(reader, table, window) for table in tables]
        rows = pd.concat([_none(), *held], ignore_index=True)
        named = pd.Series(data=False, index=rows.index)
        for table in tables:
            keys = _keys_in(parcel.named, table)
            named |= (rows["table"] == table) & among(rows["key"], keys)
        lost = rows[~named]
        counts = (*self.held, (parcel.what, len(rows), len(lost)))
        if _too_many(len(lost), len(rows)):
            return replace(self, held=counts, doubted=self.doubted + 1)
        return replace(
            self,
            lost=pd.concat([self.lost, lost], ignore_index=True),
            looked=(*self.looked, *((table, window) for table in tables)),
            held=counts,
        )

    def believed(self) -> Self:
        """Return the watch at the end of its pass: what is too much in all is not believed either."""
        watch = self
        for what, tables in _TABLES.items():
            mine = [(n, lost) for kind, n, lost in self.held if kind == what]
            if not _too_many(sum(lost for _, lost in mine), sum(n for n, _ in mine)):
                continue
            watch = replace(
                watch,
                lost=watch.lost[~watch.lost["table"].isin(tables)].reset_index(drop=True),
                looked=tuple(one for one in watch.looked if one[0] not in tables),
                doubted=max(watch.doubted, 1),
            )
        return watch

    def again(self, table: str, start: pd.Timestamp) -> bool:
        """Return whether a moment was compared in this pass."""
        return any(one == table and a <= start < b for one, (a, b) in self.looked)

    def _comparable(self, parcel: Parcel) -> Window | None:
        """Return the part of a slice that had settled, if it was read before."""
        start, end = parcel.window[0], min(parcel.window[1], parcel.at - SETTLED)
        reads: tuple[Read, ...] = getattr(self.before, parcel.what)
        read_before = any(one.start < end and start < one.end for one in reads)
        return (start, end) if self.whole and start < end and read_before else None

    def _listed(self, table: str, parcel: Parcel) -> bool:
        """Return whether this server lists such rows; newer ones list no traces."""
        can = parcel.state.can
        if can is None or table == "spans":
            return can is not None
        return can.observations == "v1" if table == "facts" else bool(can.scores)

    def _held(self, reader: Reader, table: str, window: Window) -> pd.DataFrame:
        """Return the rows of a stretch that this source brought."""
        kept = KEPT[table]
        names = [*dict.fromkeys([*kept.keys, "trace_id", kept.time, ORIGIN])]
        if ORIGIN not in reader.columns(table):
            return _none()
        rows = reader.read(table, since=window[0], until=window[1], columns=names)
        mine = rows[rows[ORIGIN] == self.source].reset_index(drop=True)
        steps = table == "spans"
        keys = key_of_step(mine["trace_id"], mine["span_id"]) if steps else mine[kept.keys[0]]
        told = {"table": table, "key": keys, "trace_id": mine["trace_id"], "start": mine[kept.time]}
        return pd.DataFrame(told, index=mine.index)


def marks_of(table: str, keys: pd.Series, salt: bytes) -> list[str]:
    """Return the hashes by which rows are known again; no id of them is kept."""
    return [digest_of(table, key, salt) for key in keys]


def _keys_in(named: Named, table: str) -> pd.Series:
    keys: pd.Series = getattr(named, table)
    return keys


def _too_many(lost: int, held: int) -> bool:
    return lost > _FEW and lost > _SHARE * held
