"""Do the columns say what can repeat, and does shrinkage keep what does?"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.stats.arrays import Floats
from agentlens.stats.normal.cycles import Cycles, cycles, none, repeats, shrunk

HOUR = 3_600_000_000
DAY = 24 * HOUR
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
NAMES = {"hour of the day", "day of the week", "weekend's own day"}


def begins(bins: int, width: int = HOUR, at: datetime = MONDAY) -> np.ndarray:
    return int(at.timestamp()) * 1_000_000 + np.arange(bins) * width


def spanned(found: Cycles, line: Floats, weights: Floats | None = None) -> float:
    """Return which share of the variance of a line its best fit by the columns leaves."""
    w = np.ones(line.size) if weights is None else weights
    basis = np.column_stack([np.ones(line.size), found.columns]) * np.sqrt(w)[:, None]
    target = (line - np.average(line, weights=w)) * np.sqrt(w)
    left = target - basis @ np.linalg.lstsq(basis, target, rcond=None)[0]
    return float((left**2).sum() / (target**2).sum())


@given(
    bins=st.integers(30, 500),
    first=st.integers(0, 10_000),
    width=st.sampled_from([HOUR // 4, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY]),
    seed=st.integers(0, 100),
    empty=st.floats(0, 0.9),
)
def test_columns_are_orthonormal_to_each_other_and_to_the_constant(
    bins: int, first: int, width: int, seed: int, empty: float
) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.05, 1, bins) * (rng.random(bins) >= empty)
    weights[bins * 4 // 5 :] = 0.0  # what is tested
    found = cycles(begins(bins, width) + first * HOUR, width, weights)
    product = (found.columns * weights[:, None]).T @ found.columns
    assert product == pytest.approx(np.eye(len(found.names)), abs=1e-8)
    assert weights @ found.columns == pytest.approx(np.zeros(len(found.names)), abs=1e-8)
    assert found.columns.shape == (bins, len(found.group))
    assert len(found.group) == len(found.omega) == len(found.names)


@pytest.mark.parametrize(
    "days, expected",
    [(3.9, set()), (4, {"hour of the day"}), (13.9, {"hour of the day"}), (14, NAMES), (28, NAMES)],
)
def test_daily_cycles_need_four_days_and_weekly_ones_two_weeks(
    days: float, expected: set[str]
) -> None:
    bins = int(days * 24)
    assert set(cycles(begins(bins), HOUR, np.ones(bins)).names) == expected


def test_only_the_baseline_counts_as_days_to_learn_from() -> None:
    weights = np.zeros(1000)
    weights[: 13 * 24] = 1
    assert set(cycles(begins(1000), HOUR, weights).names) == {"hour of the day"}
    assert cycles(begins(1000), HOUR, np.zeros(1000)).names == ()


def test_what_is_not_to_matter_has_no_columns() -> None:
    start, ones = begins(672), np.ones(672)
    assert set(cycles(start, HOUR, ones, weekly=False).names) == {"hour of the day"}
    assert set(cycles(start, HOUR, ones, daily=False).names) == {"day of the week"}
    assert cycles(start, HOUR, ones, daily=False, weekly=False).names == ()
    assert none(5).columns.shape == (5, 0)


@pytest.mark.parametrize(
    "hours, daily, weekend", [(1, 6, 4), (3, 6, 4), (6, 3, 3), (8, 2, 2), (12, 1, 1), (24, 0, 0)]
)
@pytest.mark.parametrize("offset", [0, 5])
def test_harmonics_go_as_far_as_the_bins_can_show(
    hours: int, daily: int, weekend: int, offset: int
) -> None:
    bins = 28 * 24 // hours
    found = cycles(begins(bins, hours * HOUR) + offset * HOUR, hours * HOUR, np.ones(bins))
    assert found.names.count("hour of the day") == daily
    assert found.names.count("day of the week") == 6
    assert found.names.count("weekend's own day") == weekend


def test_bins_longer_than_a_day_have_no_columns() -> None:
    assert cycles(begins(50, 7 * DAY), 7 * DAY, np.ones(50)).names == ()


@settings(max_examples=25)
@given(shift=st.integers(0, 200))
def test_the_weekend_is_saturday_and_sunday(shift: int) -> None:
    at = MONDAY + timedelta(hours=shift)
    found = cycles(begins(672, at=at), HOUR, np.ones(672))
    when = [at + timedelta(hours=hour, minutes=30) for hour in range(672)]
    hour = np.array([one.hour + 0.5 for one in when])
    wave = np.cos(2 * np.pi * hour / 24)
    for first, in_span in ((5, True), (4, False), (6, False)):
        two = {first, (first + 1) % 7}
        line = wave * np.array([one.weekday() in two for one in when])
        assert (spanned(found, line) < 1e-12) == in_span


@given(day=st.integers(0, 6))
def test_each_day_of_the_week_may_have_a_level_of_its_own(day: int) -> None:
    found = cycles(begins(672), HOUR, np.ones(672), daily=False)
    when = [MONDAY + timedelta(hours=hour) for hour in range(672)]
    line = np.array([float(one.weekday() == day) for one in when])
    assert spanned(found, line) < 1e-12
    assert spanned(found, np.roll(line, 7)) > 0.1  # a day that begins at seven is none


def test_columns_go_on_beyond_the_baseline_as_they_were_within() -> None:
    weights = np.zeros(4 * 168)
    weights[: 2 * 168] = 1
    found = cycles(begins(4 * 168), HOUR, weights)
    assert found.columns[2 * 168 : 4 * 168] == pytest.approx(found.columns[: 2 * 168], abs=1e-9)


def test_frequencies_are_those_of_the_columns() -> None:
    found = cycles(begins(672), HOUR, np.ones(672))
    own = found.omega[[name == "hour of the day" for name in found.names]]
    assert own == pytest.approx(np.repeat([1, 2, 3], 2) * 2 * np.pi / 24)
    for place in np.flatnonzero([name == "hour of the day" for name in found.names]):
        power = np.abs(np.fft.rfft(found.columns[:, place]))
        assert np.argmax(power) * 2 * np.pi / 672 == pytest.approx(found.omega[place])
    week = found.omega[[name == "day of the week" for name in found.names]]
    assert week == pytest.approx(np.full(6, 2 * np.pi / 168))


def test_a_strong_group_is_kept_and_noise_is_dropped() -> None:
    rng, found = np.random.default_rng(0), cycles(begins(672), HOUR, np.ones(672))
    noise = rng.normal(size=(500, found.omega.size))
    strong = found.group == 0
    noise[:, strong] += 20
    kept, share = shrunk(noise, np.ones(500), np.zeros((500, 3)), found)
    assert share[:, strong].min() > 0.98
    weak = share[:, ~strong]
    assert weak.mean() < 0.25
    # What is left of noise is less than noise, as James and Stein promise.
    assert (kept[:, ~strong] ** 2).mean() < 0.3


@pytest.mark.parametrize("signal", [0.0, 0.5, 1.0, 2.0])
def test_shrinkage_never_makes_the_error_of_a_large_group_greater(signal: float) -> None:
    rng, found = np.random.default_rng(1), cycles(begins(672), HOUR, np.ones(672), daily=False)
    noisy = signal + rng.normal(size=(4000, 6))
    kept, _ = shrunk(noisy, np.ones(4000), np.zeros((4000, 3)), found)
    assert ((kept - signal) ** 2).mean() < ((noisy - signal) ** 2).mean()


@given(seed=st.integers(0, 200), phi=st.floats(-0.9, 0.9), noise=st.floats(1e-6, 1e6))
def test_shrinkage_never_flips_a_sign_nor_enlarges(seed: int, phi: float, noise: float) -> None:
    found = cycles(begins(672), HOUR, np.ones(672))
    raw = np.random.default_rng(seed).normal(size=(3, found.omega.size)) * 10
    kept, share = shrunk(raw, np.full(3, noise), np.tile([phi, 0.0, 0.0], (3, 1)), found)
    assert (kept * raw >= 0).all()
    assert (np.abs(kept) <= np.abs(raw)).all()
    assert ((share >= 0) & (share <= 1)).all()
    assert kept == pytest.approx(raw * share)
    for group in np.unique(found.group):
        assert np.ptp(share[:, found.group == group], axis=1) == pytest.approx(np.zeros(3))


def test_memory_makes_slow_cycles_less_believable() -> None:
    found = cycles(begins(672), HOUR, np.ones(672), daily=False)
    raw = np.full((2, 6), 3.0)
    _, share = shrunk(raw, np.ones(2), np.array([[0.0, 0.0, 0.0], [0.6, 0.0, 0.0]]), found)
    assert share[0] == pytest.approx(np.full(6, 1 - 1 / 9))
    # The power of AR(.6) near frequency zero is 4 times that of noise.
    assert share[1] == pytest.approx(np.full(6, 1 - 4 / 9), abs=0.01)


@given(width=st.sampled_from([HOUR // 4, HOUR, 5 * HOUR, 6 * HOUR, DAY]), bins=st.integers(1, 3000))
def test_hours_and_weekdays_come_round_as_said(width: int, bins: int) -> None:
    after = repeats(width, bins)
    if after * width == 7 * DAY:
        assert bins >= after
    elif after * width == DAY:
        assert bins >= after
        assert bins * width < 7 * DAY
    else:
        assert after == 1
        assert DAY % width or bins * width < DAY


def test_a_width_that_fills_a_week_but_not_a_day_comes_round_with_the_week() -> None:
    assert repeats(7 * HOUR, 24) == 24
    assert repeats(7 * HOUR, 23) == 1
    assert repeats(5 * HOUR, 10_000) == 1
