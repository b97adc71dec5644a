"""What do the rows of a slice and all others sum up to, and those of each user?

All rows are summed once. Of a slice only its own rows are looked at, or all others where these are
fewer: what the larger side sums up to is what is left.
"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["Parted", "Weighed", "Whole", "parted", "whole"]

_ARMS = 2


@dataclass(frozen=True, eq=False)
class Weighed:
    """Rows whose numbers are weighted already.

    Attributes:
        arm: 1 for the current period, 0 for the baseline.
        cluster: integers from 0.
        base: what outcomes are divided by.
        excess: what the outcome has beyond what was expected.
        number: the outcome.
    """

    arm: Ints
    cluster: Ints
    base: Floats
    excess: Floats
    number: Floats

    def only(self, rows: Ints) -> "Weighed":
        """Return these rows alone."""
        numbers = (one[rows] for one in (self.base, self.excess, self.number))
        return Weighed(self.arm[rows], self.cluster[rows], *numbers)

    def cells(self) -> Floats:
        """Return by arm: rows, base, excess, number, squares of base and excess, their product."""
        base, excess = self.base, self.excess
        parts = (np.ones_like(base), base, excess, self.number, base**2, excess**2, base * excess)
        return np.stack([sums(self.arm, one, _ARMS) for one in parts], axis=1)


@dataclass(frozen=True, eq=False)
class Whole:
    """Sums of all rows: those of `Weighed.cells`, and by user excess and base of each arm."""

    rows: Weighed
    cells: Floats
    by_user: Floats
    users: int


@dataclass(frozen=True, eq=False)
class Parted:
    """All rows, cut in two by a slice.

    Attributes:
        cells: sums as in `Weighed.cells`: the rest before and now, the slice before and now.
        whole: sums of all rows.
        few: the rows of the smaller side.
        inside: whether that is the slice.
    """

    cells: Floats
    whole: Whole
    few: Weighed
    inside: bool

    def by_user(self, excess: Floats, base: Floats) -> Floats:
        """Return for each user the sum of its rows' excess and base, each times a factor.

        Args:
            excess: the factor of the excess in each of the four cells.
            base: that of the base.
        """
        many, few = (slice(0, 2), slice(2, 4)) if self.inside else (slice(2, 4), slice(0, 2))
        less = (excess[few] - excess[many])[self.few.arm] * self.few.excess
        less += (base[few] - base[many])[self.few.arm] * self.few.base
        every = np.concatenate([excess[many], base[many]]) @ self.whole.by_user
        found: Floats = every + sums(self.few.cluster, less, every.size)
        return found


def whole(rows: Weighed) -> Whole:
    """Return what all rows sum up to."""
    n = int(rows.cluster.max(initial=-1)) + 1
    key = rows.cluster + rows.arm * n
    by_user = [sums(key, one, _ARMS * n).reshape(_ARMS, n) for one in (rows.excess, rows.base)]
    users = int(np.count_nonzero(np.bincount(rows.cluster)))
    return Whole(rows, rows.cells(), np.concatenate(by_user), users)


def parted(all_rows: Whole, within: Flags) -> Parted:
    """Return all rows, cut in two by a slice.

    Args:
        all_rows: with their sums.
        within: which of them lie in the slice.
    """
    rows = np.flatnonzero(within)
    inside = 2 * rows.size <= within.size
    few = all_rows.rows.only(rows if inside else np.flatnonzero(~within))
    own = few.cells()
    rest = all_rows.cells - own
    return Parted(np.concatenate([rest, own] if inside else [own, rest]), all_rows, few, inside)
