"""Does a verdict on drift keep its level where users return and hours have their luck?"""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.drift.bins import cells
from agentlens.stats.drift.contrast import contrast
from agentlens.stats.drift.far import far, quarters
from agentlens.stats.drift.levels import levels
from agentlens.stats.drift.sample import Sample, sample_of
from agentlens.stats.drift.shares import moved, stable
from agentlens.stats.drift.verdicts import Verdict, nominal, ordered
from agentlens.stats.groups import sums


def _sample(arm: Ints, cluster: Ints | None = None, weight: Floats | None = None) -> Sample:
    users = np.arange(arm.size) if cluster is None else cluster
    return sample_of(arm, np.ones(arm.size) if weight is None else weight, users)


def _number(sample: Sample, values: Floats, parts: int = 20) -> Verdict:
    found = levels(values)
    before = sums(
        found.code.astype(np.int64), (sample.arm == 0).astype(np.float64), found.value.size
    )
    cell = cells(before, parts)
    return ordered(moved(sample, cell[found.code], int(cell.max()) + 1))


def _users(
    rng: np.random.Generator, users: int, *, both: bool, icc: float = 0.3
) -> tuple[Ints, Ints, Floats]:
    user = np.repeat(np.arange(users), rng.poisson(7, users) + 1)
    arm = rng.random(user.size) < 0.4 if both else (rng.random(users) < 0.4)[user]
    hidden = np.sqrt(icc) * rng.normal(size=users)[user]
    hidden += np.sqrt(1 - icc) * rng.normal(size=user.size)
    return user, arm.astype(np.int64), hidden


def test_on_independent_rows_the_verdict_on_categories_is_pearsons() -> None:
    rng = np.random.default_rng(0)
    arm, code = rng.integers(0, 2, 4000), rng.integers(0, 4, 4000)
    code[(arm == 1) & (rng.random(4000) < 0.03)] = 0
    counts = np.array([np.bincount(code[arm == one], minlength=4) for one in (0, 1)])
    expected = stats.chi2_contingency(counts).pvalue
    assert nominal(moved(_sample(arm), code, 4)).p == pytest.approx(expected, rel=0.06)


def test_on_independent_rows_the_verdict_on_numbers_is_near_anderson_and_darlings() -> None:
    rng = np.random.default_rng(1)
    arm = rng.integers(0, 2, 1500)
    values = rng.normal(size=1500) + 0.06 * arm
    expected = stats.anderson_ksamp(
        [values[arm == 0], values[arm == 1]],
        variant="midrank",
        method=stats.PermutationMethod(n_resamples=999, rng=np.random.default_rng(0)),
    ).pvalue
    found = _number(_sample(arm), values).p
    assert found == pytest.approx(expected, abs=0.03)


def test_a_weight_of_two_is_a_row_twice_of_the_same_user() -> None:
    rng = np.random.default_rng(2)
    user, arm, hidden = _users(rng, 80, both=True)
    code = np.searchsorted([-0.5, 0.5], hidden)
    weight = np.where(rng.random(user.size) < 0.3, 2.0, 1.0)
    twice = np.repeat(np.arange(user.size), weight.astype(np.int64))
    one = moved(_sample(arm, user, weight), code, 3)
    other = moved(_sample(arm[twice], user[twice]), code[twice], 3)
    assert one.share == pytest.approx(other.share)
    assert one.own == pytest.approx(other.own)
    value = (code == 1).astype(np.float64)
    verdict = nominal(one)
    left = contrast(_sample(arm, user, weight), value, verdict, 0.95)
    right = contrast(_sample(arm[twice], user[twice]), value[twice], verdict, 0.95)
    assert left.error == pytest.approx(right.error)


def test_the_order_of_rows_and_the_names_of_users_change_nothing() -> None:
    rng = np.random.default_rng(3)
    user, arm, hidden = _users(rng, 60, both=True)
    code = np.searchsorted([-0.5, 0.5], hidden)
    turn = rng.permutation(user.size)
    renamed = rng.permutation(1000)[user]
    one = nominal(moved(_sample(arm, user), code, 3)).p
    other = nominal(moved(_sample(arm[turn], renamed[turn]), code[turn], 3)).p
    assert one == pytest.approx(other)


def test_gathering_users_into_groups_keeps_the_verdict() -> None:
    rng = np.random.default_rng(4)
    arm = rng.integers(0, 2, 60_000)
    code = (rng.random(60_000) < 0.2 + 0.008 * arm).astype(np.int64)
    grouped = _sample(arm)
    assert grouped.n_groups == 4096
    table = np.array([np.bincount(code[arm == one]) for one in (0, 1)])
    expected = stats.chi2_contingency(table, correction=False).statistic
    found = stats.norm.isf(nominal(moved(grouped, code, 2)).p / 2) ** 2
    assert found == pytest.approx(expected, rel=0.1)


