"""Do kappa, alpha, paired tests, flips and bets say what trusted libraries and hand tables say?"""

from importlib import import_module
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

from agentlens.stats.agreement.alpha import alpha, alpha_interval
from agentlens.stats.agreement.confidence import (
    brier,
    calibration_error,
    isotonic,
    reliability,
)
from agentlens.stats.agreement.flips import flips
from agentlens.stats.agreement.kappa import (
    ac1,
    agreement,
    always_pass,
    delta_error,
    kappa,
    phi,
    weighted_kappa,
    weighted_kappa_error,
)
from agentlens.stats.agreement.paired import bonett_price, detectable, where_they_differ
from agentlens.stats.agreement.panel import error_correlation, majority, minority_veto
from agentlens.stats.agreement.wealth import wealth
from agentlens.stats.intervals.rates import clopper_pearson, wilson
from agentlens.stats.trials.pairs import mcnemar

cells = st.tuples(*[st.integers(1, 400)] * 4)


@given(cells)
def test_kappa_and_its_error_equal_statsmodels(four: tuple[int, int, int, int]) -> None:
    theirs: Any = cohens_kappa(np.array(four, dtype=float).reshape(2, 2))
    counts = np.array(four, dtype=float)
    assert float(kappa(*four)) == pytest.approx(theirs.kappa, abs=1e-9)
    assert delta_error(kappa, counts, counts.sum()) == pytest.approx(theirs.std_kappa, abs=1e-9)


@given(st.lists(st.integers(1, 60), min_size=9, max_size=9))
def test_weighted_kappa_and_its_error_equal_statsmodels(nine: list[int]) -> None:
    table = np.array(nine, dtype=float).reshape(3, 3)
    theirs: Any = cohens_kappa(table, wt="quadratic")
    assert weighted_kappa(table) == pytest.approx(theirs.kappa, abs=1e-9)
    assert weighted_kappa_error(table) == pytest.approx(theirs.std_kappa, abs=1e-9)


@given(cells)
def test_phi_is_the_correlation_and_ac1_follows_its_formula(
    four: tuple[int, int, int, int],
) -> None:
    a, b, c, d = four
    person = np.repeat([1.0, 1.0, 0.0, 0.0], four)
    judge = np.repeat([1.0, 0.0, 1.0, 0.0], four)
    assert float(phi(*four)) == pytest.approx(np.corrcoef(person, judge)[0, 1], abs=1e-9)
    n = a + b + c + d
    middle = (person.mean() + judge.mean()) / 2
    chance = 2 * middle * (1 - middle)
    assert float(ac1(*four)) == pytest.approx(((a + d) / n - chance) / (1 - chance), abs=1e-9)


@given(cells)
def test_swapping_the_two_kinds_of_disagreement_changes_no_symmetric_measure_but_mcnemar_agrees(
    four: tuple[int, int, int, int],
) -> None:
    a, b, c, d = four
    for measure in (agreement, kappa, ac1, phi):
        assert float(measure(a, b, c, d)) == pytest.approx(float(measure(a, c, b, d)))
    theirs: Any = their_mcnemar([[a, b], [c, d]], exact=True)
    assert mcnemar(b, c) == pytest.approx(theirs.pvalue, abs=1e-9)


def test_measures_take_many_draws_at_once_and_are_nan_where_undefined() -> None:
    a, b, c, d = (
        np.array(one) for one in ([0.4, 0.9, 1.0], [0.05, 0.0, 0], [0.1, 0.1, 0], [0.45, 0, 0])
    )
    assert np.isnan(kappa(a, b, c, d)).tolist() == [False, True, True]
    assert np.isnan(phi(a, b, c, d)).tolist() == [False, True, True]
    assert ac1(a, b, c, d)[2] == 1.0
    assert np.isnan(float(kappa(0, 0, 0, 0)))


def test_a_judge_that_always_says_pass_is_shown_for_what_it_is() -> None:
    scored = always_pass(0.9)
    assert (scored.agreement, scored.kappa, round(scored.ac1, 2)) == (0.9, 0.0, 0.89)


@given(st.data())
def test_alpha_equals_krippendorff(data: st.DataObject) -> None:
    raters, items = data.draw(st.integers(2, 5)), data.draw(st.integers(3, 25))
    seed = data.draw(st.integers(0, 10_000))
    codes = np.random.default_rng(seed).integers(-1, data.draw(st.integers(2, 4)), (raters, items))
    useful = codes[:, (codes >= 0).sum(axis=0) > 1]
    assume(len(np.unique(useful[useful >= 0])) > 1)
    theirs = krippendorff.alpha(
        np.where(codes < 0, np.nan, codes.astype(float)), level_of_measurement="nominal"
    )
    assert alpha(codes.astype(np.int64)) == pytest.approx(theirs, abs=1e-9)


def test_alpha_is_unknown_where_nobody_ever_differs() -> None:
    assert np.isnan(alpha(np.zeros((2, 5), dtype=np.int64)))
    assert np.isnan(alpha(np.array([[0, -1], [-1, 1]])))
    found = alpha_interval(np.array([[0, -1], [-1, 1]]))
    assert (np.isnan(found.low), found.n) == (True, 0)


def test_the_interval_of_alpha_holds_it_and_repeats() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, 80)
    codes = np.array([np.where(rng.random(80) < 0.1, 1 - truth, truth) for _ in range(3)])
    first, second = (alpha_interval(codes, seed=5, draws=300) for _ in range(2))
    assert first == second
    assert first.low < first.value < first.high


