"""What does a log say of a metric that is counted where its rows are?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import pandas as pd

from agentlens.measures.metric import Metric
from agentlens.measures.moments import Moments
from agentlens.stats.arrays import Ints
from agentlens.stats.slicing.shared import Common

__all__ = [
    "Cell",
    "Coding",
    "Contrast",
    "Contrasting",
    "Grid",
    "Levels",
    "RowsElsewhere",
    "Tally",
    "Tallying",
]

_FOREVER = 1 << 62


@dataclass(frozen=True)
class Grid:
    """Where rows are put: bins of one width from a first moment on, in microseconds since 1970."""

    first: int
    width: int
    n: int

    def of(self, times: Ints) -> Ints:
        """Return the bin of each time; those outside go to the nearest."""
        found: Ints = np.clip((times - self.first) // self.width, 0, max(self.n - 1, 0))
        return found

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

    def rows_of(self, metric: Metric) -> int:
        """Return how many rows a metric counts."""
        ...


@dataclass(frozen=True)
class Contrast:
    """A stretch of time that is held against another, by when traces began, in microseconds.

    Attributes:
        current: from when, and until before when.
        baseline: the same of what it is held against.
        steps: into which the current one is cut, by when rows began; what lies outside is in the
            nearest.
    """

    current: tuple[int, int]
    baseline: tuple[int, int]
    steps: Grid


@dataclass(frozen=True, eq=False)
class Levels:
    """The distinct values of a column, in the order in which rows first have them.

    Attributes:
        column: as a log in memory holds them; a missing one is a value like others.
        told: the same as the place where they are says them; None for a missing one.
        n: rows that have each.
    """

    column: pd.Series
    told: tuple[object, ...]
    n: Ints


@dataclass(frozen=True, eq=False)
class Coding:
    """Which value of a column is which number.

    Attributes:
        column: its name.
        codes: the number of each value.
        rest: the number of all values that are not there.
        missing: the number of rows that say nothing.
        n: of numbers.
    """

    column: str
    codes: Mapping[object, int]
    rest: int
    missing: int
    n: int


@dataclass(frozen=True)
class Cell:
    """A slice in a step of the current period, and to which side of which level it moved.

    Attributes:
        own: the number of the slice.
        step: the number of the step.
        sign: 1 above the level, -1 below it.
        level: from which rows pull.
    """

    own: int
    step: int
    sign: int
    level: float


class RowsElsewhere(Protocol):
    """The rows of a metric, which stay where they are."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on weights and on rows left out."""
        ...

    @property
    def absent(self) -> tuple[str, ...]:
        """Columns that the metric needs and the log does not record."""
        ...

    def levels(self, column: str) -> Levels | None:
        """Return the values of a column; None where they are no levels, or too many."""
        ...

    def sums(self, contrast: Contrast, codings: tuple[Coding, ...]) -> tuple[Moments, Common]:
        """Return the sums of each slice in each step, slices changing slowest, then of baselines."""
        ...

    def behind(
        self, contrast: Contrast, codings: tuple[Coding, ...], cells: Sequence[Cell], most: int
    ) -> list[tuple[str, ...]]:
        """Return the traces that pull each cell to its side, the strongest first."""
        ...


@runtime_checkable
class Contrasting(Protocol):
    """A log that gives the sums of two periods, because its rows are too many to come here."""

    def elsewhere(self, metric: Metric, by: tuple[str, ...]) -> RowsElsewhere | None:
        """Return the rows of a metric where they are; None where they are here."""
        ...
