"""What does each threshold get right on these labels, in numbers and in words?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from agentlens.analysis.calibrate.evidence.described import FEWEST, Rate, say
from agentlens.stats.agreement.cumulative import (
    Decided,
    Stepped,
    decided,
    least,
    prices_paid,
    rates,
    stepped,
)
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.intervals.rates import wilson
from agentlens.text import Fact
from agentlens.widgets.calibrated.material import arrays

__all__ = ["RATES", "Counts", "Spread", "counts_of", "measured"]

RATES = ("agreement", "sensitivity", "specificity")


@dataclass(frozen=True, eq=False)
class Spread:
    """A rate at each threshold: value, limits, and k of n labels behind it."""

    value: Floats
    low: Floats
    high: Floats
    k: Floats
    n: Floats

    def words(self, place: int, *, bare: bool) -> str:
        """Return the rate at a threshold; below twenty labels the counts.

        Args:
            place: of the threshold.
            bare: without the interval, which a score on the labels that chose has none of.
        """
        k, n = int(self.k[place]), int(self.n[place])
        value = float(self.value[place])
        if bare and n >= FEWEST:
            return str(Fact(value=value, unit="share", n=n))
        return str(say(Rate(value, float(self.low[place]), float(self.high[place]), k, n)))


@dataclass(frozen=True, eq=False)
class Counts:
    """Labels at every threshold that may be chosen.

    Attributes:
        steps: the thresholds with the weight from each to the next.
        plain: the same, each label counted once.
        sizes: how many labels the weights are worth: of all, of those people pass, and fail.
        total: weight of all labels.
    """

    steps: Stepped
    plain: Stepped
    sizes: tuple[float, float, float]
    total: float

    @cached_property
    def weighted(self) -> Decided:
        """The four weights at each threshold."""
        return decided(self.steps.fails, self.steps.passes)

    @cached_property
    def labels(self) -> Decided:
        """The four numbers of labels at each threshold."""
        return decided(self.plain.fails, self.plain.passes)

    def spreads(self, level: float = 0.95) -> dict[str, Spread]:
        """Return agreement, sensitivity and specificity at each threshold.

        Args:
            level: how often an interval must hold the truth.
        """
        both, person, score, neither = self.labels
        behind = (
            (both + neither, both + person + score + neither),
            (both, both + person),
            (neither, score + neither),
        )
        found = {}
        values = rates(self.weighted)
        for name, value, size, (k, n) in zip(RATES, values, self.sizes, behind, strict=True):
            low, high = wilson(value * size, np.full_like(value, size), level)
            found[name] = Spread(value, low, high, k, n)
        return found

    def cheapest(self, cost_fp: float, cost_fn: float) -> int:
        """Return the place of the threshold that costs least; -1 where there is none."""
        return least(prices_paid(self.weighted, cost_fp, cost_fn))

    def cost(self, place: int, cost_fp: float, cost_fn: float) -> float:
        """Return what a trace costs when it is decided by this threshold."""
        paid = prices_paid(self.weighted, cost_fp, cost_fn)
        return float(paid[place]) / self.total

    def nearest(self, threshold: float) -> int:
        """Return the place of the threshold that lies nearest."""
        if not np.isfinite(threshold):
            return self.steps.cuts.size - 1
        return int(np.argmin(np.abs(self.steps.cuts - threshold)))


def counts_of(rows: pd.DataFrame) -> Counts:
    """Return the counts of labels with a score.

    Args:
        rows: labels of a calibration.
    """
    score, passed, weight = arrays(rows)
    steps = stepped(score, passed, weight)
    return Counts(
        steps,
        stepped(score, passed, np.ones_like(weight)),
        _sizes(passed, weight),
        float(weight.sum()),
    )


def measured(rows: pd.DataFrame, threshold: float) -> Counts:
    """Return the counts of labels at one threshold, which is the second of two; the first passes all.

    Args:
        rows: labels that had no part in choosing it.
        threshold: from which score on a trace passes.
    """
    _, passed, weight = arrays(rows)
    up = (rows["score"] >= threshold).to_numpy(dtype=bool)

    def both_sides(of: Floats) -> Stepped:
        fails, passes = (
            np.array([of[mark & ~up].sum(), of[mark & up].sum()]) for mark in (~passed, passed)
        )
        return Stepped(np.array([-np.inf, threshold]), fails, passes)

    total = float(weight.sum())
    return Counts(
        both_sides(weight), both_sides(np.ones_like(weight)), _sizes(passed, weight), total
    )


def _sizes(passed: Flags, weight: Floats) -> tuple[float, float, float]:
    """Return what the labels are worth, evenly weighted: of all, of passed and of failed ones."""
    return _worth(weight), _worth(weight[passed]), _worth(weight[~passed])


def _worth(weight: Floats) -> float:
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0
