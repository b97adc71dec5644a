"""Do the tests of pairs agree with those of the libraries, and with what they promise?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as table_mcnemar

from agentlens.stats.trials.pairs import by_cluster, mcnemar, signed_rank, typical_difference

STEPS = st.lists(st.integers(-6, 6), min_size=1, max_size=80)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_agrees_with_the_table(gained: int, lost: int) -> None:
    wanted = table_mcnemar([[5, gained], [lost, 5]], exact=True).pvalue
    assert mcnemar(gained, lost) == pytest.approx(min(float(wanted), 1.0))
    assert mcnemar(gained, lost) == mcnemar(lost, gained)


@given(st.integers(0, 10_000), st.integers(1, 50))
def test_the_signed_rank_test_is_exact_without_ties(seed: int, n: int) -> None:
    moved = np.random.default_rng(seed).normal(0.3, 1, n)
    assert signed_rank(moved) == pytest.approx(stats.wilcoxon(moved, method="exact").pvalue)


@given(STEPS)
def test_the_signed_rank_test_allows_for_ties(steps: list[int]) -> None:
    moved = np.array(steps, dtype=float)
    left = moved[moved != 0]
    tied = np.unique(np.abs(left)).size < left.size or left.size > 50
    if left.size and tied:
        wanted = stats.wilcoxon(moved, method="approx", correction=False).pvalue
        assert signed_rank(moved) == pytest.approx(wanted)
    assert signed_rank(moved) == pytest.approx(signed_rank(-moved))


def test_pairs_without_a_difference_say_nothing() -> None:
    assert signed_rank(np.zeros(9)) == 1.0
    assert mcnemar(0, 0) == 1.0


def test_the_typical_difference_is_the_median_of_the_means_of_two_by_hand() -> None:
    found = typical_difference(np.array([0.0, 1.0, 5.0]))
    assert found.value == 1.75  # of 0, .5, 1, 2.5, 3, 5
    assert np.isnan(found.low)  # three pairs can never be sure


@given(st.integers(0, 10_000), st.integers(6, 70), st.floats(0.1, 5))
def test_the_typical_difference_moves_with_the_values(seed: int, n: int, scale: float) -> None:
    moved = np.random.default_rng(seed).standard_t(2, n)
    one, other = typical_difference(moved), typical_difference(3 + scale * moved)
    assert one.low <= one.value <= one.high
    assert other[:3] == pytest.approx([3 + scale * part for part in one[:3]])
    turned = typical_difference(-moved)
    assert turned[:3] == pytest.approx((-one.value, -one.high, -one.low))


@given(st.integers(0, 10_000), st.integers(6, 30))
def test_its_interval_holds_zero_just_where_the_test_does_not_reject(seed: int, n: int) -> None:
    moved = np.random.default_rng(seed).normal(0.5, 1, n)
    found = typical_difference(moved)
    assert (found.low > 0 or found.high < 0) == (found.p <= 0.05)


def test_one_absurd_pair_does_not_move_it() -> None:
    moved = np.random.default_rng(0).normal(1, 0.1, 40)
    wild = np.append(moved, 1e6)
    assert typical_difference(wild).value == pytest.approx(
        typical_difference(moved).value, abs=0.05
    )


def test_many_pairs_are_thinned_evenly_and_still_agree() -> None:
    moved = np.random.default_rng(3).normal(0.2, 1, 5000)
    found = typical_difference(moved)
    assert found.low < 0.2 < found.high
    assert found.high - found.low < 0.1


def test_the_mean_of_each_cluster_comes_in_the_order_of_its_first_value() -> None:
    means = by_cluster(np.array([1.0, 5.0, 3.0, 7.0]), np.array([9, 2, 9, 4]))
    assert means.tolist() == [2.0, 5.0, 7.0]


@pytest.mark.simulation
def test_the_interval_of_the_typical_difference_covers() -> None:
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(600):
        found = typical_difference(rng.standard_t(3, 25) + 1.0)
        held += found.low <= 1.0 <= found.high
    assert 0.93 <= held / 600 <= 0.98
