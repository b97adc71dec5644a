"""Which failures arrived when, and how evenly?"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.events.bursts import unrest
from agentlens.stats.groups import sums

__all__ = ["Arrivals", "Unrest"]


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Every failure in either period, as arrays.

    Attributes:
        failure: of each row, from 0.
        arm: 1 in the current period, 0 in the baseline.
        size: the weight of each row.
        user: of each row.
        place: of each row among `times`.
        source: of each failure, a row of `seen`.
        n: how many failures there are.
        times: when each trace of either period began, in microseconds.
        arms: the period of each trace.
        seen: by source, the weight of each trace that was looked at.
        even: whether all weights are the same.
        spans: when the baseline begins and ends, and the current period; microseconds.
    """

    failure: Ints
    arm: Ints
    size: Floats
    user: Ints
    place: Ints
    source: Ints
    n: int
    times: Ints
    arms: Ints
    seen: Floats
    even: bool
    spans: tuple[tuple[int, int], tuple[int, int]]

    def totals(self, arm: int) -> Floats:
        """Return the weighted number of each failure in one period."""
        return sums(self.failure, np.where(self.arm == arm, self.size, 0.0), self.n)

    def exposure(self, arm: int) -> Floats:
        """Return, for each failure, the weight of the traces of one period that were looked at."""
        return np.asarray(self.seen[:, self.arms == arm].sum(axis=1)[self.source])

    def stretches(self, arm: int, length: int) -> "Unrest":
        """Return how unevenly each failure is spread over the stretches of a period.

        Stretches are cut from the end of the period backwards; a shorter first one is left out.
        """
        first, end = self.spans[arm]
        many = max((end - first) // length, 1)
        at = (end - 1 - self.times) // length
        here = (self.arms == arm) & (at < many)
        looked = np.vstack([sums(at[here], one[here], many) for one in self.seen])
        total = looked.sum(axis=1, keepdims=True)
        shares = np.divide(looked, total, out=np.zeros_like(looked), where=total > 0)
        rows = np.flatnonzero(here[self.place])
        cells, cell = np.unique(
            self.failure[rows] * many + at[self.place[rows]], return_inverse=True
        )
        counts = sums(cell, self.size[rows], cells.size)
        kind = cells // many
        return Unrest(
            squares=unrest(
                kind,
                counts,
                shares[self.source[kind], cells % many],
                (shares**2).sum(axis=1)[self.source],
            ),
            events=sums(kind, counts, self.n),
            places=(looked > 0).sum(axis=1)[self.source],
        )


@dataclass(frozen=True, eq=False)
class Unrest:
    """How unevenly failures are spread over stretches of time.

    Attributes:
        squares: squared distances from what is expected, added up.
        events: how many failures.
        places: how many stretches in which they could have been seen.
    """

    squares: Floats
    events: Floats
    places: Ints

    def clumping(self, known: int = 1) -> Floats:
        """Return by how much failures vary more than such that come one by one; 1 for those.

        Args:
            known: how many rates were estimated.
        """
        left = self.places / np.maximum(self.places - known, 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.events > 0, self.squares / self.events * left, 1.0)
