"""What of a log was known at a time, and how much of that does a promise look at?"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from agentlens.analysis.slos.slo import SLO
from agentlens.measures.metric import Metric
from agentlens.tables.log import Log
from agentlens.tables.match import kept

__all__ = ["Known", "known_at"]

_WHEN = {"spans": "start", "scores": "time"}


@dataclass(frozen=True, eq=False)
class Known:
    """What was known at a time.

    Attributes:
        log: the traces that began before.
        at: the time.
        since: the start of the longest window.
        looked_back: whether the log may hold what came later.
    """

    log: Log
    at: pd.Timestamp
    since: pd.Timestamp
    looked_back: bool

    def of(self, slo: SLO, metric: Metric) -> Log:
        """Return the traces that a promise is kept count of on: the newer ones, or all of them.

        Steps may belong to a trace that began before the window, and labels of old traces are
        labels, too.

        Args:
            slo: the promise.
            metric: of which it speaks.
        """
        return self.whole if metric.table == "spans" or slo.kind == "judge" else self._newer

    @cached_property
    def whole(self) -> Log:
        """All traces, as they can be looked at."""
        return self._then(self.log)

    @cached_property
    def _newer(self) -> Log:
        if not self.log.start < self.since:
            return self.whole
        return self._then(self.log.between(self.since, self.at))

    def _then(self, log: Log) -> Log:
        return _Then.of(log.at_hand(), self.at) if self.looked_back else log.at_hand()


def known_at(log: Log, at: pd.Timestamp | None, longest: pd.Timedelta) -> Known:
    """Return what was known at a time.

    Args:
        log: the traces.
        at: the time; None for the end of the log.
        longest: the longest window of a promise.
    """
    if at is None:
        return Known(log, log.stop, log.stop - longest, looked_back=False)
    if at < log.stop:
        log = log.between(min(log.start, at - longest), at)
    return Known(log, at, at - longest, looked_back=True)


class _Then(Log):
    """A log without the steps and scores of later, each left out when its table is first used."""

    _log: Log
    _at: pd.Timestamp

    @classmethod
    def of(cls, log: Log, at: pd.Timestamp) -> "_Then":
        return cls._like(log, _log=log, _at=at)

    @cached_property
    def traces(self) -> pd.DataFrame:
        """One row per run."""
        return self._log.traces

    @cached_property
    def spans(self) -> pd.DataFrame:
        """One row per step that had begun."""
        return self._known("spans", self._log.spans)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per judgement that had been made."""
        return self._known("scores", self._log.scores)

    def columns(self, table: str, names: Iterable[str]) -> pd.DataFrame:
        """Return the rows of a table in their order, with at least these columns of those it has.

        Args:
            table: traces, spans or scores.
            names: of the columns; those that the table does not have are left out.
        """
        if table in self.__dict__:
            return super().columns(table, names)
        when = [_WHEN[table]] if table in _WHEN else []
        return self._known(table, self._log.columns(table, [*names, *when]))

    def _known(self, table: str, rows: pd.DataFrame) -> pd.DataFrame:
        when = _WHEN.get(table, "")
        if when not in rows:
            return rows
        return kept(rows, ~(rows[when] >= self._at).fillna(value=False).to_numpy(dtype=bool))
