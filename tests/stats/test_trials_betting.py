"""May one really look at any time, and is what is known at one look still known at the next?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from agentlens.stats.trials.betting import always_valid_p, confidence_sequence
from agentlens.stats.trials.stream import how_many_to_one, side_by_side
from tests.stats.trials_worlds import arrivals

LOOKS = np.linspace(40, 4000, 100).astype(np.int64)


def _streams(rate: float, runs: int, *, effect: float = 0.0, share: float = 0.5, seed: int = 0):  # type: ignore[no-untyped-def] # noqa: ANN202 - pairs of arrays
    rng = np.random.default_rng(seed)
    for _ in range(runs):
        yield arrivals(rng, 4000, rate, effect=effect, share=share)


def test_the_capital_is_that_of_stakes_played_one_by_one() -> None:
    """By hand: each stake's capital, observation by observation, at m = 0."""
    values = np.random.default_rng(0).choice([-1.0, 0.0, 0.5, 1.0], 200, p=[0.1, 0.4, 0.2, 0.3])
    best = 0.0
    for side in (1, -1):
        capital = np.ones(12)
        for look, value in enumerate(values, start=1):
            capital = capital * (1 + np.geomspace(0.004, 0.95, 12) * side * value)
            if look % 20 == 0:
                best = max(best, float(capital.mean()))
    found = always_valid_p(values, np.arange(20, 201, 20))
    assert found == pytest.approx(min(2 / best, 1.0))


@settings(max_examples=20)
@given(st.integers(0, 1000), st.floats(-0.8, 0.8))
def test_an_interval_never_grows_and_holds_the_mean_so_far_or_what_was_known(
    seed: int, shift: float
) -> None:
    rng = np.random.default_rng(seed)
    values = np.clip(rng.normal(shift, 0.4, 600), -1, 1)
    found = confidence_sequence(values, np.arange(50, 601, 50))
    assert (np.diff(found.low) >= 0).all()
    assert (np.diff(found.high) <= 0).all()
    assert (found.low <= found.value).all()
    assert (found.value <= found.high).all()
    assert found.value[-1] == pytest.approx(values.mean())


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_zero_lies_outside_just_where_the_p_is_below_the_level(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.choice([-1.0, 0.0, 1.0], 500, p=[0.1, 0.7, 0.2])
    looks = np.arange(25, 501, 25)
    found, p = confidence_sequence(values, looks), always_valid_p(values, looks)
    if abs(p - 0.05) > 0.004:
        assert (found.low[-1] > 0 or found.high[-1] < 0) == (p < 0.05)


def test_values_turned_round_give_the_interval_turned_round() -> None:
    values = np.random.default_rng(1).choice([-1.0, 0.0, 1.0], 400, p=[0.05, 0.7, 0.25])
    looks = np.array([100, 200, 400])
    one, other = confidence_sequence(values, looks), confidence_sequence(-values, looks)
    assert one.low == pytest.approx(-other.high)
    assert one.high == pytest.approx(-other.low)


def test_a_later_look_does_not_rewrite_an_earlier_one() -> None:
    values = np.random.default_rng(2).choice([-1.0, 0.0, 1.0], 1000, p=[0.1, 0.6, 0.3])
    early = confidence_sequence(values[:500], np.arange(100, 501, 100))
    late = confidence_sequence(values, np.arange(100, 1001, 100))
    assert early.low == pytest.approx(late.low[:5], abs=2e-3)
    assert early.high == pytest.approx(late.high[:5], abs=2e-3)


def test_values_that_never_move_are_soon_known_to_lie_near_zero() -> None:
    found = confidence_sequence(np.zeros(3000), np.array([30, 300, 3000]))
    assert found.high.tolist() == sorted(found.high, reverse=True)
    assert found.high[-1] < 0.004
    assert always_valid_p(np.zeros(3000), np.array([3000])) == 1.0


def test_groups_are_read_off_the_first_hundred_and_kept() -> None:
    early = np.tile([1, 0, 0, 0, 0], 20)
    assert how_many_to_one(early) == (1, 4)
    assert how_many_to_one(np.concatenate([early, np.ones(900, dtype=np.int64)])) == (1, 4)
    assert how_many_to_one(1 - early) == (4, 1)
    assert how_many_to_one(early[:99]) == (0, 0)
    assert how_many_to_one(np.zeros(100, dtype=np.int64)) == (1, 8)


@given(st.integers(0, 1000), st.integers(1, 4))
def test_each_row_is_used_once_and_known_when_the_last_of_its_group_came(
    seed: int, many: int
) -> None:
    rng = np.random.default_rng(seed)
    arm, values = rng.integers(0, 2, 200), rng.random(200)
    one, other, at = side_by_side(arm, values, (1, many))
    n = min(int(arm.sum()), int((1 - arm).sum()) // many)
    assert one.size == other.size == at.size == n
    assert one == pytest.approx(values[arm == 1][:n])
    assert other.sum() * many == pytest.approx(values[arm == 0][: n * many].sum())
    for place in range(n):
        seen = arm[: at[place] + 1]
        assert seen.sum() >= place + 1
        assert (1 - seen).sum() >= (place + 1) * many


@pytest.mark.simulation
@pytest.mark.parametrize("rate", [0.5, 0.95, 0.99])
def test_a_canary_without_a_difference_is_seldom_called_in_a_hundred_looks(rate: float) -> None:
    runs, called, fixed = 100, 0, 0
    for arm, values in _streams(rate, runs):
        one, other, _ = side_by_side(arm, values, how_many_to_one(arm))
        apart = one - other
        looks = LOOKS[apart.size >= LOOKS]
        called += always_valid_p(apart, looks) <= 0.05
        kept = apart[: looks[-1]]
        means = np.cumsum(kept)[looks - 1] / looks
        spread = np.sqrt(np.maximum(np.cumsum(kept**2)[looks - 1] / looks - means**2, 1e-9) / looks)
        fixed += bool((np.abs(means / spread) > ndtri(0.975)).any())
    assert called / runs <= 0.05
    assert fixed / runs > 0.15  # what an interval made for one look does


@pytest.mark.simulation
def test_a_true_difference_is_found_and_early_when_it_is_large() -> None:
    sizes = []
    for arm, values in _streams(0.9, 40, effect=-0.08, seed=3):
        one, other, at = side_by_side(arm, values, how_many_to_one(arm))
        looks = LOOKS[one.size >= LOOKS]
        found = confidence_sequence(one - other, looks)
        below = np.flatnonzero(found.high < 0)
        sizes.append(float(at[looks[below[0]] - 1]) if below.size else np.inf)
    assert np.median(sizes) < 1500
    assert np.isfinite(sizes).mean() >= 0.95


@pytest.mark.simulation
def test_all_intervals_of_a_run_hold_the_difference_at_once() -> None:
    held = []
    for arm, values in _streams(0.9, 40, effect=-0.05, share=0.2, seed=4):
        one, other, _ = side_by_side(arm, values, how_many_to_one(arm))
        found = confidence_sequence(one - other, LOOKS[one.size >= LOOKS])
        held.append(bool((found.low[-1] <= -0.05) and (found.high[-1] >= -0.05)))
    assert np.mean(held) >= 0.9
