"""Does the corrected rate hold the truth, and less sure ways not?"""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.stats.corrected.poststrat import Cells, cells_of, draws, point, rates, window_rates
from agentlens.stats.corrected.ppi import ppi
from agentlens.stats.intervals.rates import wilson
from tests.stats.corrected_worlds import (
    CELLS,
    JUDGES,
    Window,
    by_verdict,
    clustered,
    covers,
    tiered,
    uniform,
    window,
)

_DRAWS = 800
Plan = Callable[[np.random.Generator, "np.ndarray[tuple[int], np.dtype[np.int64]]", int], Window]


def _covered(
    plan: Plan, repetitions: int, seed: int
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    found = np.zeros(len(CELLS))
    for place, (theta, judge, n, labels) in enumerate(CELLS):
        rng = np.random.default_rng([seed, place])
        for _ in range(repetitions):
            cells = plan(rng, window(rng, theta, judge, n), labels).cells
            found[place] += covers(rates(draws(cells, rng, _DRAWS)), theta)
    return found / repetitions


@pytest.mark.simulation
def test_the_interval_covers_in_every_cell_of_the_table() -> None:
    covered = _covered(uniform, 200, seed=1)
    assert 0.935 <= covered.mean() <= 0.96
    assert covered.min() >= 0.905 - 2.5 * 0.015  # 200 repetitions, and the least of 72 cells
    assert covered.max() <= 0.985 + 2.5 * 0.0086


@pytest.mark.simulation
def test_plans_that_look_at_the_verdict_are_covered_too() -> None:
    covered = _covered(by_verdict, 100, seed=2)
    assert 0.92 <= covered.mean() <= 0.985


@pytest.mark.simulation
def test_the_ways_that_are_too_sure_fail_the_same_check() -> None:
    """The judge's own rate, a bootstrap of the labels alone, and PPI++ at 50 labels."""
    rng = np.random.default_rng(3)
    raw, resampled, powered = [], [], []
    for theta, judge, n, labels in CELLS:
        for _ in range(25):
            made = uniform(rng, window(rng, theta, judge, n), labels)
            passed = float(made.counts[0] + made.counts[2])
            low, high = wilson(np.array([passed]), np.array([float(n)]))
            raw.append(low[0] <= theta <= high[0])
            if labels == 50:
                resampled.append(_resampled(made, rng, theta))
                powered.append(_powered(made, theta))
    assert np.mean(raw) < 0.5
    assert np.mean(resampled) < 0.92
    assert np.mean(powered) < 0.91


def _resampled(made: Window, rng: np.random.Generator, theta: float) -> bool:
    """Correct the judge's rate by errors whose labels are drawn again, and by nothing else."""
    labels = rng.multinomial(made.labels.sum(), made.labels / made.labels.sum(), size=_DRAWS)
    a, b, c, d = labels.T
    with np.errstate(invalid="ignore", divide="ignore"):
        j = a / (a + b) + d / (c + d) - 1
        passing = float((made.counts[0] + made.counts[2]) / made.counts.sum())
        found = np.clip((passing + d / (c + d) - 1) / j, 0, 1)
    known = found[np.isfinite(found)]
    return bool(known.size) and covers(known, theta)


def _powered(made: Window, theta: float) -> bool:
    y = np.repeat([1.0, 1.0, 0.0, 0.0], made.labels)
    f = np.repeat([1.0, 0.0, 1.0, 0.0], made.labels)
    rest = np.repeat([1.0, 0.0, 1.0, 0.0], made.counts - made.labels)
    _, low, high = ppi((y, f), rest)
    return low <= theta <= high


@pytest.mark.simulation
def test_sampling_tiers_are_weighted_back_and_ignoring_them_is_caught() -> None:
    rng = np.random.default_rng(4)
    honest, naive = [], []
    for judge in JUDGES:
        for _ in range(120):
            cells = tiered(rng, 0.85, judge, 4000, 120, weighed=True)
            honest.append(covers(rates(draws(cells, rng, _DRAWS)), 0.85))
            flat = Cells(cells.judged, np.ones(4), cells.labelled, cells.passed)
            naive.append(covers(rates(draws(flat, rng, _DRAWS)), 0.85))
    assert 0.92 <= np.mean(honest) <= 0.985
    assert np.mean(naive) <= 0.10


@pytest.mark.simulation
def test_sessions_labelled_as_a_whole_are_paid_for() -> None:
    rng = np.random.default_rng(5)
    paid, unpaid = [], []
    for theta in (0.8, 0.9):
        for size in (4, 8):
            for labels in (120, 240):
                for _ in range(80):
                    cells = clustered(rng, theta, JUDGES[1], 2400 // size, size, labels)
                    paid.append(covers(rates(draws(cells, rng, _DRAWS)), theta))
                    free = Cells(cells.judged, cells.weight, cells.labelled, cells.passed)
                    unpaid.append(covers(rates(draws(free, rng, _DRAWS)), theta))
    assert np.mean(paid) >= 0.91
    assert np.mean(unpaid) <= 0.88


@pytest.mark.simulation
def test_the_rate_of_exactly_these_traces_is_narrower_and_still_held() -> None:
    rng = np.random.default_rng(6)
    held, narrower = [], []
    for _ in range(400):
        made = uniform(rng, window(rng, 0.85, JUDGES[1], 400), 100)
        drawn = draws(made.cells, rng, _DRAWS)
        here = window_rates(made.cells, drawn, rng)
        truth = float((made.counts[0] + made.counts[1]) / 400)
        held.append(covers(here, truth))
        narrower.append(here.std() / rates(drawn).std())
    assert 0.92 <= np.mean(held) <= 0.985
    assert 0.7 <= np.mean(narrower) <= 0.9  # a quarter is labelled: about a fifth narrower


_SIZES = st.integers(1, 400)


@st.composite
def _tables(draw: st.DrawFn) -> Cells:
    k = draw(st.integers(1, 6))
    judged = [draw(_SIZES) for _ in range(k)]
    labelled = [draw(st.integers(0, n)) for n in judged]
    passed = [draw(st.integers(0, n)) for n in labelled]
    weight = [draw(st.floats(0.5, 20)) for _ in range(k)]
    columns = np.array([judged, weight, labelled, passed], dtype=np.float64)
    return Cells(columns[0], columns[1], columns[2], columns[3])


@given(_tables())
def test_the_point_lies_between_the_cells(cells: Cells) -> None:
    assert cells.rate.min() - 1e-12 <= point(cells) <= cells.rate.max() + 1e-12


@given(_tables(), st.data())
def test_one_more_human_pass_never_lowers_the_rate(cells: Cells, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, cells.judged.size - 1))
    more = np.zeros(cells.judged.size)
    more[at] = 1.0
    other = Cells(cells.judged, cells.weight, cells.labelled + more, cells.passed + more)
    assert point(other) >= point(cells) - 1e-12


@given(_tables(), st.floats(0.1, 9))
def test_equal_weights_are_no_weights(cells: Cells, weight: float) -> None:
    flat = Cells(cells.judged, np.ones_like(cells.weight), cells.labelled, cells.passed)
    same = Cells(cells.judged, np.full_like(cells.weight, weight), cells.labelled, cells.passed)
    assert point(same) == pytest.approx(point(flat), rel=1e-12)
    one, two = (draws(each, np.random.default_rng(1), 50) for each in (flat, same))
    assert rates(one) == pytest.approx(rates(two), rel=1e-9)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4).filter(lambda one: sum(one) > 0))
