"""Which rows are compared, with which weights, and which of them hang together?

Rows of one user say much the same, and so do rows of one hour. Users are taken as they are, or
gathered at random into four thousand groups where they are more: the sum over a group of
independent users is as independent of the next. Time is cut into blocks, and the rows of a block
into parts by user, which tells how much blocks would differ if only the users in them did.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["Sample", "sample_of", "table"]

_MOST = 4096
_PARTS = (2, 64)
_DENSE = 4


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows of two periods, as arrays of one length.

    Attributes:
        arm: 1 for the current period, 0 for the baseline.
        weight: with which a row is compared; 0 for a baseline row of hours that are not compared.
        raw: its weight before the hours were matched.
        group: of users.
        n_groups: how many.
        block: of time.
        part: of the users, within a block.
        n_parts: how many.
        stratum: of each block; blocks of one should be alike.
    """

    arm: Ints
    weight: Floats
    raw: Floats
    group: Ints
    n_groups: int
    block: Ints
    part: Ints
    n_parts: int
    stratum: Ints

    def only(self, rows: Flags | Ints) -> "Sample":
        """Return the sample of these rows."""
        return Sample(
            self.arm[rows],
            self.weight[rows],
            self.raw[rows],
            self.group[rows],
            self.n_groups,
            self.block[rows],
            self.part[rows],
            self.n_parts,
            self.stratum,
        )

    @cached_property
    def joint(self) -> Ints:
        """The group of each row, the baseline's and the current period's told apart."""
        return np.asarray(self.arm * self.n_groups + self.group, dtype=np.int64)

    @cached_property
    def quarter(self) -> Ints:
        """Period and half of the users of each row: 0 and 1 the baseline's, 2 and 3 current."""
        return np.asarray(self.arm * 2 + (self.group & 1), dtype=np.int64)

    @cached_property
    def slot(self) -> Ints:
        """Block of time and part of the users of each row."""
        return np.asarray(self.block * self.n_parts + self.part, dtype=np.int64)

    @cached_property
    def even(self) -> bool:
        """Whether every row has the weight 1, so that rows can be counted."""
        return bool((self.weight == 1).all() and (self.raw == 1).all())

    @cached_property
    def by_group(self) -> Floats:
        """The weight of each group of users in each period, baseline first."""
        return sums(self.joint, self.weight, 2 * self.n_groups).reshape(2, -1)

    @cached_property
    def squares(self) -> Floats:
        """The squared weights of each group, summed likewise."""
        return sums(self.joint, self.weight**2, 2 * self.n_groups).reshape(2, -1)

    @cached_property
    def counts(self) -> tuple[int, int]:
        """The rows of the current period and of the baseline that are compared."""
        before, now = sums(self.arm, (self.weight > 0).astype(np.float64), 2)
        return int(now), int(before)

    @cached_property
    def reach(self) -> float:
        """The sum over blocks of the squared share that a block has of its period."""
        by = table(self.arm, 2, self.block, self.stratum.size, self.weight)
        total = by.sum(axis=1, keepdims=True)
        share = np.divide(by, total, out=np.zeros_like(by), where=total > 0)
        return float((share**2).sum())

    @cached_property
    def kish(self) -> Floats:
        """How many rows of equal weight each period is worth, baseline first."""
        total, squares = self.by_group.sum(axis=1), self.squares.sum(axis=1)
        return np.asarray(total**2 / np.where(squares > 0, squares, np.inf), dtype=np.float64)


def sample_of(
    arm: Ints,
    raw: Floats,
    cluster: Ints,
    *,
    factor: Floats | None = None,
    block: Ints | None = None,
    stratum: Ints | None = None,
    seed: int = 0,
) -> Sample:
    """Return the sample that these rows make.

    Args:
        arm: 1 for current, 0 for baseline.
        raw: weight of each row.
        cluster: an integer that rows of one user share.
        factor: by which the weight is multiplied to match the hours.
        block: of time, from 0.
        stratum: of each block.
        seed: of the gathering of users into groups.
    """
    n = arm.size
    users = _ranked(cluster)
    many = int(users.max(initial=-1)) + 1
    shuffled = np.random.default_rng(seed).permutation(many)
    group = (shuffled % _MOST)[users] if many > _MOST else users
    block = np.zeros(n, np.int64) if block is None else block
    stratum = np.zeros(1, np.int64) if stratum is None else stratum
    parts = int(np.clip(_MOST // stratum.size, *_PARTS))
    return Sample(
        arm=arm.astype(np.int64),
        weight=raw if factor is None else raw * factor,
        raw=raw,
        group=group.astype(np.int64),
        n_groups=max(min(many, _MOST), 1),
        block=block.astype(np.int64),
        part=(shuffled % parts)[users].astype(np.int64),
        n_parts=parts,
        stratum=stratum.astype(np.int64),
    )


def table(rows: Ints, n_rows: int, columns: Ints, n_columns: int, weight: Floats | None) -> Floats:
    """Return the sum of weights in each cell of a table; None counts rows.

    >>> table(np.array([0, 1, 1]), 2, np.array([0, 0, 1]), 2, np.ones(3)).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    keys = rows * n_columns
    keys += columns
    flat = np.bincount(keys, weights=weight, minlength=n_rows * n_columns)
    return np.asarray(flat.reshape(n_rows, n_columns), dtype=np.float64)


def _ranked(ids: Ints) -> Ints:
    """Return the rank of each id among those that occur; sorted only where ids lie far apart."""
    if ids.size and ids.min() >= 0 and ids.max() < _DENSE * ids.size:
        seen = np.zeros(int(ids.max()) + 1, dtype=np.int64)
        seen[ids] = 1
        return np.asarray((np.cumsum(seen) - 1)[ids], dtype=np.int64)
    return np.unique(ids, return_inverse=True)[1].astype(np.int64)
