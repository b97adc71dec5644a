"""How does a number without bounds become one between 0 and 1, so that one may look all the time?"""

from dataclasses import dataclass

import numpy as np

from agentlens import text
from agentlens.analysis.compare.by_metric.margins import Margin
from agentlens.measures.metric import Metric
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.trials.contrast import Sample

__all__ = ["Scaled", "bounded"]

_LEARN = 100
_STEP = 0.1
_LEAST = 1e-3


@dataclass(frozen=True, eq=False)
class Scaled:
    """Values between 0 and 1.

    Attributes:
        placed: the value of each row.
        spent: the rows from which the scale was learnt, which therefore say nothing more.
        said: what the values are; empty for a rate, which is what it is.
        level: of the metric in the rows that were spent.
        step: by how much the values move when the metric moves by a tenth.
    """

    placed: Floats
    spent: Flags
    said: str = ""
    level: float = np.nan
    step: float = np.nan

    def moved(self, margin: Margin) -> float:
        """Return by how much the values move when the metric moves by its margin."""
        relative = margin.size if margin.relative else margin.size / max(abs(self.level), _LEAST)
        return max(self.step * relative / _STEP, _LEAST)


def bounded(metric: Metric, sample: Sample) -> Scaled | None:
    """Return values between 0 and 1 for the rows of a metric; None where too few came to learn how.

    A number without bounds is replaced by the share of the first hundred clusters of the baseline
    that lie below it, a quantile by whether a row is above theirs. Those clusters are spent on that.

    Args:
        metric: what is compared.
        sample: its rows in order of time.
    """
    if metric.kind == "rate":
        return Scaled(sample.above, np.zeros(sample.above.size, dtype=bool))
    owners = sample.cluster[sample.arm == 0]
    first = np.unique(owners, return_index=True)[1]
    if first.size <= _LEARN:
        return None
    spent: Flags = (sample.arm == 0) & np.isin(sample.cluster, owners[np.sort(first)[:_LEARN]])
    above, below = sample.above[spent], sample.below[spent]
    if metric.kind == "quantile":
        return _beyond(metric, sample, spent)
    level = float(above.sum() / below.sum()) if below.sum() > 0 else float(above.mean())
    centre = level if metric.kind == "ratio" else 0.0
    known = np.sort(above - centre * below)

    def place(numbers: Floats) -> Floats:
        left = np.searchsorted(known, numbers, side="left")
        right = np.searchsorted(known, numbers, side="right")
        return np.asarray((left + right) / 2 / known.size, dtype=np.float64)

    larger = above * (1 + _STEP) - centre * below
    step = float(np.mean(place(larger)) - np.mean(place(known)))
    said = f"share of the rows of {_LEARN} early baseline users or sessions that lie below"
    return Scaled(place(sample.above - centre * sample.below), spent, said, level, abs(step))


def _beyond(metric: Metric, sample: Sample, spent: Flags) -> Scaled:
    above, q = sample.above[spent], metric.q or 0.5
    limit = float(np.quantile(above, q))
    step = float(np.mean(above * (1 + _STEP) > limit) - np.mean(above > limit))
    said = (
        f"share above {text.number(limit, metric.unit)}, which {text.share(1 - q, 1)} of the rows"
        f" of {_LEARN} early baseline users or sessions exceed"
    )
    return Scaled((sample.above > limit).astype(np.float64), spent, said, limit, step)
