"""Which share would people pass, by which assumption, with which interval?"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from agentlens.analysis.calibrate.evidence.basis import Basis
from agentlens.analysis.calibrate.evidence.described import FEWEST
from agentlens.analysis.calibrate.evidence.evidence import Evidence, seeded
from agentlens.stats.arrays import Floats
from agentlens.stats.corrected.effect import design_effect
from agentlens.stats.corrected.lee import lee
from agentlens.stats.corrected.poststrat import DRAWS, draws, point, rates, window_rates
from agentlens.stats.corrected.ppi import ppi
from agentlens.stats.corrected.stable import Traffic, carried, drawn_shares
from agentlens.stats.intervals.rates import wilson

__all__ = [
    "Assume",
    "Estimate",
    "Target",
    "by_lee",
    "by_people",
    "by_ppi",
    "carried_over",
    "ends",
    "judge_alone",
    "post_stratified",
    "shared_draws",
    "traffic_of",
]

Assume = Literal["same_population", "stable_errors"]
Target = Literal["process", "window"]


@dataclass(frozen=True)
class Estimate:
    """A rate by one way of finding it.

    Attributes:
        way: what it is called on cards.
        value: the rate.
        low: of its interval.
        high: of its interval.
        n: labels behind it; for the judge alone, its verdicts.
        remark: what to know of it.
    """

    way: str
    value: float
    low: float
    high: float
    n: int
    remark: str = ""

    @property
    def width(self) -> float:
        """How far apart its limits are."""
        return self.high - self.low


def post_stratified(
    evidence: Evidence, level: float, question: str, target: Target = "process"
) -> Estimate:
    """Return the rate where labels and verdicts are of one window."""
    cells, rng = evidence.cells, seeded(evidence, question)
    drawn = draws(cells, rng, DRAWS)
    if target == "process":
        low, high = ends(rates(drawn), level)
        return Estimate("corrected", point(cells), low, high, evidence.passed.size)
    exact = _unweighted(evidence)
    low, high = ends(window_rates(exact.cells, drawn, rng), level)
    known, rest = exact.cells.passed, exact.cells.judged - exact.cells.labelled
    value = float((known + np.maximum(rest, 0) * cells.rate).sum() / exact.cells.judged.sum())
    return Estimate("corrected", value, low, high, evidence.passed.size)


def carried_over(basis: Basis, there: Evidence, level: float, question: str) -> Estimate:
    """Return the rate of another window, where the judge errs as it did on the labels."""
    drawn = shared_draws(basis, (there,), question)[0]
    low, high = ends(np.clip(drawn, 0, 1), level)
    described = basis.described
    s, c = described.rates["sensitivity"].value, described.rates["specificity"].value
    inside = float(carried(np.array([there.judge_rate]), np.array([s]), np.array([c]))[0])
    none = 1 - there.coverage
    value = (1 - none) * inside + none * _without_verdict(basis)[0]
    return Estimate("corrected", float(np.clip(value, 0, 1)), low, high, basis.evidence.n)


def shared_draws(basis: Basis, sides: tuple[Evidence, ...], question: str) -> list[Floats]:
    """Return draws of the rates of several windows that share one judge's errors.

    What is not known of the judge moves all of them together, and cancels in a difference.
    """
    drawn = basis.described.drawn
    if drawn is None:
        message = "only a window whose verdicts are all known has draws of the judge's errors"
        raise ValueError(message)
    rng = seeded(basis.evidence, question)
    x, n = _without_verdict(basis)[1:]
    unjudged = rng.beta(x + 0.5, n - x + 0.5, size=DRAWS)
    found = []
    for side in sides:
        passing, none = drawn_shares(traffic_of(side), rng, DRAWS)
        inside = carried(passing, drawn.sensitivity, drawn.specificity)
        found.append(np.asarray((1 - none) * inside + none * unjudged, dtype=np.float64))
    return found


def traffic_of(evidence: Evidence) -> Traffic:
    """Return what the judge said of a window, in effective counts."""
    has = evidence.verdict >= 0
    judged = _worth(evidence.weight) / evidence.cells.share_effect
    verdicts = _worth(evidence.weight[has]) / evidence.cells.share_effect
    passed = verdicts * evidence.judge_rate if verdicts else 0.0
    return Traffic(passed, verdicts, 1 - evidence.coverage, judged)


def by_lee(basis: Basis, there: Evidence, level: float) -> Estimate | None:
    """Return the rate from counts alone: uniform labels, no window; None below 20 labels."""
    evidence = basis.evidence.only_uniform()
    a, b, c, d = evidence.quadrant()
    if a + b + c + d < FEWEST or not a + b or not c + d:
        return None
    effect = evidence.cells.label_effect
    traffic = traffic_of(there)
    value, low, high = lee(
        (traffic.passed, traffic.verdicts),
        (a / effect, (a + b) / effect),
        (d / effect, (c + d) / effect),
        level,
    )
    note = "counts of uniform labels; the judge errs alike elsewhere"
    return Estimate("Lee", value, low, high, a + b + c + d, note)


def by_people(evidence: Evidence, level: float) -> Estimate | None:
    """Return the rate of the uniform labels alone; None below 20 of them."""
    y = evidence.passed[evidence.uniform]
    if y.size < FEWEST:
        return None
    g = evidence.cells.weight[evidence.label_cell[evidence.uniform]]
    value = float((g * y).sum() / g.sum())
    effect = design_effect(g * (y - value), evidence.label_cluster[evidence.uniform])
    n = np.array([_worth(g) / effect])
    low, high = wilson(value * n, n, level)
    return Estimate("people alone", value, float(low[0]), float(high[0]), y.size, "uniform labels")


def by_ppi(evidence: Evidence, level: float) -> Estimate | None:
    """Return what PPI++ says, for comparison; None without weights that are all alike."""
    flat = bool(np.ptp(evidence.weight) <= 1e-12 * evidence.weight.max())
    y = evidence.passed[evidence.uniform]
    if y.size < FEWEST or not flat:
        return None
    f = (evidence.label_verdict[evidence.uniform] == 1).astype(np.float64)
    passes = (evidence.verdict == 1).astype(np.float64)
    value, low, high = ppi((y, f), passes, level)
    note = "too sure below 200 labels; for comparison"
    return Estimate("PPI++", value, low, high, y.size, note)


def judge_alone(evidence: Evidence, level: float) -> Estimate:
    """Return the judge's own rate, uncorrected."""
    traffic = traffic_of(evidence)
    low, high = wilson(np.array([traffic.passed]), np.array([traffic.verdicts]), level)
    n = int((evidence.verdict >= 0).sum())
    value = evidence.judge_rate
    return Estimate("judge, uncorrected", value, float(low[0]), float(high[0]), n, "not the truth")


def ends(values: Floats, level: float) -> tuple[float, float]:
    """Return the middle part of the draws."""
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def _without_verdict(basis: Basis) -> tuple[float, float, float]:
    """Return how often people pass what has no verdict: rate, passed and labelled."""
    cells, none = basis.cells, basis.evidence.verdicts < 0
    effect = cells.label_effect
    x, n = float(cells.passed[none].sum()) / effect, float(cells.labelled[none].sum()) / effect
    return (x + 0.5) / (n + 1), x, n


def _unweighted(evidence: Evidence) -> Evidence:
    return replace(
        evidence,
        weight=np.ones(evidence.weight.size),
        label_weight=np.ones(evidence.label_weight.size),
    )


def _worth(weight: Floats) -> float:
    """Return how many equal weights would vary as little."""
    return float(weight.sum() ** 2 / (weight**2).sum()) if weight.size else 0.0