def test_where_all_are_labelled_the_window_has_the_human_rate(counts: list[int]) -> None:
    whole = np.array(counts, dtype=np.int64)
    made = Window(whole, whole)
    rng = np.random.default_rng(0)
    here = window_rates(made.cells, draws(made.cells, rng, 20), rng)
    assert here == pytest.approx((counts[0] + counts[1]) / sum(counts))


def test_weights_that_differ_inside_a_cell_count_as_fewer_rows() -> None:
    cell = np.zeros(4, dtype=np.int64)
    weight = np.array([1.0, 1.0, 1.0, 3.0])
    found = cells_of((cell, weight), (cell, np.array([1.0, 1.0, 1.0, 0.0]), weight), 1)
    assert found.labelled[0] == pytest.approx(36 / 12)
    assert found.passed[0] == pytest.approx(1.5)  # half of the weight passed
    assert found.judged[0] * found.weight[0] == pytest.approx(6.0)


def test_design_effects_take_from_the_counts() -> None:
    judged, labelled, passed = np.array([80.0, 20.0]), np.array([40.0, 10.0]), np.array([36.0, 4.0])
    plain = Cells(judged, np.ones(2), labelled, passed)
    shared = Cells(judged, np.ones(2), labelled, passed, share_effect=4.0, label_effect=2.0)
    assert shared.rate.tolist() == pytest.approx([18.5 / 21, 2.5 / 6])
    assert plain.rate.tolist() == pytest.approx([36.5 / 41, 4.5 / 11])
    one, other = (draws(each, np.random.default_rng(1)) for each in (plain, shared))
    assert other.share[:, 0].std() == pytest.approx(2 * one.share[:, 0].std(), rel=0.1)
    assert other.rate[:, 0].std() == pytest.approx(2**0.5 * one.rate[:, 0].std(), rel=0.1)
