"""Are the chances of so much, and of so little, the true ones?"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from agentlens.stats.charts.shewhart import binomial_limits, poisson_limits
from agentlens.stats.intervals.exact import Counted, edges, tails

CHANCES = st.floats(0.005, 0.995)


@given(n=st.integers(1, 300), p=CHANCES)
def test_tails_of_a_share_equal_the_binomial_ones(n: int, p: float) -> None:
    k = np.arange(n + 1)
    centre = np.full(n + 1, p)
    least, most = tails(k / n, centre, centre * (1 - centre) / n, "binomial")
    fair = stats.binom(n, p)
    for score, chance in ((least, fair.sf(k - 1)), (most, fair.cdf(k))):
        sure = chance > 1 - 1e-12
        assert (score[sure] < -6).all()
        seen = ~sure & (chance > 1e-60)
        assert stats.norm.sf(score[seen]) == pytest.approx(chance[seen], rel=1e-6, abs=0)


@given(mean=st.floats(0.05, 200))
def test_tails_of_a_count_equal_the_poisson_ones(mean: float) -> None:
    k = np.arange(int(mean + 8 * np.sqrt(mean) + 10), dtype=float)
    centre = np.full(k.size, mean)
    least, most = tails(k, centre, centre, "poisson")
    fair = stats.poisson(mean)
    for score, chance in ((least, fair.sf(k - 1)), (most, fair.cdf(k))):
        sure = chance > 1 - 1e-12
        assert (score[sure] < -6).all()
        seen = ~sure & (chance > 1e-60)
        assert stats.norm.sf(score[seen]) == pytest.approx(chance[seen], rel=1e-6, abs=0)


@pytest.mark.parametrize("n, p, rho", [(40, 0.3, 0.02), (200, 0.1, 0.01), (100, 0.8, 0.02)])
def test_tails_of_overdispersed_shares_are_nearly_the_beta_binomial_ones(
    n: int, p: float, rho: float
) -> None:
    mass = 1 / rho - 1
    wide = stats.betabinom(n, p * mass, (1 - p) * mass)
    k = np.arange(n + 1)
    centre = np.full(n + 1, p)
    least, most = tails(k / n, centre, np.full(n + 1, wide.var() / n**2), "binomial")
    plain, _ = tails(k / n, centre, centre * (1 - centre) / n, "binomial")
    away = []
    for score, chance in ((least, wide.sf(k - 1)), (most, wide.cdf(k))):
        exact = stats.norm.isf(chance)
        seen = (exact > 0.5) & (exact < 3.5)
        assert seen.sum() > 5
        away.append((score - exact)[seen])
    long, short = away if p < 0.5 else away[::-1]
    # Within a quarter of a standard deviation where the tail is long; where it is short the score
    # is up to three quarters too low, which calls too rarely and never too often.
    assert np.abs(long).max() < 0.25
    assert short.min() > -0.75
    assert short.max() < 0
    far = k / n > p + 3 * wide.std() / n
    assert (plain[far] > least[far] + 0.5).all()  # sampling alone would call far more often


@pytest.mark.parametrize("mean, extra", [(8.0, 4.0), (50.0, 50.0), (3.0, 1.0)])
def test_tails_of_overdispersed_counts_are_nearly_the_negative_binomial_ones(
    mean: float, extra: float
) -> None:
    size = mean**2 / extra
    wide = stats.nbinom(size, size / (size + mean))
    assert wide.var() == pytest.approx(mean + extra)
    k = np.arange(400.0)
    least, most = tails(k, np.full(400, mean), np.full(400, mean + extra), "poisson")
    for score, chance, within in ((least, wide.sf(k - 1), 0.25), (most, wide.cdf(k), 0.4)):
        exact = stats.norm.isf(chance)
        seen = (exact > 0.5) & (exact < 3.5)
        assert seen.sum() >= 2
        assert np.abs(score - exact)[seen].max() < within


@pytest.mark.parametrize("law", ["binomial", "poisson"])
@given(centre=st.floats(0.02, 0.98), more=st.floats(1.0, 5.0))
def test_more_is_never_less_surprising(law: Counted, centre: float, more: float) -> None:
    values = np.linspace(0, 1, 101) if law == "binomial" else np.linspace(0, 20, 101)
    level = np.full(101, centre if law == "binomial" else 10 * centre)
    sampling = level * (1 - level) / 30 if law == "binomial" else level
    least, most = tails(values, level, more * sampling, law)
    assert (np.diff(least) >= -1e-9).all()
    assert (np.diff(most) <= 1e-9).all()
    assert not np.isnan(least).any()
    assert not np.isnan(most).any()


@given(
    n=st.integers(1, 400),
    p=st.floats(0.01, 0.99),
    more=st.floats(1.0, 4.0),
    upper=st.floats(1.5, 4.0),
    lower=st.floats(1.5, 4.0),
)
def test_edges_of_shares_are_where_the_tails_cross(
    n: int, p: float, more: float, upper: float, lower: float
) -> None:
    centre, variance = np.array([p]), np.array([more * p * (1 - p) / n])
    high, low = edges(centre, variance, "binomial", upper, lower)
    assert 0 <= low[0] <= p <= high[0] <= 1
    step = 1e-9
    for edge, side, limit, away in ((high, 0, upper, step), (low, 1, lower, -step)):
        assert tails(edge, centre, variance, "binomial")[side][0] <= limit
        beyond = edge + away
        if 0 < beyond[0] < 1:
            assert tails(beyond, centre, variance, "binomial")[side][0] > limit


@given(mean=st.floats(0.1, 300), more=st.floats(1.0, 4.0), limit=st.floats(1.5, 4.0))
def test_edges_of_counts_are_where_the_tails_cross(mean: float, more: float, limit: float) -> None:
    centre, variance = np.array([mean]), np.array([more * mean])
    high, low = edges(centre, variance, "poisson", limit, limit)
    assert 0 <= low[0] <= mean <= high[0]
    step = 1e-7 * mean
    for edge, side, away in ((high, 0, step), (low, 1, -step)):
        assert tails(edge, centre, variance, "poisson")[side][0] <= limit
        if (edge + away)[0] > 0:
            assert tails(edge + away, centre, variance, "poisson")[side][0] > limit


@given(n=st.integers(1, 500), p=st.floats(0.005, 0.995), tail=st.floats(1e-5, 0.05))
def test_the_largest_whole_count_inside_is_that_of_the_exact_limits(
    n: int, p: float, tail: float
) -> None:
    fair = stats.binom(n, p)
    near = np.concatenate([fair.cdf(np.arange(n + 1)), fair.sf(np.arange(n + 1))])
    assume(np.abs(near / tail - 1).min() > 1e-6)  # on the edge itself rounding decides
    limit = float(stats.norm.isf(tail))
    centre = np.array([p])
    high, low = edges(centre, centre * (1 - centre) / n, "binomial", limit, limit)
    expected_low, expected_high = binomial_limits(np.array([float(n)]), p, tail)
    assert np.floor(high * n + 1e-6) == expected_high
    assert np.ceil(low * n - 1e-6) == expected_low


@given(mean=st.floats(0.1, 300), tail=st.floats(1e-5, 0.05))
def test_the_largest_whole_count_inside_is_that_of_the_exact_poisson_limits(
    mean: float, tail: float
) -> None:
    fair, k = stats.poisson(mean), np.arange(1000)
    near = np.concatenate([fair.cdf(k), fair.sf(k)])
    assume(np.abs(near / tail - 1).min() > 1e-6)
    limit = float(stats.norm.isf(tail))
    high, low = edges(np.array([mean]), np.array([mean]), "poisson", limit, limit)
    expected_low, expected_high = poisson_limits(np.array([1.0]), mean, tail)
    assert np.floor(high + 1e-6) == expected_high
    assert np.ceil(low - 1e-6) == expected_low
