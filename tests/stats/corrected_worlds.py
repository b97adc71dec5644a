"""Which windows, judges and labels are corrected rates tried on?"""

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.corrected.effect import design_effect, label_influence, share_influence
from agentlens.stats.corrected.errors import Errors, drawn_quadrants, errors
from agentlens.stats.corrected.poststrat import Cells, Draws, cells_of, draws

__all__ = [
    "CELLS",
    "JUDGES",
    "VERDICT",
    "Judge",
    "Window",
    "by_verdict",
    "clustered",
    "covers",
    "judge_draws",
    "quantiles",
    "tiered",
    "uniform",
    "window",
]


class Judge(NamedTuple):
    """How often a judge passes what people pass, and fails what people fail."""

    sensitivity: float
    specificity: float


JUDGES = (Judge(0.95, 0.90), Judge(0.92, 0.75), Judge(0.85, 0.60))
CELLS = tuple(product((0.5, 0.8, 0.9, 0.97), JUDGES, (300, 3000), (50, 100, 200)))
VERDICT = np.array([1, 0])


@dataclass(frozen=True)
class Window:
    """Counts of a window: both pass, only the person, only the judge, both fail."""

    counts: Ints
    labels: Ints

    @property
    def cells(self) -> Cells:
        """What the correction gets to see."""
        a, b, c, d = self.counts.astype(np.float64)
        la, lb, lc, ld = self.labels.astype(np.float64)
        return Cells(
            np.array([a + c, b + d]), np.ones(2), np.array([la + lc, lb + ld]), np.array([la, lb])
        )


def window(rng: np.random.Generator, theta: float, judge: Judge, n: int) -> Ints:
    """Return the four counts of n traces."""
    s, c = judge
    shares = [theta * s, theta * (1 - s), (1 - theta) * (1 - c), (1 - theta) * c]
    return rng.multinomial(n, shares).astype(np.int64)


def uniform(rng: np.random.Generator, counts: Ints, labels: int) -> Window:
    """Return labels drawn at random from all."""
    drawn = rng.multivariate_hypergeometric(counts, min(labels, int(counts.sum())))
    return Window(counts, drawn.astype(np.int64))


def by_verdict(rng: np.random.Generator, counts: Ints, labels: int) -> Window:
    """Return half of the labels from what the judge failed, as far as there is any."""
    a, b, c, d = counts.tolist()
    from_fail = min(labels // 2, b + d)
    from_pass = min(labels - from_fail, a + c)
    missed = int(rng.hypergeometric(b, d, from_fail)) if b + d else 0
    right = int(rng.hypergeometric(a, c, from_pass)) if a + c else 0
    return Window(counts, np.array([right, missed, from_pass - right, from_fail - missed]))


def judge_draws(cells: Cells, rng: np.random.Generator, n: int = 1000) -> tuple[Draws, Errors]:
    """Return draws of the cells and of the judge's rates."""
    drawn = draws(cells, rng, n)
    return drawn, errors(drawn_quadrants(drawn, VERDICT))


def quantiles(values: Floats, level: float = 0.95) -> tuple[float, float]:
    """Return the middle part of the draws."""
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def covers(values: Floats, truth: float) -> bool:
    """Return whether the interval of the draws holds the truth."""
    low, high = quantiles(values)
    return low <= truth <= high


def clustered(
    rng: np.random.Generator, theta: float, judge: Judge, sessions: int, size: int, labelled: int
) -> Cells:
    """Return cells of whole sessions at intra-session correlation .3, some labelled as a whole."""
    odds = (1 - 0.3) / 0.3
    rate = rng.beta(theta * odds, (1 - theta) * odds, sessions)
    cluster = np.repeat(np.arange(sessions), size)
    human = rng.random(cluster.size) < rate[cluster]
    passes = np.where(human, judge.sensitivity, 1 - judge.specificity)
    cell = (rng.random(cluster.size) >= passes).astype(np.int64)
    weight = np.ones(cell.size)
    chosen = np.flatnonzero(cluster < labelled // size)
    y = human[chosen].astype(np.float64)
    found = cells_of((cell, weight), (cell[chosen], y, weight[chosen]), 2)
    moved = label_influence(cell[chosen], y, weight[chosen], found.share)
    return Cells(
        found.judged,
        found.weight,
        found.labelled,
        found.passed,
        design_effect(share_influence((cell == 0).astype(np.float64), weight), cluster),
        design_effect(moved, cluster[chosen]),
    )


def tiered(
    rng: np.random.Generator, theta: float, judge: Judge, n: int, labels: int, *, weighed: bool
) -> Cells:
    """Return cells of verdict and tier, where traces with an error are always judged, others rarely.

    Errors follow failures, so that the judged traces fail more often than the traffic.
    """
    human = rng.random(n) < theta
    tier = (rng.random(n) < np.where(human, 0.05, 0.5)).astype(np.int64)
    p = np.where(tier == 1, 1.0, 0.2)
    kept = rng.random(n) < p
    human, tier, p = human[kept], tier[kept], p[kept]
    passes = np.where(human, judge.sensitivity, 1 - judge.specificity)
    failed = (rng.random(human.size) >= passes).astype(np.int64)
    cell = 2 * failed + tier
    weight = 1 / p if weighed else np.ones(p.size)
    chosen = rng.choice(human.size, min(labels, human.size), replace=False)
    y = human[chosen].astype(np.float64)
    return cells_of((cell, weight), (cell[chosen], y, weight[chosen]), 4)
