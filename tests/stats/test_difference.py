"""Does the interval of a difference hold what it should, whatever intervals it is made of?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from agentlens.stats.intervals.difference import difference
from agentlens.stats.intervals.rates import wilson


def _rate(successes: int, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    low, high = wilson(np.array([float(successes)]), np.array([float(n)]))
    return np.array([successes / n]), low, high


@given(st.integers(5, 400), st.integers(5, 400), st.data())
def test_of_two_rates_it_is_newcombes(n: int, m: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    found = difference(_rate(a, n), _rate(b, m))
    low, high = confint_proportions_2indep(a, n, b, m, method="newcomb")
    assert found.low[0] == pytest.approx(low, abs=1e-9)
    assert found.high[0] == pytest.approx(high, abs=1e-9)


@given(st.integers(5, 400), st.integers(5, 400), st.data())
def test_it_turns_with_the_order(n: int, m: int, data: st.DataObject) -> None:
    one, other = (_rate(data.draw(st.integers(0, k)), k) for k in (n, m))
    there, back = difference(one, other), difference(other, one)
    assert there.value[0] == pytest.approx(-back.value[0])
    assert there.low[0] == pytest.approx(-back.high[0])
    assert there.p[0] == pytest.approx(back.p[0])


@given(st.integers(20, 400), st.integers(20, 400), st.data())
def test_p_below_a_twentieth_means_that_the_interval_leaves_zero_out(
    n: int, m: int, data: st.DataObject
) -> None:
    one, other = (_rate(data.draw(st.integers(0, k)), k) for k in (n, m))
    found = difference(one, other)
    outside = bool(found.low[0] > 0 or found.high[0] < 0)
    assert (found.p[0] < 0.05) == outside or abs(found.p[0] - 0.05) < 1e-6


def test_an_open_side_stays_open() -> None:
    one = tuple(np.array([value]) for value in (2.0, 1.0, np.inf))
    other = tuple(np.array([value]) for value in (1.0, 0.5, 1.5))
    found = difference(one, other)  # type: ignore[arg-type]
    assert found.high[0] == np.inf
    assert found.low[0] == pytest.approx(1.0 - (1.0**2 + 0.5**2) ** 0.5)


@pytest.mark.parametrize("p, q, n, m", [(0.8, 0.8, 60, 900), (0.97, 0.9, 120, 120)])
def test_it_covers(p: float, q: float, n: int, m: int) -> None:
    rng = np.random.default_rng(4)
    a, b = rng.binomial(n, p, 20_000) / n, rng.binomial(m, q, 20_000) / m
    one = (a, *wilson(a * n, np.full(a.shape, float(n))))
    other = (b, *wilson(b * m, np.full(b.shape, float(m))))
    found = difference(one, other)
    held = np.mean((found.low <= p - q) & (p - q <= found.high))
    assert 0.935 < held < 0.97
