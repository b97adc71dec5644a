"""Are the numbers of a slice those of its rows, widened for the search, with the right traces?"""

from typing import cast

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import agentlens as al
from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.slices.behind import behind
from agentlens.analysis.slices.cells import cells_of
from agentlens.analysis.slices.found import Found, found_slices
from agentlens.analysis.slices.told import found_frame
from agentlens.measures.estimate import estimate
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.measures.tally import Grid
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.intervals.difference import difference
from agentlens.stats.slicing.families import two_levels
from agentlens.stats.slicing.sample import Sample
from agentlens.stats.slicing.selected import after_search
from agentlens.stats.slicing.shrink import shrink
from agentlens.tables.frames import from_frames
from tests.logs import START
from tests.stats.slicing_samples import drawn, planted

RATE = Metric("met", "rate", "higher", "share", "completed")
COST = Metric("cost", "mean", "lower", "USD", "cost_usd")


def _rows(number: Floats, metric: Metric = RATE, **columns: object) -> Rows:
    n = number.size
    every = np.arange(n)
    plain: dict[str, object] = {
        "positions": every,
        "at": every,
        "time": every,
        "denominator": np.ones(n),
        "weight": np.ones(n),
        "cluster": every,
        "ids": pd.Series([f"t{i}" for i in every]),
        "notes": (),
        "absent": (),
    }
    return Rows(metric=metric, numerator=number, **{**plain, **columns})  # type: ignore[arg-type]


def _searched(sample: Sample) -> tuple[Rows, list[Dimension], Found, pd.DataFrame]:
    rows = _rows(sample.number, weight=sample.weight, cluster=sample.cluster)
    dims = [
        Dimension(chr(97 + at), tuple(str(code) for code in range(size)), codes)
        for at, (size, codes) in enumerate(zip(sample.sizes, sample.codes, strict=True))
    ]
    found = found_slices(rows, dims, sample.arm)
    return rows, dims, found, found_frame(rows, sample.arm, found, dims, level=0.95, alpha=0.05)


def _two() -> Sample:
    """Return weighted rows in which two slices fell, one of them by no more than it must."""
    rng = np.random.default_rng(13)
    rows = planted(rng, drawn(rng, n=12_000, weighted=True), ((0, 1), (1, 0)), 0.5)
    return planted(rng, rows, ((0, 4), (3, 1)), 0.3)


def test_each_interval_is_that_of_the_change_widened_for_the_search_and_for_its_fellows() -> None:
    sample = _two()
    rows, _, found, frame = _searched(sample)
    assert len(found.slices) == 2
    for at, one in enumerate(found.slices, start=1):
        row = frame.iloc[at]
        level = 0.975  # two intervals are to hold at once
        told = estimate(rows, np.where(one.within, 0, 2) + sample.arm, 4, level)
        before, now = (
            cast(
                "tuple[Floats, Floats, Floats]",
                tuple(told[name].to_numpy()[side : side + 1] for name in ("value", "low", "high")),
            )
            for side in (0, 1)
        )
        plain = difference(now, before, level)
        z = one.confirmed.contrast.excess / one.confirmed.contrast.error
        least = -stats.norm.ppf(0.025 / one.confirmed.looks)
        low, high = after_search(z, least, one.confirmed.looks, level)
        usual = stats.norm.ppf(0.5 + level / 2)
        change = plain.value[0]
        assert row["change"] == pytest.approx(change)
        assert row["low"] == pytest.approx(change - (change - plain.low[0]) * (z - low) / usual)
        assert row["high"] == pytest.approx(change + (plain.high[0] - change) * (high - z) / usual)
        assert row["high"] - change > plain.high[0] - change  # towards zero, as it fell
        assert row["p"] == pytest.approx(2 * one.confirmed.contrast.p, abs=0)


def test_support_is_a_share_of_weight_and_the_share_that_of_the_whole_change() -> None:
    sample = _two()
    _, _, found, frame = _searched(sample)
    now = sample.arm == 1
    for at, one in enumerate(found.slices, start=1):
        mine = sample.weight[now & one.within].sum() / sample.weight[now].sum()
        assert frame["support"].iloc[at] == pytest.approx(mine)
        moved = mine * one.confirmed.contrast.change
        assert frame["share"].iloc[at] == pytest.approx(moved / found.total)


def test_what_part_of_nothing_a_slice_explains_is_not_said() -> None:
    met = (1000, 700, 1000, 1300)  # of 2,000: one half fell as much as the other rose
    number = np.concatenate([np.arange(2000) < many for many in met]).astype(np.float64)
    arm, code = (np.repeat(np.array(one), 2000) for one in ([0, 1, 0, 1], [0, 0, 1, 1]))
    rows = _rows(number)
    dims = [Dimension("a", ("0", "1"), code)]
    found = found_slices(rows, dims, arm)
    frame = found_frame(rows, arm, found, dims, level=0.95, alpha=0.05)
    assert len(frame) > 1
    assert frame["share"].iloc[1:].isna().all()


def test_the_traces_behind_pull_that_way_the_strongest_then_the_newest_first() -> None:
    met = _rows(np.array([1.0, 0, 0, 1, 0, 1]))
    within = np.array([True, True, True, True, False, True])
    assert behind(met, within, -1, 0.8) == ("t2", "t1")
    assert behind(met, within, 1, 0.8) == ("t5", "t3", "t0")
    assert behind(met, within, -1, np.nan) == ("t2", "t1")
    cost = _rows(np.array([5.0, 1, 9, 3, 50, 9]), COST)
    assert behind(cost, within, 1, 4.0) == ("t5", "t2", "t0")
    assert behind(cost, within, -1, 4.0) == ("t1", "t3")


