"""Which rows did a log on an engine bring, that whatever is asked of it next is of the same ones?"""

from collections.abc import Iterable

import pandas as pd

from agentlens.engines.bring import KEYS, brought, empty, light
from agentlens.engines.view import View
from agentlens.tables.match import among, kept
from agentlens.tables.schema import TABLES

__all__ = ["Brought"]


class Brought:
    """The rows of a view, column by column as they are asked for.

    A live table grows and changes while it is asked. What a trace is counted by must not: the rows
    are those that came first, and a column that is brought later is laid beside them by its ids.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._tables: dict[str, pd.DataFrame] = {}

    def whole(self, table: str) -> pd.DataFrame:
        """Return the rows of a table in their order, without what was said.

        Args:
            table: traces, spans or scores.
        """
        names = light(self._view, table)
        found = self.columns(table, names)
        return found[names] if names else found

    def columns(self, table: str, names: Iterable[str]) -> pd.DataFrame:
        """Return the rows of a table in their order, with at least these columns of those it has.

        Args:
            table: traces, spans or scores.
            names: of the columns; those that the table does not have are left out.
        """
        of = self._view.tables.of(table)
        if of is None:
            return empty(TABLES[table])
        held = self._tables.get(table)
        wanted = {*names}
        lacking = [one for one in of.names if one in wanted and (held is None or one not in held)]
        if held is None:
            found = self._of_traces(table, brought(self._view, table, lacking))
        elif lacking:
            found = _beside(held, brought(self._view, table, lacking), table, lacking)
        else:
            return held
        self._tables[table] = found[[one for one in of.names if one in found]]
        return self._tables[table]

    def _of_traces(self, table: str, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of the traces that are here; others may have come in between."""
        if table == "traces":
            return rows
        here = among(rows["trace_id"], self.columns("traces", ["trace_id"])["trace_id"])
        return rows if here.all() else kept(rows, here)


def _beside(held: pd.DataFrame, more: pd.DataFrame, table: str, names: list[str]) -> pd.DataFrame:
    """Return rows with columns more, which may have come in other rows."""
    keys = [*KEYS[table]]
    same = len(held) == len(more) and all(held[one].equals(more[one]) for one in keys)
    if same:
        return held.assign(**{one: more[one] for one in names})
    return held.merge(more[[*keys, *names]].drop_duplicates(keys), how="left", on=keys)
