"""Is the partition the best one, is a stable series left whole, and is an incident left out?"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import agentlens.stats.normal.segments as segments_module
from agentlens.errors import BadInputError
from agentlens.stats.arrays import Floats
from agentlens.stats.normal.segments import penalty_for, segments, stable_points

SHORT = st.lists(st.floats(-9, 9).map(lambda x: round(x, 3)), min_size=1, max_size=14)
SEEDS = st.integers(0, 10_000)


def _noise(seed: int, n: int = 336, phi: float = 0.0, *, heavy: bool = False) -> Floats:
    """Return a series of variance 1, for heavy tails in the middle of its distribution."""
    rng = np.random.default_rng(seed)
    e = rng.standard_t(4, size=n) / 1.2 if heavy else rng.normal(size=n)
    for t in range(1, n):
        e[t] = phi * e[t - 1] + np.sqrt(1 - phi**2) * e[t]
    return e


def _stepped(seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    return rng.normal(size=120) + np.repeat(rng.normal(scale=2, size=4), 30)


def _cost(x: Floats, starts: list[int], penalty: float) -> float:
    parts = [x[a:b] for a, b in pairwise([*starts, x.size])]
    return sum(float(((p - p.mean()) ** 2).sum()) for p in parts) + penalty * (len(parts) - 1)


def _every_partition(n: int, least: int, begin: int = 0) -> list[list[int]]:
    out = [[begin]]
    for cut in range(begin + least, n - least + 1):
        out += [[begin, *rest] for rest in _every_partition(n, least, cut)]
    return out


@given(values=SHORT, penalty=st.floats(0, 60), least=st.integers(1, 5))
def test_no_partition_costs_less(values: list[float], penalty: float, least: int) -> None:
    x = np.array(values)
    found = segments(x, penalty, least=least)
    every = _every_partition(x.size, least)
    assert found in every
    best = min(_cost(x, one, penalty) for one in every)
    assert _cost(x, found, penalty) == pytest.approx(best, abs=1e-8)


@given(seed=SEEDS, factor=st.sampled_from([0.25, 2.0, 64.0]), level=st.integers(-50, 50))
def test_unit_and_level_do_not_matter(seed: int, factor: float, level: int) -> None:
    x = _stepped(seed)
    assert segments(factor * x + level, factor**2 * 10.0) == segments(x, 10.0)


@given(seed=SEEDS)
def test_the_best_partition_of_the_reversed_series_is_the_reversed_one(seed: int) -> None:
    x = _stepped(seed)
    ends = [*segments(x, 10.0)[1:], x.size]
    assert segments(x[::-1], 10.0) == [x.size - end for end in reversed(ends)]


@given(seed=SEEDS, gaps=st.sets(st.integers(0, 119), max_size=40))
def test_missing_points_count_for_nothing(seed: int, gaps: set[int]) -> None:
    x = _stepped(seed)
    x[list(gaps)] = np.nan
    known = np.flatnonzero(~np.isnan(x))
    shorter = segments(x[known], 10.0)
    assert segments(x, 10.0) == [0, *known[shorter[1:]].tolist()]


@given(seed=SEEDS, low=st.floats(0, 30), more=st.floats(0, 30))
def test_a_higher_penalty_never_makes_more_segments(seed: int, low: float, more: float) -> None:
    x = _stepped(seed)
    assert len(segments(x, low + more)) <= len(segments(x, low))


@pytest.mark.parametrize("values", [[], [np.nan] * 30, [1.0], [0.0, 9.0] * 11, [3.0] * 60])
def test_a_series_too_short_empty_or_constant_is_one_segment(values: list[float]) -> None:
    x = np.array(values, dtype=float)
    assert segments(x, 5.0) == [0]
    assert stable_points(x).tolist() == [True] * x.size


def test_a_series_of_one_level_is_kept_whole() -> None:
    assert stable_points(_noise(1)).all()


def test_after_a_lasting_shift_only_the_later_part_is_normal() -> None:
    x = _noise(2)
    x[202:] += 1.5
    kept = np.flatnonzero(stable_points(x))
    assert abs(kept[0] - 202) <= 6
    assert kept.tolist() == list(range(kept[0], 336))


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("begin", [60, 150, 250])
def test_of_an_incident_that_passed_both_sides_are_kept(begin: int, scale: float) -> None:
    x = _noise(3)
    x[begin : begin + 48] -= 2
    left_out = np.flatnonzero(~stable_points(scale * x))
    assert left_out[0] == pytest.approx(begin, abs=8)
    assert left_out[-1] == pytest.approx(begin + 47, abs=8)
    assert left_out.size == left_out[-1] - left_out[0] + 1


def test_a_last_part_too_short_to_be_a_new_normal_is_left_out() -> None:
    x = _noise(4)
    x[306:] += 2
    left_out = np.flatnonzero(~stable_points(x))
    assert abs(left_out[0] - 306) <= 4
    assert left_out[-1] == 335
    believed = np.flatnonzero(stable_points(x, least=24))
    assert abs(believed[0] - 306) <= 4
    assert believed[-1] == 335


def test_a_short_return_to_the_old_level_makes_it_normal_again() -> None:
    x = _noise(5)
    x[230:310] += 2
    left_out = np.flatnonzero(~stable_points(x))
    assert left_out[0] == pytest.approx(230, abs=4)
    assert left_out[-1] == pytest.approx(309, abs=4)


def test_where_no_level_is_held_long_enough_the_longest_is_normal() -> None:
    x = 0.3 * _noise(5, 60)
    x[:16] += 3
    x[46:] -= 3
    assert np.flatnonzero(stable_points(x)).tolist() == list(range(16, 46))


def test_a_change_without_any_noise_is_seen_exactly() -> None:
    x = np.repeat([0.0, 1.0], [40, 60])
    assert np.flatnonzero(stable_points(x)).tolist() == list(range(40, 100))


def test_gaps_do_not_hide_an_incident() -> None:
    x = _noise(6, 672)
    x[300:400] += 2
    x[::2] = np.nan
    left_out = np.flatnonzero(~stable_points(x))
    assert abs(left_out[0] - 300) <= 8
    assert abs(left_out[-1] - 399) <= 8


def test_memory_of_another_shape_than_assumed_hides_no_incident() -> None:
    x = _noise(9)
    x[150:210] += 1.65
    left_out = np.flatnonzero(~stable_points(x, 4.0))  # steps alone would make the noise 1.6
    assert left_out.size == pytest.approx(60, abs=12)


def test_single_outliers_are_no_change() -> None:
    x = _noise(7)
    x[[30, 31, 150, 260]] += 25
    assert stable_points(x).all()


@given(seed=SEEDS, factor=st.sampled_from([0.5, 2.0, 1e-6, 1e6]))
def test_the_scale_of_the_residuals_does_not_matter(seed: int, factor: float) -> None:
    x = _stepped(seed)
    assert (stable_points(factor * x) == stable_points(x)).all()


def test_the_scale_of_noise_is_found_back_through_memory_and_changes() -> None:
    x = 3 * _noise(8, 4000, 0.6) + np.repeat([0.0, 9.0, -6.0, 3.0], 1000)
    assert segments_module._scale_of_steps(x, 4.0) == pytest.approx(3, rel=0.05)


def test_the_penalty_grows_with_length_memory_and_care() -> None:
    assert penalty_for(48) < penalty_for(336) < penalty_for(2000)
    assert penalty_for(336, 3.0) == pytest.approx(3 * penalty_for(336))
    assert penalty_for(336, false=0.01) > penalty_for(336)
    assert penalty_for(336, least=24) < penalty_for(336)


@pytest.mark.parametrize(
    "n, inflation, false", [(0, 1.0, 0.05), (9, 0.0, 0.05), (9, 1.0, 0.0), (9, 1.0, 1.0)]
)
def test_an_impossible_penalty_is_refused(n: int, inflation: float, false: float) -> None:
    with pytest.raises(BadInputError, match="A penalty needs"):
        penalty_for(n, inflation, false)


@pytest.mark.parametrize("penalty, least", [(-1.0, 12), (float("nan"), 12), (1.0, 0)])
def test_an_impossible_partition_is_refused(penalty: float, least: int) -> None:
    with pytest.raises(BadInputError, match="penalty"):
        segments(np.zeros(30), penalty, least=least)


@pytest.mark.simulation
@pytest.mark.parametrize("false", [0.05, 0.1])
@pytest.mark.parametrize("n", [24, 48, 168, 336, 672])
def test_the_penalty_parts_noise_as_often_as_it_says(n: int, false: float) -> None:
    runs = 1000
    penalty = penalty_for(n, false=false)
    rate = np.mean([len(segments(_noise(seed, n), penalty)) > 1 for seed in range(runs)])
    assert rate == pytest.approx(false, abs=0.015 + 2.5 * np.sqrt(false * (1 - false) / runs))


@pytest.mark.simulation
@pytest.mark.parametrize("n", [168, 336])
@pytest.mark.parametrize("phi, heavy", [(0.0, False), (0.3, False), (0.6, False), (0.0, True)])
def test_a_stable_series_is_rarely_parted(phi: float, n: int, *, heavy: bool) -> None:
    inflation = (1 + phi) / (1 - phi)
    series = [_noise(seed, n, phi, heavy=heavy) for seed in range(500)]
    assert np.mean([not stable_points(x, inflation).all() for x in series]) < 0.08


@pytest.mark.simulation
@pytest.mark.parametrize("begin", [150, 280])
def test_an_incident_of_one_deviation_is_mostly_left_out(begin: int) -> None:
    left_out = []
    for seed in range(300):
        x = _noise(seed)
        x[begin : begin + 48] += 1
        left_out.append((~stable_points(x, least=72))[begin : begin + 48].mean() > 0.5)
    assert np.mean(left_out) > 0.85
