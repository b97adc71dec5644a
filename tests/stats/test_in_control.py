"""Is normal learnt as it is: centre, spread and memory, whatever single bins do?"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.stats.arrays import Floats
from agentlens.stats.normal.cycles import cycles, none
from agentlens.stats.normal.in_control import InControl, Law, Setting, fit, fit_one, precision

HOUR = 3_600_000_000
PARTS = ("level", "coefficients", "lively", "extra", "memory", "spent")
LAWS: list[Law] = ["normal", "binomial", "poisson"]


def plain(sizes: Floats, law: Law = "normal", unit: float = 0.0) -> Setting:
    """Return bins in which nothing repeats."""
    return Setting(sizes, none(sizes.size), law, unit)


def cyclic(sizes: Floats, weights: Floats, law: Law = "normal", unit: float = 0.0) -> Setting:
    """Return hourly bins of which the day and the week may matter."""
    return Setting(sizes, cycles(np.arange(sizes.size) * HOUR, HOUR, weights), law, unit)


def shape(bins: int) -> Floats:
    """Return a daily cycle, lower at weekends."""
    hour = np.arange(bins)
    weekend = ((hour // 24 + 3) % 7) > 4
    day = 2 * np.pi * hour / 24
    return np.sin(day) + 0.4 * np.cos(2 * day) - 0.8 * weekend


def draws(law: Law, paths: int, sizes: Floats, rng: np.random.Generator) -> Floats:
    """Return baselines of a law with a cycle and a bit of overdispersion."""
    line = shape(sizes.size)
    noise = rng.normal(size=(paths, sizes.size))
    if law == "normal":
        return 5 + line + noise * np.sqrt(0.2 + 1 / np.maximum(sizes, 1))
    if law == "poisson":
        return rng.poisson(np.exp(2 + 0.3 * line + 0.1 * noise)).astype(float)
    p = 1 / (1 + np.exp(-(1 + 0.3 * line + 0.1 * noise)))
    return rng.binomial(np.maximum(sizes, 1).astype(int), p) / np.maximum(sizes, 1)


def same(one: InControl, other: InControl, tolerance: float = 0.0) -> None:
    for part in PARTS:
        expected = pytest.approx(getattr(other, part), rel=tolerance, abs=tolerance)
        assert getattr(one, part) == expected, part


def test_level_cycle_and_spread_of_a_known_process_are_found_back() -> None:
    rng, line = np.random.default_rng(0), shape(672)
    x = 5 + line + 0.7 * rng.normal(size=(300, 672))
    setting = cyclic(np.ones(672), np.ones(672))
    found = fit(x, setting, np.ones(672))
    assert found.level.mean() == pytest.approx(5 + line.mean(), abs=0.01)
    assert found.level.std() == pytest.approx(0.7 / np.sqrt(672), rel=0.2)
    centre = found.centre(setting)
    assert centre.mean(axis=0) == pytest.approx(5 + line, abs=0.06)
    assert found.extra.mean() == pytest.approx(0.49, rel=0.03)
    # Seventeen parameters cost a 672nd of the variance each, and shrinkage saves some of them.
    error = ((centre - 5 - line) ** 2).mean()
    assert 0.3 * 17 / 672 < error / 0.49 < 1.05 * 17 / 672


def test_the_spread_of_bins_of_changing_size_is_parted_into_between_and_within() -> None:
    rng = np.random.default_rng(1)
    sizes = rng.choice([2.0, 10.0, 50.0], 672)
    x = 3 + rng.normal(size=(200, 672)) * np.sqrt(0.04 + 1.0 / sizes)
    setting = plain(sizes, unit=1.0)
    found = fit(x, setting, precision(x[0], setting))
    assert found.extra.mean() == pytest.approx(0.04, rel=0.1)
    expected = 0.04 + 1.0 / sizes
    assert found.variance(setting, found.centre(setting)).mean(axis=0) == pytest.approx(
        expected, rel=0.05
    )
    none_between = fit(3 + rng.normal(size=(200, 672)) / np.sqrt(sizes), setting, np.ones(672))
    assert none_between.extra.mean() < 0.004


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.6])
def test_memory_is_found_behind_a_cycle(phi: float) -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(size=(772, 200))
    for t in range(1, 772):
        noise[t] += phi * noise[t - 1]
    x = 2 * shape(672) + noise[100:].T
    found = fit(x, cyclic(np.ones(672), np.ones(672)), np.ones(672))
    assert found.memory[:, 0].mean() == pytest.approx(phi, abs=0.04)
    assert np.median(found.long_run()) == pytest.approx((1 + phi) / (1 - phi), rel=0.1)


@pytest.mark.parametrize("rho", [0.0, 0.02, 0.1])
def test_overdispersion_of_rates_is_found_back(rho: float) -> None:
    rng = np.random.default_rng(3)
    sizes = rng.choice([10, 40, 200], 672)
    p = np.full((200, 672), 0.3)
    if rho:
        p = rng.beta(0.3 * (1 / rho - 1), 0.7 * (1 / rho - 1), p.shape)
    x = rng.binomial(sizes, p) / sizes
    setting = plain(sizes.astype(float), "binomial")
    found = fit(x, setting, precision(x[0], setting))
    assert found.level.mean() == pytest.approx(0.3, abs=0.003)
    between = found.extra.mean() / (0.3 * 0.7)
    assert between == pytest.approx(rho, rel=0.1, abs=0.0005)
    # As the beta-binomial says, p (1 - p) (1 + (n - 1) rho) / n, but for one rho / n.
    expected = 0.21 * (1 + (sizes - 1) * rho) / sizes
    variance = found.variance(setting, found.centre(setting)).mean(axis=0)
    assert variance == pytest.approx(expected, rel=0.12)


@pytest.mark.parametrize("rho", [0.02, 0.1])
def test_the_weight_of_a_rate_grows_with_n_as_the_beta_binomial_says(rho: float) -> None:
    rng = np.random.default_rng(4)
    sizes = rng.choice([5, 40, 200], 2000)
    x = rng.binomial(sizes, rng.beta(0.4 * (1 / rho - 1), 0.6 * (1 / rho - 1), 2000)) / sizes
    found = precision(x, plain(sizes.astype(float), "binomial"))
    expected = sizes / (1 + (sizes - 1) * rho)
    assert found.max() == 1.0
    assert found == pytest.approx(expected / expected.max(), rel=0.25)


@pytest.mark.parametrize("rho", [0.0, 0.02, 0.1])
@pytest.mark.parametrize("p", [0.05, 0.4, 0.9])
def test_the_weights_of_rates_make_a_mean_nearly_as_sharp_as_the_best(p: float, rho: float) -> None:
    rng = np.random.default_rng(5)
    sizes = rng.choice([5, 40, 200], 2000)
    own = rng.beta(p * (1 / rho - 1), (1 - p) * (1 / rho - 1), 2000) if rho else np.full(2000, p)
    found = precision(rng.binomial(sizes, own) / sizes, plain(sizes.astype(float), "binomial"))
    variance = p * (1 - p) * (1 + (sizes - 1) * rho) / sizes
    best = 1 / (1 / variance).sum()
    # Whole counts of small bins look a little overdispersed to a median, hence a third.
    assert (found**2 * variance).sum() / found.sum() ** 2 < 1.33 * best


def test_overdispersed_counts_have_their_mean_and_spread() -> None:
    rng = np.random.default_rng(5)
    setting = plain(np.ones(672), "poisson")
    quiet = fit(rng.poisson(8.0, (200, 672)).astype(float), setting, np.ones(672))
    assert quiet.level.mean() == pytest.approx(8.0, rel=0.01)
    assert quiet.extra.mean() < 0.4
    lively = rng.poisson(rng.gamma(16.0, 0.5, (200, 672))).astype(float)
    found = fit(lively, setting, np.ones(672))
    assert found.level.mean() == pytest.approx(8.0, rel=0.02)
    assert found.extra.mean() == pytest.approx(4.0, rel=0.12)


def test_the_centre_of_a_rate_stays_inside_and_that_of_a_count_above_zero() -> None:
    weights = np.ones(672)
    for law in ("binomial", "poisson"):
        setting = cyclic(np.full(672, 20.0), weights, law)
        model = fit_one(np.zeros(672), setting, weights)
        wild = replace(model, coefficients=np.full_like(model.coefficients, 50.0))
        centre = wild.centre(setting)
        assert centre.min() > 0
        assert law == "poisson" or centre.max() < 1


@pytest.mark.parametrize("seed", range(3))
def test_single_outliers_of_fifty_sigma_change_little(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = 5 + shape(672) + rng.normal(size=672)
    hit = x.copy()
    hit[rng.choice(672, 4, replace=False)] += 50.0
    setting = cyclic(np.ones(672), np.ones(672))
    clean, dirty = fit_one(x, setting, np.ones(672)), fit_one(hit, setting, np.ones(672))
    assert dirty.level == pytest.approx(clean.level, abs=0.05)
    assert dirty.extra == pytest.approx(clean.extra, rel=0.08)
    assert dirty.centre(setting) == pytest.approx(clean.centre(setting), abs=0.3)
    assert dirty.memory == pytest.approx(clean.memory, abs=0.1)
    assert abs(hit.mean() - x.mean()) > 0.25  # which a plain mean does not bear


@pytest.mark.parametrize("law", LAWS)
@settings(max_examples=40)
@given(seed=st.integers(0, 1000), junk=st.sampled_from([np.nan, 0.0, -7.0, 1e9]))
def test_what_a_weightless_bin_holds_changes_nothing(law: Law, seed: int, junk: float) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(5, 50, 400).astype(float)
    weights = (rng.random(400) < 0.8).astype(float) * rng.uniform(0.5, 1, 400)
    x = draws(law, 1, sizes, rng)[0]
    setting = cyclic(sizes, weights, law, 1.0)
    other = np.where(weights > 0, x, junk)
    same(fit_one(other, setting, weights), fit_one(x, setting, weights))
    resized = replace(setting, size=np.where(weights > 0, sizes, 0.0))
    same(fit_one(x, resized, weights), fit_one(x, setting, weights))


@pytest.mark.parametrize("law", LAWS)
@settings(max_examples=40)
@given(seed=st.integers(0, 1000), before=st.integers(0, 50), after=st.integers(0, 50))
def test_empty_bins_around_a_baseline_change_nothing(
    law: Law, seed: int, before: int, after: int
) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(5, 50, 300).astype(float)
    x = draws(law, 1, sizes, rng)[0]
    padded, held = np.pad(x, (before, after), constant_values=np.nan), plain(sizes, law, 1.0)
    wide = plain(np.pad(sizes, (before, after)), law, 1.0)
    weights = precision(padded, wide)
    assert weights[before : before + 300] == pytest.approx(precision(x, held), rel=1e-12)
    assert not weights[:before].any()
    assert not weights[before + 300 :].any()
    same(fit_one(padded, wide, weights), fit_one(x, held, precision(x, held)), 1e-9)


def test_an_empty_baseline_has_no_weight_at_all() -> None:
    assert not precision(np.full(5, np.nan), plain(np.ones(5))).any()
    assert not precision(np.ones(5), plain(np.zeros(5), "binomial")).any()


@pytest.mark.parametrize("law", LAWS)
def test_many_baselines_at_once_are_learnt_as_each_alone(law: Law) -> None:
    rng = np.random.default_rng(6)
    sizes = rng.integers(5, 50, 400).astype(float)
    weights = (rng.random(400) < 0.9) * rng.uniform(0.5, 1, 400)
    x = draws(law, 25, sizes, rng)
    setting = cyclic(sizes, weights, law, 1.0)
    together = fit(x, setting, weights)
    assert np.ptp(together.extra) > 0
    for place, row in enumerate(x):
        one = fit_one(row, setting, weights)
        own = {part: getattr(together, part)[place : place + 1] for part in PARTS}
        same(one, replace(together, **own), 1e-10)


@given(sizes=st.lists(st.integers(1, 500), min_size=4, max_size=60))
def test_a_rate_without_events_is_taken_for_half_an_event(sizes: list[int]) -> None:
    n = np.array(sizes, dtype=float)
    setting = plain(n, "binomial")
    weights = precision(np.zeros(n.size), setting)
    assert fit_one(np.zeros(n.size), setting, weights).level == pytest.approx(0.5 / n.sum())
    all_hits = fit_one(np.ones(n.size), setting, weights)
    assert all_hits.level == pytest.approx(1 - 0.5 / n.sum())
    assert (
        fit_one(np.zeros(n.size), setting, weights)
        .variance(setting, np.full((1, n.size), 0.5 / n.sum()))
        .min()
        > 0
    )


@given(bins=st.integers(4, 400))
def test_a_count_without_events_is_taken_for_half_an_event(bins: int) -> None:
    setting = plain(np.ones(bins), "poisson")
    model = fit_one(np.zeros(bins), setting, np.ones(bins))
    assert model.level == pytest.approx(0.5 / bins)


@given(by=st.floats(-1e3, 1e3), times=st.floats(1e-3, 1e3))
def test_another_unit_changes_nothing_but_the_unit(by: float, times: float) -> None:
    x = draws("normal", 1, np.ones(400), np.random.default_rng(7))[0]
    setting = cyclic(np.ones(400), np.ones(400))
    one, other = fit_one(x, setting, np.ones(400)), fit_one(by + times * x, setting, np.ones(400))
    assert other.level == pytest.approx(by + times * one.level, rel=1e-8, abs=1e-8)
    assert other.coefficients == pytest.approx(times * one.coefficients, rel=1e-5, abs=1e-7 * times)
    assert other.extra == pytest.approx(times**2 * one.extra, rel=1e-6)
    assert other.memory == pytest.approx(one.memory, abs=1e-6)


def test_a_drawn_cycle_is_as_large_as_the_true_one_on_average() -> None:
    rng, weights = np.random.default_rng(8), np.ones(672)
    day = 2 * np.pi * np.arange(672) / 24
    line = 0.2 * (np.sin(day) + np.cos(2 * day) - np.sin(3 * day))
    setting = Setting(weights, cycles(np.arange(672) * HOUR, HOUR, weights, weekly=False))
    found = fit(line + rng.normal(size=(2000, 672)), setting, weights)
    truth = (line**2).sum()
    assert (found.lively**2).sum(axis=1).mean() / truth == pytest.approx(1.0, abs=0.02)
    # The one with the least error is smaller, by the noise once more.
    noise = setting.cycles.omega.size / truth
    least = (found.coefficients**2).sum(axis=1).mean() / truth
    assert least == pytest.approx(1 - noise, abs=0.03)
