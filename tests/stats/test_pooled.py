"""Is a variance of few values drawn towards many others as far as chance explains its distance?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.stats.arrays import Floats
from agentlens.stats.normal.pooled import pooled


def _learnt(rng: np.random.Generator, true: Floats, degrees: float) -> Floats:
    return np.asarray(true * rng.chisquare(degrees, true.size) / degrees, dtype=np.float64)


def test_variances_that_differ_by_chance_become_nearly_one() -> None:
    rng = np.random.default_rng(0)
    true = np.full(40, 2.0)
    drawn = np.array([pooled(_learnt(rng, true, 3.0), np.full(40, 3.0))[0] for _ in range(200)])
    assert drawn.mean() == pytest.approx(2.0, rel=0.05)
    assert drawn.std(axis=1).mean() < 0.5
    many = pooled(_learnt(rng, true, 3.0), np.full(40, 3.0))[1]
    assert many[0] > 8
    assert (many <= 3.0 + 40.0 + 1e-9).all()


def test_variances_that_truly_differ_stay_apart() -> None:
    rng = np.random.default_rng(1)
    true = np.exp(rng.normal(0, 2, 60))
    own = _learnt(rng, true, 20.0)
    drawn, worth = pooled(own, np.full(60, 20.0))
    assert np.median(np.abs(np.log(drawn / own))) < 0.15
    assert np.corrcoef(np.log(drawn), np.log(true))[0, 1] > 0.95
    assert (worth < 24).all()


def test_a_moderated_t_of_three_values_is_as_rare_as_it_says() -> None:
    from scipy import stats

    rng = np.random.default_rng(2)
    p = []
    for _ in range(300):
        drawn, worth = pooled(_learnt(rng, np.ones(20), 3.0), np.full(20, 3.0))
        p.append(2 * stats.t.sf(np.abs(rng.normal(size=20)) / np.sqrt(drawn), worth))
    small = np.concatenate(p)
    assert np.mean(small < 0.05) == pytest.approx(0.05, abs=0.012)
    assert np.mean(small < 0.0025) < 0.006


@given(st.lists(st.floats(0.01, 100), min_size=5, max_size=30), st.floats(0.1, 10))
def test_the_unit_does_not_matter_and_order_is_kept(values: list[float], unit: float) -> None:
    own, degrees = np.array(values), np.full(len(values), 4.0)
    drawn, worth = pooled(own, degrees)
    assert pooled(unit * own, degrees)[0] == pytest.approx(unit * drawn, rel=1e-6)
    assert (np.diff(drawn[np.argsort(own, kind="stable")]) >= -1e-9).all()
    assert (worth > degrees).all()


def test_few_or_unknown_variances_come_back_as_they_are() -> None:
    few = np.array([1.0, 2.0, 3.0, 4.0])
    assert pooled(few, np.full(4, 3.0))[0].tolist() == few.tolist()
    some = np.array([1.0, 2.0, np.nan, 0.0, 3.0, 1.5, 2.5, 8.0])
    drawn, worth = pooled(some, np.full(8, 3.0))
    assert np.isnan(drawn[2])
    assert (drawn[3], worth[3]) == (0.0, 3.0)
    assert drawn[7] < 8.0
