"""Which rows of a frame are chosen, and which of their columns were taken already?"""

from collections.abc import Iterable

import pandas as pd

from agentlens.stats.arrays import Ints

__all__ = ["Chosen"]


class Chosen:
    """Some rows of a frame, each column taken when it is first asked for and then kept.

    Most answers read a few columns, and ids and texts take longest.
    """

    def __init__(self, whole: pd.DataFrame, at: Ints) -> None:
        """Take nothing yet.

        Args:
            whole: the frame.
            at: the places of its rows.
        """
        self._whole, self._at = whole, at
        self._index = pd.RangeIndex(at.size)
        self._taken: dict[str, pd.Series] = {}

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._at.size

    def only(self, at: Ints) -> "Chosen":
        """Return some of these rows.

        Args:
            at: their places among these.
        """
        return Chosen(self._whole, self._at[at])

    def columns(self, names: Iterable[str] | None = None) -> pd.DataFrame:
        """Return these rows, numbered anew.

        Args:
            names: of the columns, those that there are not left out; all of them if None.
        """
        asked = None if names is None else {*names}
        there = [one for one in map(str, self._whole) if asked is None or one in asked]
        return pd.DataFrame({one: self._column(one) for one in there}, self._index, copy=False)

    def _column(self, name: str) -> pd.Series:
        if name not in self._taken:
            values = self._whole[name].array.take(self._at)
            self._taken[name] = pd.Series(values, self._index, name=name, copy=False)
        return self._taken[name]
