"""How often does a chart call while nothing happens, on given futures?"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from agentlens.stats.arrays import Floats
from agentlens.stats.charts.arms import Arms, alarms
from agentlens.stats.charts.run_rules import Rule, flags, window

__all__ = ["Rates", "rates", "rates_of_many", "rates_with_rules"]

_Z = 1.959964


@dataclass(frozen=True)
class Rates:
    """How often charts call on futures in which nothing happens.

    Attributes:
        run_length: bins between two false alarms, over all charts.
        low: lower end of its 95 % interval, for the finite number of futures.
        high: upper end.
        shortest: run length of a chart whose baseline was unlucky: one in twenty is shorter.
        longest: one in twenty is longer.
    """

    run_length: float
    low: float
    high: float
    shortest: float
    longest: float


def rates(found: Arms, upper: float, lower: float) -> Rates:
    """Return the run length that two limits achieve, and how far it is known."""
    counts = alarms(found, np.array([[upper], [lower]])).sum(axis=(0, 1))
    return _told(counts, found.reach.shape[0])


def rates_of_many(found: Arms, limits: Floats) -> tuple[Rates, ...]:
    """Return what `rates` returns for each of many limits, which share the way of the arms.

    Args:
        found: the arms.
        limits: (side, limit), upwards first.
    """
    return tuple(_told(one, found.reach.shape[0]) for one in alarms(found, limits).sum(axis=0))


def rates_with_rules(found: Arms, upper: float, lower: float, rules: tuple[Rule, ...]) -> Rates:
    """Return the run length of a Shewhart chart that also calls where a rule is completed.

    After an alarm every pattern starts anew.
    """
    points = found.steps[0]
    out = (points > upper) | (found.steps[1] > lower)
    fired = [(flags(points.T, (rule,))[rule.name].T, window(rule)) for rule in rules]
    counts = np.zeros(points.shape[1])
    fresh = np.zeros(points.shape[1], np.int64)
    for t in range(len(points)):
        calls = out[t].copy()
        for completed, reach in fired:
            calls |= completed[t] & (t - reach + 1 >= fresh)
        counts += calls
        fresh[calls] = t + 1
    return _told(counts, len(points))


def _told(counts: Floats, bins: int) -> Rates:
    """Return what the alarms of each path, over so many bins, say of all charts."""
    mean = counts.mean()
    error = counts.std(ddof=1) / np.sqrt(counts.size)
    # Counts vary more than Poisson's because every chart has its own baseline: a gamma mixture.
    between = max(counts.var(ddof=1) - mean, 0.0)
    few, many = mean, mean
    if between > 0 and mean > 0:
        shape = mean**2 / between
        few, many = (float(gammaincinv(shape, p)) * mean / shape for p in (0.05, 0.95))
    with np.errstate(divide="ignore"):
        return Rates(
            *(
                float(bins / np.float64(max(one, 0.0)))
                for one in (mean, mean + _Z * error, mean - _Z * error, many, few)
            )
        )
