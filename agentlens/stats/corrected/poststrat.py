"""What share of judged traces would a person pass, where labels and verdicts share a window?

Judged traces fall into cells: what the judge said, and how the trace was sampled. How large each
cell is, the verdicts tell; how often people pass inside it, the labels tell. Both are drawn anew
many times over, so that the interval knows of both.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import sums

__all__ = ["DRAWS", "Cells", "Draws", "cells_of", "draws", "point", "rates", "window_rates"]

DRAWS = 4000
_HALF = 0.5  # Jeffreys' prior


@dataclass(frozen=True, eq=False)
class Cells:
    """What is known of each cell; counts are effective ones and need not be whole.

    Attributes:
        judged: traces that the judge was asked about.
        weight: what one of them stands for.
        labelled: how many of them have a label.
        passed: how many of those a person passed.
        share_effect: how much more the sizes vary than those of single traces would.
        label_effect: how much more the labels vary than single ones would.
    """

    judged: Floats
    weight: Floats
    labelled: Floats
    passed: Floats
    share_effect: float = 1.0
    label_effect: float = 1.0

    @property
    def share(self) -> Floats:
        """The share of all traffic in each cell."""
        size = self.judged * self.weight
        return np.asarray(size / size.sum(), dtype=np.float64)

    @property
    def rate(self) -> Floats:
        """The human pass rate in each cell, drawn a little to one half."""
        n, x = self.labelled / self.label_effect, self.passed / self.label_effect
        return (x + _HALF) / (n + 1)


class Draws(NamedTuple):
    """Possible truths, one a row: the share of each cell and its human pass rate."""

    share: Floats
    rate: Floats


def cells_of(
    judged: tuple[Ints, Floats], labelled: tuple[Ints, Floats, Floats], n_cells: int
) -> Cells:
    """Return the cells; where weights differ inside a cell, counts are Kish's effective ones.

    Args:
        judged: the cell and the weight of each judged trace.
        labelled: the cell, the verdict (1 pass, 0 fail) and the weight of each label.
        n_cells: how many cells there are.

    >>> one = cells_of((np.array([0, 0, 1]), np.ones(3)), (np.array([0]), np.ones(1), np.ones(1)), 2)
    >>> one.judged.tolist(), one.labelled.tolist(), one.passed.tolist()
    ([2.0, 1.0], [1.0, 0.0], [1.0, 0.0])
    """
    cell, weight = judged
    of_label, passed, label_weight = labelled
    size = sums(cell, weight, n_cells)
    n_judged = _kish(size, sums(cell, weight**2, n_cells))
    total = sums(of_label, label_weight, n_cells)
    n_labelled = _kish(total, sums(of_label, label_weight**2, n_cells))
    share = sums(of_label, label_weight * passed, n_cells) / np.where(total > 0, total, 1.0)
    mean = size / np.where(n_judged > 0, n_judged, 1.0)
    return Cells(n_judged, mean, n_labelled, n_labelled * share)


def point(cells: Cells) -> float:
    """Return the share that a person would pass, in closed form.

    >>> round(point(Cells(*map(np.array, ([800, 200], [1, 1], [60, 40], [57, 12])))), 4)
    0.8151
    """
    return float(cells.share @ cells.rate)


def draws(cells: Cells, rng: np.random.Generator, n: int = DRAWS) -> Draws:
    """Return possible truths, by Jeffreys' rule for the sizes and for the rates."""
    k = cells.judged.size
    size = cells.weight * rng.gamma(cells.judged / cells.share_effect + _HALF, size=(n, k))
    passed = cells.passed / cells.label_effect
    failed = (cells.labelled - cells.passed) / cells.label_effect
    rate = rng.beta(passed + _HALF, np.maximum(failed, 0.0) + _HALF, size=(n, k))
    return Draws(size / size.sum(axis=1, keepdims=True), rate)


def rates(drawn: Draws) -> Floats:
    """Return the pass rate of each draw, for the process that made this window."""
    return np.asarray((drawn.share * drawn.rate).sum(axis=1), dtype=np.float64)


def window_rates(cells: Cells, drawn: Draws, rng: np.random.Generator) -> Floats:
    """Return the pass rate of each draw, for exactly these traces, each counted once.

    What was labelled is known; only what people would say of the rest is drawn.
    """
    rest = np.maximum(np.rint(cells.judged - cells.labelled), 0).astype(np.int64)
    unseen = rng.binomial(rest, drawn.rate)
    known = float(cells.passed.sum())
    return np.asarray((known + unseen.sum(axis=1)) / cells.judged.sum(), dtype=np.float64)


def _kish(total: Floats, squares: Floats) -> Floats:
    """Return how many equal weights would vary as little."""
    return total**2 / np.where(squares > 0, squares, 1.0)
