"""Does a gate let a judge through that is not good enough, and how soon one that is?"""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from agentlens.stats.agreement.wealth import wealth
from agentlens.stats.corrected.power import (
    TRUTHS,
    certify,
    fewest_without_error,
    labels_needed,
    lower_bound,
    table,
)
from tests.stats.corrected_worlds import Judge, judge_draws, uniform, window

_PUBLISHED = {
    50: (0.01, 0.05, 0.13, 0.25, 0.43, 0.76),
    100: (0.00, 0.03, 0.14, 0.32, 0.59, 0.94),
    200: (0.00, 0.04, 0.30, 0.65, 0.92, 1.00),
    300: (0.00, 0.04, 0.40, 0.81, 0.98, 1.00),
}


def test_the_table_of_powers_is_exact() -> None:
    found = table(0.85)
    for n, row in _PUBLISHED.items():
        assert found[n] == pytest.approx(row, abs=0.01)
    assert [labels_needed(truth, 0.85) for truth in TRUTHS] == [None, None, 864, 304, 150, 68]
    assert [fewest_without_error(one) for one in (0.85, 0.80, 0.90)] == [19, 14, 29]


def test_the_powers_equal_a_sum_over_every_outcome() -> None:
    for n, truth, target in ((37, 0.9, 0.8), (120, 0.93, 0.85), (19, 1 - 1e-9, 0.85)):
        outcomes = np.arange(n + 1)
        low = proportion_confint(outcomes, n, alpha=0.1, method="beta")[0]
        by_sum = stats.binom.pmf(outcomes, n, truth)[low >= target].sum()
        assert float(certify(n, truth, target)) == pytest.approx(by_sum, abs=1e-9)
    assert lower_bound(30, 40) == pytest.approx(
        proportion_confint(30, 40, alpha=0.1, method="beta")[0]
    )


@pytest.mark.simulation
def test_a_judge_just_at_the_target_rarely_passes() -> None:
    rng = np.random.default_rng(2)
    passed: list[bool] = []
    good: list[bool] = []
    for judge, into in ((Judge(0.90, 0.65), passed), (Judge(0.95, 0.70), good)):
        for labels in (50, 100, 200):  # agreement .85 and .90, at a human pass rate of .8
            for _ in range(600):
                cells = uniform(rng, window(rng, 0.8, judge, 2000), labels).cells
                agreement = judge_draws(cells, rng, 800)[1].agreement
                into.append(bool(np.quantile(agreement, 0.05) >= 0.85))
    assert np.mean(passed) <= 0.06
    assert np.mean(good) >= 0.42  # the verdicts of the window help: exact bounds give .41


def test_a_bound_of_wilson_lets_too_many_through() -> None:
    n = np.arange(30, 400)
    worst = 0.0
    for size in n.tolist():
        outcomes = np.arange(size + 1)
        low = proportion_confint(outcomes, size, alpha=0.1, method="wilson")[0]
        worst = max(worst, float(stats.binom.pmf(outcomes, size, 0.85)[low >= 0.85].sum()))
    assert worst > 0.06
    assert certify(n, 0.85, 0.85).max() <= 0.05


@pytest.mark.simulation
def test_looking_after_every_label_is_safe_in_sequence_and_nowhere_else() -> None:
    rng = np.random.default_rng(2)
    streams = (rng.random((2000, 300)) < 0.85).astype(np.float64)
    reached = [bool((wealth(one, 0.85) >= 20).any()) for one in streams]
    assert np.mean(reached) <= 0.05
    agreed = streams.cumsum(axis=1)
    looks = np.arange(29, 300, 10)
    enough = {
        n: next(k for k in range(n + 2) if k > n or lower_bound(k, n) >= 0.85)
        for n in (looks + 1).tolist()
    }
    peeked = np.any([agreed[:, at] >= enough[at + 1] for at in looks.tolist()], axis=0)
    assert peeked.mean() >= 0.10


@pytest.mark.simulation
def test_a_good_judge_is_certified_in_sequence_before_long() -> None:
    rng = np.random.default_rng(3)
    for truth, most in ((0.95, 90), (0.92, 180)):
        streams = (rng.random((400, 600)) < truth).astype(np.float64)
        needed = [int(np.argmax(wealth(one, 0.85) >= 20)) + 1 for one in streams]
        assert np.median(needed) <= most
