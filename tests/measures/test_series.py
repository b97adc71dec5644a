"""Is a series complete, weighted and honest about its intervals?"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.metric import Metric
from agentlens.measures.series import series
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, demo_log, plain_log, tiny_log

RATE = Metric("corrected", "rate", "lower", "share", "user_corrected")


def test_an_empty_bin_is_there_and_is_not_zero() -> None:
    log = tiny_log(completed=[True, True, False])
    holed = series(log.where(trace_id=["a", "c"]), "weak_completion", every="1h")
    assert holed["n"].tolist() == [1, 0, 1]
    assert holed["value"].isna().tolist() == [False, True, False]
    assert holed["low"].isna().tolist() == [False, True, False]


def test_every_slice_has_every_bin() -> None:
    log = plain_log(200, hours=10)
    found = series(log, RATE, every="1h", by="device")
    assert len(found) == 10 * 2
    assert found["n"].sum() == 200
    whole = series(log, RATE, every="1h")
    by_time = found.groupby("time")[["n", "total", "weight"]].sum()
    assert by_time["total"].to_numpy() == pytest.approx(whole["total"])


@settings(max_examples=25, deadline=None)
@given(
    hours=st.sampled_from(["30min", "1h", "7h"]),
    n=st.integers(30, 200),
    seed=st.integers(0, 1000),
)
def test_values_equal_a_pandas_groupby(hours: str, n: int, seed: int) -> None:
    log = plain_log(n, hours=24, seed=seed)
    for metric, column, how in (
        (RATE, "user_corrected", "mean"),
        ("cost_per_trace", "cost_usd", "mean"),
        ("latency_p95", "latency_s", lambda x: x.quantile(0.95)),
        ("traffic", "cost_usd", "size"),
    ):
        ours = series(log, metric, every=hours).set_index("time")["value"].dropna()
        floored = log.traces["start"].dt.floor(hours)
        theirs = log.traces.groupby(floored)[column].agg(how).astype(float)
        assert ours.to_numpy() == pytest.approx(theirs.to_numpy())
        assert ours.index.tolist() == theirs.index.tolist()


def test_a_weight_counts_as_that_many_traces() -> None:
    log = tiny_log(completed=[True, False, True], weight=[1.0, 3.0, 4.0])
    found = series(log, "weak_completion", every=None).iloc[0]
    assert found["value"] == pytest.approx(5 / 8)
    assert found["n"] == 3
    assert found["n_eff"] == pytest.approx(64 / 26)
    assert np.isnan(found["low"])


def test_a_trace_that_reached_us_by_unknown_chance_is_in_no_rate() -> None:
    log = tiny_log(completed=[True, False, True], weight=[1.0, None, 1.0])
    assert series(log, "weak_completion", every=None).iloc[0]["n"] == 2


def test_score_metrics_are_weighted_by_the_scores_own_probability_alone() -> None:
    traces = pd.DataFrame(
        {
            "trace_id": ["a", "b"],
            "start": [START, START + pd.Timedelta("1h")],
            "inclusion_p": [0.1, 0.1],
        }
    )
    scores = pd.DataFrame(
        {
            "trace_id": ["a", "b"],
            "name": "ok",
            "value": [1.0, 0.0],
            "source": "judge",
            "inclusion_p": [0.25, 0.75],
        }
    )
    found = series(from_frames(traces, scores=scores), "score:ok", every=None).iloc[0]
    assert found["value"] == pytest.approx((1 / 0.25) / (1 / 0.25 + 1 / 0.75))


def test_several_traces_of_one_user_widen_the_interval() -> None:
    rng = np.random.default_rng(0)
    bad = rng.random(100) < 0.2
    log = plain_log(800, hours=24, per_user=8)
    together = Log(traces=log.traces.assign(user_corrected=np.repeat(bad, 8)))
    shuffled = Log(traces=together.traces.assign(user_id=log.traces["trace_id"]))
    wide, narrow = (series(one, RATE, every=None).iloc[0] for one in (together, shuffled))
    assert wide["n_eff"] == pytest.approx(100, rel=0.02)
    assert narrow["n_eff"] == pytest.approx(800)


@settings(max_examples=25, deadline=None)
@given(cost=st.sampled_from([0.1, 0.7, 1e-9 / 3, 1e9 / 7]), n=st.integers(30, 120))
def test_rows_that_all_say_the_same_inexact_number_are_not_alike_by_rounding(
    cost: float, n: int
) -> None:
    log = plain_log(n, hours=3)
    users = [f"u{row % 7}" for row in range(n)]
    log = from_frames(log.traces.assign(cost_usd=cost, user_id=users))
    found = series(log, "cost_per_trace", every="1h")
    assert found["n_eff"].to_numpy() == pytest.approx(found["n"].to_numpy(), rel=1e-9)


def test_a_small_bin_has_no_tail_quantile_interval() -> None:
    found = series(plain_log(71, hours=24), "latency_p95", every=None).iloc[0]
    assert np.isfinite(found["value"])
    assert np.isnan(found["high"])


def test_no_success_makes_the_cost_of_one_unknown_not_infinite() -> None:
    log = plain_log(50, hours=5, rate=0.0)
    found = series(log, "cost_per_success", every=None).iloc[0]
    assert np.isnan(found["value"])
    assert found["n"] == 50


@pytest.mark.parametrize(
    "every, says",
    [("30D", "longer than the log"), ("1ms", "Choose a longer bin"), ("x", "not a length of time")],
)
def test_a_bin_that_cannot_be_is_refused(every: str, says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        series(plain_log(50, hours=24), RATE, every=every)


def test_a_slice_column_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'device'"):
        series(plain_log(50, hours=24), RATE, every="1h", by="devise")


def test_empty_and_one_row_logs_give_a_series_of_that_size() -> None:
    log = plain_log(50, hours=24)
    nothing = log.where(device="none")
    assert len(series(nothing, RATE)) == 0
    assert list(series(nothing, RATE, by="device"))[:2] == ["time", "device"]
    one = log.where(trace_id="t7")
    assert series(one, RATE)["n"].tolist() == [1]


def test_the_demos_broken_slice_is_visibly_broken_and_the_others_are_not() -> None:
    log = demo_log()
    truth = log.truth
    assert truth is not None
    planted: Any = truth.set_index("incident").loc["broken_refunds"]
    parts = (log.between(log.start, "2026-11-02"), log.between(planted["start"], log.stop))
    before, since = (
        series(part, "strong_completion", every=None, by=["task_type", "device"]).set_index(
            ["task_type", "device"]
        )
        for part in parts
    )
    broken: Any = since.loc[("refund", "mobile")]
    was: Any = before.loc[("refund", "mobile")]
    assert broken["high"] < 0.55 < was["low"]
    others = since.drop(index=[("refund", "mobile")])
    apart = others["high"] < before.loc[others.index, "low"]
    assert apart.sum() <= 1


@pytest.mark.simulation
@pytest.mark.parametrize("kind", ["rate", "mean", "ratio", "quantile"])
@pytest.mark.parametrize("per_user", [1, 8])
def test_intervals_of_clustered_bins_cover(kind: str, per_user: int) -> None:
    """Users differ from one another; the interval must hold the truth in 93 to 97 of 100 bins."""
    rng = np.random.default_rng(11)
    bins, users = 800, 240 // per_user
    n = bins * users * per_user
    user = np.arange(n) // per_user
    effect = rng.normal(size=bins * users)[user]
    lift = 0.3 if per_user > 1 else 0.0
    latent = np.sqrt(lift) * effect + np.sqrt(1 - lift) * rng.normal(size=n)
    frame = pd.DataFrame(
        {
            "trace_id": np.arange(n).astype(str),
            "user_id": user.astype(str),
            "start": START + pd.to_timedelta(np.arange(n) // (users * per_user), unit="h"),
            "x": latent,
            "good": latent < 0.8416,
        }
    )
    metric = {
        "rate": Metric("m", "rate", numerator="good"),
        "mean": Metric("m", "mean", numerator="x"),
        "ratio": Metric("m", "ratio", numerator="x + 10", denominator="good"),
        "quantile": Metric("m", "quantile", numerator="x", q=0.9),
    }[kind]
    truth = {"rate": 0.8, "mean": 0.0, "ratio": 12.5, "quantile": 1.2816}[kind]
    found = series(from_frames(frame), metric, every="1h")
    covered = ((found["low"] <= truth) & (truth <= found["high"])).mean()
    assert 0.93 <= covered <= 0.97
