"""Which columns of a view were read already, and which are still to be read?"""

from collections.abc import Iterable

import pandas as pd

from agentlens.lake.view import View

__all__ = ["Narrow"]


class Narrow:
    """Columns of the tables of a view, each read when it is first asked for and then kept.

    A snapshot never changes, so that columns which were read one after the other stand in the same
    order of rows.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._held: dict[str, pd.DataFrame] = {}

    def columns(self, table: str, names: Iterable[str]) -> pd.DataFrame:
        """Return a table with at least these columns of those it has.

        Args:
            table: traces, spans or scores.
            names: of the columns.
        """
        asked, there = set(names), self._view.columns(table)
        wanted = [one for one in there if one in asked] or there[:1]
        held = self._held.get(table)
        new = [one for one in wanted if held is None or one not in held]
        if held is None:
            held = self._read(table, new)
        elif new:
            read = self._read(table, new)
            alike = len(held) == len(read)  # else a day of it expired in between, or broke
            held = pd.concat([held, read], axis=1) if alike else self._read(table, [*held, *new])
        self._held[table] = held
        return held

    def holds(self, table: str, name: str) -> bool:
        """Return whether a column was read already."""
        return table in self._held and name in self._held[table]

    def drop(self, table: str) -> None:
        """Let go of a table that is at hand as a whole."""
        self._held.pop(table, None)

    def _read(self, table: str, names: list[str]) -> pd.DataFrame:
        if table == "traces":
            return self._view.traces(names or None)
        ids = None if self._view.whole else self.columns("traces", ["trace_id"])["trace_id"]
        return self._view.rows(table, names or None, ids=ids)
