"""Is a change surer where the same users are in both periods, by as much as it should be?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.groups import cluster, sums
from agentlens.stats.intervals.difference import difference
from agentlens.stats.slicing.shared import common, correlated

BOTH = np.array([1, 1])  # group 0 is held against group 1, which is held against nothing


def _three(value: float, error: float) -> tuple[Floats, Floats, Floats]:
    return tuple(np.array([value + far * error]) for far in (0, -1.96, 1.96))  # type: ignore[return-value]


def _twice(rng: np.random.Generator, users: int, alike: float) -> tuple[Floats, Floats]:
    own = rng.normal(0, alike**0.5, users)
    one, other = (own + rng.normal(0, (1 - alike) ** 0.5, users) for _ in range(2))
    return one - one.mean(), other - other.mean()


def in_common(group: Ints, other: Ints, ids: Ints, weight: Floats, residual: Floats) -> Floats:
    """Return the correlation of each group with the one that it is held against."""
    weight2 = sums(group, weight**2, other.size)
    joint2 = cluster(group, ids, other.size).squares(weight)
    return correlated(common(group, other, ids, weight, residual), weight2, joint2, other)


def _found(one: Floats, other: Floats, ids: np.ndarray, weight: float = 1.0) -> float:
    group = np.repeat([0, 1], [one.size, other.size])
    residual = np.concatenate([one, other])
    return float(in_common(group, BOTH, ids, np.full(group.size, weight), residual)[0])


def test_users_with_a_row_in_either_period_correlate_as_numpy_says() -> None:
    one, other = _twice(np.random.default_rng(0), 3000, 0.5)
    ids = np.tile(np.arange(3000), 2)
    assert _found(one, other, ids) == pytest.approx(np.corrcoef(one, other)[0, 1], rel=0.03)
    assert _found(one, other, ids, weight=7.0) == pytest.approx(_found(one, other, ids))


def test_users_with_many_rows_correlate_as_their_sums_do() -> None:
    rng = np.random.default_rng(5)
    user = np.repeat(np.arange(3000), rng.integers(1, 7, 3000))
    own = rng.normal(0, 0.8, 3000)[user]
    one, other = (own + rng.normal(0, 0.8, user.size) for _ in range(2))
    one, other = one - one.mean(), other - other.mean()
    each = [np.bincount(user, side) for side in (one, other)]
    wanted = (each[0] * each[1]).sum() / ((each[0] ** 2).sum() * (each[1] ** 2).sum()) ** 0.5
    assert wanted < 0.85
    assert _found(one, other, np.tile(user, 2)) == pytest.approx(wanted, rel=0.05)


def test_others_share_nothing_and_opposites_count_as_strangers() -> None:
    one, other = _twice(np.random.default_rng(1), 500, 0.6)
    assert _found(one, other, np.arange(1000)) == 0
    assert _found(one, -other, np.tile(np.arange(500), 2)) == 0


def test_half_of_the_users_in_both_share_half_as_much() -> None:
    one, other = _twice(np.random.default_rng(2), 4000, 0.5)
    ids = np.concatenate([np.arange(4000), np.where(np.arange(4000) < 2000, 0, 4000)])
    ids[4000:] += np.arange(4000)
    assert _found(one, other, ids) == pytest.approx(0.25, abs=0.03)


def test_a_baseline_with_many_more_users_has_less_in_common() -> None:
    one, other = _twice(np.random.default_rng(6), 4000, 0.5)
    more = np.random.default_rng(7).normal(size=12_000)
    ids = np.concatenate([np.tile(np.arange(4000), 2), np.arange(4000, 16_000)])
    assert _found(one, np.append(other, more), ids) == pytest.approx(0.25, abs=0.03)


def test_a_few_pairs_are_not_believed() -> None:
    same = np.array([1.0, -1.0, 0.5, -0.5])
    assert _found(same, same, np.tile(np.arange(4), 2)) < 0.15


def test_a_group_is_held_against_its_own_baseline_and_no_other() -> None:
    rng = np.random.default_rng(3)
    one, other = _twice(rng, 400, 0.6)
    strange = rng.normal(size=400)
    group = np.repeat([0, 1, 2, 3], 400)
    ids = np.concatenate([np.tile(np.arange(400), 2), np.arange(400, 1200)])
    residual = np.concatenate([one, other, strange, strange])
    found = in_common(group, np.array([1, 1, 3, 3]), ids, np.ones(1600), residual)
    assert found[0] > 0.4
    assert found[[1, 2, 3]].tolist() == [0, 0, 0]


@settings(max_examples=40, deadline=None)
@given(st.floats(-2, 2), st.floats(0.1, 2), st.floats(0.1, 2), st.floats(0, 0.9))
def test_what_is_in_common_drops_out_of_the_difference(
    value: float, one: float, other: float, shared: float
) -> None:
    sides = _three(value, one), _three(0.0, other)
    found = difference(*sides, common=np.array([shared]))
    error = (one**2 + other**2 - 2 * shared * one * other) ** 0.5
    assert found.error[0] == pytest.approx(error, rel=1e-3)
    assert found.high[0] - found.low[0] == pytest.approx(2 * 1.96 * error)
    alone = difference(*sides, common=np.zeros(1))
    for mine, theirs in zip(alone, difference(*sides), strict=True):
        assert mine == pytest.approx(theirs)


def test_a_skewed_interval_gives_each_limit_its_own_side() -> None:
    one = tuple(np.array([v]) for v in (0.1, 0.05, 0.3))
    other = tuple(np.array([v]) for v in (0.2, 0.1, 0.25))
    found = difference(one, other, common=np.array([0.5]))  # type: ignore[arg-type]
    assert found.low[0] == pytest.approx(-0.1 - 0.05)  # two sides of .05 with half in common
    assert found.high[0] == pytest.approx(-0.1 + (0.2**2 + 0.1**2 - 0.2 * 0.1) ** 0.5)


@pytest.mark.simulation
def test_the_interval_of_a_change_covers_where_users_are_in_both_periods() -> None:
    rng = np.random.default_rng(4)
    held, bare, runs = 0, 0, 400
    for _ in range(runs):
        user = np.repeat(np.arange(150), 4)
        values = rng.normal(0, 0.7, 150)[user] + rng.normal(0, 0.7, 600)
        group = np.tile([0, 0, 1, 1], 150)
        means = np.array([values[group == side].mean() for side in (0, 1)])
        residual = values - means[group]
        errors = [
            float((np.bincount(user, residual * (group == side)) ** 2).sum() ** 0.5 / 300)
            for side in (0, 1)
        ]
        sides = _three(means[0], errors[0]), _three(means[1], errors[1])
        both = in_common(group, BOTH, user, np.ones(600), residual)[:1]
        found, alone = difference(*sides, common=both), difference(*sides)
        held += bool(found.low[0] <= 0 <= found.high[0])
        bare += bool(alone.low[0] <= 0 <= alone.high[0])
    assert 0.925 <= held / runs <= 0.975
    assert bare / runs > 0.985
