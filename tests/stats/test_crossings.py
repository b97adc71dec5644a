"""Are alarms that are sought in one way those of arms that start anew after each?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.stats.arrays import Floats
from agentlens.stats.charts.arms import Arms, Method, alarms, arms
from agentlens.stats.charts.crossings import crossings, heights, way
from agentlens.stats.charts.delays import delays, delays_after
from agentlens.stats.normal.futures import Deviations


def _walked(steps: Floats, reach: Floats, keep: float, limit: float) -> list[int]:
    """Return the alarms of each path, bin by bin."""
    counts = [0] * steps.shape[1]
    for path in range(steps.shape[1]):
        state = 0.0
        for step, unit in zip(steps[:, path], reach[:, path], strict=True):
            state = keep * state + step
            if state > limit * unit:
                counts[path], state = counts[path] + 1, 0.0
    return counts


@given(
    seed=st.integers(0, 2000),
    keep=st.sampled_from([0.0, 0.3, 0.9, 0.98]),
    lowest=st.sampled_from([0.05, 0.5, 2.0]),
)
def test_each_limit_has_the_alarms_of_its_own_walk(seed: int, keep: float, lowest: float) -> None:
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=(60, 4)) * rng.choice([0.2, 1.0, 3.0])
    reach = rng.uniform(0.5, 2.0, steps.shape)
    limits = lowest + rng.uniform(0.0, 3.0, 5)
    both = np.stack([steps, -steps])
    walked = way(both, keep)
    asked = np.stack([limits, limits + 0.1])
    found = crossings(walked, heights(walked, reach), reach, keep, asked)
    assert found[0].tolist() == [_walked(steps, reach, keep, float(one)) for one in limits]
    assert found[1].tolist() == [_walked(-steps, reach, keep, float(one)) for one in limits + 0.1]


def test_an_arm_that_is_never_beyond_its_limit_never_calls() -> None:
    walked, reach = np.zeros((1, 5, 3)), np.ones((5, 3))
    limits = np.array([[0.1, 0.2]])
    found = crossings(walked, heights(walked, reach), reach, 0.9, limits)
    assert found.tolist() == [[[0, 0, 0], [0, 0, 0]]]


@pytest.mark.parametrize("limit", [0.0, -1.5])
def test_a_limit_that_arms_begin_at_is_walked_bin_by_bin(limit: float) -> None:
    steps = np.random.default_rng(3).normal(size=(40, 3))
    reach = np.ones_like(steps)
    both = Arms(np.stack([steps, -steps]), reach, reach, keep=0.8, floor=False)
    found = alarms(both, np.array([[limit], [limit]]))
    expected = [_walked(one, reach, 0.8, limit) for one in (steps, -steps)]
    assert found[:, 0].tolist() == expected


def test_the_wait_for_an_alarm_is_over_before_the_bins_that_are_left_out() -> None:
    steps = np.random.default_rng(4).normal(size=(2000, 60)) * 0.1
    reach = np.full(steps.shape, 0.23)
    both = Arms(np.stack([steps, -steps]), np.full(steps.shape, 0.1), reach, 0.9, floor=False)
    assert both.soon.reach.shape[0] < 2000
    assert delays(both.soon.shifted(0.5), 2.7, 2.7) == delays(both.shifted(0.5), 2.7, 2.7)
    assert delays(both.soon.shifted(0.0), 4.2, 4.2) == delays(both.shifted(0.0), 4.2, 4.2)


@pytest.mark.parametrize("method", ["ewma", "shewhart", "cusum"])
@pytest.mark.parametrize("limit", [0.5, 2.0, 50.0])
def test_delays_told_together_are_those_of_each_shift_walked_alone(
    method: Method, limit: float
) -> None:
    rng = np.random.default_rng(5)
    standard, precision = rng.normal(size=(40, 530)), rng.uniform(0.5, 1.5, (40, 530))
    there = np.ones(530, dtype=bool)
    found = Deviations(standard, precision, np.ones(40), np.zeros((40, 3)), there)
    both = arms(found, method).soon
    shifts = [0.0, 0.4, -1.0, 3.0]
    alone = [delays(both.shifted(one), limit, 0.8 * limit) for one in shifts]
    assert delays_after(both, shifts, limit, 0.8 * limit) == alone
