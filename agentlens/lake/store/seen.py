"""What has a commit read of the lake already, so that it need not read it again?

A commit looks for the same traces several times: which rows are news, how touched traces look now,
where they begin. A part never changes under its name, so what was read of it once stays true.
"""

from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from agentlens.lake.files.index import Sums
from agentlens.lake.files.manifest import Part

__all__ = ["Found", "Seen"]

Found = Mapping[str, pa.Table | None]
"""Path of a part to its rows of the wanted ids, or more; None where it holds none of them."""
_ROOM = 64 << 20


class Seen:
    """What was read, as far as there is room for it; it lasts as long as the commit."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._sums: dict[str, Sums | None] = {}
        self._rows: dict[tuple[str, str], tuple[pa.Array, dict[str, pa.Table | None], int]] = {}

    def sums(self, path: str, read: Callable[[], Sums | None]) -> Sums | None:
        """Return the check sums of ids, read once."""
        if path not in self._sums:
            held = read()
            size = 0 if held is None else held.nbytes
            if size > self._room:
                return held
            self._sums[path] = held
            self._room -= size
        return self._sums[path]

    def rows(self, table: str, column: str, ids: pa.Array) -> Found:
        """Return what is known of parts where all of these ids were looked for; else nothing."""
        sought, found, _ = self._rows.get((table, column), (None, {}, 0))
        if sought is None or len(ids) > len(sought):
            return {}
        return found if pc.all(pc.is_in(ids, value_set=sought)).as_py() else {}

    def keep(
        self, table: str, column: str, ids: pa.Array, found: dict[str, pa.Table | None]
    ) -> None:
        """Keep what parts hold of these ids, with all of their columns, if there is room."""
        _, _, before = self._rows.pop((table, column), (None, {}, 0))
        size = ids.nbytes + sum(rows.nbytes for rows in found.values() if rows is not None)
        self._room += before
        if size <= self._room:
            self._rows[table, column] = ids, found, size
            self._room -= size

    def wrote(self, table: str, part: Part, rows: pa.Table) -> None:
        """Keep the rows of a part that was written just now, where the table was looked into."""
        for (name, column), (sought, found, size) in self._rows.items():
            if name == table and rows.nbytes <= self._room:
                found[part.path] = rows
                self._room -= rows.nbytes
                self._rows[name, column] = sought, found, size + rows.nbytes
