"""Do users, days and weights enter a verdict on drift as they should?"""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.drift.bins import cells
from agentlens.stats.drift.contrast import Contrast, contrast
from agentlens.stats.drift.far import far, quarters
from agentlens.stats.drift.levels import Levels, levels
from agentlens.stats.drift.sample import Sample, sample_of
from agentlens.stats.drift.shares import moved, stable
from agentlens.stats.drift.verdicts import Verdict, nominal, ordered
from agentlens.stats.drift.words import (
    FOLDS,
)


def _world(seed: int, users: int = 60, n: int = 900, **more: Any) -> tuple[Sample, Ints]:
    """Return rows of users in both periods and the user of each."""
    rng = np.random.default_rng(seed)
    user, arm = rng.integers(0, users, n), rng.integers(0, 2, n)
    weight = more.pop("weight", np.ones(n))
    return sample_of(arm, weight, user * more.pop("apart", 1), **more), user


def _told(sample: Sample, value: Floats, *, share: bool = False) -> Contrast:
    cell = (value > np.median(value)).astype(np.int64)
    return contrast(sample, value, nominal(moved(sample, cell, 2)), 0.95, share=share)


def test_a_difference_of_means_has_the_error_of_a_regression_that_knows_users() -> None:
    sample, user = _world(1)
    value = np.random.default_rng(2).normal(size=user.size) + np.sin(user)
    found = _told(sample, value)
    fit = sm.OLS(value, sm.add_constant(sample.arm.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": user, "use_correction": False}
    )
    assert found.value == pytest.approx(fit.params[1])
    assert found.error == pytest.approx(fit.bse[1] * np.sqrt(60 / 59))
    assert found.p == pytest.approx(2 * min(found.above, 1 - found.above))
    assert found.high - found.value == pytest.approx(found.value - found.low)
    assert found.error * 1.96 < found.high - found.value < found.error * 2.2


def test_one_more_comparison_and_what_was_learnt_widen_the_interval() -> None:
    sample, user = _world(3)
    value = np.random.default_rng(4).normal(size=user.size)
    verdict = nominal(moved(sample, (value > 0).astype(np.int64), 2))
    one, many = (contrast(sample, value, verdict, 0.95, comparisons=k) for k in (1, 20))
    level = contrast(sample, value, verdict, 1 - 0.05 / 20)
    assert many.high == pytest.approx(level.high)
    assert many.high > one.high
    learnt = contrast(sample, value, verdict, 0.95, learnt=FOLDS)
    assert learnt.error == pytest.approx(one.error * np.sqrt(2 * 59 / 55))


def test_a_share_of_nothing_is_no_certainty() -> None:
    sample, user = _world(5)
    nothing = np.zeros(user.size)
    assert _told(sample, nothing).error == 0.0
    assert 0.001 < _told(sample, nothing, share=True).error < 0.01


@pytest.mark.parametrize("other", [{"weight": np.full(900, 3.0)}, {"apart": 10**9}])
def test_only_the_proportion_of_weights_and_who_is_who_count(other: dict[str, Any]) -> None:
    rng = np.random.default_rng(6)
    more: dict[str, Any] = {"block": rng.integers(0, 20, 900), "stratum": np.repeat([0, 1], 10)}
    value = levels(np.random.default_rng(7).lognormal(size=900))
    cell = cells(np.bincount(value.code) / 900, 10)[value.code]
    answers = []
    for how in ({}, other):
        sample, _ = _world(8, **more, **how)
        found = moved(sample, cell, 10)
        verdict = ordered(found)
        told = far(sample, quarters(sample, value), value.value, verdict, 0.95)
        null = stable(found, np.arange(10), verdict.hours)
        answers.append([verdict.p, verdict.freedom, told.value, told.low, told.high, null])
    assert answers[0] == pytest.approx(answers[1])


def test_without_users_or_days_the_verdict_is_pearsons() -> None:
    rng = np.random.default_rng(9)
    arm, code = rng.integers(0, 2, 20_000), rng.integers(0, 4, 20_000)
    code[(arm == 1) & (rng.random(arm.size) < 0.012)] = 0
    sample = sample_of(arm, np.ones(arm.size), np.arange(arm.size))
    found = moved(sample, code, 4)
    held = np.bincount(arm * 4 + code).reshape(2, 4)
    assert nominal(found).p == pytest.approx(stats.chi2_contingency(held).pvalue, rel=0.08)
    assert found.share == pytest.approx(held / held.sum(axis=1, keepdims=True))
    bare = (1 / held[0].sum() + 1 / held[1].sum()) * 3
    assert stable(found, np.arange(4), nominal(found).hours) == pytest.approx(bare, rel=0.02)


def test_days_with_luck_of_their_own_widen_what_chance_can_do() -> None:
    found: dict[float, Verdict] = {}
    for luck in (0.0, 1.0):
        rng = np.random.default_rng(10)
        block = np.arange(16_000) // 1000
        value = rng.normal(size=block.size) + luck * rng.normal(size=16)[block]
        cell = np.searchsorted(np.quantile(value, np.arange(1, 10) / 10), value)
        arm = (block >= 8).astype(np.int64)
        stratum = np.repeat([0, 1], 8)
        sample = sample_of(
            arm, np.ones(arm.size), np.arange(arm.size), block=block, stratum=stratum
        )
        found[luck] = ordered(moved(sample, cell, 10))
    assert found[0.0].hours.luck[0] < 0.01
    # Of a variance of two one half is the days'.
    assert found[1.0].hours.luck[0] == pytest.approx(0.5, rel=0.4)
    assert found[1.0].hours.reach == pytest.approx(2 / 8)
    assert found[1.0].hours.freedom == 14
    assert found[1.0].freedom < 30 < found[0.0].freedom
    assert min(one.p for one in found.values()) > 0.01


def test_the_distance_has_an_interval_that_holds_a_shift_of_the_mean() -> None:
    rng = np.random.default_rng(11)
    arm = np.repeat([0, 1], 3000)
    value = levels(rng.normal(size=6000) + 0.4 * arm)
    sample = sample_of(arm, np.ones(6000), np.arange(6000))
    cell = cells(np.bincount(value.code[arm == 0], minlength=value.value.size) / 3000, 20)
    verdict = ordered(moved(sample, cell[value.code], 20))
    told = far(sample, quarters(sample, value), value.value, verdict, 0.95)
    assert told.low < 0.4 < told.high
    assert told.high - told.value == pytest.approx(1.96 * np.sqrt(2 / 3000), rel=0.1)
    assert told.value - told.low == pytest.approx(told.high - told.value, rel=0.1)
    again = far(
        sample,
        quarters(sample, Levels(value.code, value.value * 7)),
        value.value * 7,
        verdict,
        0.95,
    )
    assert again[:4] == pytest.approx(told[:4])
