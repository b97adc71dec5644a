"""Is every label drawn with the probability that is written beside it?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.scoring.labels.planning.draw import draw
from agentlens.scoring.labels.planning.expect import expected
from agentlens.scoring.labels.planning.population import Population
from agentlens.scoring.labels.planning.queue import APART, shown_twice, splits_of
from agentlens.scoring.reading.verdicts import FAIL, NONE, PASS
from agentlens.stats.arrays import Floats
from tests.scoring.labels.worlds import PASSES, pool_of

_CELLS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from([PASS, FAIL, NONE])), min_size=1, max_size=9
)


@given(_CELLS, st.integers(20, 300), st.floats(0, 1), st.floats(0, 0.5), st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_a_draw_has_n_traces_each_once_and_leaves_no_cell_empty(
    cells: list[tuple[int, int]], n: int, uniform: float, labelled: float, seed: int
) -> None:
    pool = pool_of([size for size, _ in cells], [one for _, one in cells], labelled=labelled)
    free = int(pool.free.sum())
    done = draw(pool, n, "rate", uniform, np.random.default_rng(seed))
    assert len(done.rows) == len(set(done.rows.tolist())) == min(n, free)
    assert pool.free[done.rows].all()
    assert ((done.p > 0) & (done.p <= 1)).all()
    there = np.bincount(pool.cell[done.rows], minlength=len(pool.names))
    assert (there == done.reserve + done.more).all()
    room = np.bincount(pool.cell[pool.free], minlength=len(pool.names))
    if (1 - uniform) * n >= 2 * len(cells):
        assert ((there + pool.labelled > 0) | (room == 0)).all()


@pytest.mark.parametrize("goal", ["rate", "failures", "compare"])
def test_a_small_share_of_uniform_labels_is_drawn_from_all(goal: str) -> None:
    pool = pool_of([200, 90], [PASS, FAIL])
    done = draw(pool, 50, goal, 0.2, np.random.default_rng(1))
    assert int(done.uniform.sum()) == (0 if goal == "compare" else 10)
    assert done.reserve.sum() + done.more.sum() == 50


def test_the_part_drawn_from_all_is_rounded_up() -> None:
    done = draw(pool_of([200, 90], [PASS, FAIL]), 51, "rate", 0.2, np.random.default_rng(1))
    assert int(done.uniform.sum()) == 11


def test_a_cell_of_one_trace_among_large_ones_has_its_label() -> None:
    pool = pool_of([400] * 8 + [1], [PASS] * 9)
    for seed in range(20):
        done = draw(pool, 25, "rate", 0.2, np.random.default_rng(seed))
        assert ((done.reserve + done.more) > 0).all()
        assert len(done.rows) == 25


def test_a_small_cell_gets_ten_labels_or_all_that_it_has() -> None:
    done = draw(
        pool_of([2000, 30, 4], [PASS, NONE, FAIL]), 60, "rate", 0.2, np.random.default_rng(1)
    )
    assert done.more[1] == 10
    assert done.more[2] + done.reserve[2] == 4


def test_failures_are_sought_in_as_many_fails_as_passes() -> None:
    pool = pool_of([900, 80, 20], [PASS, FAIL, NONE])
    done = draw(pool, 100, "failures", 0.2, np.random.default_rng(2))
    assert done.more.tolist() == [38, 37, 5] or done.more.tolist() == [37, 38, 5]


def _misses(pool: Population, goal: str, runs: int, *, forget: bool) -> Floats:
    """Return how far, in standard errors, each cell's draws are from what p says of them."""
    count, promised = np.zeros(len(pool.names)), np.zeros(len(pool.names))
    for run in range(runs):
        done = draw(pool, 60, goal, 0.2, np.random.default_rng(run))
        cell = pool.cell[done.rows]
        p = np.zeros(len(pool.names))
        p[cell] = done.p
        if forget:  # the mutant: as if nobody had been drawn from all
            left = np.bincount(pool.cell[pool.free], minlength=len(p)) - done.reserve
            p = done.more / np.maximum(left, 1)
        count += np.bincount(cell, minlength=len(p))
        promised += p
    size = np.bincount(pool.cell[pool.free], minlength=len(count))
    rate, mean = count / (runs * size), promised / runs
    error = np.sqrt(np.maximum(mean * (1 - mean), 1e-9) / (runs * size))
    return np.abs(rate - mean) / error


@pytest.mark.simulation
@pytest.mark.parametrize("goal", ["rate", "failures"])
@pytest.mark.parametrize("labelled", [0.0, 0.3])
def test_the_probability_beside_a_label_is_how_often_it_is_drawn(
    goal: str, labelled: float
) -> None:
    """Six cells: three verdicts in two tiers. Uniform draws make counts of cells vary."""
    sizes, verdict = [150, 60, 60, 20, 12, 8], [PASS, FAIL, PASS, FAIL, NONE, NONE]
    pool = pool_of(sizes, verdict, labelled=labelled)
    assert (_misses(pool, goal, 400, forget=False) < 4).all()
    assert (_misses(pool, goal, 400, forget=True) > 4).any()


