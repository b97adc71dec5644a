"""Do Shewhart limits follow the worked examples, and are those of counts exact?"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from agentlens.errors import BadInputError
from agentlens.stats.arrays import Floats
from agentlens.stats.charts.shewhart import (
    binomial_limits,
    laney_sigma,
    moving_range_sigma,
    normal_limits,
    poisson_limits,
    range_sigma,
    subgroup_sigma,
)
from tests.reference import published


def worked(case: str) -> tuple[dict[str, Any], dict[str, Any]]:
    entry = published("charts_worked")[case]
    return entry["inputs"], entry["expected"]


def beyond(values: Floats, limits: tuple[Floats, Floats]) -> list[int]:
    low, high = limits
    return (np.flatnonzero((values < low) | (values > high)) + 1).tolist()


def rate_limits(rate: float, n: Floats, scale: float = 1.0) -> tuple[Floats, Floats]:
    return normal_limits(rate, scale * np.sqrt(rate * (1 - rate) / n), least=0.0, most=1.0)


def test_the_individuals_chart_of_the_nist_handbook_comes_out() -> None:
    inputs, expected = worked("nist.imr")
    x = np.array(inputs["data"])
    sigma = moving_range_sigma(x)
    limits = normal_limits(x.mean(), np.array(sigma))
    exact = published("charts_worked")["nist.imr"]["shewhart"]
    assert sigma == pytest.approx(exact["sigma"], rel=1e-12)
    assert limits == pytest.approx((exact["i_lcl"], exact["i_ucl"]), rel=1e-12)
    assert np.abs(np.diff(x)).mean() == pytest.approx(expected["MRbar"], abs=5e-7)
    # The handbook rounds 2 / sqrt(pi) to 1.128.
    rounded = sigma * 2 / np.sqrt(np.pi) / 1.128
    assert rounded == pytest.approx(expected["sigma"], abs=5e-7)
    printed = normal_limits(x.mean(), np.array(rounded))
    assert printed == pytest.approx((expected["lcl"], expected["ucl"]), abs=1e-4)
    assert beyond(x, limits) == expected["signals_1based"]


def test_the_viscosity_chart_comes_out_from_its_first_phase() -> None:
    inputs, expected = worked("montgomery.viscosity.imr")
    x = np.array(inputs["data"])
    first = x[: inputs["phase1_n"]]
    limits = normal_limits(first.mean(), np.array(moving_range_sigma(first)))
    assert first.mean() == pytest.approx(expected["center"], abs=1e-9)
    assert limits == pytest.approx((expected["lcl"], expected["ucl"]), abs=1e-3)
    assert beyond(x, limits) == expected["beyond_limits_1based"]


def test_the_orange_juice_chart_comes_out_before_and_after_it_is_cleaned() -> None:
    inputs, expected = worked("oj.p")
    rates = np.array(inputs["defectives"]) / inputs["n"]
    limits = rate_limits(rates.mean(), np.full(rates.size, inputs["n"]))
    assert limits[0][0] == pytest.approx(expected["lcl"], abs=1e-7)
    assert limits[1][0] == pytest.approx(expected["ucl"], abs=1e-7)
    assert beyond(rates, limits) == expected["beyond_1based"]
    inputs, expected = worked("oj.p.phase2")
    clean = np.delete(np.array(inputs["defectives"])[:30], [14, 22]) / inputs["n"]
    low, high = rate_limits(clean.mean(), np.array([inputs["n"]]))
    assert clean.mean() == pytest.approx(expected["center"], abs=1e-9)
    assert [low[0], high[0]] == pytest.approx([expected["lcl"], expected["ucl"]], abs=1e-6)


def test_the_limits_of_the_purchase_orders_follow_their_numbers() -> None:
    inputs, expected = worked("purchase_orders.p.varn")
    n = np.array(inputs["n"], dtype=float)
    counts = np.array(inputs["defectives"])
    centre = counts.sum() / n.sum()
    low, high = rate_limits(centre, n)
    assert centre == pytest.approx(expected["center"], abs=1e-12)
    assert low == pytest.approx(expected["lcl"], abs=1e-6)
    assert high == pytest.approx(expected["ucl"], abs=1e-6)
    assert beyond(counts / n, (low, high)) == expected["beyond_1based"]


def test_the_limits_of_the_dyed_cloth_follow_their_units() -> None:
    inputs, expected = worked("dyedcloth.u.varn")
    units, counts = np.array(inputs["units"]), np.array(inputs["counts"])
    centre = counts.sum() / units.sum()
    low, high = normal_limits(centre, np.sqrt(centre / units), least=0.0)
    assert centre == pytest.approx(expected["center"], abs=1e-9)
    assert low == pytest.approx(expected["lcl"], abs=1e-6)
    assert high == pytest.approx(expected["ucl"], abs=1e-6)
    assert beyond(counts / units, (low, high)) == expected["beyond_1based"]


def test_the_circuit_boards_come_out_and_exact_limits_name_the_same_two() -> None:
    inputs, expected = worked("circuit.c")
    counts = np.array(inputs["counts"], dtype=float)
    centre = counts.mean()
    low, high = normal_limits(centre, np.sqrt(np.full(counts.size, centre)), least=0.0)
    assert centre == pytest.approx(expected["center"], abs=1e-9)
    assert [low[0], high[0]] == pytest.approx([expected["lcl"], expected["ucl"]], abs=1e-9)
    assert beyond(counts, (low, high)) == expected["beyond_1based"]
    exact = poisson_limits(np.ones(counts.size), centre)
    assert beyond(counts, exact) == expected["beyond_1based"]


def test_the_piston_rings_come_out_by_ranges_and_by_deviations() -> None:
    inputs, expected = worked("piston.xbar_s")
    groups = np.array(inputs["subgroups"])
    first = groups[: inputs["phase1"]]
    n = np.full(len(first), 5.0)
    sigma = range_sigma(np.ptp(first, axis=1), n)
    limits = normal_limits(first.mean(), np.array(sigma / np.sqrt(5)))
    # The source rounds the mean range of five to 2.326.
    assert sigma * 2.325928947 / 2.326 == pytest.approx(expected["sigma"], rel=1e-9)
    assert limits == pytest.approx((expected["lcl"], expected["ucl"]), abs=1e-6)
    assert beyond(groups.mean(axis=1), limits) == expected["beyond_1based"]
    deviations = first.std(axis=1, ddof=1)
    within = subgroup_sigma(deviations, n)
    assert deviations.mean() == pytest.approx(expected["s_center"], rel=1e-11)
    spread = np.sqrt(within**2 - deviations.mean() ** 2)  # of a deviation, sigma sqrt(1 - c4²)
    low, high = normal_limits(deviations.mean(), np.array(spread), least=0.0)
    assert (low, high) == pytest.approx((expected["s_lcl"], expected["s_ucl"]), abs=1e-10)


def test_laneys_limits_hold_what_plain_limits_flag() -> None:
    inputs, expected = worked("laney.p")
    n = np.array(inputs["n"], dtype=float)
    rates = np.array(inputs["defectives"]) / n
    centre = float(np.sum(inputs["defectives"]) / n.sum())
    scale = laney_sigma(rates, centre, np.sqrt(centre * (1 - centre) / n))
    assert centre == pytest.approx(expected["center"], rel=1e-12)
    assert scale == pytest.approx(expected["sigma_z"], rel=1e-12)
    low, high = rate_limits(centre, n, scale)
    assert low == pytest.approx(expected["lcl"], abs=1e-6)
    assert high == pytest.approx(expected["ucl"], abs=1e-6)
    assert beyond(rates, (low, high)) == expected["beyond_laney_1based"]
    assert beyond(rates, rate_limits(centre, n)) == expected["beyond_plain_p_1based"]


@pytest.mark.parametrize(
    "n, mean_range, mean_deviation",
    [(2, 1.128, 0.7979), (5, 2.326, 0.9400), (10, 3.078, 0.9727), (25, 3.931, 0.9896)],
)
def test_ranges_and_deviations_are_divided_by_the_tabled_factors(
    n: int, mean_range: float, mean_deviation: float
) -> None:
    one, size = np.ones(1), np.array([float(n)])
    assert 1 / range_sigma(one, size) == pytest.approx(mean_range, abs=5e-4)
    assert 1 / subgroup_sigma(one, size) == pytest.approx(mean_deviation, abs=5e-5)


def test_groups_of_several_sizes_give_the_scale_they_were_drawn_with() -> None:
    rng, n = np.random.default_rng(2), np.tile([1.0, 2.0, 3.0, 8.0], 3000)
    groups = [rng.normal(scale=2.5, size=int(size)) for size in n]
    ranges = np.array([np.ptp(group) for group in groups])
    deviations = np.array([group.std(ddof=1) if group.size > 1 else np.nan for group in groups])
    assert range_sigma(ranges, n) == pytest.approx(2.5, rel=0.02)
    assert subgroup_sigma(deviations, n) == pytest.approx(2.5, rel=0.02)


def test_without_neighbours_or_groups_no_scale_is_known() -> None:
    assert np.isnan(moving_range_sigma(np.array([1.0, np.nan, 2.0])))
    assert np.isnan(moving_range_sigma(np.array([1.0])))
    assert np.isnan(subgroup_sigma(np.array([np.nan]), np.ones(1)))
    assert np.isnan(range_sigma(np.zeros(1), np.ones(1)))


def test_a_slow_level_does_not_widen_the_scale_of_neighbours() -> None:
    x = np.random.default_rng(3).normal(size=5000) + np.linspace(0, 50, 5000)
    assert moving_range_sigma(x) == pytest.approx(1.0, rel=0.05)
    assert x.std() > 10


@given(
    n=st.lists(st.integers(1, 3000), min_size=1, max_size=8),
    p=st.floats(0.0005, 0.9995),
    tail=st.floats(1e-6, 0.4),
)
def test_binomial_limits_are_the_narrowest_that_leave_the_tail(
    n: list[int], p: float, tail: float
) -> None:
    sizes = np.array(n, dtype=float)
    low, high = binomial_limits(sizes, p, tail)
    _narrowest(low, high, tail, stats.binom(sizes, p))


@given(
    exposure=st.lists(st.floats(0.01, 2000), min_size=1, max_size=8),
    rate=st.floats(0.001, 30),
    tail=st.floats(1e-6, 0.4),
)
def test_poisson_limits_are_the_narrowest_that_leave_the_tail(
    exposure: list[float], rate: float, tail: float
) -> None:
    units = np.array(exposure)
    low, high = poisson_limits(units, rate, tail)
    _narrowest(low, high, tail, stats.poisson(units * rate))


def _narrowest(low: Floats, high: Floats, tail: float, law: Any) -> None:
    slack = 1e-9  # a chance that equals the tail may fall on either side of it by rounding
    assert np.all(law.cdf(low - 1) <= tail * (1 + slack))
    assert np.all(law.cdf(low) > tail * (1 - slack))
    assert np.all(law.sf(high) <= tail * (1 + slack))
    assert np.all(law.sf(high - 1) > tail * (1 - slack))


def test_a_bin_without_rows_has_no_limits() -> None:
    for low, high in (
        binomial_limits(np.array([0.0, np.nan, 4.0]), 0.5),
        poisson_limits(np.array([0.0, np.nan, 4.0]), 0.5),
    ):
        assert np.isnan(low).tolist() == [True, True, False]
        assert np.isnan(high).tolist() == [True, True, False]


def test_a_certain_rate_allows_one_count_only() -> None:
    assert [limit[0] for limit in binomial_limits(np.array([9.0]), 0.0)] == [0, 0]
    assert [limit[0] for limit in binomial_limits(np.array([9.0]), 1.0)] == [9, 9]
    assert [limit[0] for limit in poisson_limits(np.array([9.0]), 0.0)] == [0, 0]


def test_impossible_rates_and_tails_are_refused() -> None:
    n = np.ones(1)
    with pytest.raises(BadInputError, match="rate between 0 and 1"):
        binomial_limits(n, 1.2)
    with pytest.raises(BadInputError, match="each unit of exposure"):
        poisson_limits(n, -1.0)
    for tail in (0.0, 0.5, float("nan")):
        with pytest.raises(BadInputError, match="beyond one limit"):
            binomial_limits(n, 0.5, tail)
