"""Is the onset the likeliest place, and does its range hold the truth as often as it says?"""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.stats.arrays import Floats
from agentlens.stats.charts.onset import Onset, onset

SEEDS = st.integers(0, 10_000)
LAM, WIDTH = 0.1, 2.7


def _case(seed: int, n: int = 60, change: int = 40) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    variances = rng.choice([0.2, 1.0, 4.0], size=n)
    x = rng.normal(size=n) * np.sqrt(variances)
    x[change:] += rng.choice([-1.5, 1.5])
    x[rng.random(n) < 0.15] = np.nan
    return x, variances


def _likelihoods(x: Floats, v: Floats, start: int, alarm: int, until: int) -> Floats:
    """Return twice the gain in likelihood of each place, from the densities themselves."""
    out = []
    for place in range(start, alarm + 1):
        part, weight = x[place : until + 1], 1 / v[place : until + 1]
        there = ~np.isnan(part)
        part, weight = part[there], weight[there]
        mean = (part * weight).sum() / weight.sum() if part.size else 0.0
        out.append(float((weight * (part**2 - (part - mean) ** 2)).sum()) * (1 if mean > 0 else -1))
    return np.array(out)


@given(seed=SEEDS, start=st.integers(0, 40), after=st.integers(0, 9))
def test_it_is_where_the_likelihood_is_highest(seed: int, start: int, after: int) -> None:
    x, v = _case(seed)
    found = onset(x, v, start, 50, inflation=1.3, level=0.9, until=50 + after)
    gains = _likelihoods(x, v, start, 50, 50 + after)
    gains = np.maximum(gains * np.sign(gains[np.abs(gains).argmax()]), 0)
    assert gains[found.index - start] == pytest.approx(gains.max())
    within = start + np.flatnonzero(gains.max() - gains <= -2 * log(1 - sqrt(0.9)) * 1.3)
    assert (found.low, found.high) == (within[0], within[-1])


@given(seed=SEEDS, start=st.integers(0, 50))
def test_it_is_never_before_the_start_nor_after_the_alarm(seed: int, start: int) -> None:
    x, v = _case(seed)
    found = onset(x, v, start, 50, until=59)
    assert start <= found.low <= found.index <= found.high <= 50
    earlier = np.concatenate([np.full(start, 1e6), x[start:]])
    assert onset(earlier, v, start, 50, until=59) == found


@given(seed=SEEDS, factor=st.sampled_from([-4.0, -1.0, 0.5, 1024.0]))
def test_unit_and_side_change_only_the_shift(seed: int, factor: float) -> None:
    x, v = _case(seed)
    found, other = onset(x, v, 5, 50), onset(factor * x, factor**2 * v, 5, 50)
    assert (other.index, other.low, other.high) == (found.index, found.low, found.high)
    assert other.shift == pytest.approx(factor * found.shift)
    assert other.error == pytest.approx(abs(factor) * found.error)


@given(seed=SEEDS, level=st.floats(0.5, 0.98), more=st.floats(1.0, 5.0))
def test_more_confidence_and_more_memory_never_narrow_the_range(
    seed: int, level: float, more: float
) -> None:
    x, v = _case(seed)
    found = onset(x, v, 0, 50, level=level)
    for wider in (onset(x, v, 0, 50, level=level + 0.01), onset(x, v, 0, 50, inflation=more)):
        assert wider.index == found.index
    sure = onset(x, v, 0, 50, level=level + 0.01)
    alike = onset(x, v, 0, 50, level=level, inflation=more)
    assert sure.low <= found.low <= found.high <= sure.high
    assert alike.low <= found.low <= found.high <= alike.high


def test_the_first_changed_point_is_meant_and_a_gap_before_it_is_in_the_range() -> None:
    x = np.array([0.1, -0.2, 0.0, np.nan, np.nan, 9.0, 9.1, 8.9, 9.0])
    found = onset(x, np.ones(9), 0, 6, until=8)
    assert (found.index, found.low, found.high) == (5, 3, 5)
    assert found.shift == pytest.approx(9.0)
    assert found.error == pytest.approx(0.5)
    assert onset(x, np.ones(9), 0, 6, inflation=4.0, until=8).error == pytest.approx(1.0)


