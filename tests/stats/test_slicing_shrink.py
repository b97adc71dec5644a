"""Are many changes drawn in as far as they should, and are they called as often as said?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
