"""What is summed of each cell of a table, and of the baseline of its slice?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.arms.periods import BASELINE, CURRENT
from agentlens.measures.common import common_of
from agentlens.measures.moments import Moments, moments
from agentlens.measures.rows import Rows
from agentlens.measures.tally import Grid
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.slicing.shared import Common

__all__ = ["Shape", "Sums", "cell_of", "sums_of"]


@dataclass(frozen=True)
class Shape:
    """How many slices a table has, and into how many steps each is cut.

    Groups are numbered so: the cells, slices changing slowest, then the baselines of the slices.
    """

    own: int
    steps: int

    @classmethod
    def of(cls, dims: Sequence[Dimension], steps: Grid | None) -> "Shape":
        """Return the shape of a table.

        Args:
            dims: its columns.
            steps: of the current period; None for the period as a whole.
        """
        return cls(int(np.prod([len(one.labels) for one in dims])), steps.n if steps else 1)

    @property
    def cells(self) -> int:
        """The number of cells, empty ones included."""
        return self.own * self.steps

    @property
    def groups(self) -> int:
        """The number of cells and of baselines."""
        return self.cells + self.own

    @property
    def back(self) -> Ints:
        """The baseline of each cell."""
        found: Ints = self.cells + np.arange(self.cells) // self.steps
        return found

    @property
    def held(self) -> Ints:
        """The baseline of each cell, and of each baseline itself."""
        return np.concatenate([self.back, np.arange(self.cells, self.groups)])


@dataclass(frozen=True, eq=False)
class Sums:
    """The sums of all cells and of all baselines, wherever the rows are.

    Attributes:
        shape: of the table.
        moments: of each cell and of each baseline.
        common: of users who are in a cell and in its baseline.
    """

    shape: Shape
    moments: Moments
    common: Common

    @property
    def sizes(self) -> tuple[int, int]:
        """The number of rows in the current period and in the baseline."""
        n, cells = self.moments.n, self.shape.cells
        return int(n[:cells].sum()), int(n[cells:].sum())

    @property
    def users(self) -> tuple[Floats, Floats]:
        """The number of users in each cell, and in the baseline of each cell."""
        return self.moments.clusters[: self.shape.cells], self.moments.clusters[self.shape.back]


def cell_of(rows: Rows, dims: Sequence[Dimension], steps: Grid | None) -> Ints:
    """Return of each row the number of the cell that it is in, were it current.

    Args:
        rows: what the metric counts.
        dims: the columns.
        steps: of the current period; None for the period as a whole.
    """
    sizes = tuple(len(one.labels) for one in dims)
    own = np.ravel_multi_index(tuple(one.codes for one in dims), sizes).astype(np.int64)
    found: Ints = own * (steps.n if steps else 1) + (steps.of(rows.time) if steps else 0)
    return found


def sums_of(rows: Rows, arm: Ints, dims: Sequence[Dimension], steps: Grid | None) -> Sums:
    """Return the sums of rows that are in memory.

    Args:
        rows: what the metric counts.
        arm: of each row.
        dims: the columns.
        steps: of the current period; None for the period as a whole.
    """
    shape, cell, use = Shape.of(dims, steps), cell_of(rows, dims, steps), arm >= BASELINE
    group = np.where(arm == CURRENT, cell, shape.cells + cell // shape.steps)[use]
    part = rows.only(use)
    found = moments(part, group, shape.groups)
    return Sums(shape, found, common_of(part, group, shape.held, found.value))