@pytest.mark.simulation
def test_each_single_trace_of_a_cell_is_as_likely_as_any_other() -> None:
    pool = pool_of([60, 30], [PASS, FAIL])
    runs = 2000
    seen = np.zeros(90)
    for run in range(runs):
        seen[draw(pool, 30, "rate", 0.2, np.random.default_rng(run)).rows] += 1
    for cell in (0, 1):
        share = seen[pool.cell == cell] / runs
        error = np.sqrt(share.mean() * (1 - share.mean()) / runs)
        assert (np.abs(share - share.mean()) < 4.5 * error).all()


def _realised(pool: Population, done: Floats, runs: int, rng: np.random.Generator) -> float:
    """Return the mean width of the post-stratified interval when people answer as was guessed."""
    widths = []
    for _ in range(runs):
        x = rng.binomial(done.astype(np.int64), pool.guess)
        share = rng.gamma(pool.counts + 0.5, size=(2000, len(x)))
        p = rng.beta(x + 0.5, done - x + 0.5, size=(2000, len(x)))
        rate = (share * p).sum(axis=1) / share.sum(axis=1)
        low, high = np.quantile(rate, [0.025, 0.975])
        widths.append(high - low)
    return float(np.mean(widths))


@pytest.mark.simulation
@pytest.mark.parametrize("n, size", [(60, 1000), (150, 1000), (150, 300), (400, 4000)])
def test_the_width_that_is_promised_is_the_width_that_comes(n: int, size: int) -> None:
    sizes = [round(0.70 * size), round(0.25 * size), round(0.05 * size)]
    pool = pool_of(sizes, [PASS, FAIL, NONE])
    done = draw(pool, n, "rate", 0.2, np.random.default_rng(3))
    labels = (done.reserve + done.more).astype(np.float64)
    real = _realised(pool, labels, 400, np.random.default_rng(4))
    found = expected(pool, done.reserve + done.more, done.reserve + done.more, 0.85)
    assert found.counted == found.every
    assert abs(2 * found.every / real - 1) < 0.03
    guess = np.array([PASSES[PASS], PASSES[FAIL], PASSES[NONE]])
    bare = 2 * 1.96 * np.sqrt((pool.weight @ guess) * (1 - pool.weight @ guess) / n)
    assert abs(bare / real - 1) > 0.03, "the mutant: as if the verdicts told nothing"


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 4)), max_size=200),
    st.floats(0.05, 0.95),
    st.dictionaries(st.integers(0, 30).map(str), st.sampled_from(["dev", "test"])),
)
@settings(deadline=None)
def test_a_session_is_in_one_split_and_keeps_the_one_it_had(
    places: list[tuple[int, int]], dev: float, fixed: dict[str, str]
) -> None:
    sessions = [str(session) for session, _ in places]
    groups = np.array([group for _, group in places], dtype=np.int64)
    found = splits_of(sessions, groups, {"dev": dev, "test": 1 - dev}, fixed)
    held: dict[str, str] = dict(fixed)
    for session, split in zip(sessions, found, strict=True):
        assert held.setdefault(session, split) == split


@pytest.mark.parametrize("n", [25, 60, 150])
def test_splits_are_shared_evenly_inside_each_cell(n: int) -> None:
    groups = np.repeat(np.arange(3), [n - 15, 10, 5])
    shares = {"dev": 0.4, "test": 0.6}
    found = np.array(splits_of([f"s{place}" for place in range(n)], groups, shares, {}))
    for group in range(3):
        own = found[groups == group]
        assert abs((own == "dev").sum() - 0.4 * len(own)) <= 1


@given(st.integers(1, 200), st.floats(0, 0.5), st.integers(0, 50))
@settings(deadline=None)
def test_what_is_shown_again_comes_at_least_twenty_places_later(
    n: int, share: float, seed: int
) -> None:
    rows = shown_twice(n, share, np.random.default_rng(seed))
    assert sorted(rows.loc[rows["repeat"] == 1, "item"]) == list(range(n))
    first = {item: at for at, item, again in _shown(rows) if again == 1}
    second = {item: at for at, item, again in _shown(rows) if again == 2}
    assert all(at - first[item] >= APART for item, at in second.items())
    assert len(second) == min(round(share * n), max(n - APART + 1, 0))


def _shown(rows: "object") -> list[tuple[int, int, int]]:
    frame = rows.reset_index()  # type: ignore[attr-defined]
    return [tuple(map(int, row)) for row in frame.itertuples(index=False, name=None)]  # type: ignore[misc]
