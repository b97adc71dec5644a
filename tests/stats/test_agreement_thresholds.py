"""Are thresholds, bands and anchors what their rules say, on tables worked by hand?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from agentlens.stats.agreement.anchors import alarms, watch_runs
from agentlens.stats.agreement.bands import certify, fewest, grid
from agentlens.stats.agreement.threshold import cheapest, cost_at, costs, resampled

scored = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), st.booleans()), min_size=1, max_size=60
)


@given(scored, st.floats(0.5, 5), st.floats(0.5, 5))
def test_the_cheapest_threshold_is_the_cheapest_of_all(
    rows: list[tuple[float, bool]], fp: float, fn: float
) -> None:
    score = np.array([one for one, _ in rows])
    passed = np.array([one for _, one in rows])
    weight = np.linspace(1, 2, score.size)
    threshold, least = cheapest(score, passed, weight, fp, fn)
    tried = [-1.0, 0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0, 2.0]
    every = [float(weight @ cost_at(one, score, passed, fp, fn)) for one in tried]
    assert least == pytest.approx(min(every))
    assert float(weight @ cost_at(threshold, score, passed, fp, fn)) == pytest.approx(least)


def test_ties_are_settled_in_the_middle_of_the_longest_run() -> None:
    score = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    passed = np.array([False, True, False, True, True, True, True])
    cuts, cost = costs(score, passed, np.ones(7), 1.0, 1.0)
    assert cost.tolist() == [2.0, 1.0, 2.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert cheapest(score, passed, np.ones(7), 1.0, 1.0)[0] == pytest.approx(cuts[1])
    flat = np.array([False, True])
    assert cheapest(np.array([0.0, 1.0]), flat, np.ones(2), 1.0, 1.0)[0] == 0.5


def test_a_run_of_equally_cheap_thresholds_is_cut_in_its_middle() -> None:
    score = np.array([0.1, 0.3, 0.3, 0.5, 0.5, 0.9])
    passed = np.array([False, True, False, True, False, True])
    assert costs(score, passed, np.ones(6), 1.0, 1.0)[1].tolist() == [3.0, 2.0, 2.0, 2.0, 3.0]
    np.testing.assert_allclose(cheapest(score, passed, np.ones(6), 1.0, 1.0), (0.4, 2.0))


def test_redrawn_sessions_give_thresholds_that_repeat() -> None:
    rng = np.random.default_rng(0)
    score = rng.random(80)
    passed = rng.random(80) < score
    found = [
        resampled(score, passed, np.ones(80), np.arange(80) // 2, (1.0, 1.0), seed=4, draws=50)
        for _ in range(2)
    ]
    assert found[0].tolist() == found[1].tolist()
    assert np.std(found[0]) > 0


@pytest.mark.parametrize("error, tail, n", [(0.05, 0.05, 59), (0.10, 0.05, 29), (0.02, 0.05, 149)])
def test_the_least_number_of_labels_without_an_error(error: float, tail: float, n: int) -> None:
    assert fewest(error, tail) == n
    for size, holds in ((n, True), (n - 1, False)):
        found = certify(np.ones(size), np.zeros(size, dtype=bool), np.array([1.0]), error, tail)
        assert bool(found.accepted[0]) is holds


def test_a_step_of_the_test_equals_the_exact_bound() -> None:
    score = np.concatenate([np.full(100, 1.0), np.full(100, 0.5)])
    wrong = np.zeros(200, dtype=bool)
    wrong[[3, 150, 151]] = True
    found = certify(score, wrong, np.array([1.0, 0.5]), 0.05, 0.05)
    assert found.inside.tolist() == [100.0, 200.0]
    assert found.wrong.tolist() == [1.0, 3.0]
    assert found.bound == pytest.approx([beta.ppf(0.95, 2, 99), beta.ppf(0.95, 4, 197)])
    assert found.threshold == 0.5


def test_a_failed_step_ends_the_test_even_if_a_looser_one_would_hold() -> None:
    score = np.concatenate([np.full(60, 1.0), np.full(2000, 0.5)])
    wrong = np.zeros(2060, dtype=bool)
    wrong[:5] = True
    found = certify(score, wrong, np.array([1.0, 0.5]), 0.05, 0.05)
    assert found.bound[1] < 0.05
    assert np.isnan(found.threshold)


@given(scored, st.floats(0.02, 0.4), st.floats(0.02, 0.4))
def test_more_risk_allowed_never_makes_the_band_smaller(
    rows: list[tuple[float, bool]], one: float, other: float
) -> None:
    score = np.repeat([value for value, _ in rows], 20)
    wrong = np.repeat([value for _, value in rows], 20)
    steps = grid(score)[::-1]
    tight, loose = (certify(score, wrong, steps, 0.2, tail) for tail in sorted((one, other)))
    assert tight.accepted.sum() <= loose.accepted.sum()
    if not np.isnan(tight.threshold):
        assert loose.threshold <= tight.threshold


def test_thresholds_come_from_the_scores_alone() -> None:
    assert grid(np.array([np.nan])).size == 0
    assert grid(np.arange(1000.0)).size == 41
    assert grid(np.array([0.5, 0.5, np.nan])).tolist() == [0.5]


def test_the_anchor_chart_equals_one_worked_by_hand() -> None:
    rng = np.random.default_rng(5)
    baseline = (rng.random((6, 40)) < 0.9).astype(float)
    runs = (rng.random((4, 40)) < 0.8).astype(float)
    found = watch_runs(baseline, runs)
    p = baseline.mean(axis=0)
    noise = np.sqrt(6 / 5 * np.sum(p * (1 - p)) + 0.25) / 40
    smooth = 0.0
    for place, run in enumerate(runs, start=1):
        smooth = 0.7 * smooth + 0.3 * (baseline.mean() - run.mean()) / noise
        spread = np.sqrt(0.3 / 1.7 * (1 - 0.7 ** (2 * place)) + 1 / 6)
        assert found.distance[place - 1] == pytest.approx(smooth / spread)
    assert found.centre == pytest.approx(baseline.mean())
    assert found.noise == pytest.approx(noise)


def test_a_judge_that_stays_itself_raises_no_alarm_and_a_fallen_one_does() -> None:
    steady = np.tile(np.array([1.0, 1.0, 1.0, 0.0] * 10), (5, 1))
    same = watch_runs(steady, steady)
    assert alarms(same, same)[0].size == 0
    fallen = watch_runs(steady, np.zeros((2, 40)))
    places, fell = alarms(fallen, watch_runs(steady, steady[:2]))
    assert places.tolist() == [0, 1]
    assert fell.all()
    passing = watch_runs(steady, np.ones((2, 40)))
    places, fell = alarms(watch_runs(steady, steady[:2]), passing)
    assert places.tolist() == [0, 1]
    assert not fell.any()
