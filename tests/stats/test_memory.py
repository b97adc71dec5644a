"""Is the memory of a series found, and does it inflate averages by as much as is said?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.regression.linear_model import yule_walker
from statsmodels.tsa.arima_process import ArmaProcess

from agentlens.stats.arrays import Floats
from agentlens.stats.normal.memory import (
    autoregression,
    correlations,
    inflation,
    spectrum,
    wandering,
)

REFLECTIONS = st.lists(st.floats(-0.8, 0.8), min_size=0, max_size=3)


def stationary(reflections: list[float]) -> Floats:
    """Return coefficients of a stationary autoregression from its partial autocorrelations."""
    phi: list[float] = []
    for one in reflections:
        phi = [old - one * other for old, other in zip(phi, phi[::-1], strict=True)] + [one]
    return np.array(phi + [0.0] * (3 - len(phi)))


def process(memory: Floats) -> ArmaProcess:
    return ArmaProcess(np.append(1.0, -memory), [1.0])


def plain(x: Floats, order: int) -> tuple[Floats, float]:
    """Return the coefficients by statsmodels, and the standard deviation they leave."""
    phi, left = yule_walker(x, order, method="mle", result_object=False)
    return np.asarray(phi), float(left)


def remembering(
    phi: list[float], paths: int, bins: int, *, seed: int = 0, warm_up: int = 200
) -> Floats:
    """Return autoregressions of innovations of variance one, drawn step by step."""
    x = np.random.default_rng(seed).normal(size=(bins + warm_up, paths))
    for t in range(len(phi), len(x)):
        for lag, one in enumerate(phi, start=1):
            x[t] += one * x[t - lag]
    return x[warm_up:].T


@pytest.mark.parametrize("phi", [[0.3], [0.6], [-0.4], [0.5, 0.3], [1.1, -0.4], [0.3, -0.2, 0.4]])
def test_the_coefficients_of_an_autoregression_are_found_in_the_mean(phi: list[float]) -> None:
    found = autoregression(remembering(phi, 300, 800))
    assert found.mean(axis=0) == pytest.approx(phi + [0.0] * (3 - len(phi)), abs=0.02)


def test_the_correction_takes_most_of_the_bias_of_a_short_baseline_away() -> None:
    x = remembering([0.6], 2000, 100)
    raw = np.array([plain(one, 1)[0][0] for one in x])
    found = autoregression(x)
    first = (found[:, 0] != 0) & (found[:, 1:] == 0).all(axis=1)
    assert first.mean() > 0.6
    bias = raw[first].mean() - 0.6
    assert bias == pytest.approx(-(1 + 3 * 0.6) / 100, abs=0.008)
    assert abs(found[first, 0].mean() - 0.6) < abs(bias) / 2


def test_the_correction_is_what_it_is_said_to_be() -> None:
    x = remembering([0.5], 50, 300)
    found = autoregression(x)
    first = (found[:, 0] != 0) & (found[:, 1:] == 0).all(axis=1)
    assert first.sum() > 30
    raw = np.array([plain(one, 1)[0][0] for one in x[first]])
    assert found[first, 0] == pytest.approx(raw + (1 + 3 * raw) / 300, abs=1e-12)


@pytest.mark.parametrize("phi", [[0.5, 0.3], [1.1, -0.4], [-0.2, 0.4], [0.2, 0.1, 0.5]])
def test_higher_orders_equal_those_of_statsmodels(phi: list[float]) -> None:
    x = remembering(phi, 40, 400)
    found = autoregression(x)
    order = (found != 0).sum(axis=1)
    assert (order >= 2).sum() > 30
    for row, own, many in zip(x, found, order.tolist(), strict=True):
        if many >= 2:
            assert own[:many] == pytest.approx(plain(row, many)[0], abs=1e-12)


def test_the_order_is_the_one_with_the_least_information_criterion() -> None:
    x = np.concatenate([remembering(phi, 15, 200) for phi in ([], [0.2], [0.3, 0.2], [0, 0, 0.3])])
    found = autoregression(x)
    seen = set()
    for row, own in zip(x, found, strict=True):
        left = [row.var()] + [plain(row, p)[1] ** 2 for p in (1, 2, 3)]
        score = [200 * np.log(v) + p * np.log(200) for p, v in enumerate(left)]
        best = int(np.argmin(score))
        places = np.flatnonzero(own)
        assert (places[-1] + 1 if places.size else 0) == best
        seen.add(best)
    assert seen == {0, 1, 2, 3}


def test_white_noise_mostly_has_no_memory() -> None:
    found = autoregression(np.random.default_rng(1).normal(size=(1000, 336)))
    assert (found == 0).all(axis=1).mean() > 0.95


@pytest.mark.parametrize("gaps", ["scattered", "nights"])
def test_gaps_cost_only_themselves(gaps: str) -> None:
    rng, x = np.random.default_rng(2), remembering([0.5], 400, 1000)
    whole = autoregression(x)[:, 0]
    empty = rng.random(1000) < 0.4 if gaps == "scattered" else np.arange(1000) % 24 < 8
    x[:, empty] = np.nan
    found = autoregression(x)
    assert found[:, 0].mean() == pytest.approx(0.5, abs=0.025)
    # The error grows little more than with a series as short as the pairs that are left.
    pairs = (~empty[1:] & ~empty[:-1]).mean()
    assert found[:, 0].std() < 1.8 * whole.std() / np.sqrt(pairs)


@given(gap=st.integers(0, 60), offset=st.floats(-100, 100))
def test_empty_ends_and_another_level_change_nothing(gap: int, offset: float) -> None:
    x = remembering([0.6, 0.2], 3, 150, seed=3)
    padded = np.pad(x + offset, ((0, 0), (gap, 2 * gap)), constant_values=np.nan)
    assert autoregression(padded) == pytest.approx(autoregression(x), abs=1e-9)


def test_a_series_too_short_or_without_variance_has_no_memory() -> None:
    assert not autoregression(np.zeros((1, 100))).any()
    assert not autoregression(np.full((1, 100), np.nan)).any()
    assert not autoregression(np.sin(np.arange(12.0) / 2)[None]).any()


def test_many_series_at_once_are_fitted_as_each_alone() -> None:
    x = np.concatenate([remembering(phi, 5, 200) for phi in ([0.1], [0.5], [0.5, 0.3])])
    x[3, 40:60] = np.nan
    alone = np.concatenate([autoregression(row[None]) for row in x])
    assert autoregression(x) == pytest.approx(alone, abs=1e-12)


@given(reflections=REFLECTIONS, lags=st.integers(1, 40))
def test_correlations_equal_those_of_statsmodels(reflections: list[float], lags: int) -> None:
    memory = stationary(reflections)
    peer = process(memory).acf(lags + 1)[1:]
    assert correlations(memory, lags) == pytest.approx(peer, abs=1e-8)
    assert correlations(memory, lags).shape == (lags,)


@given(reflections=REFLECTIONS, lam=st.floats(0.02, 1.0))
def test_inflation_is_the_damped_sum_of_correlations(reflections: list[float], lam: float) -> None:
    memory = stationary(reflections)
    rho = process(memory).acf(1500)[1:]
    brute = 1 + 2 * (rho * (1 - lam) ** np.arange(1, 1500)).sum()
    assert inflation(memory, lam) == pytest.approx(max(1.0, brute), rel=2e-3)


@pytest.mark.parametrize("phi", [[0.5], [0.8], [1.1, -0.4], [0.3, 0.2, 0.2]])
@pytest.mark.parametrize("lam", [0.1, 0.3])
def test_the_variance_of_a_simulated_average_is_inflated_as_said(
    phi: list[float], lam: float
) -> None:
    x = remembering(phi, 4000, 80, seed=4)
    z = np.zeros(4000)
    for value in x.T:
        z = lam * value + (1 - lam) * z
    settled = 1 - (1 - lam) ** 160  # what is left of the start
    plain = x.var() * lam / (2 - lam) * settled
    memory = np.array(phi + [0.0] * (3 - len(phi)))
    assert z.var() / plain == pytest.approx(float(inflation(memory, lam)), rel=0.08)


def test_neighbours_that_repel_each_other_narrow_nothing() -> None:
    assert inflation(np.array([-0.5, 0.0, 0.0]), 0.1) == 1.0


@given(reflections=REFLECTIONS)
def test_the_spectrum_equals_that_of_statsmodels(reflections: list[float]) -> None:
    memory = stationary(reflections)
    model = process(memory)
    omega, power = model.periodogram(64)
    own = spectrum(memory[None], omega)[0]
    assert own / own[0] == pytest.approx(power / power[0], rel=1e-6)


@given(reflections=REFLECTIONS)
def test_the_spectrum_averages_to_one_over_all_frequencies(reflections: list[float]) -> None:
    omega = np.arange(4096) * 2 * np.pi / 4096
    assert spectrum(stationary(reflections)[None], omega).mean() == pytest.approx(1.0, abs=1e-4)


@given(reflections=REFLECTIONS)
def test_the_spectrum_at_zero_is_the_inflation_of_a_long_mean(reflections: list[float]) -> None:
    memory = stationary(reflections)
    rho = process(memory).acf(3000)[1:]
    at_zero = spectrum(memory[None], np.zeros(1))[0, 0]
    assert at_zero == pytest.approx(1 + 2 * rho.sum(), rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("phi, truth", [(0.0, 1.0), (0.3, 1.857), (0.6, 4.0)])
def test_wandering_is_near_the_truth(phi: float, truth: float) -> None:
    x = remembering([phi], 200, 672, seed=5)
    assert np.median([wandering(row) for row in x]) == pytest.approx(truth, rel=0.12)


@pytest.mark.parametrize("phi", [0.3, 0.6])
def test_wandering_hardly_sees_a_change_of_level(phi: float) -> None:
    x = remembering([phi], 200, 672, seed=6) * np.sqrt(1 - phi**2)
    moved = x + 3.0 * (np.arange(672) >= 300)
    before = np.median([wandering(row) for row in x])
    after = np.median([wandering(row) for row in moved])
    assert after == pytest.approx(before, rel=0.12)
    # An autoregression does see it.
    at_zero = spectrum(autoregression(moved), np.zeros(1))[:, 0]
    assert np.median(at_zero) > 2 * before


def test_a_series_without_variance_wanders_no_more_than_noise() -> None:
    assert wandering(np.zeros(100)) == 1.0
