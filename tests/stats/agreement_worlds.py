"""Which judges, whose truth is known, are the promises about agreement tried on?"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from agentlens.stats.agreement.anchors import alarms, watch_runs
from agentlens.stats.agreement.bands import certify, grid
from agentlens.stats.agreement.flips import flips
from agentlens.stats.agreement.paired import bonett_price, where_they_differ
from agentlens.stats.agreement.threshold import cheapest
from agentlens.stats.agreement.wealth import wealth
from agentlens.stats.arrays import Flags, Floats

__all__ = [
    "Scorer",
    "anchor_alarms",
    "band_broken",
    "compared",
    "flip_coverage",
    "pages",
    "panel_errors",
    "probe_rejections",
    "threshold_reports",
]


class Scorer(NamedTuple):
    """A judge whose scores are normal, higher for what people pass."""

    auc: float
    passing: float = 0.85

    @property
    def apart(self) -> float:
        """How far the scores of passes lie above those of fails."""
        return float(np.sqrt(2) * ndtri(self.auc))

    def draw(self, n: int, rng: np.random.Generator) -> tuple[Floats, Flags]:
        """Return scores and what people say."""
        y = rng.random(n) < self.passing
        return rng.normal(self.apart * y, 1.0), y

    def above(self, t: float) -> tuple[float, float]:
        """Return the share of all that fails at or above t, and that passes there."""
        return (1 - self.passing) * float(ndtr(-t)), self.passing * float(ndtr(self.apart - t))

    def cost(self, t: float) -> float:
        """Return the share decided wrongly by this threshold."""
        fails, passes = self.above(t)
        return fails + self.passing - passes


def band_broken(
    scorer: Scorer, n: int, *, runs: int, seed: int, error: float = 0.05, empirical: bool = False
) -> tuple[float, float]:
    """Return how often the auto-pass band errs more than promised, and how often there is one."""
    rng = np.random.default_rng(seed)
    broken = given = 0
    for _ in range(runs):
        score, y = scorer.draw(n, rng)
        steps = grid(scorer.draw(2000, rng)[0])[::-1]
        found = certify(score, ~y, steps, error, 0.05)
        threshold = found.threshold
        if empirical:
            share = found.wrong / np.maximum(found.inside, 1)
            fine = steps[(share <= error) & (found.inside > 0)]
            threshold = float(fine.min()) if fine.size else float("nan")
        if not np.isnan(threshold):
            fails, passes = scorer.above(threshold)
            given += 1
            broken += fails / (fails + passes) > error
    return broken / runs, given / runs


class Reported(NamedTuple):
    """What a threshold was said to cost, by two ways, and what it really does, on average."""

    nested: float
    in_sample: float
    truth: float


def threshold_reports(scorer: Scorer, n: int, *, runs: int, seed: int) -> Reported:
    """Return the mean error rates that nested folds and the training score report."""
    rng = np.random.default_rng(seed)
    told = np.zeros((runs, 3))
    for run in range(runs):
        score, y = scorer.draw(n, rng)
        threshold, least = cheapest(score, y, np.ones(n), 1.0, 1.0)
        fold = rng.integers(0, 10, n)
        wrong = np.zeros(n)
        for one in range(10):
            out = fold == one
            t, _ = cheapest(score[~out], y[~out], np.ones((~out).sum()), 1.0, 1.0)
            wrong[out] = (score[out] >= t) != y[out]
        told[run] = wrong.mean(), least / n, scorer.cost(threshold)
    return Reported(*told.mean(axis=0).tolist())


def anchor_alarms(
    fall: float, *, n: int, watched: int, runs: int, seed: int, rule: str = "chart"
) -> float:
    """Return how often a judge of agreement .9 and 5 % flips alarms, after falling by so much."""
    rng = np.random.default_rng(seed)
    alarmed = 0
    for _ in range(runs):
        unsure = rng.random(n) < 0.12
        p = np.where(unsure, rng.uniform(0.1, 0.95, n), (rng.random(n) < 0.95).astype(float))
        p = np.clip(p, 0.004, 0.996)
        truth = rng.random(n) < 0.5
        baseline = (rng.random((5, n)) < p).astype(float)
        now = np.where(rng.random(n) < fall / max(p.mean(), 1e-9), 0.004, p)
        later = (rng.random((watched, n)) < now).astype(float)
        if rule == "fixed":
            alarmed += bool((later.mean(axis=1) < 0.85).any())
            continue
        if rule == "majority":
            usual = (baseline.mean(axis=0) > 0.5).astype(float)
            same = (later == usual).mean(axis=1)
            noise = np.sqrt(max(float((p * (1 - p)).sum()), 0.25)) / n
            alarmed += bool(((1.0 - same) / noise > 2.9).any())
            continue
        passes = [np.where(truth, one, 1 - one) for one in (baseline, later)]
        charts = watch_runs(baseline, later), watch_runs(passes[0], passes[1])
        alarmed += alarms(*charts)[0].size > 0
    return alarmed / runs


def pages(agreement: float, weeks: int, *, runs: int, seed: int, weekly: bool = False) -> float:
    """Return how often a year of twenty fresh labels a week pages at a promise of .85."""
    rng = np.random.default_rng(seed)
    y = (rng.random((runs, weeks * 20)) < agreement).astype(float)
    if weekly:
        return float((y.reshape(runs, weeks, 20).mean(axis=2) < 0.85).any(axis=1).mean())
    return float(np.mean([wealth(one, 0.85, "below").max() >= 20 for one in y]))


def flip_coverage(
    rate: float, n: int, k: int, *, runs: int, seed: int, bootstrap: bool = False
) -> float:
    """Return how often the interval of a flip rate holds it, where few items are unstable."""
    rng = np.random.default_rng(seed)
    unstable = min(1.0, rate / 0.4)
    p_of = np.sqrt(0.25 - rate / unstable / 2)
    covered = 0
    for _ in range(runs):
        p = np.where(rng.random(n) < unstable, 0.5 + p_of * rng.choice([-1, 1], n), 1.0)
        passes = rng.binomial(k, p).astype(float)
        if bootstrap:
            items = 2 * passes * (k - passes) / (k * (k - 1))
            means = items[rng.integers(0, n, (400, n))].mean(axis=1)
            low, high = np.quantile(means, [0.025, 0.975])
        else:
            _, low, high, _ = flips(passes, np.full(n, float(k)))
        covered += bool(low <= rate <= high)
    return covered / runs


class Compared(NamedTuple):
    """Coverage and mean width of three intervals of a difference, and how often McNemar rejects."""

    uniform: float
    plan: float
    unpaired: float
    width: float
    plan_width: float
    rejected: float


def compared(
    accuracy: tuple[float, float], *, runs: int, seed: int, n: int = 60, apart: float = 0.08
) -> Compared:
    """Return what comparing two judges on labels gives, drawn from all or where they differ."""
    from agentlens.stats.trials.pairs import mcnemar

    rng = np.random.default_rng(seed)
    truth = accuracy[0] - accuracy[1]
    size = 1000
    only = apart + max(truth, 0.0), apart + max(-truth, 0.0)
    cells = np.array([accuracy[0] - only[0], *only, 1 - accuracy[0] - only[1]])
    told = np.zeros((runs, 6))
    for run in range(runs):
        kind = rng.choice(4, size, p=cells)
        y = rng.random(size) < 0.8
        first = np.where(np.isin(kind, (0, 1)), y, ~y)
        second = np.where(np.isin(kind, (0, 2)), y, ~y)
        seen = rng.choice(size, n, replace=False)
        a, b = int((kind[seen] == 1).sum()), int((kind[seen] == 2).sum())
        one = bonett_price(a, b, n)
        places = [np.flatnonzero(first & ~second), np.flatnonzero(second & ~first)]
        sizes = [size - places[0].size - places[1].size, places[0].size, places[1].size]
        halves = [min(n // 2, one.size) for one in places]
        drawn = [
            rng.choice(place, m, replace=False) for place, m in zip(places, halves, strict=True)
        ]
        two = where_they_differ(
            np.array(sizes, dtype=float),
            np.array(halves, dtype=float),
            np.array([y[one].sum() for one in drawn], dtype=float),
            draws=1000,
        )
        shares = np.isin(kind[seen], (0, 1)).mean(), np.isin(kind[seen], (0, 2)).mean()
        half = 1.96 * np.sqrt(sum(p * (1 - p) for p in shares) / n)
        told[run] = (
            one.low <= truth <= one.high,
            two.low <= truth <= two.high,
            abs(shares[0] - shares[1] - truth) <= half,
            one.high - one.low,
            two.high - two.low,
            mcnemar(a, b) <= 0.05,
        )
    return Compared(*told.mean(axis=0).tolist())


def panel_errors(judges: int, correlation: float, n: int, seed: int) -> Flags:
    """Return the errors of judges who err at 15 %, any two of whom correlate so much."""
    rng = np.random.default_rng(seed)
    rate = 0.15
    shared = rng.random(n) < rate
    follow = rng.random((judges, n)) < np.sqrt(correlation)
    return np.where(follow, shared, rng.random((judges, n)) < rate)


def probe_rejections(
    effect: Callable[..., Any], bias: float, n: int, *, runs: int, seed: int, blind: bool = False
) -> float:
    """Return how often length is called a bias, where longer answers are the better ones.

    Without people's verdict (blind) the property alone has to explain the judge's.
    """
    rng = np.random.default_rng(seed)
    called = 0
    for _ in range(runs):
        length = rng.normal(size=n)
        y = (rng.random(n) < 1 / (1 + np.exp(-(1.0 + 0.5 * length)))).astype(float)
        lean = np.where(y == 1, 1.8, -1.2) + bias * length
        verdict = (rng.random(n) < 1 / (1 + np.exp(-lean))).astype(float)
        human = (rng.random(n) < 0.5).astype(float) if blind else y
        called += effect(verdict, human, length, np.arange(n), 0.95).p <= 0.05
    return called / runs
