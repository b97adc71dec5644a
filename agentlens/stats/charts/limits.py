"""Which limits make a chart call as rarely as wanted, on given futures?"""

from dataclasses import dataclass

import numpy as np

from agentlens.stats.arrays import Floats
from agentlens.stats.charts.arms import Arms, alarms

__all__ = ["solve"]

_GRID, _NEXT, _PASSES = 7, 4, 3
_FEWEST = 50.0
_DECADE = 10.0


def solve(
    found: Arms, target: float, guess: float, *, passes: int = _PASSES
) -> tuple[float, float]:
    """Return the upper and the lower limit at which each side calls once in 2 x `target` bins.

    Where the futures are too short to hold enough alarms at the target, the limit is continued
    from where they do: the logarithm of a rate is nearly a straight line there.

    Args:
        found: the arms of many futures.
        target: bins between two false alarms of the two sides together.
        guess: a limit of the right size, such as that of the textbook.
        passes: each narrows the limits to a fifth.
    """
    wanted, total = np.log(0.5 / target), found.reach.size
    known = [_Side(np.zeros(0), np.zeros(0)) for _ in range(2)]
    grid = np.tile(guess * np.linspace(0.7, 1.6, _GRID), (2, 1))
    for _ in range(passes):
        seen = alarms(found, grid).sum(axis=-1)
        known = [one.with_points(x, y) for one, x, y in zip(known, grid, seen, strict=True)]
        grid = np.array([one.next_grid(wanted, total) for one in known])
    power = 1 if found.floor else 2
    upper, lower = (one.crossing(wanted, total, power) for one in known)
    return upper, lower


@dataclass(frozen=True)
class _Side:
    """What is known of one side: limits, rising, and the alarms at each, falling."""

    limits: Floats
    alarms: Floats

    def with_points(self, limits: Floats, alarms: Floats) -> "_Side":
        x, y = np.concatenate([self.limits, limits]), np.concatenate([self.alarms, alarms])
        order = np.argsort(x)
        return _Side(x[order], np.minimum.accumulate(y[order]))

    def bracket(self, wanted: float, total: int) -> tuple[int, int]:
        """Return the places of the limits around the crossing; one beyond the end where none is."""
        above = int((self.alarms > np.exp(wanted) * total).sum())
        return above - 1, above

    def next_grid(self, wanted: float, total: int) -> Floats:
        """Return limits that narrow the bracket, or that go on to where it must be."""
        a, b = self.bracket(wanted, total)
        if a < 0:
            low, high = 0.1 * self.limits[0], 0.9 * self.limits[0]
        elif b == self.limits.size:
            low, high = 1.1 * self.limits[-1], 2.0 * self.limits[-1]
        else:
            step = (self.limits[b] - self.limits[a]) / (_NEXT + 1)
            low, high = self.limits[a] + step, self.limits[b] - step
        return np.linspace(low, high, _NEXT)

    def crossing(self, wanted: float, total: int, power: int) -> float:
        """Return the limit with the wanted rate, from the alarms on either side of it.

        The logarithm of a rate is nearly a straight line in the squared limit, for a CUSUM in the
        limit itself. Where alarms at the target are too few to count, the line is continued from
        where there are enough.
        """
        a, b = self.bracket(wanted, total)
        enough = int((self.alarms >= _FEWEST).sum())
        if np.exp(wanted) * total < _FEWEST and enough > 1:
            held = self.alarms[:enough]
            b = enough - 1
            a = int(np.argmax(held <= held[-1] * _DECADE))
            a = min(a, b - 1)
        a, b = max(a, 0), min(max(b, 1), self.limits.size - 1)
        x, y = self.limits[[a, b]] ** power, np.log(np.maximum(self.alarms[[a, b]], 0.5) / total)
        if not y[1] < y[0]:
            return float(self.limits[b])
        found = x[0] + (wanted - y[0]) * (x[1] - x[0]) / (y[1] - y[0])
        return float(max(found, 1e-12) ** (1 / power))
