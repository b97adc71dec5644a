"""Do distances, bins and tails of drift keep their laws?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from agentlens.stats.arrays import Floats
from agentlens.stats.drift.bins import cells, merged, smoothed
from agentlens.stats.drift.blocks import blocks_of, matched
from agentlens.stats.drift.distance import jensen_shannon, psi, rank_biserial, wasserstein
from agentlens.stats.drift.levels import levels
from agentlens.stats.drift.tail import tail
from agentlens.stats.drift.verdicts import few

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_MONDAY = 4 * _DAY  # 1970-01-05

shares = arrays.arrays(np.float64, 6, elements=st.floats(0.01, 1)).map(lambda a: a / a.sum())
numbers = arrays.arrays(
    np.float64, st.integers(2, 60), elements=st.floats(-1e6, 1e6, allow_subnormal=False)
)


def _shares(values: Floats, grid: Floats) -> Floats:
    return np.bincount(np.searchsorted(grid, values), minlength=grid.size) / values.size


@given(shares, shares)
def test_jensen_shannon_is_symmetric_and_lies_between_zero_and_one_bit(
    p: Floats, q: Floats
) -> None:
    found = jensen_shannon(p, q)
    assert found == pytest.approx(jensen_shannon(q, p), abs=1e-12)
    assert 0 <= found <= 1
    assert jensen_shannon(p, p) == pytest.approx(0, abs=1e-12)
    assert (found < 1e-12) == np.allclose(p, q, atol=1e-5) or found < 1e-8


def test_jensen_shannon_agrees_with_the_square_of_scipys_distance_in_bits() -> None:
    from scipy.spatial.distance import jensenshannon

    p, q = np.array([0.2, 0.5, 0.3]), np.array([0.1, 0.1, 0.8])
    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q, base=2) ** 2)


@given(numbers, numbers, st.floats(0.01, 100), st.floats(-100, 100))
def test_the_distance_is_scipys_and_grows_with_the_unit(
    one: Floats, other: Floats, factor: float, shift: float
) -> None:
    grid = np.unique(np.concatenate([one, other]))
    p, q = _shares(one, grid), _shares(other, grid)
    found = wasserstein(grid, p, q)
    assert found == pytest.approx(stats.wasserstein_distance(one, other), rel=1e-9, abs=1e-6)
    assert wasserstein(grid * factor + shift, p, q) == pytest.approx(found * factor, abs=1e-6)
    assert found == pytest.approx(wasserstein(grid, q, p))


@given(numbers, numbers)
def test_the_rank_biserial_is_that_of_mann_and_whitney(one: Floats, other: Floats) -> None:
    grid = np.unique(np.concatenate([one, other]))
    u = stats.mannwhitneyu(one, other).statistic
    expected = 2 * u / (one.size * other.size) - 1
    found = rank_biserial(_shares(one, grid), _shares(other, grid))
    assert found == pytest.approx(expected, abs=1e-9)


@given(shares, st.integers(2, 12))
def test_cells_rise_keep_values_whole_and_hold_near_equal_shares(p: Floats, parts: int) -> None:
    found = cells(p, parts)
    assert (np.diff(found) >= 0).all()
    assert (np.diff(found) <= 1).all()
    assert found.max() < parts
    held = np.bincount(found, weights=p)
    assert (held[:-1] <= 1 / parts + p.max() + 1e-9).all()


def test_deciles_of_many_even_values_hold_a_tenth_each_and_are_open_above() -> None:
    found = cells(np.append(np.ones(100), 0.0), 10)
    assert np.bincount(found).tolist() == [10] * 9 + [11]


def test_a_value_that_most_rows_have_gets_a_cell_of_its_own() -> None:
    assert cells(np.array([0.02, 0.03, 0.95]), 10).tolist() == [0, 0, 1]
    assert cells(np.array([0.0, 1.0, 0.0]), 4).tolist() == [0, 1, 2]
    assert cells(np.array([0.05, 0.95]), 2).tolist() == [0, 1]
    assert cells(np.array([1.0]), 4).tolist() == [0]


def test_thin_categories_are_taken_together_and_others_are_not() -> None:
    assert merged(np.array([9.0, 8.0, 7.0]), 8).tolist() == [0, 1, 2]
    assert merged(np.array([9.0, 8.0]), 8).tolist() == [0, 1]


def test_half_a_row_is_added_to_each_cell() -> None:
    assert smoothed(np.array([0.75, 0.25, 0.0]), 4).tolist() == pytest.approx(
        [3.5 / 5.5, 1.5 / 5.5, 0.5 / 5.5]
    )


def test_levels_of_few_rows_are_the_values_and_of_many_rows_keep_order_and_mean() -> None:
    rng = np.random.default_rng(0)
    some = rng.normal(size=100).round(1)
    exact = levels(some)
    assert (exact.value[exact.code] == some).all()
    many = rng.lognormal(size=300_000) * 1e-6
    found = levels(many)
    assert found.value.size <= 1 << 16
    assert (np.diff(found.value) > 0).all()
    near = found.value[found.code]
    assert near.mean() == pytest.approx(many.mean(), rel=1e-12)
    assert (abs(near - many) <= 0.01 * abs(many - np.median(many)) + 1e-9).all()
    order = np.argsort(many, kind="stable")
    assert (np.diff(found.code[order]) >= 0).all()


@pytest.mark.parametrize("scales", [[1.0, 0.5, 0.2], [3.0, 3.0, 3.0], [1.0, 0.01, 0.01, 0.01]])
@pytest.mark.parametrize("freedom", [8.0, 40.0, 1e5])
def test_the_tail_is_that_of_draws(scales: list[float], freedom: float) -> None:
    rng = np.random.default_rng(1)
    weights = np.array(scales)
    draws = rng.chisquare(1, (400_000, weights.size)) @ weights
    draws /= rng.chisquare(freedom, draws.size) / freedom
    for share in (0.5, 0.1, 0.01, 0.001):
        at = float(np.quantile(draws, 1 - share))
        # The saddlepoint is weakest where one scale is nearly alone, and there in the middle.
        assert tail(at, weights, freedom) == pytest.approx(share, rel=0.16)


def test_a_tail_of_equal_scales_is_an_f_distribution() -> None:
    expected = stats.f.sf(5.0 / 2, 2, 17)
    assert tail(5.0, np.array([1.0, 1.0, 0.0]), 17.0) == pytest.approx(expected)
    assert tail(0.0, np.array([1.0]), 5.0) == 1.0
    assert tail(3.0, np.zeros(2), 5.0) == 1.0


@given(st.integers(0, 12), st.integers(0, 12), st.floats(0.05, 0.95))
def test_a_rare_thing_is_judged_by_the_exact_binomial(now: int, before: int, share: float) -> None:
    n = now + before
    above, below = stats.binom.sf(now - 1, n, share), stats.binom.cdf(now, n, share)
    assert few(now, before, share) == pytest.approx(min(1, 2 * min(above, below)), abs=1e-12)


def test_a_day_is_held_against_the_same_weekday() -> None:
    found = matched((_MONDAY + 21 * _DAY, _MONDAY + 22 * _DAY), (_MONDAY, _MONDAY + 21 * _DAY))
    assert found.hours == "the same hours of the week"
    assert found.factor[:24] == pytest.approx(1 / 3)
    assert (found.factor[24:] == 0).all()
    assert not found.even


def test_whole_weeks_need_no_matching() -> None:
    found = matched((_MONDAY + 21 * _DAY, _MONDAY + 28 * _DAY), (_MONDAY, _MONDAY + 21 * _DAY))
    assert found.even
    assert not found.wanted


def test_a_short_baseline_is_matched_by_what_it_has() -> None:
    hour = (_MONDAY + 7 * _DAY, _MONDAY + 7 * _DAY + _HOUR)
    week = matched(hour, (_MONDAY, _MONDAY + 7 * _DAY))
    assert week.hours == "the same hours of working days and of weekends"
    assert week.factor[[0, 24, 96]] == pytest.approx(1 / 5)
    assert week.factor[120] == 0
    weekend = (_MONDAY + 5 * _DAY, _MONDAY + 5 * _DAY + _HOUR)
    days = matched(weekend, (_MONDAY, _MONDAY + 5 * _DAY))
    assert days.hours == "the same hours of the day"
    assert days.factor[0] == pytest.approx(1 / 5)
    nothing = matched((_MONDAY + 6 * _HOUR, _MONDAY + 9 * _HOUR), (_MONDAY, _MONDAY + 6 * _HOUR))
    assert not nothing.hours
    assert nothing.wanted


def test_blocks_are_as_long_as_the_current_period_and_meet_at_its_start() -> None:
    current, baseline = (14 * _DAY, 14 * _DAY + 6 * _HOUR), (0, 14 * _DAY)
    time = np.arange(0, current[1], _HOUR)
    arm = (time >= current[0]).astype(np.int64)
    found = blocks_of(time, arm, current, baseline)
    assert found.length == 6 * _HOUR
    assert len(set(found.of_row[-6:])) == 1
    assert found.stratum.size == 57
    assert np.bincount(found.stratum).max() == 2  # two weeks: the same hours of the week
    short = blocks_of(time[-24 * 8 :], arm[-24 * 8 :], current, (6 * _DAY, 14 * _DAY))
    assert np.bincount(short.stratum).max() >= 7  # one week: the same hours of the day


def test_the_stability_index_of_equal_shares_is_zero() -> None:
    p = np.array([0.2, 0.8])
    assert psi(p, p) == 0
    assert psi(p, p[::-1]) == pytest.approx(2 * 0.6 * np.log(4))
