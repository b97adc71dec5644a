"""What is a log of some traces, drawn because all of them are too many to be looked at?"""

from collections.abc import Iterable
from functools import cached_property

import pandas as pd

from agentlens import text
from agentlens.engines.drawn import drawn, weighted
from agentlens.engines.rows import Brought
from agentlens.engines.view import View
from agentlens.tables.log import Log

__all__ = ["DrawnLog"]


class DrawnLog(Log):
    """Traces drawn from a log on an engine, each weighted by one over its probability.

    A table is brought when it is first used, without what was said.
    """

    _whole: Log
    _rows: Brought
    _p: float

    @classmethod
    def of(cls, log: Log, view: View, n: int) -> "DrawnLog":
        """Return a draw.

        Args:
            log: the traces to draw from.
            view: the same, where they are.
            n: how many to expect.
        """
        part, p = drawn(view, n, len(log), unit="trace_id", salt="agentlens")
        said = (
            f"Told from {text.share(p)} of {text.plural(len(log), 'trace')}, drawn by a digest of"
            " their ids and weighted: most= of read_table says how many are brought at once."
        )
        return cls._like(log, _drawn=(said,), _whole=log, _rows=Brought(part), _p=p)

    @cached_property
    def traces(self) -> pd.DataFrame:
        """One row per run, with the probability of having been drawn."""
        return weighted(self._rows.whole("traces"), self._p)

    @cached_property
    def spans(self) -> pd.DataFrame:
        """One row per step."""
        return self._rows.whole("spans")

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per judgement."""
        return self._rows.whole("scores")

    def score_kinds(self) -> pd.DataFrame:
        """Return name, source, and whether every value is 0 or 1, of all that could be drawn."""
        changed = "_whole" not in self.__dict__  # a changed copy has scores of its own
        return super().score_kinds() if changed else self._whole.score_kinds()

    def columns(self, table: str, names: Iterable[str]) -> pd.DataFrame:
        """Return the rows of a table in their order, with at least these columns of those it has.

        Args:
            table: traces, spans or scores.
            names: of the columns; those that the table does not have are left out.
        """
        if table in self.__dict__:
            return super().columns(table, names)
        if table != "traces":
            return self._rows.columns(table, names)
        return weighted(self._rows.columns(table, [*names, "inclusion_p", "sampled_by"]), self._p)