def test_the_mean_of_the_stability_index_is_known_and_grows_where_users_repeat() -> None:
    rng = np.random.default_rng(5)
    arm = np.repeat([0, 1], [3000, 1000])
    code = rng.integers(0, 10, 4000)
    alone = moved(_sample(arm), code, 10)
    quiet = nominal(alone).hours
    assert stable(alone, np.arange(10), quiet) == pytest.approx(9 * (1 / 3000 + 1 / 1000), rel=0.06)
    five = np.repeat(rng.integers(0, 10, 800), 5)
    users = moved(_sample(arm, np.arange(4000) // 5), five, 10)
    assert stable(users, np.arange(10), nominal(users).hours) == pytest.approx(
        5 * 9 * (1 / 3000 + 1 / 1000), rel=0.12
    )


def test_a_shift_by_a_standard_deviation_is_a_distance_of_one() -> None:
    rng = np.random.default_rng(6)
    arm = np.repeat([0, 1], 4000)
    values = 5 * rng.normal(size=8000)
    values[arm == 1] = values[arm == 0] + 5
    sample, found = _sample(arm), levels(values)
    told = far(sample, quarters(sample, found), found.value, _number(sample, values), 0.95)
    assert told.value == pytest.approx(1.0, abs=0.03)
    assert told.low < 1 < told.high
    assert told.high - told.low < 0.15
    assert told.ranks == pytest.approx(2 * ndtr(1 / np.sqrt(2)) - 1, abs=0.02)


def test_the_luck_of_blocks_is_counted_and_named() -> None:
    rng = np.random.default_rng(7)
    block = np.repeat(np.arange(30), 200)
    arm = (block >= 28).astype(np.int64)
    lucky = (rng.random(6000) < np.repeat(rng.uniform(0.2, 0.5, 30), 200)).astype(np.int64)
    blind = _sample(arm)
    seeing = replace(
        sample_of(arm, np.ones(6000), np.arange(6000), block=block, stratum=np.zeros(30, np.int64)),
    )
    without, with_ = (nominal(moved(one, lucky, 2)) for one in (blind, seeing))
    variance = 0.3**2 / 12 / (0.35 * 0.65)
    assert with_.hours.luck[1] == pytest.approx(variance, rel=0.5)
    assert with_.hours.reach == pytest.approx(1 / 2 + 1 / 28)
    assert without.hours.freedom == 0
    assert with_.freedom < without.freedom
    assert with_.p > without.p
    even = (rng.random(6000) < 0.35).astype(np.int64)
    plain = nominal(moved(seeing, even, 2)).hours
    assert plain.noise[1] == pytest.approx(1 / 200, rel=0.1)
    assert plain.luck[1] < 0.5 * plain.noise[1]


@pytest.mark.simulation
@pytest.mark.parametrize("users, both", [(60, True), (60, False), (250, True)])
def test_users_who_return_cause_no_false_drift(users: int, both: bool) -> None:  # noqa: FBT001
    rng = np.random.default_rng(users + both)
    runs, hits, naive = 200, np.zeros(3), 0
    for _ in range(runs):
        user, arm, hidden = _users(rng, users, both=both)
        sample = _sample(arm, user)
        code = np.searchsorted([-0.8, 0.0, 1.2], hidden)
        rare = (hidden > 1.7).astype(np.int64)
        verdicts = (
            _number(sample, hidden),
            nominal(moved(sample, code, 4)),
            nominal(moved(sample, rare, 2)),
        )
        hits += np.array([one.p < 0.05 for one in verdicts], dtype=np.float64)
        naive += _number(_sample(arm), hidden).p < 0.05
    assert (hits / runs < 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)).all()
    if not both:
        assert naive / runs > 0.1


@pytest.mark.simulation
def test_days_with_luck_of_their_own_cause_no_false_drift() -> None:
    rng = np.random.default_rng(11)
    runs, hits, blind = 250, 0, 0
    block = np.repeat(np.arange(22), 100)
    arm = (block == 21).astype(np.int64)
    users = np.arange(block.size)
    for _ in range(runs):
        values = rng.normal(size=block.size) + 0.25 * rng.normal(size=22)[block]
        seeing = sample_of(
            arm, np.ones(arm.size), users, block=block, stratum=np.zeros(22, np.int64)
        )
        hits += _number(seeing, values).p < 0.05
        blind += _number(_sample(arm), values).p < 0.05
    assert hits / runs < 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
    assert blind / runs > 0.2


@pytest.mark.simulation
def test_intervals_of_distance_and_share_hold_the_truth() -> None:
    rng = np.random.default_rng(12)
    runs, held = 250, np.zeros(2)
    truth = ndtr(-0.6) - ndtr(-1.0)
    for _ in range(runs):
        user, arm, hidden = _users(rng, 150, both=True)
        values = hidden + 0.4 * arm
        sample, found = _sample(arm, user), levels(hidden + 0.4 * arm)
        told = far(sample, quarters(sample, found), found.value, _number(sample, values), 0.95)
        above = (values > 1).astype(np.int64)
        verdict = nominal(moved(sample, above, 2))
        share = contrast(sample, above.astype(np.float64), verdict, 0.95, along=1, share=True)
        held += np.array([told.low <= 0.4 <= told.high, share.low <= truth <= share.high], float)
    assert (held / runs > 0.91).all()


def test_the_luck_of_blocks_is_right_on_average_where_only_two_are_alike() -> None:
    rng = np.random.default_rng(13)
    block = np.repeat(np.arange(30), 50)
    arm = (block >= 28).astype(np.int64)
    one_user_each = np.arange(block.size)
    pairs = np.arange(30, dtype=np.int64) // 2
    sample = sample_of(arm, np.ones(block.size), one_user_each, block=block, stratum=pairs)
    found = []
    for _ in range(60):
        share = np.repeat(rng.uniform(0.1, 0.7, 30), 50)
        verdict = nominal(moved(sample, (rng.random(block.size) < share).astype(np.int64), 2))
        found.append(verdict.hours.luck[1])
        assert verdict.hours.freedom == 15
    assert np.mean(found) == pytest.approx(0.6**2 / 12 / (0.4 * 0.6), rel=0.2)


def test_both_tails_of_a_number_count_alike() -> None:
    rng = np.random.default_rng(14)
    arm = np.repeat([0, 1], 2000)
    values = rng.exponential(1 + 0.2 * arm)
    sample = _sample(arm)
    found, turned = _number(sample, values), _number(sample, -values)
    assert found.size == pytest.approx(turned.size, rel=0.1)
