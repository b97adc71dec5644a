"""What does each bin add to a chart, and how often does that pass a limit?

A chart adds up what each bin says, in two arms, one for either direction; when an arm passes its
limit the chart has called and starts anew.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from agentlens.stats.arrays import Floats
from agentlens.stats.charts.crossings import crossings, heights, way
from agentlens.stats.normal.futures import Deviations

__all__ = ["PATIENCE", "Arms", "Method", "alarms", "arms"]

Method = Literal["ewma", "cusum", "shewhart"]

PATIENCE = 500
"""Bins for which an alarm after a change is waited for."""


@dataclass(frozen=True)
class Arms:
    """What each bin adds to either arm, and by how much an arm's own spread scales its limit.

    Attributes:
        steps: (side, bin, path): upwards first, then downwards.
        lift: (bin, path): what a shift of one standard deviation adds to the upward arm.
        reach: (bin, path): a limit of 1 in the units of the arms.
        keep: share of an arm that is kept from bin to bin.
        floor: whether an arm never falls below zero.
        head: where arms start, as a share of the limit.
        mirrored: whether the downward arm is the upward one turned over, so that one is walked.
    """

    steps: Floats
    lift: Floats
    reach: Floats
    keep: float
    floor: bool
    head: float = 0.0
    mirrored: bool = False

    @cached_property
    def way(self) -> Floats:
        """(side, bin, path): where arms stand that never start anew, whatever their limits."""
        walked = way(self.steps[:1] if self.mirrored else self.steps, self.keep)
        return np.concatenate([walked, -walked]) if self.mirrored else walked

    @cached_property
    def height(self) -> Floats:
        """(side, path, bin): how many limits of 1 high they stand there."""
        return heights(self.way, self.reach)

    @cached_property
    def rise(self) -> Floats:
        """(bin, path): where a shift of one standard deviation alone would take an upward arm."""
        alone: Floats = way(self.lift[None], self.keep)[0]
        return alone

    @property
    def soon(self) -> "Arms":
        """The arms of those bins alone in which an alarm after a change is waited for."""
        first = slice(PATIENCE)
        steps, lift, reach = self.steps[:, first], self.lift[first], self.reach[first]
        return replace(self, steps=steps, lift=lift, reach=reach)

    def shifted(self, by: float) -> "Arms":
        """Return the arms after a step of the mean, in standard deviations of a typical bin."""
        return replace(self, steps=self.steps + np.stack([by * self.lift, -by * self.lift]))


def arms(
    found: Deviations,
    method: Method,
    *,
    lam: float = 0.1,
    allowance: float = 0.5,
    head_start: float = 0.0,
) -> Arms:
    """Return the arms of a chart on these deviations; empty bins are left out.

    An EWMA weighs each bin by its precision, so that a bin with few rows moves the line as little
    as it knows; its reach is the standard deviation of that, memory included. A CUSUM adds the
    likelihood-ratio steps r u - k r². A Shewhart chart keeps nothing.
    """
    there = found.present
    u, r = found.standard[:, there].T, found.precision[:, there].T
    if method == "cusum":
        return Arms(
            steps=np.stack([r * u - allowance * r**2, -r * u - allowance * r**2]),
            lift=r**2,
            reach=np.ones_like(u),
            keep=1.0,
            floor=True,
            head=head_start,
        )
    if method == "shewhart":
        sides = (u, -u) if found.tails is None else tuple(one[:, there].T for one in found.tails)
        return Arms(np.stack(sides), r, np.ones_like(u), 0.0, floor=False)
    step = lam * r * u
    return Arms(
        steps=np.stack([step, -step]),
        lift=lam * r**2,
        reach=np.sqrt(_spread(r, lam) * found.inflation(lam)),
        keep=1 - lam,
        floor=False,
        mirrored=True,
    )


def _spread(precision: Floats, lam: float) -> Floats:
    """Return the variance of an EWMA of weighted bins: U = lam² r² + (1 - lam)² U, from its rest.

    Args:
        precision: (bin, path).
        lam: weight of the newest bin.
    """
    out = np.empty_like(precision)
    square = precision**2
    u = square.mean(axis=0) * lam / (2 - lam)
    for t in range(len(out)):
        u = lam * lam * square[t] + (1 - lam) ** 2 * u
        out[t] = u
    return out


def alarms(found: Arms, limits: Floats) -> Floats:
    """Return alarms by (side, limit, path), each side starting anew after its own.

    Args:
        found: the arms.
        limits: (side, limit), upwards first.
    """
    if not found.floor and not found.head and (limits > 0).all():
        counts = crossings(found.way, found.height, found.reach, found.keep, limits)
        return counts.astype(np.float64)
    sides, grid = limits.shape
    state = np.zeros((sides, grid, found.reach.shape[1]))
    count = np.zeros(state.shape)
    bound = limits[:, :, None]
    state += found.head * bound
    for step, reach in zip(found.steps.transpose(1, 0, 2), found.reach, strict=True):
        state *= found.keep
        state += step[:, None, :]
        if found.floor:
            np.maximum(state, 0.0, out=state)
        over = state > bound * reach
        count += over
        np.copyto(state, found.head * bound if found.head else 0.0, where=over)
    return count
