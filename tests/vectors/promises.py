"""Which promises must both writings judge alike?"""

from collections.abc import Iterator
from math import inf, nan

import numpy as np

from agentlens.stats.intervals.rates import clopper_pearson
from tests.vectors.case import Case

__all__ = ["judged"]

_HOURS = {
    1: [672.0],
    2: [672.0, 72.0],
    3: [672.0, 1.0, 6.0],
    4: [672.0, 1.0, 6.0, 72.0],
    5: [24.0, 1.0, 2.0, 6.0, 12.0],
}


def judged() -> Iterator[Case]:
    rng = np.random.default_rng(50)
    allowed = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.5, 0.8, 0.95, 0.999)
    for place in range(48):
        windows = 1 + place % 5
        n = np.sort(rng.integers(2, 3000, windows))[::-1].astype(np.float64)
        n = np.concatenate([n[:1], np.sort(n[1:])])
        share = rng.choice([0.0, 0.002, 0.01, 0.03, 0.12, 0.4, 1.0], windows)
        budget = allowed[place % len(allowed)]
        yield _case(f"{windows} windows at {budget}", np.floor(share * n), n, budget)
    rows = np.array([26880.0, 40, 240, 2880])
    for bad, about in (
        ((150.0, 3, 8, 20), "the short windows burn, the long one not beyond its pace"),
        ((150.0, 3, 40, 20), "the short windows agree"),
        ((250.0, 0, 8, 60), "the long windows agree"),
        ((250.0, 0, 0, 60), "only the longest burns"),
        ((250.0, 9, 0, 60), "a window between two that burn does not"),
        ((300.0, 0, 0, 0), "a budget that is likely spent"),
        ((400.0, 0, 0, 0), "a budget that is spent"),
    ):
        yield _case(about, np.array(bad), rows, 0.01)
    yield _case("two bad rows", np.array([2.0, 2, 2, 2]), np.array([90.0, 2, 4, 9]), 0.001)
    yield _case("no row at all", np.zeros(4), np.zeros(4), 0.05)
    yield _case("no row of late", np.array([3.0, 0, 0, 1]), np.array([400.0, 0, 0, 50]), 0.05)
    yield _case("a single bad row", np.array([1.0, 1, 1, 1]), np.array([900.0, 1, 2, 9]), 0.001)
    yield _case("none bad", np.zeros(4), np.array([9000.0, 10, 60, 400]), 0.001)
    yield _case("all bad", np.array([900.0, 10, 60, 400]), np.array([900.0, 10, 60, 400]), 0.5)
    thin = _case("no interval", np.array([9.0, 1, 2, 4]), np.array([90.0, 2, 6, 30]), 0.05)
    for name in ("low", "high", "bound"):
        thin.arrays[name][:] = nan
    yield thin
    odd = _case("an infinite bound", np.array([9.0, 3, 4, 6]), np.array([90.0, 9, 9, 30]), 0.05)
    odd.arrays["high"][1], odd.arrays["share"][2], odd.arrays["bound"][3] = inf, nan, -inf
    yield odd


def _case(about: str, bad: np.ndarray, n: np.ndarray, allowed: float) -> Case:
    with np.errstate(invalid="ignore"):
        share = bad / n
    known = np.where(n > 0, n, 0.0)
    low, high = clopper_pearson(np.nan_to_num(share) * known, known, 0.95)
    bound, _ = clopper_pearson(np.nan_to_num(share) * known, known, 0.9)
    arrays = {
        "share": share,
        "low": low.round(9),
        "high": high.round(9),
        "bound": bound.round(9),
        "bad": bad,
        "n": n,
        "n_eff": n.round(1),
        "span": np.array(_HOURS[n.size]),
    }
    return Case(about, {"allowed": allowed}, arrays)
