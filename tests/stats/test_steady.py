"""Is a cycle told from an incident, and is a stable baseline left whole?"""

import numpy as np
import pytest

from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.normal.cycles import cycles
from agentlens.stats.normal.futures import deviations
from agentlens.stats.normal.in_control import Setting, fit_one
from agentlens.stats.normal.steady import steady

HOUR = 3_600_000_000
HOURS = np.arange(672)
WEEKEND = ((HOURS // 24 + 3) % 7) > 4


def kept(x: Floats) -> Flags:
    """Return what is believed to be normal, a day or a day and a week being what can repeat."""
    there = ~np.isnan(x)
    readings = []
    for weekly in (True, False):
        weights = there.astype(np.float64)
        setting = Setting(weights, cycles(HOURS[: x.size] * HOUR, HOUR, weights, weekly=weekly))
        model = fit_one(x, setting, weights)
        found = deviations(x[None], model, setting, single=True)
        residuals = np.where(there, found.standard[0] * found.scale[0], np.nan)
        readings.append((residuals, int(model.spent[0])))
    return steady(readings)


def remembering(phi: float, rng: np.random.Generator, bins: int = 672) -> Floats:
    noise = rng.normal(size=bins + 100)
    for t in range(1, noise.size):
        noise[t] += phi * noise[t - 1]
    return np.asarray(noise[100:] * np.sqrt(1 - phi**2))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("drop", [1.0, 2.0, 4.0])
def test_weekends_are_not_taken_for_incidents(seed: int, drop: float) -> None:
    x = np.random.default_rng(seed).normal(size=672) - drop * WEEKEND
    x = x + np.sin(2 * np.pi * HOURS / 24)
    assert kept(x).all()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("hours", [48, 72, 100])
@pytest.mark.parametrize("level", [2.0, 4.0])
def test_an_incident_of_days_is_not_taken_for_a_weekday(
    seed: int, hours: int, level: float
) -> None:
    x = np.random.default_rng(seed).normal(size=672) + np.sin(2 * np.pi * HOURS / 24)
    bad = np.isin(HOURS, 230 + np.arange(hours))
    found = kept(x + level * bad)
    assert (~found & bad).sum() > 0.9 * hours
    assert (~found & ~bad).sum() < 0.1 * 672


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("hours, lost", [(15, 0.0), (24, 0.0), (48, 0.4), (70, 0.4)])
def test_an_incident_beside_a_weekly_cycle_is_still_found(
    seed: int, hours: int, lost: float
) -> None:
    x = np.random.default_rng(seed).normal(size=672) - 2 * WEEKEND
    bad = np.isin(HOURS, 230 + np.arange(hours))
    found = kept(x + 5 * bad)
    assert (~found & bad).sum() > 0.9 * hours
    # A long one can hide the week, and then some of the weekends go with it.
    assert (~found & ~bad).sum() <= lost * 672
    assert found[~WEEKEND & ~bad].mean() > 0.9


def test_empty_bins_are_no_change() -> None:
    x = np.random.default_rng(1).normal(size=672)
    x[100:150] = np.nan
    x[::7] = np.nan
    assert kept(x)[~np.isnan(x)].all()


def test_the_reading_with_more_columns_must_earn_them() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=336)
    bad = slice(100, 160)
    x[bad] += 3
    explained = x.copy()
    explained[bad] -= 3  # a reading that fits the incident away
    assert steady([(x, 0), (explained, 4)]).all()
    assert not steady([(x, 0), (explained, 400)])[bad].any()
    assert not steady([(x, 0)])[bad].any()


def test_a_series_that_never_moves_is_stable() -> None:
    assert steady([(np.zeros(100), 0)]).all()


@pytest.mark.simulation
@pytest.mark.parametrize(
    "phi, cycle, most", [(0.0, 0.0, 0.03), (0.0, 1.0, 0.03), (0.5, 0.0, 0.03), (0.5, 1.0, 0.03)]
)
def test_a_stable_baseline_is_rarely_cut_short(phi: float, cycle: float, most: float) -> None:
    rng = np.random.default_rng(3)
    line = cycle * (np.sin(2 * np.pi * HOURS / 24) - 1.5 * WEEKEND)
    cut = [not kept(line + remembering(phi, rng)).all() for _ in range(200)]
    assert np.mean(cut) <= most
