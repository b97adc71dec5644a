"""Do the intervals equal a second implementation, and hold the truth as often as they say?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from agentlens.stats.groups import cluster, intraclass, sums
from agentlens.stats.intervals.counts import poisson_interval
from agentlens.stats.intervals.means import log_t_interval, skewed_t_interval
from agentlens.stats.intervals.quantiles import levels, rank
from agentlens.stats.intervals.rates import clopper_pearson, wilson


@given(n=st.integers(1, 5000), share=st.floats(0, 1), level=st.sampled_from([0.8, 0.95, 0.99]))
def test_rate_intervals_equal_statsmodels(n: int, share: float, level: float) -> None:
    x = round(n * share)
    ours = wilson(np.array([float(x)]), np.array([float(n)]), level)
    theirs = proportion_confint(x, n, 1 - level, method="wilson")
    assert [one[0] for one in ours] == pytest.approx(theirs, abs=1e-9)
    exact = clopper_pearson(np.array([float(x)]), np.array([float(n)]), level)
    assert [one[0] for one in exact] == pytest.approx(
        proportion_confint(x, n, 1 - level, method="beta"), abs=1e-9
    )


def test_no_rows_give_no_interval() -> None:
    for interval in (wilson, clopper_pearson):
        low, high = interval(np.zeros(1), np.zeros(1))
        assert np.isnan(low[0])
        assert np.isnan(high[0])


@given(count=st.integers(0, 2000))
def test_count_intervals_equal_the_chi_square_form(count: int) -> None:
    low, high = poisson_interval(np.array([float(count)]))
    assert low[0] == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, abs=1e-7)
    assert high[0] == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2, rel=1e-9)


@given(n=st.integers(3, 200), mean=st.floats(-100, 100), deviation=st.floats(0.1, 50))
def test_without_skewness_the_mean_interval_is_students(
    n: int, mean: float, deviation: float
) -> None:
    low, high = skewed_t_interval(
        np.array([mean]), np.array([deviation]), np.zeros(1), np.array([float(n)])
    )
    theirs = stats.t.interval(0.95, n - 1, mean, deviation / np.sqrt(n))
    assert (low[0], high[0]) == pytest.approx(theirs, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("q, least", [(0.9, 36), (0.95, 72), (0.99, 368)])
def test_a_quantile_has_an_upper_limit_from_the_known_n_on(q: float, least: int) -> None:
    n = np.array([least - 1.0, float(least)])
    assert np.isnan(levels(q, n)[1]).tolist() == [True, False]


@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50),
    q=st.floats(0.01, 0.99),
)
def test_quantiles_are_type_seven(values: list[float], q: float) -> None:
    data = np.array(values)
    ranked = rank(np.zeros(data.size, dtype=np.int64), data, np.ones(data.size), 2)
    found = ranked.at(np.array([q, q]))
    assert found[0] == pytest.approx(float(np.quantile(data, q)), rel=1e-9, abs=1e-6)
    assert np.isnan(found[1])


@given(
    values=st.lists(st.floats(0, 100), min_size=1, max_size=20, unique=True),
    repeats=st.integers(2, 4),
)
def test_a_weight_is_as_good_as_repeated_rows_for_a_median(
    values: list[float], repeats: int
) -> None:
    data = np.sort(np.array(values))
    zero = np.zeros(data.size, dtype=np.int64)
    heavy = rank(zero, data, np.full(data.size, float(repeats)), 1).at(np.array([0.5]))
    plain = rank(zero, data, np.ones(data.size), 1).at(np.array([0.5]))
    assert heavy == pytest.approx(plain)


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-10, 10)), max_size=60))
def test_group_sums_add_up_to_the_whole(rows: list[tuple[int, float]]) -> None:
    groups = np.array([group for group, _ in rows], dtype=np.int64)
    values = np.array([value for _, value in rows], dtype=float)
    assert sums(groups, values, 5).sum() == pytest.approx(values.sum(), abs=1e-9)


def test_intraclass_correlation_is_found_back() -> None:
    rng = np.random.default_rng(2)
    ids = np.repeat(np.arange(4000), 5)
    values = rng.normal(size=4000).repeat(5) * np.sqrt(0.3) + rng.normal(size=20000) * np.sqrt(0.7)
    clusters = cluster(np.zeros(ids.size, dtype=np.int64), ids, 1)
    assert intraclass(values - values.mean(), clusters) == pytest.approx(0.3, abs=0.02)
    alone = cluster(np.zeros(ids.size, dtype=np.int64), np.arange(ids.size), 1)
    assert intraclass(values - values.mean(), alone) == 0.0


def _coverage(low: np.ndarray, high: np.ndarray, truth: float) -> float:
    return float(np.mean((low <= truth) & (truth <= high)))


@pytest.mark.parametrize("q, n", [(0.5, 20), (0.5, 200), (0.9, 60), (0.95, 200), (0.99, 800)])
def test_quantile_intervals_cover(q: float, n: int) -> None:
    rng = np.random.default_rng(int(1000 * q) + n)
    runs = 4000
    values = rng.lognormal(size=runs * n)
    ranked = rank(np.repeat(np.arange(runs), n), values, np.ones(runs * n), runs)
    first, last = levels(q, np.full(runs, float(n)))
    truth = float(stats.lognorm.ppf(q, 1.0))
    found = _coverage(ranked.at(first, plus_one=True), ranked.at(last, plus_one=True), truth)
    assert 0.93 <= found <= 0.97


@pytest.mark.parametrize("n", [20, 50, 200, 2000])
@pytest.mark.parametrize("sigma", [0.0, 0.6, 1.0])
def test_mean_intervals_cover_on_skewed_values(n: int, sigma: float) -> None:
    rng = np.random.default_rng(n)
    runs = 4000 if n < 2000 else 1500
    x = rng.lognormal(0, sigma, (runs, n)) if sigma else rng.normal(size=(runs, n))
    mean = x.mean(axis=1)
    third = ((x - mean[:, None]) ** 3).mean(axis=1) / x.std(axis=1) ** 3
    low, high = skewed_t_interval(mean, x.std(axis=1, ddof=1), third, np.full(runs, float(n)))
    truth = float(np.exp(sigma**2 / 2)) if sigma else 0.0
    least = 0.915 if sigma == 1.0 and n <= 50 else 0.93
    assert least <= _coverage(low, high, truth) <= 0.97


@pytest.mark.parametrize("n", [20, 60, 400])
def test_ratio_intervals_cover(n: int) -> None:
    rng = np.random.default_rng(n)
    cost = rng.lognormal(-5, 0.7, (4000, n))
    success = rng.random((4000, n)) < 0.8
    ratio = cost.sum(axis=1) / success.sum(axis=1)
    residual = cost - ratio[:, None] * success
    error = np.sqrt((residual**2).sum(axis=1) * n / (n - 1)) / cost.sum(axis=1)
    low, high = log_t_interval(ratio, error, np.full(4000, n - 1.0))
    truth = float(np.exp(-5 + 0.7**2 / 2) / 0.8)
    assert 0.925 <= _coverage(low, high, truth) <= 0.97
