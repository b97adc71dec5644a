"""Is normal learnt rightly: level, extra spread, memory?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.tsa.arima_process import arma_acf

from agentlens.stats.baseline import autoregression, correlations, fit_in_control


@pytest.mark.parametrize("memory", [(0.6,), (0.5, 0.2), (0.3, -0.2, 0.1), (0.4, 0.1, 0.2)])
def test_correlations_equal_statsmodels(memory: tuple[float, ...]) -> None:
    theirs = arma_acf(np.r_[1, -np.array(memory)], [1], 40)[1:]
    assert correlations(memory)[:39] == pytest.approx(theirs, abs=1e-9)


@given(phi=st.floats(0.0, 0.9), lam=st.floats(0.05, 1.0))
def test_inflation_is_the_geometric_sum_for_one_lag(phi: float, lam: float) -> None:
    rng = np.random.default_rng(0)
    model = fit_in_control(rng.normal(size=50), np.zeros(50))
    with_memory = type(model)(**{**vars(model), "memory": (phi,) if phi else ()})
    step = phi * (1 - lam)
    assert with_memory.inflation(lam) == pytest.approx(1 + 2 * step / (1 - step), rel=1e-6)


def _series(phi: float, n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    noise, x = rng.normal(size=n), np.zeros(n)
    x[0] = noise[0] / np.sqrt(1 - phi**2)
    for t in range(1, n):
        x[t] = phi * x[t - 1] + noise[t]
    return x


def test_memory_is_found_back_and_noise_has_none() -> None:
    found = [autoregression(_series(0.6, 336, seed) * 0.8) for seed in range(40)]
    first = [memory[0] if memory else 0.0 for memory in found]
    assert np.mean(first) == pytest.approx(0.6, abs=0.05)
    none = [autoregression(np.random.default_rng(seed).normal(size=336)) for seed in range(60)]
    assert np.mean([not memory for memory in none]) > 0.85


def test_extra_spread_is_what_sampling_does_not_explain() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(5, 200, 4000)
    sampling = 0.16 / n
    values = 0.8 + rng.normal(size=4000) * np.sqrt(0.03**2 + sampling)
    model = fit_in_control(values, sampling)
    assert model.level == pytest.approx(0.8, abs=0.003)
    assert model.extra == pytest.approx(0.03**2, rel=0.12)
    calm = fit_in_control(0.8 + rng.normal(size=4000) * np.sqrt(sampling), sampling)
    assert calm.extra < 0.008**2


def test_a_few_outliers_do_not_widen_normal() -> None:
    rng = np.random.default_rng(4)
    values = rng.normal(size=400)
    values[::40] += 15
    model = fit_in_control(values, np.zeros(400))
    assert np.sqrt(model.extra) < 1.35
    assert abs(model.level) < 0.25


def test_missing_bins_cost_only_themselves() -> None:
    values = _series(0.6, 2000, 3)
    values[::7] = np.nan
    model = fit_in_control(values, np.zeros(2000))
    assert model.n == int((~np.isnan(values)).sum())
    assert model.memory[0] == pytest.approx(0.6, abs=0.1)
