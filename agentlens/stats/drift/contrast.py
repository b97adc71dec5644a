"""By how much do the means of two periods differ, and between which values does that lie?"""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

from agentlens.stats.arrays import Floats
from agentlens.stats.drift.sample import Sample
from agentlens.stats.drift.verdicts import Verdict
from agentlens.stats.groups import sums

__all__ = ["Contrast", "contrast"]


_TWICE = 2.0
"""What learning adds: each pair of users is met twice, as teacher and pupil and the other way.

Where nothing is to be learnt the two meetings say the same, so that sums over pupils vary twice as
much as pupils who knew nothing of one another would.
"""


class Contrast(NamedTuple):
    """A difference of two means, its interval, and its two-sided and upper p."""

    value: float
    low: float
    high: float
    error: float
    p: float
    above: float


def contrast(
    sample: Sample,
    value: Floats,
    verdict: Verdict,
    level: float,
    *,
    along: int = 0,
    comparisons: int = 1,
    share: bool = False,
    learnt: int = 0,
    squares: Floats | None = None,
) -> Contrast:
    """Return the difference of the mean of a number, with the interval that users and hours allow.

    Args:
        sample: the rows.
        value: the number of each row.
        verdict: on the column, which knows the luck of the hours and the degrees of freedom.
        level: how often the interval must hold the truth.
        along: the direction of the verdict whose luck is meant: a cell, or 0 for a number's level.
        comparisons: among how many this one was picked; all of them are held at once.
        share: whether the number is 0 or 1; a share of 0 is then no certainty.
        learnt: in how many folds the number of each row was learnt from other users; 0 for none.
        squares: the weighted sum of the squared number in each period, where that is known.
    """
    weighted = value if sample.even else sample.weight * value
    total = sample.by_group.sum(axis=1)
    by_group = sums(sample.joint, weighted, 2 * sample.n_groups).reshape(2, -1)
    mean = by_group.sum(axis=1) / total
    apart = (by_group - sample.by_group * mean[:, None]) / total[:, None]
    own = apart[1] - apart[0]
    kish = sample.kish
    squares = sums(sample.arm, weighted * value, 2) if squares is None else squares
    spread = np.maximum(squares / total - mean**2, 0.0)
    one_row = float(kish @ spread / kish.sum())
    users = int((sample.by_group.sum(axis=0) > 0).sum())
    widened = users / max(users - max(learnt, 1), 1)
    luck = float(verdict.hours.luck[along]) * verdict.hours.reach
    variance = float((own**2).sum()) * widened + luck * one_row
    if share:
        likely = (mean * kish + 1) / (kish + 2)
        variance = max(variance, float((likely * (1 - likely) / (kish + 2)).sum()))
    error = float(np.sqrt(variance * _TWICE if learnt else variance))
    return _interval(float(mean[1] - mean[0]), error, verdict.freedom, level, comparisons)


def _interval(value: float, error: float, freedom: float, level: float, many: int) -> Contrast:
    reach = float(stdtrit(freedom, 1 - (1 - level) / (2 * many))) * error
    above = float(stdtr(freedom, -value / error)) if error > 0 else float(value <= 0)
    p = min(1.0, 2 * min(above, 1 - above)) if error > 0 else float(value == 0)
    return Contrast(value, value - reach, value + reach, error, p, above)
