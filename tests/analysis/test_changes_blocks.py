"""Is the value of any stretch of days that of its rows, and is their luck learnt where it can be?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from agentlens.analysis.changes.one.blocks import Blocked, blocked
from agentlens.analysis.changes.one.luck import learnt
from agentlens.measures.estimate import estimate
from agentlens.measures.metric import Kind
from agentlens.measures.rows import Rows
from tests.analysis.changes_worlds import METRICS, World, drawn, spans_of_weeks

KINDS: tuple[Kind, ...] = ("rate", "mean", "quantile", "ratio", "count")
BUSY = World(users=3, weighted=True, cycle=True, per_day=200)


def _drawn(kind: Kind, weeks: int, world: World, seed: int = 0) -> tuple[Rows, Blocked]:
    rows, _ = drawn(np.random.default_rng(seed), kind, weeks, world)
    return rows, blocked(rows, spans_of_weeks(weeks).block_of(rows.time), 7 * weeks)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stretch_of_blocks_has_the_value_of_its_rows(kind: Kind) -> None:
    rows, found = _drawn(kind, 3, BUSY)
    starts = np.array([0, 5, 14])
    block = spans_of_weeks(3).block_of(rows.time)
    values = found.windows(starts, 7)
    for start, value in zip(starts, values, strict=True):
        own = rows.only((block >= start) & (block < start + 7))
        whole = float(estimate(own, np.zeros(own.time.size, np.int64), 1)["value"].iloc[0])
        expected = np.log(whole) if METRICS[kind].unit in {"s", "USD"} else whole
        assert value == pytest.approx(expected, abs=0.01 if kind == "quantile" else 1e-9)


def test_rows_outside_the_blocks_and_values_that_are_all_alike_do_no_harm() -> None:
    rows, _ = drawn(np.random.default_rng(0), "quantile", 2, World())
    alike = replace(rows, numerator=np.full(rows.time.size, 2.5))
    found = blocked(alike, spans_of_weeks(2).block_of(rows.time) - 7, 7)
    assert found.windows(np.array([0]), 7)[0] == pytest.approx(np.log(2.5))
    none = blocked(rows.only(rows.time < 0), np.zeros(0, np.int64), 14)
    assert np.isnan(none.windows(np.array([0]), 7)).all()


def test_what_each_block_says_of_a_mean_is_its_own_mean() -> None:
    n = np.full(7, 10.0)
    means = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 3.0])
    rate = Blocked(METRICS["rate"], n, np.stack([10 * means, n], axis=1), np.zeros(0))
    assert rate.each(0, 7) == pytest.approx(means)
    count = Blocked(METRICS["count"], n, np.stack([means, n], axis=1), np.zeros(0))
    assert count.each(0, 7) == pytest.approx(7 * means)


def test_a_stretch_with_far_fewer_rows_than_usual_is_not_known() -> None:
    rows, _ = drawn(np.random.default_rng(0), "rate", 6, World())
    spans = spans_of_weeks(6)
    block = spans.block_of(rows.time)
    quiet = rows.only((block < 8) | (block > 13))
    found = blocked(quiet, spans.block_of(quiet.time), 42)
    known = np.isfinite(found.windows(np.arange(36), 7))
    assert not known[7:9].any()
    assert known[[0, 1, 14, 20]].all()


def _variance(rows: Rows, weeks: int, since: int = 0) -> tuple[float, float, float]:
    spans = spans_of_weeks(weeks)
    period = spans.period_of(rows.time)
    table = estimate(rows, period, weeks)
    found = learnt(rows, pd.DataFrame(table), spans, since, 0.95)
    return found.luck.variance, found.sampling, found.luck.degrees


def test_sampling_alone_is_what_the_past_shows_where_days_have_no_luck() -> None:
    shown = np.array([_variance(_drawn("rate", 12, World(), seed)[0], 12) for seed in range(30)])
    assert shown[:, 0].mean() == pytest.approx(shown[:, 1].mean(), rel=0.25)
    lucky = World(luck=2.0, memory=0.3)
    more = np.array([_variance(_drawn("rate", 12, lucky, seed)[0], 12) for seed in range(10)])
    assert more[:, 0].mean() > 3 * more[:, 1].mean()


def test_three_weeks_before_teach_and_two_only_show_their_own_days() -> None:
    three, _ = _drawn("rate", 4, World())
    assert _variance(three, 4)[2] == pytest.approx(2.8)
    assert _variance(three, 4, since=1)[2] == 3.0
    two = np.array([_variance(_drawn("rate", 2, BUSY, seed)[0], 2)[:2] for seed in range(60)])
    assert two[:, 0].mean() == pytest.approx(two[:, 1].mean(), rel=0.4)
