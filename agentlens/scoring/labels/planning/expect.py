"""How narrow will the rate be after these labels, and how likely does the judge pass a gate?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.scoring.labels.planning.draw import FLOOR
from agentlens.scoring.labels.planning.population import Population
from agentlens.stats.arrays import Ints
from agentlens.stats.corrected.allocation import allocate, expected_width, labels_for_width
from agentlens.stats.corrected.power import TRUTHS, certify

__all__ = ["HALVES", "Expected", "expected"]

HALVES = (0.02, 0.03, 0.05)
_STEPS = 24
_LEAST = 20


@dataclass(frozen=True, eq=False)
class Expected:
    """What a plan promises, before the first label.

    Attributes:
        counted: half the width of the interval from the labels of the test split.
        every: half the width from all labels.
        needed: for each of `HALVES`, how many labels a rate must have; None for more than there are.
        widths: n and half, the width against the number of labels.
        power: truth and chance: how likely the gate certifies a judge that truly agrees so often.
    """

    counted: float
    every: float
    needed: tuple[int | None, ...]
    widths: pd.DataFrame
    power: pd.DataFrame


def expected(
    pool: Population, planned: Ints, test: Ints, target: float, *, scale: float = 1.0
) -> Expected:
    """Return what the labels of a plan, with the earlier ones, will be able to say.

    Args:
        pool: the judged traces in their cells.
        planned: new labels of each cell.
        test: those of them, and of the earlier ones, that are in the test split.
        target: agreement that a gate will ask for.
        scale: of what is asked, in units of the pass rate of these cells.
    """
    sizes, guess, unit = pool.sizes, pool.guess, scale / 2
    every = unit * expected_width(sizes, guess, planned + pool.labelled)
    n = int((planned + pool.labelled).sum())
    most = int(min(max(3 * n, 300), sizes.sum()))
    grid = np.unique(np.geomspace(min(_LEAST, most), most, _STEPS).round().astype(np.int64))
    halves = [
        unit * expected_width(sizes, guess, allocate(sizes, guess, int(one), FLOOR)) for one in grid
    ]
    needed = tuple(labels_for_width(sizes, guess, half / scale, FLOOR) for half in HALVES)
    in_test = int(test.sum())
    return Expected(
        counted=unit * expected_width(sizes, guess, test),
        every=every,
        needed=needed,
        widths=pd.DataFrame({"n": grid, "half": halves}),
        power=pd.DataFrame({"truth": TRUTHS, "chance": certify(in_test, np.array(TRUTHS), target)}),
    )
