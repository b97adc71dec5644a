"""Is the luck of a step learnt from the past, and from the slow waves where there is none?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.stats.normal.steps import Luck, Shape, from_past, from_waves, moved

WEEK = Shape(7, 7, 7)
SIDES = (0.4, 0.6)


def _steps(rng: np.random.Generator, days: int) -> np.ndarray:
    day = rng.normal(size=days)
    return np.array([day[s : s + 7].mean() - day[s - 7 : s].mean() for s in WEEK.starts(days)])


def test_overlapping_steps_are_worth_as_many_as_their_variance_says() -> None:
    rng = np.random.default_rng(0)
    for days in (21, 84):
        squares = np.array([np.mean(_steps(rng, days) ** 2) for _ in range(4000)])
        worth = 2 * squares.mean() ** 2 / squares.var()
        assert WEEK.degrees(days - 13) == pytest.approx(worth, rel=0.12)


def test_a_baseline_further_back_and_longer_has_steps_of_its_own() -> None:
    shape = Shape(7, 14, 21)
    assert shape.starts(35).tolist() == [21, 22, 23, 24, 25, 26, 27, 28]
    assert shape.starts(27).size == 0
    assert 0 < shape.degrees(8) < WEEK.degrees(8) * 2
    assert shape.degrees(0) == 0.0


def test_the_luck_is_the_spread_of_past_steps_about_none() -> None:
    rng = np.random.default_rng(1)
    steps = rng.normal(0, 0.3, 4000)
    assert from_past(steps, WEEK).variance == pytest.approx(0.09, rel=0.05)
    away = from_past(np.full(40, 0.3), WEEK)  # a steady trend is a move, too
    assert away.variance == pytest.approx(0.09, rel=0.05)


def test_a_few_wild_steps_do_not_make_the_luck_and_missing_ones_count_for_nothing() -> None:
    steps = np.random.default_rng(2).normal(size=400)
    calm = from_past(steps, WEEK)
    wild = from_past(np.where(np.arange(400) < 20, 30.0, steps), WEEK)
    assert wild.variance < 1.6 * calm.variance
    holes = from_past(np.concatenate([steps, np.full(50, np.nan), [np.inf]]), WEEK)
    assert holes == calm
    assert np.isnan(from_past(np.full(9, np.nan), WEEK).variance)
    assert from_past(np.zeros(30), WEEK).variance == 0.0


def test_waves_know_the_variance_of_a_mean_whatever_its_level() -> None:
    rng = np.random.default_rng(3)
    found = [from_waves(rng.normal(5.0, 2.0, 7)).variance for _ in range(4000)]
    assert np.mean(found) == pytest.approx(4 / 7, rel=0.05)
    blocks = rng.normal(size=7)
    assert from_waves(blocks + 100).variance == pytest.approx(from_waves(blocks).variance)
    assert from_waves(np.array([1.0, np.nan, 3.0])).variance > 0
    assert np.isnan(from_waves(np.full(7, np.nan)).variance)


def test_waves_see_memory_that_single_blocks_hide() -> None:
    rng = np.random.default_rng(4)
    noise = rng.normal(size=(3000, 40))
    for day in range(1, 40):
        noise[:, day] = 0.6 * noise[:, day - 1] + 0.8 * noise[:, day]
    waves = np.mean([from_waves(one).variance for one in noise[:, -7:]])
    assert waves > 1.5 * noise[:, -7:].var(axis=1, ddof=1).mean() / 7


def test_without_luck_the_interval_is_that_of_the_rows() -> None:
    step = moved(1.0, SIDES, Luck(0.01, 5.0), 0.02, 0.95)
    assert (step.low, step.high) == pytest.approx((0.6, 1.6))


def test_luck_beyond_sampling_widens_the_interval_and_its_doubts() -> None:
    free = moved(1.0, SIDES, Luck(0.5, 1e6), 0.02, 0.95)
    few = moved(1.0, SIDES, Luck(0.5, 3.0), 0.02, 0.95)
    assert free.high - free.low == pytest.approx(2 * 1.96 * np.hypot(0.25, 0.69), rel=0.02)
    assert few.low < free.low < 0.6
    assert few.p > free.p


@given(
    st.floats(-3, 3).filter(lambda value: abs(value) > 1e-6),
    st.floats(0.05, 2),
    st.floats(0.05, 2),
    st.floats(0, 2),
    st.floats(2, 60),
)
def test_p_is_small_exactly_where_the_interval_leaves_out_none(
    value: float, down: float, up: float, variance: float, degrees: float
) -> None:
    step = moved(value, (down, up), Luck(variance, degrees), 0.01, 0.95)
    assert step.low <= value <= step.high
    if abs(step.p - 0.05) > 1e-6:
        assert (step.p < 0.05) == (step.low > 0 or step.high < 0)


def test_no_step_has_no_p_to_speak_of_and_one_beyond_doubt_has_none_left() -> None:
    assert moved(0.0, SIDES, Luck(0.1, 5.0), 0.1, 0.95).p == 1.0
    assert moved(1.0, (0.0, 0.0), Luck(0.0, 5.0), 0.0, 0.95).p == 0.0