@given(st.integers(0, 40), st.integers(0, 40))
def test_intervals_of_rates_equal_statsmodels(k: int, more: int) -> None:
    n = k + more
    assume(n > 0)
    one, all_ = np.array([float(k)]), np.array([float(n)])
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "beta")):
        low, high = ours(one, all_)
        theirs = proportion_confint(k, n, 0.05, method=method)
        assert (low[0], high[0]) == pytest.approx(theirs, abs=1e-9)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 100))
def test_bonett_price_turns_its_sign_with_the_judges(a: int, b: int, same: int) -> None:
    n = a + b + same
    assume(n > 0)
    one, other = bonett_price(a, b, n), bonett_price(b, a, n)
    assert one.value == pytest.approx(-other.value)
    assert one.low == pytest.approx(-other.high)
    assert one.low <= one.value <= one.high


def test_bonett_price_equals_a_table_worked_by_hand() -> None:
    p, q = 13 / 102, 5 / 102
    half = 1.959964 * np.sqrt((p + q - (p - q) ** 2) / 102)
    found = bonett_price(12, 4, 100)
    assert found[:3] == pytest.approx((0.08, p - q - half, p - q + half), abs=1e-6)
    assert found.p == mcnemar(12, 4)


def test_where_they_differ_turns_its_sign_when_the_judges_change_places() -> None:
    one = where_they_differ(np.array([900.0, 60, 40]), np.full(2, 30.0), np.array([25.0, 10]))
    other = where_they_differ(np.array([900.0, 40, 60]), np.full(2, 30.0), np.array([10.0, 25]))
    assert one.value == pytest.approx(-other.value)
    assert one.low == pytest.approx(-other.high, abs=0.004)
    by_hand = 0.06 * (2 * 25.5 / 31 - 1) + 0.04 * (1 - 2 * 10.5 / 31)
    assert one.value == pytest.approx(by_hand)


def test_detectable_differences_shrink_with_the_root_of_n() -> None:
    assert detectable(0.1, 400) == pytest.approx(detectable(0.1, 100) / 2)
    assert np.isnan(detectable(0.1, 0))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(2, 5)), min_size=1, max_size=60))
def test_the_flip_rate_is_the_mean_share_of_pairs_that_differ(rows: list[tuple[int, int]]) -> None:
    runs = np.array([k for _, k in rows], dtype=float)
    passes = np.minimum([v for v, _ in rows], runs).astype(float)
    pairs = []
    for v, k in zip(passes.astype(int), runs.astype(int), strict=True):
        said = [1] * v + [0] * (k - v)
        apart = [x != y for i, x in enumerate(said) for y in said[i + 1 :]]
        pairs.append(np.mean(apart))
    found = flips(passes, runs)
    assert found.value == pytest.approx(np.mean(pairs))
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_no_items_give_no_flip_rate() -> None:
    assert np.isnan(flips(np.zeros(0), np.zeros(0)).value)


@given(st.lists(st.integers(0, 1), max_size=80), st.floats(0.05, 0.95))
def test_wealth_is_never_negative_and_both_sides_are_mirrored(y: list[int], p0: float) -> None:
    drawn = np.array(y, dtype=float)
    up, down = wealth(drawn, p0), wealth(1 - drawn, 1 - p0, "below")
    assert (up >= 0).all()
    assert up == pytest.approx(down)


@given(st.floats(0.1, 0.95), st.integers(1, 8))
def test_wealth_earns_nothing_on_average_where_the_claim_is_true(p0: float, n: int) -> None:
    worth = 0.0
    for code in range(2**n):
        drawn = np.array([(code >> place) & 1 for place in range(n)], dtype=float)
        chance = float(np.prod(np.where(drawn == 1, p0, 1 - p0)))
        worth += chance * float(wealth(drawn, p0)[-1])
    assert worth == pytest.approx(1.0)


def test_reliability_bins_hold_everything_and_equal_values_stay_together() -> None:
    rng = np.random.default_rng(1)
    said = rng.choice([0.0, 0.25, 0.5, 0.75, 1.0], 300)
    right = (rng.random(300) < said).astype(float)
    found = reliability(said, right)
    assert found.n.sum() == 300
    assert found.said.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert calibration_error(found) < 0.1
    assert brier(said, right) == pytest.approx(np.mean((said - right) ** 2))
    many = reliability(rng.random(101), np.ones(101))
    assert many.n.min() >= 20
    assert many.n.size == 5


def test_the_isotonic_map_equals_scikit_learn() -> None:
    theirs_of: Any = import_module("sklearn.isotonic").IsotonicRegression
    rng = np.random.default_rng(2)
    said = rng.choice(np.linspace(0, 1, 11), 200)
    right = (rng.random(200) < said**2).astype(float)
    asked = np.linspace(0, 1, 33)
    theirs = theirs_of(out_of_bounds="clip").fit(said, right).predict(asked)
    assert isotonic(said, right, asked) == pytest.approx(theirs, abs=1e-9)


def test_a_panel_of_copies_is_worth_one_judge_and_of_strangers_all() -> None:
    rng = np.random.default_rng(4)
    one = rng.random(4000) < 0.2
    assert error_correlation(np.array([one] * 5)).n_eff == pytest.approx(1.0)
    strangers = rng.random((5, 4000)) < 0.2
    assert error_correlation(strangers).n_eff == pytest.approx(5.0, rel=0.1)
    assert np.isnan(error_correlation(np.zeros((3, 10), dtype=bool)).n_eff)


def test_a_majority_needs_more_than_half_and_a_veto_one() -> None:
    verdicts = np.array([[1, 1, 0, -1], [1, 0, 0, -1], [0, -1, 1, -1]])
    assert majority(verdicts).tolist() == [1, -1, 0, -1]
    assert minority_veto(verdicts).tolist() == [0, 0, 0, -1]
