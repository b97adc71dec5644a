"""Which traces are drawn for labels, and with what probability was each?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal, get_args

import numpy as np

from agentlens.scoring.labels.planning.population import Population
from agentlens.scoring.reading.verdicts import FAIL, NONE, PASS
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.corrected.allocation import allocate, equal, largest_remainders

__all__ = ["FLOOR", "GOALS", "Drawn", "Goal", "draw"]

Goal = Literal["rate", "failures", "compare"]
GOALS: tuple[str, ...] = get_args(Goal)
FLOOR = 10
_NONE_FLOOR = 5
_EVEN = 0.5


@dataclass(frozen=True, eq=False)
class Drawn:
    """Who was drawn, in the order of the population.

    Attributes:
        rows: places in the population.
        uniform: whether each was drawn at random from all.
        p: the probability with which each came into the plan.
        reserve: drawn at random from all, in each cell.
        more: drawn inside each cell.
    """

    rows: Ints
    uniform: Flags
    p: Floats
    reserve: Ints
    more: Ints


def draw(pool: Population, n: int, goal: str, uniform: float, rng: np.random.Generator) -> Drawn:
    """Return n traces without a label: some at random from all, the rest by the goal inside cells.

    Args:
        pool: the judged traces in their cells.
        n: how many.
        goal: "rate", "failures" or "compare".
        uniform: share that is drawn from all, whatever the verdict.
        rng: the lots.
    """
    order = rng.permutation(np.flatnonzero(pool.free))
    free = np.bincount(pool.cell[order], minlength=len(pool.names))
    n = min(n, len(order))
    first = 0 if goal == "compare" else min(ceil(uniform * n - 1e-9), n)
    reserve = np.bincount(pool.cell[order[:first]], minlength=len(pool.names))
    left = free - reserve
    more = _fitted(_GOALS[goal](pool, n - first).astype(np.float64), left, n - first)
    more = _nowhere_none(more, left, pool.labelled + reserve)
    chosen = np.zeros(len(pool.cell), dtype=bool)
    chosen[order[:first]] = True
    for cell, many in enumerate(more):
        rest = order[first:]
        chosen[rest[pool.cell[rest] == cell][:many]] = True
    by_chance = np.zeros(len(pool.cell), dtype=bool)
    by_chance[order[:first]] = True
    share = more / np.maximum(left, 1)
    p = 1 - (1 - first / max(len(order), 1)) * (1 - share)
    rows = np.flatnonzero(chosen)
    return Drawn(rows, by_chance[rows], p[pool.cell[rows]], reserve, more)


def _rate(pool: Population, n: int) -> Ints:
    """Return the labels that make the rate narrow, less those that are there already.

    Cells that part a verdict further get labels in proportion: the labels of one verdict then speak
    for all its traces, whether or not a later question knows of those cells.
    """
    there = pool.labelled
    sizes, held = (np.bincount(pool.group, weights=one) for one in (pool.sizes, pool.labelled))
    guess = pool.guess[np.unique(pool.group, return_index=True)[1]]
    total = n + int(there.sum())
    wanted = np.maximum(allocate(sizes.astype(np.int64), guess, total, FLOOR) - held, 0)
    parts = pool.counts / np.maximum(np.bincount(pool.group, weights=pool.counts)[pool.group], 1)
    return largest_remainders(wanted[pool.group] * parts, int(wanted.sum()))


def _failures(pool: Population, n: int) -> Ints:
    """Return as many labels for pass as for fail; a few where there is no verdict."""
    sizes = pool.counts
    blank = pool.verdict == NONE
    none = np.minimum(sizes * blank, _NONE_FLOOR)
    sides = [pool.verdict == PASS, pool.verdict == FAIL]
    each = equal(np.array([int(sizes[side].sum()) for side in sides]), n - int(none.sum()))
    found: Ints = none.astype(np.int64)
    for side, many in zip(sides, each, strict=True):
        held = np.where(side, sizes, 0)
        found += allocate(held, np.full(len(sizes), _EVEN), int(many), 0)
    return found


def _differing(pool: Population, n: int) -> Ints:
    return allocate(pool.counts, np.full(len(pool.counts), _EVEN), n, FLOOR)


_GOALS: Mapping[str, Callable[[Population, int], Ints]] = {
    "rate": _rate,
    "failures": _failures,
    "compare": _differing,
}


def _fitted(wanted: Floats, room: Ints, n: int) -> Ints:
    """Return n labels shared as wanted, none above the room of its cell."""
    n = min(n, int(room.sum()))
    parts = wanted if wanted.sum() > 0 else room.astype(np.float64)
    found = np.zeros(len(room), dtype=np.int64)
    while n > (done := int(found.sum())):
        open_ = np.where(found < room, parts, 0.0)
        if open_.sum() == 0:
            open_ = (room - found).astype(np.float64)
        found = np.minimum(found + largest_remainders(open_ * (n - done) / open_.sum(), n - done),
                           room)  # fmt: skip
    return found


def _nowhere_none(more: Ints, room: Ints, there: Ints) -> Ints:
    """Return the same with one label in each cell that would have none, from the cell with most."""
    found = more.copy()
    for cell in np.flatnonzero((found + there == 0) & (room > 0)):
        if found.max() > 1:
            found[int(found.argmax())] -= 1
            found[cell] += 1
    return found
