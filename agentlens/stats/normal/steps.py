"""How far does a value move from one stretch of time to the next when nothing happens?

Rows say how far it moves by sampling. Days have a luck of their own, and good days follow good days:
that is in no row. It is in what came before: the very same step, from so many blocks of time to so
many later ones, is taken at every block of the past. Where the past is too short for that, the
blocks of the two stretches are all there is, and their slowest waves stand for the luck.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from agentlens.stats.arrays import Floats, Ints

__all__ = ["Luck", "Moved", "Shape", "from_past", "from_waves", "moved"]

_WAVES = 3
_CLIP = 2.5
_CLIPPED_VARIANCE = 0.97756  # E[min(z², 2.5²)] of a standard normal z
_ROUNDS = 3
_LEAST = 1e-300


@dataclass(frozen=True)
class Shape:
    """Which blocks a step compares: how many now, how many before, and how far those begin earlier.

    >>> Shape(7, 7, 7).starts(21).tolist()
    [7, 8, 9, 10, 11, 12, 13, 14]
    """

    now: int
    before: int
    lag: int

    def starts(self, blocks: int) -> Ints:
        """Return at which blocks such a step can begin its newer part, in so many blocks."""
        return np.arange(self.lag, blocks - self.now + 1, dtype=np.int64)

    def degrees(self, steps: int) -> float:
        """Return how many independent steps so many overlapping ones are worth."""
        weights = np.zeros(self.lag + self.now)
        weights[: self.before] -= 1 / self.before
        weights[self.lag :] += 1 / self.now
        alike = np.correlate(weights, weights, "full")[weights.size - 1 :]
        lags = np.arange(min(alike.size, steps))
        overlap = (1 - lags / max(steps, 1)) * (alike[lags] / alike[0]) ** 2
        return steps / float(2 * overlap.sum() - overlap[0]) if steps else 0.0


@dataclass(frozen=True)
class Luck:
    """How far a step strays where nothing happens, sampling included.

    Attributes:
        variance: of a step.
        degrees: of freedom of that.
    """

    variance: float
    degrees: float

    def reach(self, level: float) -> float:
        """Return how far steps reach, to either side, in this share of cases."""
        return float(stdtrit(self.degrees, 0.5 + level / 2) * np.sqrt(self.variance))


def from_past(steps: Floats, shape: Shape) -> Luck:
    """Return the luck of a step from the same steps in the past; a few wild ones do not make it.

    Args:
        steps: one for each block at which one could begin; what is not known is left out.
        shape: of a step.

    >>> past = from_past(np.tile([1.0, -1.0], 40), Shape(7, 7, 7))
    >>> round(past.variance, 2), round(past.degrees, 1)
    (1.02, 17.5)
    """
    size = np.abs(steps[np.isfinite(steps)])
    if not size.size:
        return Luck(np.nan, 0.0)
    scale = 1.4826 * float(np.median(size)) or float(np.sqrt(np.mean(size**2)))
    for _ in range(_ROUNDS):
        clipped = np.minimum(size, _CLIP * scale)
        scale = float(np.sqrt(np.mean(clipped**2) / _CLIPPED_VARIANCE))
    return Luck(scale**2, shape.degrees(int(size.size)))


def from_waves(blocks: Floats) -> Luck:
    """Return the luck of a mean of blocks from the slowest waves in them, which memory feeds.

    Args:
        blocks: what each block says of the value, in order of time; one that says nothing is taken
            for the mean of the others.

    >>> found = from_waves(np.array([1.0, 2.0, 3.0, 4.0, 3.0, 2.0, 1.0]))
    >>> round(found.variance, 3), found.degrees
    (0.347, 3.0)
    """
    known = np.isfinite(blocks)
    if not known.any():
        return Luck(np.nan, 0.0)
    blocks = np.where(known, blocks, blocks[known].mean())
    n = blocks.size
    waves = min(_WAVES, n - 1)
    place = np.pi * (np.arange(n) + 0.5) / n
    cosines = np.sqrt(2 / n) * np.cos(np.outer(np.arange(1, waves + 1), place))
    return Luck(float(np.mean((cosines @ blocks) ** 2)) / n, float(waves))


class Moved(NamedTuple):
    """A step with its interval, and the p-value of no step."""

    value: float
    low: float
    high: float
    p: float


def moved(
    value: float, sides: tuple[float, float], luck: Luck, usual: float, level: float
) -> Moved:
    """Return a step with an interval that holds both what rows leave open and the luck of blocks.

    Args:
        value: of the step.
        sides: how far the interval by sampling alone reaches down and up, at this level.
        luck: of such a step.
        usual: the part of its variance that is sampling.
        level: how often the interval must hold the true step.

    >>> moved(1.0, (0.5, 0.5), Luck(0.01, 9.0), 0.02, 0.95).low
    0.5
    """
    z = float(ndtri(0.5 + level / 2))
    errors = np.array(sides) / z
    more = max(luck.variance - usual, 0.0)
    whole = float(np.mean(errors**2)) + more
    degrees = luck.degrees * (whole / max(luck.variance, _LEAST)) ** 2 if more else np.inf
    times = float(stdtrit(degrees, 0.5 + level / 2)) if np.isfinite(degrees) else z
    wide = np.hypot(errors, np.sqrt(more))
    towards = float(wide[0] if value >= 0 else wide[1])
    p = 1.0
    if value and towards > 0:
        p = float(2 * stdtr(min(degrees, 1e9), -abs(value) / towards))
    elif value:
        p = 0.0
    return Moved(value, value - times * float(wide[0]), value + times * float(wide[1]), p)
