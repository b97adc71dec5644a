"""On which histories are charts held against each other?"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, nan

import numpy as np

from agentlens.stats.arrays import Flags, Floats

__all__ = ["History", "histories"]


@dataclass(frozen=True, eq=False)
class History:
    """Bins of one history, as a chart sees them."""

    about: str
    standard: Floats
    precision: Floats
    present: Flags
    tested: Flags
    centre: Floats


def histories(seed: int) -> Iterator[History]:
    """Return ordinary histories and all the ways in which one may be out of the ordinary.

    What is drawn is rounded, so that no last digit of another machine's logarithm gets in.
    """
    rng = np.random.default_rng(seed)

    def normal(about: str, n: int, shift: float = 0.0) -> History:
        standard = rng.normal(0, 1, n).round(4)
        standard[2 * n // 3 :] += shift
        return History(about, standard, *_calm(n))

    yield normal("no bin", 0)
    yield normal("one bin", 1)
    yield normal("two bins", 2)
    for shift in (0.0, 0.8, 1.5, -1.5, 3.0, -4.0, 8.0):
        yield normal(f"a change by {shift:g}", 24, shift)
    yield normal("a long history", 200, 0.7)
    yield History("constant, no variance", np.zeros(12), *_calm(12))
    yield History("constant off its centre", np.full(12, 1.25), *_calm(12))
    for odd in (nan, inf, -inf):
        one = normal(f"one observation is {odd}", 16, 2.0)
        one.standard[7] = odd
        yield one
    one = normal("both infinities", 16, 2.0)
    one.standard[[3, 9]] = inf, -inf
    yield one
    yield _gaps(rng, "gaps", 24, (0, 1, 7, 8, 9, 15, 23))
    yield _gaps(rng, "a gap within an episode", 24, (18, 19))
    yield _gaps(rng, "no bin has data", 5, range(5))
    yield _gaps(rng, "only one bin has data", 6, (0, 1, 2, 4, 5))
    yield _gaps(rng, "every second bin is empty", 24, range(0, 24, 2))
    for few in (0.02, 0.2):
        uneven = normal(f"unequal bins down to a precision of {few}", 24, 2.0)
        uneven.precision[:] = rng.choice([few, 0.5, 1.0, 1.7, 3.0], 24)
        yield uneven
    nothing = normal("bins that know nothing", 16, 3.0)
    nothing.precision[5:8] = 0.0
    yield nothing
    untested = normal("nothing is tested", 10, 5.0)
    untested.tested[:] = False
    yield untested
    tested = normal("everything is tested", 20, 3.0)
    tested.tested[:] = True
    yield tested
    anew = normal("the test pauses", 24, 3.0)
    anew.tested[18:20] = False
    yield anew
    there = normal("there and back", 30)
    there.standard[12:18] += 5
    there.standard[20:24] -= 5
    yield there
    edge = normal("a centre at the edge", 24, 2.0)
    edge.centre[:] = np.where(np.arange(24) % 2, 0.999, 0.001)
    yield edge


def _calm(n: int) -> tuple[Floats, Flags, Flags, Floats]:
    """Return equal bins with data, the last two thirds of them tested, and a cycle as centre."""
    centre = np.array([0.6, 0.62, 0.58, 0.61])[np.arange(n) % 4]
    return np.ones(n), np.ones(n, dtype=bool), np.arange(n) >= n // 3, centre


def _gaps(rng: np.random.Generator, about: str, n: int, empty: range | tuple[int, ...]) -> History:
    precision, present, tested, centre = _calm(n)
    standard = rng.normal(0, 1, n).round(4)
    standard[2 * n // 3 :] += 3.0
    present[list(empty)] = False
    return History(
        about,
        np.where(present, standard, 0.0),
        np.where(present, precision, 0.0),
        present,
        tested,
        centre,
    )
