"""How far does each row move the two values once both arms have the same mix?"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["Covariance", "Standard", "covariance", "standardised"]

_ARMS = 2
_LEAST = 1e-300


@dataclass(frozen=True, eq=False)
class Standard:
    """Two arms, each weighted to the mix of both.

    Attributes:
        arm: of each row, 1 or 0.
        place: of each row, its cell in its arm.
        cell: of each row.
        share: of each row in its arm, the cells weighted to the common mix; they add up to one.
        part: of each row in both arms taken together.
        within: of each row in its arm's cell.
        n_cells: how many cells there are.
    """

    arm: Ints
    place: Ints
    cell: Ints
    share: Floats
    part: Floats
    within: Floats
    n_cells: int

    def means(self, values: Floats) -> Floats:
        """Return the mean of arm 0 and of arm 1."""
        return sums(self.arm, self.share * values, _ARMS)

    def moves(self, values: Floats) -> "Moves":
        """Return by how much each row moves the mean of either arm.

        A row moves its own arm by its distance from its cell, and both arms by making its cell a
        larger part of the mix.
        """
        cells = sums(self.place, self.within * values, _ARMS * self.n_cells)
        overall = self.means(values)
        own = self.share * (values - cells[self.place])
        by_arm = cells.reshape(-1, _ARMS) - overall
        return Moves(own, self.part[:, None] * by_arm[self.cell])

    def independent(self, ids: Ints) -> Floats:
        """Return how many clusters of equal size each arm is worth."""
        shares = _by_arm(self.arm, ids, self.share)
        return np.asarray(1 / np.maximum((shares**2).sum(axis=0), _LEAST), dtype=np.float64)

    def degrees(self, ids: Ints) -> tuple[Floats, float]:
        """Return the degrees of freedom of each arm's variance, and one over those they share.

        The mean of a cell costs one where clusters lie inside cells, and next to nothing where each
        cluster is spread over all of them.
        """
        n_places = _ARMS * self.n_cells
        keys, inside = np.unique(ids * n_places + self.place, return_inverse=True)
        held = sums(inside, self.within, keys.size)
        share = sums(inside, self.share, keys.size)
        arm = (keys % n_places % _ARMS).astype(np.int64)
        whole = _by_arm(arm, keys // n_places, share)
        owner = np.unique(keys // n_places, return_inverse=True)[1]
        spent = sums(arm, held * share / whole[owner, arm], _ARMS)
        parts = whole**2 / np.maximum((whole**2).sum(axis=0), _LEAST)
        many = 1 / np.maximum((parts**2).sum(axis=0), _LEAST)
        left = np.maximum(many - spent, 1.0)
        return left, float(parts.prod(axis=1).sum() * np.sqrt((many / left).prod()))


@dataclass(frozen=True, eq=False)
class Moves:
    """What each row adds to the error: to its own arm, and by the mix to both (rows x arms)."""

    own: Floats
    mix: Floats

    def over(self, base: Floats, arm: Ints) -> "Moves":
        """Return the same for values that are divided by a number of their arm."""
        return Moves(self.own / base[arm], self.mix / base)


@dataclass(frozen=True, eq=False)
class Covariance:
    """How far the two values stray.

    Attributes:
        variance: of each.
        correlation: of both.
        degrees: of freedom of each variance.
        shared: one over the degrees of freedom that both have in common.
        independent: how many clusters of equal size each arm is worth.
        rows: how many rows of equal weight each arm is worth.
    """

    variance: Floats
    correlation: float
    degrees: Floats
    shared: float
    independent: Floats
    rows: Floats


def standardised(arm: Ints, cell: Ints, weight: Floats) -> Standard:
    """Return the rows weighted so that both arms have the mix of both taken together.

    Args:
        arm: of each row, 1 or 0.
        cell: of each row, from 0, with rows of both arms in each.
        weight: of each row.
    """
    used, cell = np.unique(cell, return_inverse=True)
    n_cells = used.size
    place = (cell * _ARMS + arm).astype(np.int64)
    held = sums(place, weight, _ARMS * n_cells)
    mix = sums(cell, weight, n_cells) / weight.sum()
    within = weight / held[place]
    return Standard(
        arm, place, cell, mix[cell] * within, weight / weight.sum(), within, int(n_cells)
    )


def covariance(standard: Standard, moves: Moves, ids: Ints, blocks: Ints | None) -> Covariance:
    """Return the variance of both values, from what rows add by cluster (and by stretch of time).

    A cluster that holds a large part of its cell has pulled the cell's mean towards itself: its
    distance is put back by one over the root of what it leaves to others. Two ways of belonging
    together are joined by adding their variances less that of the rows that share both. An arm is
    never held to be better known than by independent rows.

    Args:
        standard: the rows.
        moves: what each adds.
        ids: the cluster of each row.
        blocks: the stretch of time of each row, where that matters.
    """
    found = _product(standard, moves, ids)
    degrees, shared = standard.degrees(ids)
    if blocks is not None:
        both = np.unique(np.stack([ids, blocks]), axis=1, return_inverse=True)[1]
        wider = found + _product(standard, moves, blocks)
        wider -= _product(standard, moves, both.astype(np.int64))
        larger = np.diag(wider) > np.diag(found)
        spread = np.where(larger, np.diag(wider), np.diag(found))
        degrees = np.where(larger, np.minimum(degrees, standard.degrees(blocks)[0]), degrees)
        found[np.diag_indices(_ARMS)] = spread
    alone = sums(standard.arm, moves.own**2, _ARMS) + (moves.mix**2).sum(axis=0)
    variance = np.maximum(np.diag(found), alone)
    root = float(np.sqrt(variance.prod()))
    correlation = float(np.clip(found[0, 1] / root, -1.0, 1.0)) if root > 0 else 0.0
    rows = 1 / sums(standard.arm, standard.share**2, _ARMS)
    return Covariance(variance, correlation, degrees, shared, standard.independent(ids), rows)


def _product(standard: Standard, moves: Moves, ids: Ints) -> Floats:
    """Return the sum over clusters of the products of what they add to either arm."""
    n_places = _ARMS * standard.n_cells
    keys, inside = np.unique(ids * n_places + standard.place, return_inverse=True)
    held = sums(inside, standard.within, keys.size)
    left = np.sqrt(np.maximum(1 - held, 1 / (2 * max(keys.size, 1))))
    own = sums(inside, moves.own, keys.size) / left
    owner, whole = np.unique(keys // n_places, return_inverse=True)
    arm = (keys % n_places) % _ARMS
    by_row = np.unique(ids, return_inverse=True)[1]
    added = np.empty((owner.size, _ARMS))
    for side in range(_ARMS):
        added[:, side] = sums(whole, own * (arm == side), owner.size)
        added[:, side] += sums(by_row, moves.mix[:, side], owner.size)
    return np.asarray(added.T @ added, dtype=np.float64)


def _by_arm(arm: Ints, ids: Ints, values: Floats) -> Floats:
    """Return the sum of the values of each cluster, one column an arm."""
    owner, place = np.unique(ids, return_inverse=True)
    joint = sums(place * _ARMS + arm, values, _ARMS * owner.size)
    return joint.reshape(-1, _ARMS)
