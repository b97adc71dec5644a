"""Is one metric better, no worse or worse, and if that is open, how much more is needed?"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from agentlens.analysis.compare.arms import Arms
from agentlens.analysis.compare.by_metric.margins import Margin, margin_of
from agentlens.measures.metric import Metric
from agentlens.stats.trials.joined import Contrast
from agentlens.stats.trials.needed import factor_for_margin
from agentlens.stats.trials.pairs import Typical

__all__ = ["Choices", "Looks", "Outcome", "Verdict", "days_for", "required", "verdict_of"]

Verdict = Literal["better", "no worse", "worse", "undecided", "unknown"]
Looks = Literal["once", "continuous"]
_DAY = pd.Timedelta(1, "D")


@dataclass(frozen=True, eq=False)
class Choices:
    """How the arms are compared."""

    level: float
    looks: Looks
    pair: str | None
    adjust: tuple[str, ...] | None
    margins: dict[str, Margin]
    seed: int

    def margin(self, metric: Metric, baseline: float) -> Margin:
        """Return the margin of a metric: the one asked for, or the usual."""
        return self.margins.get(metric.name) or margin_of(metric, baseline)


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """What is known of one metric.

    Attributes:
        metric: what was compared.
        verdict: better, no worse, worse, undecided or unknown.
        n: rows of the current arm, or pairs.
        n_baseline: rows of the baseline.
        value: current, baseline, and their difference with its limits, like with like.
        raw: the difference as the rows lie.
        p: of no difference.
        margin: in the unit of the difference.
        margin_said: the margin as words.
        required_n: rows of the current arm with which the margin can be told from no difference.
        days: until they have come.
        columns: by which like was held against like.
        unit: of the values.
        scale: what is compared in place of the metric, if anything.
        notes: sentences.
        sequence: the interval at each look.
        typical: the typical difference of a pair.
    """

    metric: Metric
    verdict: Verdict = "unknown"
    n: int = 0
    n_baseline: int = 0
    value: tuple[float, float, float, float, float] = (np.nan,) * 5
    raw: float = np.nan
    p: float = np.nan
    margin: float = np.nan
    margin_said: str = ""
    required_n: float = np.nan
    days: float = np.nan
    columns: tuple[str, ...] = ()
    unit: str = ""
    scale: str = ""
    notes: tuple[str, ...] = ()
    sequence: pd.DataFrame = field(default_factory=pd.DataFrame)
    typical: Typical | None = None

    @property
    def guarded(self) -> bool:
        """Whether the metric has a direction that is good, and so a say in the verdict."""
        return self.metric.better != "neither"


def verdict_of(metric: Metric, low: float, high: float, margin: float) -> Verdict:
    """Return what an interval of the difference says.

    A metric without a good direction is no worse where it has not moved by the margin either way,
    and worse, which then only means different, where it has moved at all.

    Args:
        metric: which direction is good.
        low: of the difference.
        high: of the difference.
        margin: in the unit of the difference.
    """
    if not (np.isfinite(low) and np.isfinite(high) and np.isfinite(margin)):
        return "unknown"
    if metric.better == "neither":
        if -margin < low and high < margin:
            return "no worse"
        return "worse" if low > 0 or high < 0 else "undecided"
    worst, best = (low, high) if metric.better == "higher" else (-high, -low)
    if worst > 0:
        return "better"
    if worst > -margin:
        return "no worse"
    return "worse" if best < 0 else "undecided"


def required(found: Contrast, metric: Metric, margin: Margin, *, both_grow: bool) -> float:
    """Return by how much the rows must grow until the margin can be told from no difference."""
    lower = metric.better != "lower"
    return factor_for_margin(
        found,
        margin.scaled(worse_is_lower=lower),
        rate=metric.kind == "rate" and not margin.relative,
        worse_is_lower=lower,
        both_grow=both_grow,
    )


def days_for(arms: Arms, n: int, wanted: float) -> float:
    """Return how many more days bring so many rows at the pace of the current arm."""
    if not np.isfinite(wanted) or n <= 0:
        return float(wanted)
    covered = (arms.spans[0][1] - arms.spans[0][0]) / _DAY
    return max(wanted - n, 0.0) * max(covered, 1 / 24) / n
