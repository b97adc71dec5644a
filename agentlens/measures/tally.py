"""What does a log say of a metric that is counted where its rows are?"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import pandas as pd

from agentlens.measures.metric import Metric
from agentlens.measures.moments import Moments

__all__ = ["Grid", "Tally", "Tallying"]

_FOREVER = 1 << 62


@dataclass(frozen=True)
class Grid:
    """Where rows are put: bins of one width from a first moment on, in microseconds since 1970."""

    first: int
    width: int
    n: int

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return from when until before when some bins last; the outer ones hold all beyond.

        Args:
            first: bin.
            last: bin, which is in it.
        """
        begin = self.first + first * self.width if first > 0 else 0
        end = self.first + (last + 1) * self.width if last < self.n - 1 else _FOREVER
        return begin, end


@dataclass(frozen=True, eq=False, kw_only=True)
class Tally:
    """The sums of a metric in every bin of every slice, and what a careful reader must know.

    Attributes:
        moments: the sums; bins change slowest.
        slices: one a row of a frame.
        notes: sentences on weights and on rows left out.
        absent: columns that the metric needs and the log does not record.
    """

    moments: Moments
    slices: pd.DataFrame
    notes: tuple[str, ...]
    absent: tuple[str, ...]


@runtime_checkable
class Tallying(Protocol):
    """A log that gives sums, because its rows are too many to come here."""

    def tally(
        self, metric: Metric, grid: Grid, by: tuple[str, ...] = (), *, finite: bool = False
    ) -> Tally:
        """Return the sums of a metric by bin and slice."""
        ...

    def strongest(
        self, metric: Metric, span: tuple[int, int], side: int, centre: float, most: int
    ) -> tuple[str, ...]:
        """Return the traces that pull a stretch of time to one side, the strongest first."""
        ...
