"""Which days of a table were read already, and which are still to be read?"""

from collections.abc import Sequence

import pandas as pd

from agentlens.lake.store.leads import earliest
from agentlens.lake.view import View

__all__ = ["Tail"]

_END = pd.Timestamp.max.tz_localize("UTC").floor("D")


class Tail:
    """The rows of a table of all traces from some day on, each day read when it is first needed.

    What a hand selects mostly lies in the last days of a log; a snapshot never changes, so that
    earlier days can be read later and stand before them.
    """

    def __init__(
        self, view: View, table: str, columns: Sequence[str], only: tuple[str, str] | None = None
    ) -> None:
        """Read nothing yet.

        Args:
            view: of a whole snapshot.
            table: spans or scores.
            columns: which columns.
            only: a column and the value that rows must have in it.
        """
        self._view, self._table = view, table
        self._columns, self._only = list(columns), only
        self._first: pd.Timestamp | None = _END
        self._held: list[pd.DataFrame] = []

    def since(self, start: pd.Timestamp | None) -> pd.DataFrame:
        """Return at least all rows of the traces that began then or later.

        Args:
            start: of the first trace; None for the rows of every trace, and those of none.
        """
        first = earliest(self._view.reader.snapshot, self._table, start)
        if self._first is not None and (first is None or first < self._first):
            self._held.insert(0, self._between(first, self._first))
            self._first = first
        if len(self._held) > 1:
            self._held = [pd.concat(self._held, ignore_index=True)]
        return self._held[0]

    def _between(self, first: pd.Timestamp | None, last: pd.Timestamp) -> pd.DataFrame:
        return self._view.reader.read(
            self._table,
            columns=self._columns,
            since=first,
            until=None if last == _END else last,
            only=self._only,
        )
