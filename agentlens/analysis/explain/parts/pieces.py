"""Into which pieces does the change of a mean fall, and what does each row add to each?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from agentlens.analysis.explain.parts.alone import FEW, Alone
from agentlens.analysis.explain.parts.clock import TIMES
from agentlens.analysis.explain.parts.ground import Ground, Piece, added, whole
from agentlens.analysis.explain.parts.where import Place, places
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.parts.cells import joint, merged
from agentlens.stats.parts.kitagawa import cells_of, split
from agentlens.stats.parts.shapley import shapley

__all__ = ["ELSEWHERE", "EVERYWHERE", "Told", "pieces_of"]

EVERYWHERE, ELSEWHERE = "in all kinds of traffic", "everywhere else"
"""What the part of the rate is called that no slice stands out of, and that left by slices."""


@dataclass(frozen=True, eq=False)
class Told:
    """All pieces but sampling.

    Attributes:
        pieces: that add up to the change of the weighted mean.
        group: cells of each row within which rates are compared; -1 where they are not.
        chosen: columns over which the mix is told.
        one_sided: values that only one period has, as a reader is told them.
    """

    pieces: list[Piece]
    group: Ints
    chosen: list[Alone]
    one_sided: tuple[str, ...]


def pieces_of(
    ground: Ground,
    found: Sequence[Alone],
    *,
    most: int,
    design: float,
    threefold: bool,
    seed: int,
) -> Told:
    """Return the pieces of the change.

    First the rows are set aside that lie at a time of day or week which only one period has: what
    they do is seasonal mix. Then those with a value that only one period has: the remainder. What
    is left is told as mix by column and rate by slice.

    Args:
        ground: rows of the two periods.
        found: what each dimension says alone.
        most: columns over which the mix is told.
        design: how much wider than independent rows the rows of one user vary.
        threefold: whether there is an interaction.
        seed: of orders of columns, where there are many.
    """
    inside = np.ones(ground.arm.size, dtype=bool)
    pieces: list[Piece] = []
    for one in found:
        if one.dimension.name in TIMES and not one.shared.all():
            inside = _set_aside(ground, inside, one, pieces, "mix")
    fit = [one for one in found if _fits(one, inside)]
    spots = places(fit, ground, design)
    chosen = _chosen(fit, [name for spot in spots for name, _ in spot.is_in], most)
    before, lost = inside, []
    for one in chosen:
        if one.dimension.name not in TIMES and not one.shared.all():
            inside = _set_aside(ground, inside, one, [], "remainder")
            lost += [
                f"{one.dimension.name}={label}"
                for label, shared, seen in zip(
                    one.dimension.labels, one.shared, one.cells.counts.sum(axis=0), strict=True
                )
                if seen and not shared
            ]
    if (before != inside).any():
        pieces.append(_between(ground, before, inside, "kinds that one period lacks", "remainder"))
    inner, group = _inside(ground, inside, chosen, spots, seed)
    if threefold:
        rest = added([whole(ground, inside=inside), *inner], "both at once", "interaction", -1.0)
        inner.append(rest)
    return Told(_joined([*pieces, *inner]), group, chosen, tuple(lost))


def _fits(one: Alone, inside: Flags) -> bool:
    """Return whether most rows of both periods can be compared over a dimension."""
    if one.dimension.name in TIMES:
        return int(np.unique(one.dimension.codes[inside]).size) > 1
    return one.comparable


def _chosen(fit: Sequence[Alone], first: Sequence[str], most: int) -> list[Alone]:
    """Return the columns in the order of their importance: where the rate changed, then by mix."""
    ahead = list(dict.fromkeys(first))
    ranked = sorted(fit, key=lambda one: -one.size)
    leading = [one for name in ahead for one in fit if one.dimension.name == name]
    return [*leading, *(one for one in ranked if one.dimension.name not in ahead)][:most]


def _set_aside(ground: Ground, inside: Flags, one: Alone, pieces: list[Piece], kind: str) -> Flags:
    """Return the rows left inside; what those set aside do becomes a piece."""
    left = inside & one.shared[one.dimension.codes]
    if not ground.has(left):
        return inside
    pieces.append(_between(ground, inside, left, one.dimension.name, kind))
    return left


def _between(ground: Ground, before: Flags, inside: Flags, name: str, kind: str) -> Piece:
    """Return what the rows do that are in `before` and no longer in `inside`."""
    both = [whole(ground, inside=before), whole(ground, inside=inside)]
    return added(both, name, kind, -1.0)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces of the same name and kind as one."""
    kept: dict[tuple[str, str], Piece] = {}
    for one in pieces:
        key = one.name, one.kind
        kept[key] = one if key not in kept else added([kept[key], one], *key)
    return list(kept.values())


def _inside(
    ground: Ground, inside: Flags, chosen: Sequence[Alone], spots: Sequence[Place], seed: int
) -> tuple[list[Piece], Ints]:
    """Return mix by column and rate by slice of rows that can be compared, and their groups."""
    at = np.flatnonzero(inside)
    arm, y = ground.arm[at], ground.y[at]
    codes = {one.dimension.name: one.dimension.codes[at] for one in chosen}
    cell, first = joint([*codes.values()], at.size)
    cells = cells_of(cell, arm, y, ground.weight[at], first.size)
    small = {name: code[first] for name, code in codes.items()}
    columns, share = [*small.values()], ground.shares(inside)[at]

    key = arm * first.size + cell

    def piece(name: str, kind: str, value: float, row: Floats) -> Piece:
        fixed, slope = (share * one.reshape(-1).take(key) for one in row)
        adds, pull = (_placed(one, at, ground.y.size) for one in (fixed + slope * y, slope))
        return Piece(name, kind, value, adds, pull)

    def mix(held: tuple[int, ...]) -> Floats:
        part = merged([columns[one] for one in held], cells.counts, FEW)
        found = split(cells, part, ground.partner)
        return np.concatenate([[found.mix.sum()], found.mix_row.ravel()])

    def rate(name: str, groups: Flags) -> Piece:
        found = split(cells, part, ground.partner, only=np.flatnonzero(groups))
        return piece(name, "rate", float(found.rate[groups].sum()), found.rate_row)

    part = merged(columns, cells.counts, FEW)
    shares = shapley(len(chosen), mix, seed=seed) if chosen else np.zeros((0, 1))
    shape = (2, 2, first.size)
    pieces = [
        piece(name, "mix", float(line[0]), line[1:].reshape(shape))
        for name, line in zip(small, shares, strict=True)
    ]
    every = {one.dimension.name: one.dimension.codes for one in chosen}
    free = np.ones(int(part.max(initial=0)) + 1, dtype=bool)
    for spot in spots:
        groups = free & _pure(spot.of(small, first.size), part, free.size)
        if groups.any():
            free &= ~groups
            rows = spot.of(every, ground.y.size)
            pieces.append(replace(rate(spot.name, groups), rows=rows))
    if free.any():
        pieces.append(rate(EVERYWHERE if free.all() else ELSEWHERE, free))
    group = np.full(ground.y.size, -1, dtype=np.int64)
    group[at] = part[cell]
    return pieces, group


def _placed(values: Floats, at: Ints, n: int) -> Floats:
    """Return values at their places among n rows, 0 elsewhere."""
    if at.size == n:
        return values
    found = np.zeros(n)
    found[at] = values
    return found


def _pure(inside: Flags, part: Ints, n: int) -> Flags:
    """Return the groups of which every cell is inside."""
    outside = np.bincount(part[~inside], minlength=n) > 0
    return ~outside & (np.bincount(part[inside], minlength=n) > 0)
