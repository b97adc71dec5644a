"""Do the arms of charts call as rarely and as early as theory and plain references say?"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.charts.arms import Arms, Method, alarms, arms
from agentlens.stats.charts.cusum import cusum, cusum_run_length, limit_for_cusum
from agentlens.stats.charts.delays import delays
from agentlens.stats.charts.ewma import ewma
from agentlens.stats.charts.false_alarms import rates, rates_with_rules
from agentlens.stats.charts.follow import follow
from agentlens.stats.charts.limits import solve
from agentlens.stats.charts.run_length import limit_for, run_length
from agentlens.stats.charts.run_rules import WESTERN_ELECTRIC, rules_run_length
from agentlens.stats.normal.futures import Deviations
from agentlens.stats.normal.memory import inflation

TEXTBOOK: dict[Method, float] = {
    "ewma": limit_for(0.1, 370.0),
    "cusum": limit_for_cusum(0.5, 370.0),
    "shewhart": limit_for(1.0, 370.0),
}


def plain(
    steps: Floats, reach: Floats | None = None, keep: float = 0.0, head: float = 0.0, *, floor: bool
) -> Arms:
    """Return arms with these steps, which no shift lifts."""
    bounds = np.ones(steps.shape[1:]) if reach is None else reach
    return Arms(
        steps=steps, lift=np.zeros_like(bounds), reach=bounds, keep=keep, floor=floor, head=head
    )


def ideal(
    paths: int, bins: int, seed: int = 0, precision: Floats | None = None, **changes: Any
) -> Deviations:
    """Return independent standard normal deviations of bins about which all is known."""
    u = np.random.default_rng(seed).normal(size=(paths, bins))
    r = np.ones(bins) if precision is None else precision
    return replace(
        Deviations(
            standard=u,
            precision=np.broadcast_to(r, u.shape),
            scale=np.ones(paths),
            memory=np.zeros((paths, 3)),
            present=np.ones(bins, dtype=np.bool_),
        ),
        **changes,
    )


@pytest.fixture(scope="module")
def quiet() -> Deviations:
    return ideal(750, 2000, seed=10)


def one_sided(lam: float, width: float) -> float:
    """Return the run length of an EWMA with an upper limit alone, by Gauss-Legendre nodes."""
    spread = np.sqrt(lam / (2 - lam))
    nodes, weights = np.polynomial.legendre.leggauss(160)
    half = (width + 8) * spread / 2
    y, w = half * (nodes + 1) - 8 * spread, half * weights

    def steps(u: Floats) -> Floats:
        return np.asarray(stats.norm.pdf(y[None, :], (1 - lam) * u[:, None], lam) * w)

    ahead = np.linalg.solve(np.eye(160) - steps(y), np.ones(160))
    return float(1 + (steps(np.zeros(1)) @ ahead)[0])


@pytest.mark.parametrize("method", TEXTBOOK)
def test_the_textbook_limit_has_the_textbook_run_length(quiet: Deviations, method: Method) -> None:
    limit = TEXTBOOK[method]
    # Each arm of an EWMA starts anew after its own alarms alone, which takes two percent longer.
    expected = one_sided(0.1, limit) / 2 if method == "ewma" else 370.0
    assert expected == pytest.approx(370.0, rel=0.025)
    found = rates(arms(quiet, method), limit, limit)
    assert found.low < expected < found.high
    assert found.high / found.low < 1.1


@pytest.mark.parametrize("method", TEXTBOOK)
def test_the_textbook_limit_is_found(quiet: Deviations, method: Method) -> None:
    for guess in (0.5, 1.0, 2.0):
        found = solve(arms(quiet, method), 370.0, guess * TEXTBOOK[method])
        assert found == pytest.approx((TEXTBOOK[method], TEXTBOOK[method]), rel=0.03)


@pytest.mark.parametrize("lam", [0.05, 0.25])
def test_the_textbook_limit_of_other_weights_is_found(quiet: Deviations, lam: float) -> None:
    expected = limit_for(lam, 200.0)
    found = solve(arms(quiet, "ewma", lam=lam), 200.0, 3.0)
    assert found == pytest.approx((expected, expected), rel=0.03)


def test_either_side_is_solved_on_its_own() -> None:
    skewed = ideal(400, 1000)
    skewed = replace(skewed, standard=np.random.default_rng(2).exponential(size=(400, 1000)) - 1)
    found = arms(skewed, "ewma")
    upper, lower = solve(found, 200.0, 2.7)
    assert upper > 1.1 * lower
    up, down = alarms(found, np.array([[upper], [lower]])).sum(axis=(1, 2)) / found.reach.size
    assert 1 / up == pytest.approx(400, rel=0.02)
    assert 1 / down == pytest.approx(400, rel=0.02)


@pytest.mark.parametrize("method", ["ewma", "cusum"])
@pytest.mark.parametrize("target, within", [(5_000.0, 0.03), (50_000.0, 0.06)])
def test_limits_for_longer_runs_than_the_futures_hold_are_near_the_textbooks(
    method: Method, target: float, within: float
) -> None:
    expected = limit_for(0.1, target) if method == "ewma" else limit_for_cusum(0.5, target)
    found = arms(ideal(300, 2667, seed=3), method)
    assert found.reach.size / (2 * target) < 100
    assert solve(found, target, expected) == pytest.approx((expected, expected), rel=within)


@pytest.mark.parametrize("guess", [0.6, 0.8, 1.2])
def test_continued_limits_of_an_average_hardly_depend_on_the_guess(guess: float) -> None:
    expected = limit_for(0.1, 50_000.0)
    found = solve(arms(ideal(300, 2667, seed=3), "ewma"), 50_000.0, guess * expected)
    assert found == pytest.approx((expected, expected), rel=0.06)


@pytest.mark.parametrize("shift", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("method", ["ewma", "cusum"])
def test_delays_are_those_that_are_computed(method: Method, shift: float) -> None:
    limit = TEXTBOOK[method]
    still = arms(ideal(6000, 400, seed=4), method)
    expected = (
        run_length(0.1, limit, shift) if method == "ewma" else cusum_run_length(0.5, limit, shift)
    )
    assert delays(still.shifted(shift), limit, limit) == pytest.approx(expected, rel=0.03)
    assert delays(still.shifted(-shift), limit, limit) == pytest.approx(expected, rel=0.03)


def test_a_head_start_calls_as_early_as_is_computed() -> None:
    still, limit = ideal(6000, 300, seed=5), 4.774
    found = delays(arms(still, "cusum", head_start=0.5).shifted(1.0), limit, limit)
    assert found == pytest.approx(cusum_run_length(0.5, limit, 1.0, head_start=0.5), rel=0.03)
    assert found < 0.8 * delays(arms(still, "cusum").shifted(1.0), limit, limit)


def test_charts_that_never_call_have_an_infinite_delay_and_late_ones_count_as_waited() -> None:
    found = arms(ideal(20, 100), "shewhart")
    assert delays(found, 50.0, 50.0) == np.inf
    steps = np.full((2, 100, 4), -1.0)
    steps[0, 9, :2] = 1.0  # two charts of four call at the tenth bin
    half = plain(steps, floor=False)
    assert delays(half, 0.5, 0.5) == (2 * 10 + 2 * 100) / 2


@given(seed=st.integers(0, 500), lam=st.floats(0.02, 1.0), gaps=st.floats(0, 0.8))
def test_one_path_is_followed_as_the_plain_average_goes(seed: int, lam: float, gaps: float) -> None:
    rng = np.random.default_rng(seed)
    there = rng.random(60) >= gaps
    there[0] = True
    found = ideal(1, 60, seed=seed, present=there)
    one = arms(found, "ewma", lam=lam)
    way = follow(one, 3.0, 3.0, np.zeros(there.sum(), dtype=np.bool_))
    x = np.where(there, found.standard[0], np.nan)
    line, _ = ewma(x, np.ones(60), lam)
    assert way.up == pytest.approx(line[there], abs=1e-12)
    assert way.down == pytest.approx(-line[there], abs=1e-12)
    assert not way.beyond.any()
    # The reach is that of an average that has run for long.
    _, variance = ewma(np.zeros(60), np.ones(60), lam, start_variance=lam / (2 - lam))
    assert one.reach[:, 0] ** 2 == pytest.approx(variance[there])


@given(seed=st.integers(0, 500), lam=st.floats(0.05, 1.0))
def test_bins_of_unequal_precision_are_weighed_by_it(seed: int, lam: float) -> None:
    rng = np.random.default_rng(seed)
    r = rng.uniform(0.2, 2.0, 80)
    one = arms(ideal(1, 80, seed=seed, precision=r), "ewma", lam=lam)
    start = float((r**2).mean()) * lam / (2 - lam)
    _, variance = ewma(np.zeros(80), r**2, lam, start_variance=start)
    assert one.reach[:, 0] ** 2 == pytest.approx(variance)
    assert one.steps[0, :, 0] == pytest.approx(lam * r * ideal(1, 80, seed=seed).standard[0])


@given(seed=st.integers(0, 500), allowance=st.floats(0.1, 2.0))
def test_the_steps_of_a_cusum_are_the_plain_ones(seed: int, allowance: float) -> None:
    r = np.random.default_rng(seed).uniform(0.2, 2.0, 80)
    found = ideal(1, 80, seed=seed, precision=r)
    way = follow(arms(found, "cusum", allowance=allowance), 1e9, 1e9, np.zeros(80, dtype=np.bool_))
    high, low = cusum(found.standard[0], allowance, weights=r)
    assert way.up == pytest.approx(high)
    assert way.down == pytest.approx(low)


def test_memory_widens_the_reach_of_an_average() -> None:
    memory = np.array([[0.6, 0.0, 0.0], [0.0, 0.0, 0.0]])
    found = arms(ideal(2, 10, memory=memory), "ewma", lam=0.2)
    ratio = (found.reach[:, 0] / found.reach[:, 1]) ** 2
    assert ratio == pytest.approx(np.full(10, inflation(memory[0], 0.2)))


@given(seed=st.integers(0, 300), floor=st.booleans(), head=st.sampled_from([0.0, 0.5]))
def test_alarms_are_those_of_one_chart_after_the_other(
    *,
    seed: int,
    floor: bool,
    head: float,
) -> None:
    rng = np.random.default_rng(seed)
    found = plain(
        rng.normal(size=(2, 40, 3)), rng.uniform(0.5, 1.5, (40, 3)), 0.7, head, floor=floor
    )
    limits = np.array([[1.0, 2.0], [1.5, 2.5]])
    slow = np.zeros((2, 2, 3))
    for side, level, path in np.ndindex(slow.shape):
        bound = float(limits[side, level])
        state = head * bound
        for t in range(40):
            state = 0.7 * state + float(found.steps[side, t, path])
            state = max(state, 0.0) if floor else state
            if state > bound * found.reach[t, path]:
                slow[side, level, path] += 1
                state = head * bound
    assert alarms(found, limits).tolist() == slow.tolist()


def slowly_followed(
    found: Arms, limits: tuple[float, float], tested: list[bool], also: list[bool]
) -> tuple[list[list[float]], list[int], list[int]]:
    """Return arms, bins beyond and episodes of one path, written out as the words say."""
    state = [found.head * limit for limit in limits]
    lines: list[list[float]] = [[], []]
    beyond, episode = [], []
    alarm, testing = 0, False
    for t, now in enumerate(tested):
        if now is not testing:  # the test starts anew
            state, alarm, testing = [found.head * limit for limit in limits], 0, now
        share = [0.0, 0.0]
        for side in (0, 1):
            state[side] = found.keep * state[side] + float(found.steps[side, t, 0])
            if found.floor:
                state[side] = min(max(state[side], 0.0), 2 * limits[side])
            lines[side].append(state[side])
            share[side] = state[side] / (limits[side] * float(found.reach[t, 0]))
        called = 0
        if now and (max(share) > 1 or also[t]):
            called = alarm = 1 if share[0] >= share[1] else -1
        elif (alarm == 1 and share[0] < 0.5) or (alarm == -1 and share[1] < 0.5):
            state, alarm = [found.head * limit for limit in limits], 0
        beyond.append(called)
        episode.append(alarm if now else 0)
    return lines, beyond, episode


@given(
    seed=st.integers(0, 5000),
    floor=st.booleans(),
    head=st.sampled_from([0.0, 0.5]),
    start=st.integers(0, 60),
    ruled=st.booleans(),
)
def test_one_chart_is_followed_as_the_words_say(
    *,
    seed: int,
    floor: bool,
    head: float,
    start: int,
    ruled: bool,
) -> None:
    rng = np.random.default_rng(seed)
    drift = np.repeat(rng.normal(size=8), 10) * 0.6
    up = rng.normal(size=80) * 0.5 + drift
    steps = np.stack([up, -up - rng.uniform(0, 0.2)])[:, :, None]
    found = plain(steps, rng.uniform(0.7, 1.3, (80, 1)), 0.8, head, floor=floor)
    tested: Flags = np.arange(80) >= start
    also = rng.random(80) < 0.05
    way = follow(found, 1.4, 1.8, tested, also if ruled else None)
    lines, beyond, episode = slowly_followed(
        found, (1.4, 1.8), tested.tolist(), (also & ruled).tolist()
    )
    assert way.up == pytest.approx(lines[0])
    assert way.down == pytest.approx(lines[1])
    assert way.beyond.tolist() == beyond
    assert way.episode.tolist() == episode
    assert not way.beyond[:start].any()


def path_of(up: list[float], *, keep: float = 0.0, floor: bool = False) -> Arms:
    steps = np.stack([np.array(up), -np.array(up)])[:, :, None]
    return plain(steps, keep=keep, floor=floor)


def test_a_line_along_the_limit_is_one_alarm() -> None:
    along = path_of([0.0, 1.1, 0.9, 1.1, 0.6, 1.1, 0.4, 1.1])
    way = follow(along, 1.0, 1.0, np.ones(8, dtype=np.bool_))
    assert way.beyond.tolist() == [0, 1, 0, 1, 0, 1, 0, 1]
    assert way.episode.tolist() == [0, 1, 1, 1, 1, 1, 0, 1]


def test_after_an_alarm_that_ends_the_chart_starts_anew() -> None:
    way = follow(path_of([2.0, -1.5, 0.1, 0.0], keep=1.0), 1.0, 1.0, np.ones(4, dtype=np.bool_))
    # 2.0, then 0.5 which is not yet below half, then .6, .6.
    assert way.up.tolist() == pytest.approx([2.0, 0.5, 0.6, 0.6])
    assert way.episode.tolist() == [1, 1, 1, 1]
    over = follow(path_of([2.0, -1.6, 0.1, 0.0], keep=1.0), 1.0, 1.0, np.ones(4, dtype=np.bool_))
    assert over.up.tolist() == pytest.approx([2.0, 0.4, 0.1, 0.1])
    assert over.episode.tolist() == [1, 0, 0, 0]


def test_a_cusum_forgets_a_long_incident_as_fast_as_a_short_one() -> None:
    for bins in (10, 1000):
        up = np.array([3.0] * bins + [-0.5] * 40)
        steps = np.stack([up, np.full_like(up, -1.0)])[:, :, None]
        one = plain(steps, keep=1.0, floor=True)
        way = follow(one, 5.0, 5.0, np.ones(up.size, dtype=np.bool_))
        assert way.up.max() == 10.0
        # From twice the limit to half of it.
        assert (way.episode[bins:] == 1).sum() == 15
        assert not (way.episode == -1).any()


def test_the_interval_of_a_run_length_covers_the_true_one() -> None:
    # Charts differ, as with baselines of their own: some are twice as wide as others.
    everything = ideal(12_000, 300, seed=6)
    wide = np.random.default_rng(7).uniform(0.7, 1.4, (12_000, 1))
    everything = replace(everything, standard=everything.standard * wide)
    found = arms(everything, "shewhart")
    truth = rates(found, 2.8, 2.8)
    assert truth.high / truth.low < 1.1
    covered = 0
    for first in range(0, 12_000, 60):
        own = slice(first, first + 60)
        part = replace(found, steps=found.steps[:, :, own], reach=found.reach[:, own])
        one = rates(part, 2.8, 2.8)
        assert one.shortest < one.run_length < one.longest
        covered += one.low < truth.run_length < one.high
    assert 0.90 <= covered / 200 <= 0.99


def test_lucky_and_unlucky_charts_are_told_by_what_they_truly_have() -> None:
    rng = np.random.default_rng(8)
    chance = rng.gamma(4.0, 0.02 / 4, 12_000)
    up = (rng.random((400, 12_000)) < chance).astype(float)
    steps = np.stack([up, np.zeros_like(up)])
    found = rates(plain(steps, floor=False), 0.5, 0.5)
    assert found.run_length == pytest.approx(50, rel=0.03)
    few, many = np.quantile(chance, [0.05, 0.95])
    assert found.shortest == pytest.approx(1 / many, rel=0.08)
    assert found.longest == pytest.approx(1 / few, rel=0.08)


def test_charts_that_are_all_alike_are_told_to_be(quiet: Deviations) -> None:
    found = rates(arms(quiet, "shewhart"), TEXTBOOK["shewhart"], TEXTBOOK["shewhart"])
    assert found.shortest > 0.6 * found.run_length
    assert found.longest < 1.8 * found.run_length


@given(seed=st.integers(0, 100), by=st.floats(-3, 3))
@pytest.mark.parametrize("method", TEXTBOOK)
def test_a_step_of_the_mean_is_the_same_in_every_bin_in_the_unit_of_the_metric(
    method: Method, seed: int, by: float
) -> None:
    r = np.random.default_rng(seed).uniform(0.2, 2.0, 30)
    found = ideal(4, 30, seed=seed, precision=r)
    # A bin has the standard deviation 1 / r, so that a step of `by` is by * r of its own.
    moved = arms(replace(found, standard=found.standard + by * r), method)
    lifted = arms(found, method).shifted(by)
    assert lifted.steps == pytest.approx(moved.steps, abs=1e-12)
    assert lifted.reach == pytest.approx(moved.reach)


def test_no_alarm_at_all_is_an_endless_run() -> None:
    found = rates(arms(ideal(5, 50), "shewhart"), 40.0, 40.0)
    assert (found.run_length, found.shortest, found.longest) == (np.inf, np.inf, np.inf)


def test_run_rules_have_the_run_length_that_is_computed() -> None:
    found = rates_with_rules(arms(ideal(800, 1000, seed=9), "shewhart"), 3.0, 3.0, WESTERN_ELECTRIC)
    expected = rules_run_length(WESTERN_ELECTRIC)
    assert expected == pytest.approx(91.75, abs=0.01)
    assert found.low < expected < found.high
    assert found.high / found.low < 1.06


def test_without_rules_a_shewhart_chart_is_as_it_was(quiet: Deviations) -> None:
    found = arms(quiet, "shewhart")
    assert rates_with_rules(found, 2.8, 2.9, ()).run_length == pytest.approx(
        rates(found, 2.8, 2.9).run_length
    )


def test_exact_tails_are_the_steps_of_a_shewhart_chart() -> None:
    there = np.array([True, False, True])
    sides = np.arange(6.0).reshape(2, 3), -np.arange(6.0).reshape(2, 3) + 1
    found = arms(ideal(2, 3, present=there, tails=sides), "shewhart")
    assert found.steps[0].tolist() == [[0.0, 3.0], [2.0, 5.0]]
    assert found.steps[1].tolist() == [[1.0, -2.0], [-1.0, -4.0]]
