"""How is a log of a lake narrowed again and again without being read again?"""

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import pandas as pd

from agentlens.lake.chosen import Chosen
from agentlens.lake.log import LakeLog
from agentlens.lake.reads import Reads
from agentlens.tables.log import Log
from agentlens.tables.match import among, is_run, kept
from agentlens.tables.trace import Trace

__all__ = ["HeldLog"]

_SAID = ("input", "output")


class HeldLog(Log):
    """A log of a lake whose tables are read when they are first used, and parts taken in memory.

    It has neither inputs nor outputs, and of its steps only what it was made for.
    """

    _read: Reads
    _rows: Chosen

    @classmethod
    def of(
        cls,
        lake: LakeLog,
        steps: Iterable[str],
        *,
        failed: bool,
        without: Iterable[str] = (),
        unsaid: Iterable[str] = (),
    ) -> "HeldLog":
        """Return a log to be held in memory.

        Args:
            lake: the log.
            steps: which columns of its steps are kept, where it has them.
            failed: whether only steps that failed are kept, where it is known which did.
            without: columns of traces that are not kept.
            unsaid: columns of scores that are not kept.
        """
        kept = dict.fromkeys(["trace_id", "start", *steps])
        traces = frozenset([*_SAID, *without])
        read = Reads(lake, tuple(kept), failed, traces, frozenset(unsaid))
        return cls._of(read, traces=read.traces)

    @cached_property
    def traces(self) -> pd.DataFrame:
        """One row per run, without what was said."""
        return self._rows.columns()

    @cached_property
    def spans(self) -> pd.DataFrame:
        """One row per step that is kept."""
        return self._mine(self._read.spans(self._since))

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per judgement."""
        return self._mine(self._read.scores(self._since))

    @cached_property
    def report(self) -> pd.DataFrame:
        """What was read, dropped, assumed and repaired by all syncs."""
        return self._read.lake.report

    @cached_property
    def rejected(self) -> pd.DataFrame:
        """The rows that no table could take."""
        return self._read.lake.rejected

    @cached_property
    def truth(self) -> pd.DataFrame | None:
        """What was planted: unknown of what comes from a lake."""
        return None

    def __len__(self) -> int:
        """Return the number of traces."""
        return len(self.traces if "traces" in vars(self) else self._rows)

    def columns(self, table: str, names: Iterable[str]) -> pd.DataFrame:
        """Return the rows of a table in their order, with at least these columns of those it has.

        Args:
            table: traces, spans or scores.
            names: of the columns; those that the table does not have are left out.
        """
        if table != "traces" or "traces" in vars(self):
            return super().columns(table, names)
        return self._rows.columns(names)

    def where(self, **columns: object) -> Log:
        """Return the traces whose columns have these values; users are named as you know them.

        Args:
            columns: a value, or a list of values of which one must match; None matches missing.
        """
        held = "_read" in vars(self)
        return super().where(**(self._read.given.stored(columns) if held else columns))

    def trace(self, trace_id: str) -> Trace:
        """Return one trace with all its steps and judgements, and with all that was said.

        Args:
            trace_id: its id.
        """
        return (
            self._read.given.trace(trace_id) if "_read" in vars(self) else super().trace(trace_id)
        )

    def told(self, name: str, ids: pd.Series) -> Log:
        """Return the same traces, some of them with what was said in them.

        Args:
            name: input or output.
            ids: of the traces whose text is read.
        """
        found = self._read.said(name, ids, (self.start, self.stop))
        said = self.traces["trace_id"].map(found).astype("str")
        part = self._of(self._read, traces=self.traces.assign(**{name: said}))
        tables = {one: table for one, table in vars(self).items() if one in {"spans", "scores"}}
        part.__dict__.update(tables)
        return part

    @classmethod
    def _of(cls, read: Reads, **rows: pd.DataFrame | Chosen) -> "HeldLog":
        log = cls.__new__(cls)
        log.__dict__.update(_read=read, **rows)
        return log

    @property
    def _since(self) -> pd.Timestamp | None:
        """From when on rows are needed: from the first trace on; None for those of every trace."""
        if not self._part:
            return None
        if len(self):
            return self.start
        newest: pd.Timestamp = self._read.traces["start"].max()
        return newest  # of no trace, no earlier rows are needed

    @property
    def _part(self) -> bool:
        return len(self) < len(self._read.traces)

    def _mine(self, rows: pd.DataFrame) -> pd.DataFrame:
        if not self._part:
            return rows
        return kept(rows, among(rows["trace_id"], self.columns("traces", ["trace_id"])["trace_id"]))

    def _keep(self, rows: pd.Series) -> Log:
        if "_read" not in vars(self):
            return super()._keep(rows)
        if rows.all():
            return self
        at = np.flatnonzero(rows)
        if "traces" not in vars(self):
            return self._of(self._read, _rows=self._rows.only(at))
        if is_run(at):  # which is looked at where it lies
            return self._of(self._read, traces=kept(self.traces, rows))
        return self._of(self._read, _rows=Chosen(self.traces, at))
