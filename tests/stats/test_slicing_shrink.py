"""Are many changes drawn in as far as they should, and are they called as often as said?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.stats.arrays import Floats
from agentlens.stats.multiple import benjamini_hochberg
from agentlens.stats.slicing.families import two_levels
from agentlens.stats.slicing.shrink import shrink


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 40), st.floats(-3, 3), st.floats(0.1, 10))
def test_drawing_in_keeps_to_shift_and_unit(seed: int, k: int, shift: float, unit: float) -> None:
    rng = np.random.default_rng(seed)
    value, error = rng.normal(0, 1, k), rng.uniform(0.2, 1, k)
    one = shrink(value, error)
    two = shrink(unit * (value + shift), unit * error)
    assert two.value == pytest.approx(unit * (one.value + shift), abs=1e-8 * unit)
    assert two.low == pytest.approx(unit * (one.low + shift), abs=1e-8 * unit)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 40))
def test_each_estimate_moves_towards_the_common_one_and_not_past_it(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    value, error = rng.normal(0, 1, k), rng.uniform(0.1, 2, k)
    found = shrink(value, error)
    assert found.between >= 0
    assert ((found.value - value) * (found.common - value) >= -1e-12).all()
    assert (np.abs(found.value - found.common) <= np.abs(value - found.common) + 1e-12).all()
    assert ((found.low < found.value) & (found.value < found.high)).all()


def test_what_knows_less_is_drawn_in_more() -> None:
    found = shrink(np.array([1.0, 1.0, 0.0, 0.0, 0.1, -0.1]), np.array([0.05, 1.0] + [0.1] * 4))
    assert found.value[0] > 0.9
    assert found.value[1] < 0.8


def test_fewer_than_four_slices_stay_as_they_are() -> None:
    found = shrink(np.array([0.5, np.nan, -0.1]), np.array([0.1, 0.1, 0.1]))
    assert found.value[[0, 2]].tolist() == [0.5, -0.1]
    assert found.high[0] == pytest.approx(0.5 + 0.1 * 1.95996, abs=1e-4)
    assert np.isnan(found.low[1])


def test_a_missing_estimate_stays_missing_and_changes_none_of_the_others() -> None:
    value, error = np.array([0.1, 0.5, -0.2, 0.0, 0.3]), np.full(5, 0.1)
    found = shrink(np.append(value, np.nan), np.append(error, 0.1))
    assert np.isnan(found.value[-1])
    assert found.value[:-1].tolist() == shrink(value, error).value.tolist()


@pytest.mark.parametrize("sd", [0.0, 0.3, 1.0, 3.0])
def test_intervals_hold_the_truth_on_average_and_errors_are_smaller(sd: float) -> None:
    rng = np.random.default_rng(7)
    held, raw, drawn = [], [], []
    for _ in range(400):
        error = rng.uniform(0.3, 2, 15)
        truth = rng.normal(0.5, sd, 15)
        value = truth + rng.normal(0, error)
        found = shrink(value, error)
        held.append(((found.low <= truth) & (truth <= found.high)).mean())
        raw.append(((value - truth) ** 2).mean())
        drawn.append(((found.value - truth) ** 2).mean())
    assert 0.93 <= np.mean(held) <= (1 if sd < 0.5 else 0.97), np.mean(held)
    assert np.mean(drawn) < np.mean(raw)


def test_of_equal_errors_the_drawing_in_is_that_of_james_and_stein() -> None:
    value, noise = np.array([0.0, 0.1, -0.1, 0.3, 0.5, -0.4]), 0.01
    found = shrink(value, np.full(6, 0.1))
    apart = value - value.mean()
    kept = 1 - 3 * noise / (apart**2).sum()
    assert found.value == pytest.approx(value.mean() + kept * apart)
    assert found.between == pytest.approx((apart**2).sum() / 5 - noise)


def test_what_all_slices_share_is_known_as_well_as_all_of_them_together_say() -> None:
    found = shrink(np.zeros(8), np.ones(8))
    variance = 1 / 8 + (7 / 8) ** 2 / 8  # of the mean, and of what is kept of each
    assert found.high == pytest.approx(np.full(8, 1.959964 * variance**0.5))


def test_what_is_hardly_known_hardly_moves_the_common_change() -> None:
    sure = [0.0, 0.01, -0.01, 0.0]
    found = shrink(np.array([*sure, 5.0]), np.array([0.01] * 4 + [10.0]))
    assert found.common == pytest.approx(0, abs=1e-3)
    three = shrink(np.array([0.5, np.nan, -0.1]), np.array([0.1, 0.1, 0.01]))
    assert three.common == pytest.approx((50 - 1000) / (100 + 10_000))


def test_the_step_after_the_moments_goes_up_the_likelihood() -> None:
    rng = np.random.default_rng(9)
    gains = []
    for _ in range(40):
        error = rng.uniform(0.2, 2, 12)
        value = rng.normal(0, 1, 12) + rng.normal(0, error)
        moments = max(_moments(value, error**2), 0.0)
        here = shrink(value, error).between
        gains.append(_likelihood(value, error**2, here) - _likelihood(value, error**2, moments))
    assert np.mean(gains) > 0.02
    assert np.mean(np.array(gains) > 0) > 0.7


def _moments(value: Floats, noise: Floats) -> float:
    """Return what DerSimonian and Laird say of the variance between."""
    w = 1 / noise
    spread = (w * (value - np.average(value, weights=w)) ** 2).sum()
    return float((spread - value.size + 1) / (w.sum() - (w**2).sum() / w.sum()))


def _likelihood(value: Floats, noise: Floats, between: float) -> float:
    """Return the restricted log likelihood."""
    w = 1 / (noise + between)
    apart = value - np.average(value, weights=w)
    return float(np.log(w).sum() - np.log(w.sum()) - (w * apart**2).sum()) / 2


def test_families_of_one_cell_are_plain_benjamini_hochberg() -> None:
    p = np.array([0.001, 0.04, 0.049])
    found = two_levels(p, np.arange(3), 0.05)
    assert found == pytest.approx([0.003, 0.049, 0.049])
    assert found == pytest.approx(benjamini_hochberg(p))


def test_one_family_is_plain_benjamini_hochberg() -> None:
    p = np.array([0.001, 0.02, np.nan, 0.5, 0.03])
    found = two_levels(p, np.zeros(5, dtype=np.int64), 0.05)
    assert found == pytest.approx(benjamini_hochberg(p), nan_ok=True)


def test_cells_of_a_chosen_family_pay_for_the_choice() -> None:
    p = np.array([0.001, 0.02, 0.6, 0.7, 0.5, 0.9])
    q = two_levels(p, np.array([0, 0, 1, 1, 2, 2]), 0.05)
    assert q[:2] == pytest.approx([0.006, 0.06])
    assert (q[2:] > 0.05).all()


@pytest.mark.simulation
def test_of_the_families_called_few_are_false() -> None:
    rng = np.random.default_rng(3)
    family = np.repeat(np.arange(10), 8)
    false = 0.0
    for _ in range(500):
        p = rng.random(80)
        true = family < 2
        p[true] = rng.beta(0.05, 1, 16)
        called = two_levels(p, family, 0.05) <= 0.05
        shares = [
            (called & ~true & (family == one)).sum() / max((called & (family == one)).sum(), 1)
            for one in np.unique(family[called])
        ]
        false += float(np.mean(shares)) if shares else 0.0
    assert false / 500 < 0.06
