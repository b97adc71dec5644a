"""Does a correction carry over to traffic that changed?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.stats.corrected.lee import lee
from agentlens.stats.corrected.poststrat import Cells, draws, rates
from agentlens.stats.corrected.stable import Traffic, carried, drawn_shares, separates
from tests.stats.corrected_worlds import JUDGES, covers, judge_draws, uniform, window

_DRAWS = 800
_JUDGE = JUDGES[1]


def _traffic(rng: np.random.Generator, theta: float, n: int = 3000) -> Traffic:
    a, _, c, _ = window(rng, theta, _JUDGE, n).tolist()
    return Traffic(float(a + c), float(n), 0.0, float(n))


@pytest.mark.simulation
def test_after_a_shift_stable_errors_hold_and_post_stratification_does_not() -> None:
    rng = np.random.default_rng(1)
    stable, forced, counted = [], [], []
    for _ in range(400):
        made = uniform(rng, window(rng, 0.9, _JUDGE, 3000), 100)
        traffic = _traffic(rng, 0.8)
        _, found = judge_draws(made.cells, rng, _DRAWS)
        passing, _ = drawn_shares(traffic, rng, _DRAWS)
        theta = np.clip(carried(passing, found.sensitivity, found.specificity), 0, 1)
        stable.append(covers(theta, 0.8))
        sizes = np.array([traffic.passed, 3000 - traffic.passed])
        moved = Cells(sizes, np.ones(2), made.cells.labelled, made.cells.passed)
        forced.append(covers(rates(draws(moved, rng, _DRAWS)), 0.8))
        a, b, c, d = made.labels.tolist()
        _, low, high = lee((traffic.passed, 3000), (a, a + b), (d, c + d))
        counted.append(low <= 0.8 <= high)
    assert np.mean(stable) >= 0.92
    assert np.mean(counted) >= 0.93
    assert np.mean(forced) <= 0.65


@pytest.mark.simulation
def test_a_difference_with_shared_errors_is_held_and_tighter_than_split_labels() -> None:
    rng = np.random.default_rng(2)
    held, width, split = [], [], []
    for _ in range(400):
        made = uniform(rng, window(rng, 0.9, _JUDGE, 3000), 100)
        sides = [drawn_shares(_traffic(rng, theta), rng, _DRAWS)[0] for theta in (0.9, 0.8)]
        _, found = judge_draws(made.cells, rng, _DRAWS)
        if not separates(found.sensitivity, found.specificity):
            continue  # refused, not answered
        before, after = (carried(one, found.sensitivity, found.specificity) for one in sides)
        held.append(covers(after - before, -0.1))
        width.append(float(np.ptp(np.quantile(after - before, [0.025, 0.975]))))
        halves = [
            rates(draws(uniform(rng, window(rng, theta, _JUDGE, 3000), 50).cells, rng, _DRAWS))
            for theta in (0.9, 0.8)
        ]
        split.append(float(np.ptp(np.quantile(halves[1] - halves[0], [0.025, 0.975]))))
    assert 0.92 <= np.mean(held) <= 0.975
    assert np.mean(split) > 1.5 * np.mean(width)


@given(st.floats(0.05, 0.95), st.floats(0.6, 1.0), st.floats(0.5, 1.0))
def test_carrying_undoes_what_the_judge_did(theta: float, s: float, c: float) -> None:
    passing = theta * s + (1 - theta) * (1 - c)
    found = carried(np.array([passing]), np.array([s]), np.array([c]))
    assert found[0] == pytest.approx(theta)


def test_lee_with_a_perfect_judge_is_the_judges_own_rate() -> None:
    value, low, high = lee((82_000, 100_000), (8e6, 8e6), (2e6, 2e6))
    assert value == pytest.approx(0.82, abs=1e-4)
    assert (low, high) == pytest.approx((0.8176, 0.8224), abs=2e-4)


def test_a_coin_does_not_separate() -> None:
    rng = np.random.default_rng(3)
    _, good = judge_draws(uniform(rng, window(rng, 0.8, _JUDGE, 2000), 100).cells, rng)
    assert separates(good.sensitivity, good.specificity)
    coin = uniform(rng, np.array([800, 800, 200, 200]), 100)
    _, poor = judge_draws(coin.cells, rng)
    assert not separates(poor.sensitivity, poor.specificity)
    wide = np.concatenate([np.full(97, 0.7), np.full(3, 0.05)])  # sure on average, at times a coin
    assert wide.mean() > 2 * wide.std()
    assert not separates(wide, np.ones(100))
    assert separates(np.full(100, 0.7), np.full(100, 0.9))


def test_traffic_without_a_verdict_is_drawn_too() -> None:
    rng = np.random.default_rng(4)
    passing, none = drawn_shares(Traffic(80.0, 100.0, 0.2, 125.0), rng, 4000)
    assert passing.mean() == pytest.approx(0.797, abs=0.004)
    assert none.mean() == pytest.approx(0.2, abs=0.01)
    assert not drawn_shares(Traffic(80.0, 100.0, 0.0, 100.0), rng, 9)[1].any()
