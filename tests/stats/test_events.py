"""Are rare events tested and estimated exactly, also where they come in bursts?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest
from statsmodels.stats.proportion import proportion_confint

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.events.began import before_first, likeliest_start
from agentlens.stats.events.bursts import burst_tail, unrest
from agentlens.stats.events.conditional import fewer, more, ratio_interval
from agentlens.stats.events.rare import share_interval

COUNTS = st.integers(0, 60)
SHARES = st.floats(0.01, 0.99)


def _of(value: float) -> Floats:
    return np.array([float(value)])


@given(COUNTS, COUNTS, SHARES)
def test_the_conditional_test_is_the_exact_binomial_test(now: int, then: int, q: float) -> None:
    if now + then:
        up = binomtest(now, now + then, q, alternative="greater").pvalue
        down = binomtest(now, now + then, q, alternative="less").pvalue
        assert more(_of(now), _of(then), _of(q))[0] == pytest.approx(up, rel=1e-9)
        assert fewer(_of(now), _of(then), _of(q))[0] == pytest.approx(down, rel=1e-9)


def test_a_zero_baseline_is_exact_and_no_event_is_no_evidence() -> None:
    assert more(_of(5), _of(0), _of(0.25))[0] == pytest.approx(0.25**5)
    assert more(_of(0), _of(7), _of(0.25))[0] == 1.0
    assert more(_of(5), _of(0), _of(1.0))[0] == 1.0


@given(st.integers(1, 40), st.integers(1, 40), SHARES)
def test_the_ratio_has_the_limits_of_the_exact_share(now: int, then: int, q: float) -> None:
    value, low, high = ratio_interval(_of(now), _of(then), _of(q))
    limits = binomtest(now, now + then).proportion_ci(0.95, method="exact")
    odds = q / (1 - q)
    assert value[0] == pytest.approx(now / then / odds)
    assert low[0] == pytest.approx(limits.low / (1 - limits.low) / odds, rel=1e-6)
    assert high[0] == pytest.approx(limits.high / (1 - limits.high) / odds, rel=1e-6)


def test_what_was_never_seen_before_has_no_upper_limit() -> None:
    value, low, high = ratio_interval(_of(6), _of(0), _of(0.25))
    assert np.isinf([value[0], high[0]]).all()
    assert low[0] == pytest.approx(3 * 0.025 ** (1 / 6) / (1 - 0.025 ** (1 / 6)))


@given(st.integers(1, 199))
def test_shares_have_the_exact_limits(events: int) -> None:
    low, high = share_interval(_of(events), _of(200))
    want = proportion_confint(events, 200, method="beta")
    assert (low[0], high[0]) == pytest.approx(want, rel=1e-9)


@pytest.mark.parametrize("n", [30, 300, 3000, 100_000])
def test_none_in_n_follows_the_rule_of_three(n: int) -> None:
    low, high = share_interval(_of(0), _of(n))
    assert low[0] == 0.0
    assert high[0] == pytest.approx(3 / n, rel=0.06)
    assert binom.cdf(0, n, high[0]) == pytest.approx(0.05)
    every = share_interval(_of(n), _of(n))
    assert (every[0][0], every[1][0]) == pytest.approx((1 - high[0], 1.0))


@given(st.lists(st.integers(1, 6), min_size=1, max_size=9), st.floats(0.05, 0.9), st.data())
def test_bursts_are_summed_over_every_way_in_which_they_can_fall(
    sizes: list[int], q: float, data: st.DataObject
) -> None:
    now = data.draw(st.integers(0, sum(sizes)))
    chance = 0.0
    for picture in range(2 ** len(sizes)):
        inside = [picture >> one & 1 for one in range(len(sizes))]
        if sum(size for size, one in zip(sizes, inside, strict=True) if one) >= now:
            many = sum(inside)
            chance += q**many * (1 - q) ** (len(sizes) - many)
    found = burst_tail(np.array(sizes, dtype=np.int64), now, q)
    assert found == pytest.approx(min(chance, 1.0), abs=1e-9)


@given(st.integers(1, 40), st.integers(0, 40), SHARES)
def test_bursts_of_one_are_the_conditional_binomial(now: int, then: int, q: float) -> None:
    sizes: Ints = np.ones(now + then, dtype=np.int64)
    want = more(_of(now), _of(then), _of(q))[0]
    assert burst_tail(sizes, now, q) == pytest.approx(want, rel=1e-6, abs=1e-12)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=30), st.integers(0, 10**6))
def test_unrest_is_what_the_squares_say_when_written_out(counts: list[int], seed: int) -> None:
    shares = np.random.default_rng(seed).dirichlet(np.ones(len(counts)))
    held = np.array(counts, dtype=np.float64)
    some = np.flatnonzero(held > 0)
    kind = np.zeros(some.size, dtype=np.int64)
    found = unrest(kind, held[some], shares[some], np.array([(shares**2).sum()]))
    assert found[0] == pytest.approx(((held - held.sum() * shares) ** 2).sum(), abs=1e-6)


def test_the_start_of_something_new_is_held_as_often_as_promised() -> None:
    rng = np.random.default_rng(3)
    held = []
    for n in (2, 3, 6, 30):
        gaps = rng.exponential(1.0, (4000, n))
        places = np.cumsum(gaps, axis=1)
        held.append(np.mean([one[0] <= before_first(one) for one in places]))
    assert held == pytest.approx([0.95] * 4, abs=0.015)
    assert before_first(np.array([4.0])) == np.inf


def test_the_start_of_growth_is_found_and_an_end_is_allowed() -> None:
    rng = np.random.default_rng(5)
    hits, width = 0, []
    for _ in range(300):
        rate = np.ones(60)
        rate[25:45] = 5.0
        best, low, high = likeliest_start(rng.poisson(rate).astype(np.float64), np.ones(60))
        assert low <= best <= high
        hits += low <= 25 <= high
        width.append(high - low)
    assert hits / 300 >= 0.93
    assert np.median(width) <= 4