def test_no_more_than_five_hundred_traces_are_behind_a_slice() -> None:
    assert len(behind(_rows(np.zeros(700)), np.ones(700, dtype=np.bool_), -1, 0.5)) == 500


def _table(n_now: int, n_before: int, metric: Metric = RATE) -> pd.DataFrame:
    arm = np.repeat([1, 0], [n_now, n_before])
    number = np.random.default_rng(0).random(arm.size)
    rows = _rows((number < 0.5).astype(np.float64), metric)
    dims = [Dimension("a", ("x",), np.zeros(arm.size, dtype=np.int64))]
    return cells_of(rows, arm, dims, None, level=0.95, fdr=0.05).frame


@pytest.mark.parametrize("n_now, n_before, few", [(19, 90, True), (90, 19, True), (20, 20, False)])
def test_twenty_rows_in_both_periods_make_a_cell(n_now: int, n_before: int, few: bool) -> None:  # noqa: FBT001 - a column of the table above
    assert _table(n_now, n_before)["few"].tolist() == [few]


def test_steps_run_from_the_start_and_what_lies_outside_goes_to_the_nearest() -> None:
    steps = Grid(first=100, width=10, n=3)
    assert steps.of(np.array([90, 100, 109, 110, 129, 200])).tolist() == [0, 0, 0, 1, 2, 2]


def _called(dims: list[Dimension], arm: Ints, number: Floats, steps: Grid | None) -> pd.DataFrame:
    return cells_of(_rows(number), arm, dims, steps, level=0.95, fdr=0.05).frame


def test_cells_are_called_row_by_row_of_the_table_and_steps_slice_by_slice() -> None:
    rng = np.random.default_rng(5)
    n = 6000
    arm = (rng.random(n) < 0.4).astype(np.int64)
    one, other = rng.integers(0, 3, n), rng.integers(0, 4, n)
    number = (rng.random(n) < 0.8 - 0.3 * arm * (one == 1) * (other == 2)).astype(np.float64)
    dims = [Dimension("a", tuple("uvw"), one), Dimension("b", tuple("wxyz"), other)]
    table = _called(dims, arm, number, None)
    rows = pd.factorize(table["a"])[0].astype(np.int64)
    assert table["q"].to_numpy() == pytest.approx(two_levels(table["p"].to_numpy(), rows, 0.05))
    assert (table["stands"] == (table["q"] <= 0.05)).all()
    assert table.loc[table["stands"], ["a", "b"]].to_numpy().tolist() == [["v", "y"]]
    assert (table["p"] <= 0.05).sum() > 1  # which one look at each would have called
    error = (table["high"] - table["low"]).to_numpy() / (2 * stats.norm.ppf(0.975))
    drawn = shrink(table["change"].to_numpy(), error)
    assert table["shrunk"].to_numpy() == pytest.approx(drawn.value)
    assert table["shrunk_low"].to_numpy() == pytest.approx(drawn.low)
    times = _called(dims[:1], arm, number, Grid(0, 1500, 4))
    slices = pd.factorize(times["a"])[0].astype(np.int64)
    assert times["q"].to_numpy() == pytest.approx(two_levels(times["p"].to_numpy(), slices, 0.05))


def _of_users(metric: Metric, number: Floats, arm: Ints, ids: Ints) -> pd.DataFrame:
    rows = _rows(number, metric, cluster=ids)
    dims = [Dimension("a", ("x",), np.zeros(arm.size, dtype=np.int64))]
    return cells_of(rows, arm, dims, None, level=0.95, fdr=0.05).frame


@pytest.mark.parametrize("q", [None, 0.5])
def test_users_in_both_periods_make_a_change_surer(q: float | None) -> None:
    rng = np.random.default_rng(8)
    user = np.tile(np.repeat(np.arange(300), 2), 2)
    arm = np.repeat([0, 1], 600)
    number = np.exp(rng.normal(0, 1, 300)[user] + rng.normal(0, 0.3, 1200))
    metric = Metric("cost", "quantile" if q else "mean", "lower", "USD", "cost_usd", q=q)
    same = _of_users(metric, number, arm, user).iloc[0]
    strange = _of_users(metric, number, arm, 2 * user + arm).iloc[0]
    assert same["change"] == strange["change"]
    kept = (same["high"] - same["low"]) / (strange["high"] - strange["low"])
    least = 0.33 if q is None else 0.42  # above or below the median tells less of a user
    assert least < kept < least + 0.1


@pytest.mark.parametrize("fell", [4.0, 6.0])
def test_what_fell_before_a_long_release_is_seen_in_the_last_third_of_the_time_before(
    fell: float,
) -> None:
    rng = np.random.default_rng(6)
    n = 9000
    day = np.linspace(0, 12, n, endpoint=False)
    task = rng.choice(["a", "b", "c"], n)
    failed = rng.random(n) < 0.1 + 0.3 * ((task == "b") & (day >= fell))
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{i}" for i in range(n)],
            "start": START + pd.to_timedelta(day, "D"),
            "release": np.where(day < 6, "one", "two"),
            "task_type": task,
            "status": np.where(failed, "error", "ok"),
        }
    )
    log = from_frames(frame)
    found = al.find_slices(log, "error_rate", new_since="two", columns="task_type")
    assert found.slices == (() if fell < 6 else ({"task_type": "b"},))
    if fell < 6:
        found = al.find_slices(log, "error_rate", current="6D", columns="task_type")
        assert found.slices == ({"task_type": "b"},)
