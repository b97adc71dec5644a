"""Which thresholds and bands must both writings count alike?"""

from collections.abc import Iterator
from math import inf, nan

import numpy as np

from agentlens.stats.agreement.bands import grid
from agentlens.stats.agreement.cumulative import stepped
from agentlens.stats.agreement.workload import apart
from tests.vectors.case import Case

__all__ = ["bands", "thresholds"]

_PRICES = ((1.0, 1.0), (10.0, 1.0), (0.1, 7.3), (1e-9, 1e9), (1e300, 1e300), (2.5, 2.5))


def thresholds() -> Iterator[Case]:
    rng = np.random.default_rng(60)
    for turn, n in enumerate((0, 1, 2, 3, 5, 20, 60, 150) * 6):
        score = rng.beta(4, 2, n).round(2 if turn % 2 else 6)
        passed = rng.random(n) < score
        weight = np.ones(n) if turn % 3 else rng.choice([1.0, 2.5, 10 / 3], n)
        yield _priced(f"{n} labels, {turn}", score, passed, weight, turn)
    for turn, (about, score, passed) in enumerate(_odd()):
        yield _priced(about, score, passed, np.ones(score.size), turn)
    many = rng.random(2000).round(6)
    yield _priced("more scores than thresholds", many, rng.random(2000) < many, np.ones(2000), 0)
    for odd in (nan, inf, -inf):
        fails, passes = np.array([1.0, odd, 0.0, 2.0, 0.0]), np.array([0.0, 1.0, 3.0, odd, 0.0])
        prices = {"cost_fp": 1.0, "cost_fn": 2.0}
        yield Case(f"a weight is {odd}", prices, {"fails": fails, "passes": passes})
    for fp, fn in ((inf, 1.0), (nan, 1.0), (0.0, 0.0), (0.0, 1.0)):
        score, passed = np.array([0.1, 0.4, 0.6, 0.9]), np.array([False, True, False, True])
        found = stepped(score, passed, np.ones(4))
        yield Case(
            f"prices {fp} and {fn}",
            {"cost_fp": fp, "cost_fn": fn},
            {"fails": found.fails, "passes": found.passes},
        )


def bands() -> Iterator[Case]:
    rng = np.random.default_rng(61)
    for turn, n in enumerate((0, 1, 2, 3, 40, 400, 3000) * 7):
        score = rng.beta(3, 1.5, n).round((1, 2, 6)[turn % 3])
        weight = np.ones(n) if turn % 2 else rng.choice([1.0, 5.0, 0.1], n)
        steps = grid(score)
        at, past = apart(score, weight, steps)
        below, above = np.sort(rng.integers(-1, max(steps.size, 1), 2)).tolist()
        yield _edged(f"{n} traces, {turn}", at, past, (0.0, 3.3, 120.0)[turn % 3], (below, above))
    at, past = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.25, 0.0])
    for edges in ((-1, -1), (0, 0), (0, 2), (2, 2), (-1, 0), (2, 1), (0, -1), (2, -1)):
        yield _edged(f"edges at {edges}", at, past, 1.0, edges)
    for odd in (nan, inf, -inf):
        yield _edged(f"a weight is {odd}", np.array([1.0, odd, 3.0]), past, 1.0, (0, 2))
        yield _edged(f"without a score {odd}", at, past, odd, (0, 2))
    yield _edged("no traffic", np.zeros(3), np.zeros(3), 0.0, (0, 2))


def _odd() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    yes, no = np.ones(6, dtype=bool), np.zeros(6, dtype=bool)
    yield "all scores are one", np.full(6, 0.5), np.array([True, False] * 3)
    yield "everybody passes", np.linspace(0, 1, 6), yes
    yield "nobody passes", np.linspace(0, 1, 6), no
    yield "the wrong way round", np.linspace(0, 1, 6), np.arange(6) < 3
    yield (
        "two runs of one cost",
        np.array([0.1, 0.2, 0.3, 0.4]),
        np.array([True, False, True, False]),
    )
    yield (
        "scores beyond one",
        np.array([-3.0, 0.0, 12.0, 1e6]),
        np.array([False, True, False, True]),
    )


def _priced(
    about: str, score: np.ndarray, passed: np.ndarray, weight: np.ndarray, turn: int
) -> Case:
    found = stepped(score, passed, weight)
    fp, fn = _PRICES[turn % len(_PRICES)]
    arrays = {"fails": found.fails, "passes": found.passes}
    return Case(f"{about}; {fp:g} and {fn:g}", {"cost_fp": fp, "cost_fn": fn}, arrays)


def _edged(
    about: str, at: np.ndarray, past: np.ndarray, none: float, edges: tuple[int, ...]
) -> Case:
    below, above = (int(one) for one in edges)
    params = {"none": none, "days": 7.5, "above": above, "below": below}
    return Case(about, params, {"at": at, "past": past})
