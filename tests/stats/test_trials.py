"""Is the difference of two arms what the textbooks say where they say anything, and true elsewhere?"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from agentlens.stats.trials.contrast import Kind, Sample, contrast, usable
from agentlens.stats.trials.joined import joined
from agentlens.stats.trials.needed import factor_for_margin
from agentlens.stats.trials.split import split
from tests.stats.trials_worlds import trial

KINDS: list[Kind] = ["rate", "mean", "quantile", "ratio"]


def _plain(arm: np.ndarray, above: np.ndarray, cluster: np.ndarray | None = None) -> Sample:
    n = arm.size
    ids = np.arange(n) if cluster is None else cluster
    return Sample(arm, np.zeros(n, dtype=np.int64), ids, np.ones(n), above, np.ones(n))


def _whole(seed: int, users: int = 60, *, numbers: bool = False) -> Sample:
    sample = trial(np.random.default_rng(seed), users, numbers=numbers)
    return sample.only(usable(sample))


def _numbers_for(kind: Kind) -> bool:
    return kind != "rate"


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0, 1), st.floats(0, 1))
def test_two_wilson_intervals_join_as_newcombe_says(
    n: int, m: int, one: float, other: float
) -> None:
    hits, others = round(one * n), round(other * m)
    limits = [proportion_confint(k, of, method="wilson") for k, of in ((others, m), (hits, n))]
    values = np.array([others / m, hits / n])
    low, high = (np.array([pair[side] for pair in limits]) for side in (0, 1))
    found = joined((values, low, high), 0.0, np.array([m, n]), (1.959963984540054, np.inf))
    wanted = confint_proportions_2indep(hits, n, others, m, method="newcomb")
    assert (found.low, found.high) == pytest.approx(wanted, abs=1e-9)


@given(st.integers(0, 10_000), st.integers(3, 40), st.integers(3, 40))
def test_means_of_independent_rows_are_compared_as_by_welch(seed: int, n: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = rng.normal(1, 1, n), rng.normal(0, 3, m)
    arm = np.repeat([1, 0], [n, m])
    found = contrast(_plain(arm, np.concatenate([one, other])), "mean")
    welch = stats.ttest_ind(one, other, equal_var=False)
    interval = welch.confidence_interval(0.95)
    assert found.p == pytest.approx(welch.pvalue, rel=1e-6)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-6)


@given(st.integers(0, 10_000), st.integers(3, 40))
def test_means_of_pairs_are_compared_as_by_the_paired_t_test(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=n)
    one, other = shared + rng.normal(0.3, 1, n), shared + rng.normal(0, 0.5, n)
    arm, pair = np.repeat([1, 0], n), np.tile(np.arange(n), 2)
    found = contrast(_plain(arm, np.concatenate([one, other]), pair), "mean")
    wanted = DescrStatsW(one - other).tconfint_mean(0.05)
    # the degrees of freedom weigh the arms by their variances, which for pairs changes nothing
    assert (found.low, found.high) == pytest.approx(wanted, rel=1e-6)
    assert found.p == pytest.approx(stats.ttest_rel(one, other).pvalue, rel=1e-6)


def test_a_large_sample_of_rates_agrees_with_newcombe() -> None:
    arm = np.repeat([1, 0], [4000, 3000])
    hits = np.concatenate([np.arange(4000) < 3400, np.arange(3000) < 2700]).astype(float)
    found = contrast(_plain(arm, hits), "rate")
    wanted = confint_proportions_2indep(3400, 4000, 2700, 3000, method="newcomb")
    assert (found.low, found.high) == pytest.approx(wanted, abs=2e-5)


def test_the_mix_of_both_arms_is_given_to_each() -> None:
    """By hand: of thirty rows two thirds lie in the first cell; current 1/2 and 2/8, baseline 1/2."""
    arm = np.array([1] * 10 + [0] * 20)
    cell = np.array([0] * 2 + [1] * 8 + [0] * 18 + [1] * 2)
    hits = np.array([1, 0] + [1] * 2 + [0] * 6 + [1] * 9 + [0] * 9 + [1, 0], dtype=float)
    found = contrast(replace(_plain(arm, hits), cell=cell), "rate")
    assert found.current == pytest.approx(0.5 * 2 / 3 + 0.25 / 3)
    assert found.baseline == pytest.approx(0.5)
    raw = contrast(_plain(arm, hits), "rate")
    assert raw.current == pytest.approx(0.3)


def test_the_mix_itself_is_only_known_from_the_rows() -> None:
    """Rows of a cell all say the same; what is left is the error of a share of sixty users."""
    arm, cell = np.tile([1, 0], 60), np.repeat([0, 1], [80, 40])
    above = np.where(arm == 1, cell, 0).astype(float)
    user = np.repeat(np.arange(60), 2)
    found = contrast(replace(_plain(arm, above, user), cell=cell), "mean")
    error = (found.high - found.low) / 2 / found.times
    assert found.value == pytest.approx(1 / 3)
    assert error == pytest.approx(np.sqrt(2 / 9 / 60), rel=0.01)


def test_where_zero_is_just_a_limit_the_p_is_one_in_twenty() -> None:
    sides = {0.4: 0.8, -0.4: -0.8}
    for near, other in sides.items():
        sign = np.sign(near)
        values = np.array([0.0, sign])
        inner, outer = np.array([other, near]), np.array([-0.01 * sign, 1.01 * sign])
        low, high = (
            np.array([outer[0], inner[1]]),
            np.array([inner[0], outer[1]]),
        )
        if sign < 0:
            low, high = np.array([inner[0], outer[1]]), np.array([outer[0], inner[1]])
        found = joined((values, low, high), 0.0, np.ones(2), (1.959963984540054, np.inf))
        assert min(abs(found.low), abs(found.high)) == pytest.approx(0, abs=1e-9)
        assert found.p == pytest.approx(0.05)


def test_a_cell_with_one_arm_or_a_single_user_of_it_is_not_usable() -> None:
    arm = np.array([1, 1, 0, 0, 1, 1, 0, 0, 0])
    cell = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2])
    cluster = np.array([0, 1, 2, 3, 4, 4, 5, 6, 7])
    sample = Sample(arm, cell, cluster, np.ones(9), np.ones(9), np.ones(9))
    assert usable(sample).tolist() == [True] * 4 + [False] * 5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("log_scale", [False, True])
def test_to_swap_the_arms_turns_the_difference_round(kind: Kind, log_scale: bool) -> None:  # noqa: FBT001 - a parameter of the test
    sample = _whole(1, 300, numbers=_numbers_for(kind))
    one = contrast(sample, kind, q=0.9, log_scale=log_scale)
    other = contrast(replace(sample, arm=1 - sample.arm), kind, q=0.9, log_scale=log_scale)
    assert one.value == pytest.approx(-other.value)
    assert one.p == pytest.approx(other.p, rel=0.2 if kind == "quantile" else 1e-6)
    if not log_scale:
        assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    else:
        up = 1 + one.high / one.baseline
        assert up == pytest.approx(1 / (1 + other.low / other.baseline))


@pytest.mark.parametrize("kind", KINDS)
def test_neither_order_nor_scale_of_weights_nor_names_of_users_matter(kind: Kind) -> None:
    sample = _whole(2, 200, numbers=_numbers_for(kind))
    order = np.random.default_rng(0).permutation(sample.arm.size)
    other = Sample(
        sample.arm[order],
        5 - sample.cell[order],
        997 - sample.cluster[order],
        7 * sample.weight[order],
        sample.above[order],
        sample.below[order],
    )
    one, two = (contrast(each, kind, q=0.9) for each in (sample, other))
    assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high))


def test_to_see_every_row_twice_teaches_nothing() -> None:
    sample = _whole(3, 80)
    twice = Sample(*(np.tile(value, 2) for value in list(vars(sample).values())[:6]))
    one, two = contrast(sample, "rate"), contrast(twice, "rate")
    assert (one.low, one.high) == pytest.approx((two.low, two.high), abs=1e-9)


def test_users_in_both_arms_make_a_difference_sharper() -> None:
    rng = np.random.default_rng(4)
    own = np.repeat(rng.normal(size=80), 2)
    arm, user = np.tile([1, 0], 80), np.repeat(np.arange(80), 2)
    above = own + 0.2 * rng.normal(size=160)
    known = contrast(_plain(arm, above, user), "mean")
    blind = contrast(_plain(arm, above), "mean")
    assert known.high - known.low < 0.4 * (blind.high - blind.low)
    assert known.correlation > 0.9


def test_blocks_of_time_widen_what_shocks_of_the_hour_disturb_and_nothing_else() -> None:
    rng = np.random.default_rng(5)
    arm, hour = np.repeat([1, 0], 400), np.repeat(np.arange(40), 20)
    calm = rng.normal(size=800)
    shaken = calm + rng.normal(size=40)[hour]
    for above, least, most in ((calm, 1.0, 1.3), (shaken, 2.0, 6.0)):
        plain = _plain(arm, above)
        alone, blocked = (contrast(one, "mean") for one in (plain, replace(plain, block=hour)))
        wider = (blocked.high - blocked.low) / (alone.high - alone.low)
        assert least <= wider <= most


def test_arms_that_all_agree_still_have_an_interval_and_it_holds_no_certainty() -> None:
    arm = np.repeat([1, 0], 40)
    found = contrast(_plain(arm, np.ones(80)), "rate")
    assert (found.value, found.p) == (0.0, 1.0)
    assert -0.12 < found.low < 0 < found.high < 0.12
    one_sided = contrast(_plain(arm, 1.0 - (np.arange(80) > 75)), "rate")
    assert 0 < one_sided.value < 0.12
    assert one_sided.low < 0 < one_sided.high


def test_an_arm_without_failures_pays_for_its_clusters_as_the_other_does() -> None:
    user = np.concatenate([np.arange(400) // 4, 100 + np.arange(400) // 4])
    arm = np.repeat([1, 0], 400)
    alone = (np.arange(800) % 4 != 0) | (np.arange(800) < 400)
    alike = (np.arange(800) // 4 % 4 != 0) | (np.arange(800) < 400)
    cheap, dear = (contrast(_plain(arm, one.astype(float), user), "rate") for one in (alone, alike))
    assert cheap.n_eff[0] == pytest.approx(400)
    assert dear.n_eff[0] == pytest.approx(100, rel=0.05)


@pytest.mark.parametrize("kind", ["mean", "quantile", "ratio"])
def test_a_ratio_of_arms_ignores_the_unit(kind: Kind) -> None:
    sample = _whole(6, 300, numbers=True)
    scaled = replace(sample, above=1000 * sample.above)
    one, two = (contrast(each, kind, q=0.9, log_scale=True) for each in (sample, scaled))
    assert one.p == pytest.approx(two.p)
    assert 1000 * one.high == pytest.approx(two.high)
    assert one.low > -one.baseline


def test_too_few_rows_for_a_p95_leave_it_unknown() -> None:
    rng = np.random.default_rng(7)
    arm = np.repeat([1, 0], [60, 200])
    found = contrast(_plain(arm, rng.lognormal(size=260)), "quantile", q=0.95)
    assert np.isnan(found.low) or np.isnan(found.high)


@given(st.floats(0.6, 0.98), st.integers(400, 2000), st.floats(0.01, 0.1))
def test_required_rows_are_those_at_which_the_interval_just_fits(
    rate: float, n: int, margin: float
) -> None:
    hits = (np.arange(n) < round(rate * n)).astype(float)
    arm = np.repeat([1, 0], n)
    found = contrast(_plain(arm, np.tile(hits, 2)), "rate")
    factor = factor_for_margin(found, margin, rate=True, worse_is_lower=True, both_grow=True)
    base = found.n_eff[1]
    even = (found.baseline * base + 1) / (base + 2)
    size = base * factor
    low, _ = confint_proportions_2indep(even * size, size, even * size, size, method="newcomb")
    assert -low * (1.95996 + 0.84162) / 1.95996 == pytest.approx(margin, rel=0.02)
    tighter = factor_for_margin(found, margin / 2, rate=True, worse_is_lower=True, both_grow=True)
    assert tighter > 2 * factor


def test_required_rows_of_numbers_follow_the_square_of_the_margin() -> None:
    found = contrast(_whole(8, 200, numbers=True), "mean", log_scale=True)
    factors = [
        factor_for_margin(found, size, rate=False, worse_is_lower=False, both_grow=True)
        for size in (0.1, 0.2)
    ]
    assert factors[0] == pytest.approx(4 * factors[1], rel=1e-6)
    # half-width times (1.96 + .84) / 1.96 is the margin, where it is needed once
    reach = float(np.hypot(found.reach[1], found.reach[2]))
    reach = np.sqrt(reach**2 - 2 * found.correlation * found.reach[1] * found.reach[2])
    margin = reach * (found.times + 0.8416212) / found.times
    once = factor_for_margin(found, margin, rate=False, worse_is_lower=False, both_grow=True)
    assert once == pytest.approx(1.0, rel=1e-6)


def test_a_baseline_that_is_over_may_be_too_small_for_any_number_of_rows() -> None:
    rng = np.random.default_rng(9)
    arm = np.repeat([1, 0], [500, 40])
    found = contrast(_plain(arm, (rng.random(540) < 0.8).astype(float)), "rate")
    grow = [
        factor_for_margin(found, 0.02, rate=True, worse_is_lower=True, both_grow=both)
        for both in (True, False)
    ]
    assert np.isfinite(grow[0])
    assert np.isinf(grow[1])


def test_a_split_that_drifts_is_told_from_one_that_is_merely_uneven() -> None:
    rng = np.random.default_rng(10)
    steady = split((rng.random(2000) < 0.1).astype(np.int64))
    drifting = split((rng.random(2000) < np.linspace(0.02, 0.18, 2000)).astype(np.int64))
    assert steady.even < 1e-6
    assert steady.steady > 0.01
    assert drifting.steady < 1e-4


def test_the_even_split_is_tested_as_the_exact_binomial() -> None:
    arm = np.repeat([1, 0], [60, 40])
    assert split(arm).even == pytest.approx(stats.binomtest(60, 100).pvalue)


@pytest.mark.simulation
@pytest.mark.parametrize(
    "kind, users, runs, rate",
    [("rate", 80, 500, 0.85), ("rate", 200, 500, 0.97), ("mean", 80, 500, 0.85), ("quantile", 200, 400, 0.85)],
)  # fmt: skip
def test_the_interval_covers_under_clusters_weights_and_another_mix(
    kind: Kind, users: int, runs: int, rate: float
) -> None:
    rng = np.random.default_rng(11)
    held = raw = 0
    for _ in range(runs):
        sample = trial(rng, users, rate=rate, numbers=kind != "rate")
        sample = sample.only(usable(sample))
        found = contrast(sample, kind, q=0.95)
        bare = contrast(replace(sample, cell=sample.cell * 0), kind, q=0.95)
        held += bool(found.low <= 0 <= found.high) or bool(np.isnan(found.low))
        raw += bool(bare.low <= 0 <= bare.high)
    assert 0.925 <= held / runs <= 0.985
    if kind != "rate":
        assert raw / runs < 0.85


@pytest.mark.simulation
def test_an_arm_worse_by_the_margin_seldom_passes() -> None:
    rng = np.random.default_rng(12)
    passed = 0
    for _ in range(600):
        found = contrast(trial(rng, 100, rate=0.9, effect=-0.05), "rate")
        passed += found.low > -0.05
    assert passed / 600 <= 0.025 + 2.6 * np.sqrt(0.025 * 0.975 / 600)


@pytest.mark.simulation
def test_the_required_rows_decide_four_in_five() -> None:
    rng = np.random.default_rng(13)
    factors = [
        factor_for_margin(
            contrast(trial(rng, 300, rate=0.9, confounded=False), "rate"),
            0.05,
            rate=True,
            worse_is_lower=True,
            both_grow=True,
        )
        for _ in range(20)
    ]
    users = int(300 * np.median(factors))
    decided = [
        contrast(trial(rng, users, rate=0.9, confounded=False), "rate").low > -0.05
        for _ in range(300)
    ]
    assert 0.7 <= np.mean(decided) <= 0.9
