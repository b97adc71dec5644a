"""Do labels go where they narrow the rate, and is the width what was promised?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.stats.corrected.allocation import (
    allocate,
    equal,
    expected_width,
    labels_for_width,
    largest_remainders,
)
from agentlens.stats.corrected.poststrat import Cells, draws, rates

_SIZES = st.lists(st.integers(0, 5000), min_size=1, max_size=9).filter(lambda one: sum(one) > 0)


@given(_SIZES, st.integers(1, 400), st.data())
def test_every_label_is_given_out_and_no_cell_gets_more_than_it_holds(
    sizes: list[int], n: int, data: st.DataObject
) -> None:
    p = np.array([data.draw(st.floats(0, 1)) for _ in sizes])
    held = np.array(sizes)
    for found in (allocate(held, p, n), equal(held, n), equal(held, n, floor=5)):
        assert found.sum() == min(n, held.sum())
        assert (found >= 0).all()
        assert (found <= held).all()
    floors = np.minimum(10, held)
    if floors.sum() <= n:
        assert (allocate(held, p, n) >= floors).all()


def test_shares_follow_size_and_spread() -> None:
    found = allocate(np.array([800, 200]), np.array([0.9, 0.5]), 170, floor=0)
    assert found.tolist() == [120, 50]  # 800 × .3 against 200 × .5
    assert largest_remainders(np.array([0.5, 0.5, 0.5, 0.5]), 2).tolist() == [1, 1, 0, 0]


def test_no_other_split_is_narrower() -> None:
    sizes, p = np.array([1500, 500]), np.array([0.92, 0.35])
    best = expected_width(sizes, p, allocate(sizes, p, 120, floor=0))
    others = [expected_width(sizes, p, np.array([k, 120 - k])) for k in range(5, 116)]
    assert best <= min(others) * 1.0005


@pytest.mark.simulation
def test_the_width_is_the_one_that_was_promised() -> None:
    rng = np.random.default_rng(1)
    for sizes, p, n in (
        (np.array([2400, 600]), np.array([0.93, 0.3]), 100),
        (np.array([500, 400, 100]), np.array([0.9, 0.5, 0.4]), 150),
    ):
        labels = allocate(sizes, p, n)
        widths = []
        for _ in range(300):
            shares = rng.multinomial(sizes.sum(), sizes / sizes.sum()).astype(np.float64)
            passed = rng.binomial(labels, p).astype(np.float64)
            cells = Cells(shares, np.ones(sizes.size), labels.astype(np.float64), passed)
            ends = np.quantile(rates(draws(cells, rng, 800)), [0.025, 0.975])
            widths.append(float(np.ptp(ends)))
        assert np.mean(widths) == pytest.approx(expected_width(sizes, p, labels), rel=0.04)


def test_the_labels_for_a_width_are_the_fewest() -> None:
    sizes, p = np.array([8000, 2000]), np.array([0.95, 0.4])
    n = labels_for_width(sizes, p, 0.03)
    assert n is not None
    assert expected_width(sizes, p, allocate(sizes, p, n)) <= 0.06
    assert expected_width(sizes, p, allocate(sizes, p, n - 1)) > 0.06
    assert labels_for_width(np.array([30, 10]), np.array([0.5, 0.5]), 0.001) is None
