"""What does the baseline say of a row, from all its columns at once?

Taken off the outcome, it leaves what has changed: a period with more of the hard tasks is then not
a period in which a device got worse.
"""

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["expected_of"]

_SWEEPS = 3
_PRIOR = 20.0


def expected_of(
    codes: tuple[Ints, ...],
    sizes: tuple[int, ...],
    baseline: Floats,
    number: Floats,
    base: Floats,
) -> Floats:
    """Return the value expected of each row: the baseline's mean and an effect of each column.

    Effects are found one column after another, a few times over; that of a value seen in few rows
    is drawn to none, and a value that the baseline never had has none.

    Args:
        codes: one array of integers from 0 a column.
        sizes: how many codes each column has.
        baseline: the weight of each row in the baseline, 0 outside.
        number: the outcome.
        base: what it is divided by.
    """
    held = baseline * base
    whole = held.sum()
    mean = float((baseline * number).sum() / whole) if whole > 0 else 0.0
    expected = np.full(number.size, mean)
    rows = np.flatnonzero(baseline)
    typical = whole / max(rows.size, 1)
    at = [column[rows] for column in codes]
    left = baseline[rows] * (number[rows] - mean * base[rows])
    inner = held[rows]
    effects = [np.zeros(size) for size in sizes]
    for _ in range(_SWEEPS if len(codes) > 1 else 1):
        for place, column in enumerate(at):
            below = sums(column, inner, sizes[place]) + _PRIOR * typical
            # The prior holds the effect found so far in place as well, or it would creep on.
            pull = _PRIOR * typical * effects[place]
            step = (sums(column, left, sizes[place]) - pull) / np.maximum(below, 1e-300)
            effects[place] = effects[place] + step
            left = left - step[column] * inner
    for column, effect in zip(codes, effects, strict=True):
        expected += effect[column]
    return expected