def test_what_is_known_exactly_outweighs_what_is_not() -> None:
    x = np.array([0.0, 3.0, 3.0, 0.0, 0.0, 3.0, 3.0, 3.0])
    v = np.array([0.1, 9.0, 9.0, 0.1, 0.1, 0.1, 0.1, 0.1])
    assert onset(x, v, 0, 7).index == 5


def test_without_a_known_point_any_place_will_do() -> None:
    found = onset(np.full(9, np.nan), np.ones(9), 2, 6)
    assert (found.index, found.low, found.high, found.error) == (6, 2, 6, np.inf)
    assert np.isnan(found.shift)


@pytest.mark.parametrize("places", [(-1, 5, 5), (6, 5, 5), (2, 5, 4), (2, 9, 9), (2, 5, 9)])
def test_places_out_of_order_are_refused(places: tuple[int, int, int]) -> None:
    start, alarm, until = places
    with pytest.raises(BadInputError, match="start <= alarm <= until"):
        onset(np.zeros(9), np.ones(9), start, alarm, until=until)


@pytest.mark.parametrize("inflation, level", [(0.0, 0.95), (1.0, 0.0), (1.0, 1.0)])
def test_impossible_memory_and_confidence_are_refused(inflation: float, level: float) -> None:
    with pytest.raises(BadInputError, match="inflation must be above 0"):
        onset(np.zeros(9), np.ones(9), 0, 5, inflation=inflation, level=level)


def test_variances_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadInputError, match="9 deviations, 8 variances"):
        onset(np.zeros(9), np.ones(8), 0, 5)
    with pytest.raises(BadInputError, match=r"above 0, not -1\.0"):
        onset(np.zeros(9), -np.ones(9), 0, 5)


def _called(
    shift: float, phi: float, before: int, *, uneven: bool = False, after: int = 0
) -> list[Onset]:
    """Return the onsets found when an EWMA calls, of 900 series that change at `before`."""
    rng, runs, n = np.random.default_rng(11), 900, before + 700
    x, v = rng.normal(size=(n, runs)), np.ones((n, runs))
    for t in range(1, n):
        x[t] = phi * x[t - 1] + np.sqrt(1 - phi**2) * x[t]
    if uneven:
        v = rng.choice([0.1, 0.3, 1.0, 3.0], size=v.shape)
    x *= np.sqrt(v)
    x[before:] += shift
    damped = phi * (1 - LAM)
    alike = 1 + 2 * damped / (1 - damped)
    z, spread, alarm = np.zeros(runs), np.zeros(runs), np.full(runs, n)
    for t in range(n):
        z = LAM * x[t] + (1 - LAM) * z
        spread = LAM**2 * v[t] + (1 - LAM) ** 2 * spread
        over = (np.abs(z) > WIDTH * np.sqrt(spread * alike)) & (alarm == n)
        alarm[over] = t
    # A chart that called before the change found something else.
    return [
        onset(
            x[:, one],
            v[:, one],
            0,
            int(alarm[one]),
            inflation=(1 + phi) / (1 - phi),
            until=min(int(alarm[one]) + after, n - 1),
        )
        for one in np.flatnonzero((alarm >= before) & (alarm < n))
    ]


def _coverage(found: list[Onset], truth: int) -> float:
    return float(np.mean([one.low <= truth <= one.high for one in found]))


@pytest.mark.simulation
@pytest.mark.parametrize("phi", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("shift", [0.5, 1.0, 2.0])
def test_the_range_holds_the_true_onset(shift: float, phi: float) -> None:
    for uneven in (False, True):
        assert _coverage(_called(shift, phi, 60, uneven=uneven), 60) >= 0.93
    assert _coverage(_called(shift, phi, 10), 10) >= 0.93


@pytest.mark.simulation
def test_the_points_after_the_alarm_narrow_the_range_and_mend_the_shift() -> None:
    early, late = _called(1.0, 0.0, 60), _called(1.0, 0.0, 60, after=24)
    assert _coverage(late, 60) >= 0.93
    widths = [np.mean([one.high - one.low + 1 for one in found]) for found in (early, late)]
    assert widths[0] < 45
    assert widths[1] < 28
    assert np.mean([one.shift for one in early]) > 1.2
    assert np.mean([one.shift for one in late]) == pytest.approx(1.0, abs=0.06)
