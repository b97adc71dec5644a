"""Do the futures look like the baseline, and is each judged as it should be?"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from agentlens.stats.arrays import Floats
from agentlens.stats.normal.cycles import cycles, none, repeats
from agentlens.stats.normal.futures import Deviations, Futures, deviations, draw
from agentlens.stats.normal.in_control import InControl, Law, Setting, fit_one, precision

HOUR = 3_600_000_000


def learnt(
    x: Floats, sizes: Floats, law: Law = "normal", *, cyclic: bool = False, unit: float = 0.0
) -> tuple[InControl, Setting, Floats]:
    """Return what a baseline of hours teaches."""
    setting = Setting(sizes, none(x.size), law, unit, repeats(HOUR, x.size))
    weights = precision(x, setting)
    if cyclic:
        own = cycles(np.arange(x.size) * HOUR, HOUR, weights)
        setting = replace(setting, cycles=own)
    return fit_one(x, setting, weights), setting, weights


def drawn(
    x: Floats,
    sizes: Floats,
    law: Law = "normal",
    *,
    cyclic: bool = False,
    single: bool = True,
    paths: int = 400,
    length: int = 336,
    seed: int = 0,
) -> tuple[Futures, InControl]:
    model, setting, weights = learnt(x, sizes, law, cyclic=cyclic)
    futures = draw(
        np.nan_to_num(x), model, setting, weights,
        paths=paths, length=length, seed=seed, single=single,
    )  # fmt: skip
    return futures, model


def remembering(phi: float, bins: int, seed: int) -> Floats:
    noise = np.random.default_rng(seed).normal(size=bins + 200)
    for t in range(1, noise.size):
        noise[t] += phi * noise[t - 1]
    return np.asarray(noise[200:] * np.sqrt(1 - phi**2))


def values_of(found: Deviations, centre: Floats) -> Floats:
    """Return the values that deviations of uncut bins came from."""
    return centre + found.standard * found.scale[:, None] / np.where(
        found.present, found.precision, 1.0
    )


def test_futures_have_the_centre_and_the_spread_of_the_baseline() -> None:
    x = 10 + 2 * np.random.default_rng(0).normal(size=672)
    futures, model = drawn(x, np.ones(672))
    values = values_of(futures.known, model.level[:, None])
    assert values.mean() == pytest.approx(x.mean(), abs=0.05)
    # Residuals are smaller than noise by the freedom spent, here hardly.
    assert values.std() == pytest.approx(x.std(ddof=1), rel=0.02)
    assert np.abs(values.mean(axis=0) - model.level).max() < 5 * 2 / np.sqrt(400)


def test_futures_are_as_wide_as_the_noise_though_a_fit_leaves_less() -> None:
    # Fourteen days and a cycle of seventeen columns: residuals are five percent too small.
    spread = []
    for seed in range(60):
        x = np.random.default_rng(seed).normal(size=336)
        futures, model = drawn(x, np.ones(336), cyclic=True, paths=20, length=168, seed=seed)
        spread.append(float((futures.known.standard.std() ** 2) * model.extra[0]))
    assert np.mean(spread) == pytest.approx(1.0, abs=0.04)


def test_futures_repeat_the_hours_and_weekdays_of_the_baseline() -> None:
    at = np.arange(336 + 200)
    line = 5 * np.sin(2 * np.pi * at / 24) - 6 * (((at // 24 + 3) % 7) > 4)
    x = line[:336] + np.random.default_rng(1).normal(size=336)
    futures, _ = drawn(x, np.ones(336), cyclic=True, length=200)
    # Both the model and each one's own baseline know the cycle, so that no hour sticks out.
    assert np.abs(futures.known.standard.mean(axis=0)).max() < 0.35
    assert np.abs(futures.judged.standard.mean(axis=0)).max() < 0.35
    blind, _ = drawn(x, np.ones(336), cyclic=False, length=200)
    assert blind.known.standard.std() == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.6])
def test_futures_have_the_memory_of_the_baseline(phi: float) -> None:
    futures, model = drawn(remembering(phi, 672, 2), np.ones(672))
    u = futures.known.standard
    for lag in (1, 2, 5):
        own = (u[:, lag:] * u[:, :-lag]).mean() / (u**2).mean()
        assert own == pytest.approx(float(model.memory[0, 0]) ** lag, abs=0.03)
    assert (u**2).mean() == pytest.approx(1.0, abs=0.1)


def test_futures_have_the_tails_of_the_baseline() -> None:
    x = np.random.default_rng(3).standard_t(4, 2000)
    futures, _ = drawn(x, np.ones(2000), paths=300, length=1000)
    # A little normal smoothing makes tails lighter by (1 + .15²)².
    expected = stats.kurtosis(x) / (1 + 0.15**2) ** 2
    assert expected > 2
    assert stats.kurtosis(futures.known.standard, axis=None) == pytest.approx(expected, rel=0.12)
    flat = np.random.default_rng(3).uniform(-1, 1, 2000)
    even, _ = drawn(flat, np.ones(2000), paths=300, length=1000)
    assert stats.kurtosis(even.known.standard, axis=None) == pytest.approx(-1.2 * 0.956, abs=0.1)


def test_the_same_seed_draws_the_same_futures_and_another_one_others() -> None:
    x = remembering(0.4, 336, 4)
    counted: dict[Law, Floats] = {"normal": x, "binomial": np.round(20 + 4 * x) / 40}
    for law, values in counted.items():
        sizes = np.full(336, 40.0)
        one, _ = drawn(values, sizes, law, paths=5, seed=7)
        two, _ = drawn(values, sizes, law, paths=5, seed=7)
        other, _ = drawn(values, sizes, law, paths=5, seed=8)
        assert np.array_equal(one.judged.standard, two.judged.standard)
        assert np.array_equal(one.judged.scale, two.judged.scale)
        assert not np.array_equal(one.judged.standard, other.judged.standard)


def test_errors_of_estimation_are_inside_the_judged_futures_only() -> None:
    x = np.random.default_rng(5).normal(size=168)
    futures, _ = drawn(x, np.ones(168), paths=2000, length=200)
    # The mean of a future is off by its own error and by that of its baseline.
    own = futures.known.standard.mean(axis=1).var()
    judged = futures.judged.standard.mean(axis=1).var()
    assert own == pytest.approx(1 / 200, rel=0.15)
    assert judged == pytest.approx(1 / 200 + 1 / 168, rel=0.15)
    assert np.ptp(futures.judged.scale) > 0
    assert np.ptp(futures.known.scale) == 0


def rates_baseline(rho: float, seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    sizes = np.tile(rng.choice([10, 40, 200], 168), 4)
    p = rng.beta(0.2 * (1 / rho - 1), 0.8 * (1 / rho - 1), 672) if rho else np.full(672, 0.2)
    return rng.binomial(sizes, p) / sizes, sizes.astype(float)


@pytest.mark.parametrize("rho", [0.0, 0.03])
@pytest.mark.parametrize("rare", ["hits", "misses"])
def test_drawn_rates_are_whole_counts_and_as_overdispersed_as_the_model(
    rho: float, rare: str
) -> None:
    x, sizes = rates_baseline(rho, 6)
    x = x if rare == "hits" else 1 - x
    futures, model = drawn(x, sizes, "binomial", paths=600)
    values = values_of(futures.known, model.level[:, None])
    counts = values * sizes[:336]
    assert counts == pytest.approx(np.round(counts), abs=1e-8)
    assert values.min() > -1e-9
    assert values.max() < 1 + 1e-9
    level, extra = float(model.level[0]), float(model.extra[0])
    assert values.mean() == pytest.approx(level, abs=0.002)
    for n in (10, 40, 200):
        own = values[:, sizes[:336] == n].var()
        # p (1 - p) is smaller on average by the variance of p.
        assert own == pytest.approx((level * (1 - level) - extra) / n + extra, rel=0.03)
    assert (extra > 0.002) == (rho > 0)


def test_drawn_counts_are_whole_and_as_overdispersed_as_the_model() -> None:
    rng = np.random.default_rng(7)
    x = rng.poisson(rng.gamma(16.0, 0.5, 672)).astype(float)
    futures, model = drawn(x, np.ones(672), "poisson", paths=600)
    values = values_of(futures.known, model.level[:, None])
    assert values == pytest.approx(np.round(values), abs=1e-8)
    assert values.mean() == pytest.approx(float(model.level[0]), rel=0.01)
    assert values.var() == pytest.approx(float(model.level[0] + model.extra[0]), rel=0.03)


def test_drawn_rates_remember_what_the_observed_ones_did() -> None:
    rng = np.random.default_rng(8)
    p = 1 / (1 + np.exp(-(-1.4 + 0.5 * remembering(0.7, 672, 8))))
    x = rng.binomial(60, p) / 60
    futures, model = drawn(x, np.full(672, 60.0), "binomial")
    u = futures.known.standard
    first = float(model.memory[0, 0] / (1 - model.memory[0, 1]))
    assert first > 0.3
    assert (u[:, 1:] * u[:, :-1]).mean() / (u**2).mean() == pytest.approx(first, abs=0.06)


@pytest.mark.parametrize("law", ["normal", "binomial", "poisson"])
def test_empty_hours_stay_empty(law: Law) -> None:
    rng = np.random.default_rng(9)
    at = np.arange(336)
    sizes = np.where(at % 24 < 5, 0.0, 30.0)
    x = np.where(sizes > 0, rng.binomial(30, 0.3, 336) / 30, np.nan)
    if law == "poisson":
        x, sizes = 30 * x, np.minimum(sizes, 1.0)
    for single in (True, False):
        futures, _ = drawn(x, sizes, law, single=single, paths=50, length=100)
        for found in (futures.judged, futures.known):
            assert found.present.tolist() == ((336 + np.arange(100)) % 24 >= 5).tolist()
            assert not found.standard[:, ~found.present].any()
            assert not found.precision[:, ~found.present].any()
            assert np.isfinite(found.standard).all()
            assert found.standard[:, found.present].std() > 0.5


def test_sizes_of_the_future_are_those_of_the_same_hour_of_the_week() -> None:
    sizes = np.tile(np.random.default_rng(10).integers(5, 300, 168), 3)[:400].astype(float)
    x = np.random.default_rng(11).normal(size=400) / np.sqrt(sizes)
    model, setting, weights = learnt(x, sizes, unit=1.0)
    futures = draw(x, model, setting, weights, paths=3, length=300, seed=0)
    expected = sizes[(400 + np.arange(300)) % 168]
    own = (model.extra[0] + 1 / expected) ** -0.5 * futures.known.scale[0]
    assert futures.known.precision[0] == pytest.approx(own)


@given(size=st.floats(-50, 50))
def test_one_bin_counts_at_most_three_and_a_half_deviations(size: float) -> None:
    x = np.random.default_rng(12).normal(size=200)
    model, setting, _ = learnt(x, np.ones(200))
    values = np.full((1, 200), float(model.level[0]) + size * np.sqrt(float(model.extra[0])))
    cut = deviations(values, model, setting)
    assert cut.standard == pytest.approx(np.full((1, 200), np.clip(size, -3.5, 3.5)), abs=1e-9)
    whole = deviations(values, model, setting, single=True)
    assert whole.standard == pytest.approx(np.full((1, 200), size), abs=1e-9)
    assert whole.tails is None


@given(events=st.integers(0, 20))
def test_three_events_of_a_rare_kind_count_in_full(events: int) -> None:
    sizes = np.full(300, 20.0)
    x = np.zeros(300)
    x[::50] = 1 / 20
    model, setting, _ = learnt(x, sizes, "binomial")
    level = float(model.level[0])
    deviation = float(np.sqrt(model.extra[0] + level * (1 - level) / 20))
    assert 3.5 * deviation < 3 / 20
    found = deviations(np.full((1, 300), events / 20), model, setting)
    assert found.standard == pytest.approx(
        np.full((1, 300), min(events / 20 - level, 3 / 20) / deviation)
    )


def test_rates_judged_one_by_one_have_tails_and_are_not_cut() -> None:
    x, sizes = rates_baseline(0.0, 13)
    model, setting, _ = learnt(x, sizes, "binomial")
    found = deviations(np.ones((1, 672)), model, setting, single=True)
    assert found.standard.min() > 3.5
    assert found.tails is not None
    p, n = float(model.level[0]), setting.size
    # Every row a hit: p to the power of n, where nothing is spread beyond sampling.
    exact = -stats.norm.ppf(np.maximum(p ** (n[n == 10]), 1e-300))
    assert model.extra[0] < 1e-3
    assert found.tails[0][0, n == 10] == pytest.approx(exact, rel=0.1)
    assert (found.tails[1][0] < -3).all()


def test_a_typical_bin_is_one_of_mean_precision() -> None:
    x, sizes = rates_baseline(0.02, 15)
    model, setting, _ = learnt(x, sizes, "binomial")
    found = deviations(x[None], model, setting)
    assert (found.precision**2).mean() == pytest.approx(1.0)
