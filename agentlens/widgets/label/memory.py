"""What did a rater say by now, here or in another window?"""

from dataclasses import dataclass

import pandas as pd

from agentlens.scoring.labels.asking.desk import Desk, Key

__all__ = ["Memory", "Said"]


@dataclass(frozen=True)
class Said:
    """What a rater says of a showing by now."""

    y: float
    note: str
    code: str


class Memory:
    """The marks of a desk, read again only if this connection or another one wrote meanwhile.

    Args:
        desk: whose.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._version: tuple[int, ...] = ()
        self._marks = pd.DataFrame()
        self._said: dict[Key, Said] = {}

    def marks(self) -> pd.DataFrame:
        """Return what this rater said and did not take back, in order."""
        self._read()
        return self._marks

    def said(self) -> dict[Key, Said]:
        """Return the same by showing; a change after seeing the judge counts last."""
        self._read()
        return self._said

    def _read(self) -> None:
        held = self._desk.store.connection
        (others,) = held.execute("pragma data_version").fetchone()
        version = (id(held), others, held.total_changes)
        if version == self._version:
            return
        self._marks = self._desk.marks()
        self._said = {
            (str(row["trace_id"]), str(row["span_id"]), int(row["repeat"])): Said(
                float(row["y"]), str(row["note"]), str(row["code"])
            )
            for row in self._marks.to_dict("records")
        }
        self._version = version
