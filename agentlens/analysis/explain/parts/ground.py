"""Which rows are compared, and what does each add to a part of the difference of their means?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agentlens.analysis.explain.parts.alone import FEW
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["Ground", "Piece", "added", "whole"]


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of the change.

    Attributes:
        name: of the column, the slice, or what else it is.
        kind: mix, rate, interaction, remainder or sampling.
        value: of the part; pieces add up to the change.
        adds: what each row adds to it, to first order.
        pull: how far it moves as the number of each row does.
        rows: which rows it speaks of, where it is a slice.
    """

    name: str
    kind: str
    value: float
    adds: Floats
    pull: Floats
    rows: Flags | None = None


@dataclass(frozen=True, eq=False)
class Ground:
    """Rows of the two periods: number, period and weight; and at what changes are valued."""

    y: Floats
    arm: Ints
    weight: Floats
    partner: float

    def shares(self, inside: Flags | None = None) -> Floats:
        """Return the weight of each row as a share of its period's; zero outside."""
        held = self.weight if inside is None else self.weight * inside
        return held / sums(self.arm, held, 2)[self.arm]

    def has(self, inside: Flags) -> bool:
        """Return whether both periods have enough of these rows."""
        return bool(np.bincount(self.arm[inside], minlength=2).min() >= FEW)


def whole(ground: Ground, name: str = "", kind: str = "", inside: Flags | None = None) -> Piece:
    """Return the whole change of the mean, of all rows or those inside, as one piece."""
    share = ground.shares(inside)
    mean = sums(ground.arm, share * ground.y, 2)
    pull = share * np.where(ground.arm == 1, 1.0, -1.0)
    adds = pull * (ground.y - mean[ground.arm])
    return Piece(name, kind, float(mean[1] - mean[0]), adds, pull)


def added(pieces: Sequence[Piece], name: str, kind: str = "", sign: float = 1.0) -> Piece:
    """Return the sum of pieces as one; with sign -1, the first less all others."""
    first, *others = pieces
    value, adds, pull = first.value, first.adds, first.pull
    for one in others:
        value = value + sign * one.value
        adds = adds + sign * one.adds
        pull = pull + sign * one.pull
    return Piece(name, kind or name, value, adds, pull)
