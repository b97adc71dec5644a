"""Do charts of many limits, and charts drawn from arrays, say what single charts say?"""

import numpy as np
import pytest

from agentlens.stats.charts.arms import Arms, Method, arms
from agentlens.stats.charts.carried import carried
from agentlens.stats.charts.delays import delays, delays_of_many
from agentlens.stats.charts.drawn.cusum import cusum_drawn
from agentlens.stats.charts.drawn.ewma import ewma_drawn
from agentlens.stats.charts.drawn.shewhart import shewhart_drawn
from agentlens.stats.charts.false_alarms import rates, rates_of_many
from agentlens.stats.normal.futures import Deviations


def futures(method: Method, head: float = 0.0) -> Arms:
    rng = np.random.default_rng(3)
    paths, bins = 60, 300
    precision = np.where(np.arange(bins) % 7, 1.0, 0.4) * np.ones((paths, 1))
    present = np.arange(bins) % 11 != 0
    found = Deviations(
        np.where(present, rng.standard_normal((paths, bins)), 0.0),
        np.where(present, precision, 0.0),
        np.ones(paths),
        np.tile([0.3, 0.0, 0.0], (paths, 1)),
        present,
    )
    return arms(found, method, lam=0.2, allowance=0.4, head_start=head)


@pytest.mark.parametrize(
    "method,head", [("ewma", 0.0), ("cusum", 0.0), ("cusum", 0.5), ("shewhart", 0.0)]
)
def test_many_limits_at_once_are_each_as_alone(method: Method, head: float) -> None:
    found = futures(method, head)
    limits = np.array([[0.5, 2.0, 2.7, 3.3, 60.0], [0.7, 2.0, 2.5, 4.0, 60.0]])
    for by in (0.0, 0.4, 1.0, -1.5, 6.0):
        moved = found.shifted(by)
        alone = [delays(moved, *one) for one in limits.T.tolist()]
        assert delays_of_many(moved, limits).tolist() == alone
    assert rates_of_many(found, limits) == tuple(rates(found, *one) for one in limits.T.tolist())


def test_limits_that_are_never_reached_wait_for_ever() -> None:
    assert delays_of_many(futures("ewma"), np.full((2, 2), 1e6)).tolist() == [np.inf, np.inf]


def test_an_empty_bin_carries_the_line_and_its_limits() -> None:
    present = np.array([True, True, False, True])
    drawn = ewma_drawn(
        standard=np.array([1.0, 2.0, 0.0, 1.0]),
        precision=np.where(present, 1.0, 0.0),
        present=present,
        tested=np.ones(4, dtype=bool),
        centre=np.full(4, 0.5),
        memory=np.zeros(3),
        lam=0.5,
        upper=2.0,
        lower=2.0,
        scale=0.1,
        log_scale=False,
        clipped=False,
    )
    for name in ("ewma", "upper", "lower", "stand", "episode"):
        assert drawn[name][2] == drawn[name][1]
    assert drawn["beyond"][2] == 0


def test_limits_follow_what_a_bin_knows() -> None:
    precision = np.array([1.0, 1.0, 0.2, 1.0])
    drawn = shewhart_drawn(
        above=np.zeros(4),
        below=np.zeros(4),
        precision=precision,
        present=np.ones(4, dtype=bool),
        tested=np.ones(4, dtype=bool),
        fired=np.zeros(4, dtype=bool),
        centre=np.full(4, 0.5),
        upper=3.0,
        lower=3.0,
        scale=0.01,
        log_scale=False,
        clipped=False,
    )
    assert (drawn["upper"] - 0.5).round(6).tolist() == [0.03, 0.03, 0.15, 0.03]


def test_the_arms_of_a_cusum_are_drawn_either_side_of_zero() -> None:
    drawn = cusum_drawn(
        standard=np.array([2.0, 2.0, 2.0, -3.0]),
        precision=np.ones(4),
        present=np.ones(4, dtype=bool),
        tested=np.ones(4, dtype=bool),
        allowance=0.5,
        upper=4.0,
        lower=4.0,
        head_start=0.0,
    )
    assert drawn["up"].tolist() == [1.5, 3.0, 4.5, 1.0]
    assert drawn["down"].tolist() == [0.0, 0.0, 0.0, -2.5]
    assert drawn["beyond"].tolist() == [0, 0, 1, 0]
    assert drawn["upper"].tolist() == [4.0] * 4


def test_nothing_is_carried_before_the_first_bin_with_data() -> None:
    found = carried(np.array([7.0]), np.array([False, True, False]))
    np.testing.assert_array_equal(found, [np.nan, 7.0, 7.0])
    assert np.isnan(carried(np.array([]), np.zeros(2, dtype=bool))).all()
