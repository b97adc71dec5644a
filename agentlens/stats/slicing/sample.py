"""What does a search for slices start from: rows with codes, an outcome and a period?"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.groups import cluster, intraclass
from agentlens.stats.slicing.expect import expected_of
from agentlens.stats.slicing.held import Weighed, Whole, whole

__all__ = ["Place", "Sample", "Scale", "inside", "sample"]

Scale = Literal["odds", "log", "plain"]
"""How a change that all share shows where the level is another one: see `followed`."""

Place = tuple[tuple[int, int], ...]
"""A slice: which column has which code, in the order of the columns."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows of two periods.

    The value of a group is the weighted sum of `number` over that of `base`.

    Attributes:
        codes: one array of integers from 0 a column.
        sizes: how many codes each column has.
        arm: 1 for the current period, 0 for the baseline.
        number: the outcome of each row.
        base: 1, or what the outcome is divided by.
        weight: of each row.
        cluster: integers from 0 without gaps.
        scale: on which a change that all share is the same for all.
        excess: what each number has beyond what the baseline says of such a row.
        alike: the correlation of two rows of one cluster.
    """

    codes: tuple[Ints, ...]
    sizes: tuple[int, ...]
    arm: Ints
    number: Floats
    base: Floats
    weight: Floats
    cluster: Ints
    scale: Scale
    excess: Floats
    alike: float

    def only(self, rows: Flags) -> "Sample":
        """Return these rows alone."""
        return replace(
            self,
            codes=tuple(one[rows] for one in self.codes),
            arm=self.arm[rows],
            number=self.number[rows],
            base=self.base[rows],
            weight=self.weight[rows],
            cluster=self.cluster[rows],
            excess=self.excess[rows],
        )

    @cached_property
    def whole(self) -> Whole:
        """What all rows sum up to."""
        parts = (self.weight * one for one in (self.base, self.excess, self.number))
        return whole(Weighed(self.arm, self.cluster, *parts))


def sample(
    codes: tuple[Ints, ...],
    sizes: tuple[int, ...],
    arm: Ints,
    *,
    number: Floats,
    base: Floats,
    weight: Floats,
    ids: Ints,
    scale: Scale,
) -> Sample:
    """Return the rows with what the baseline expects of them, and how alike a cluster's rows are.

    Args:
        codes: one array of integers from 0 a column.
        sizes: how many codes each column has.
        arm: 1 for the current period, 0 for the baseline.
        number: the outcome.
        base: 1, or what it is divided by.
        weight: of each row.
        ids: an integer that rows of one cluster share.
        scale: on which a change that all share is the same for all.
    """
    expected = expected_of(codes, sizes, weight * (arm == 0), number, base)
    excess = number - expected * base
    held = weight * base
    below = np.maximum(np.bincount(arm, weights=held, minlength=2), 1e-300)
    mean = np.bincount(arm, weights=weight * excess, minlength=2) / below
    left = weight * excess - mean[arm] * held
    groups = cluster(np.zeros_like(ids), ids, 1)
    return Sample(
        codes=codes,
        sizes=sizes,
        arm=arm,
        number=number,
        base=base,
        weight=weight,
        cluster=groups.of_row,
        scale=scale,
        excess=excess,
        alike=intraclass(left, groups),
    )


def inside(codes: tuple[Ints, ...], place: Place) -> Flags:
    """Return which rows lie in a slice.

    >>> inside((np.array([0, 1, 1]), np.array([2, 2, 3])), ((0, 1), (1, 2))).tolist()
    [False, True, False]
    """
    within = np.ones(codes[0].size, dtype=np.bool_)
    for column, code in place:
        within &= codes[column] == code
    return within
