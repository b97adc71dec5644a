"""Does the chart call when something changed, stay quiet when not, and say what it stands on?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from agentlens.analysis.control.chart import ControlChart, control_chart
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.metric import Metric
from agentlens.stats.run_length import limit_for
from agentlens.tables.log import Log
from tests.logs import START, demo_log, plain_log, tiny_log

RATE = Metric("corrected", "rate", "lower", "share", "user_corrected")


def _broken(log: Log, after: str, share: float = 0.5, seed: int = 1) -> Log:
    """Return the log with a share of its later traces corrected by their users."""
    rng = np.random.default_rng(seed)
    late = (log.traces["start"] >= pd.Timestamp(after, tz="UTC")).to_numpy()
    hit = late & (rng.random(len(log)) < share)
    return replace(log, traces=log.traces.assign(user_corrected=log.traces["user_corrected"] | hit))


CALM = plain_log(6000, hours=240, seed=4)
BROKEN = _broken(CALM, "2026-11-09")


def test_a_change_is_called_with_its_time_size_and_traces() -> None:
    chart = control_chart(BROKEN, RATE, every="1h")
    assert chart.band == "act"
    signal = chart.signals()[-1]
    change = pd.Timestamp("2026-11-09", tz="UTC")
    assert change <= signal.start <= change + pd.Timedelta("6h")
    assert signal.value == pytest.approx(0.6, abs=0.06)
    assert signal.expected == pytest.approx(0.2, abs=0.03)
    behind = BROKEN.traces.set_index("trace_id").loc[list(signal.trace_ids)]
    assert behind["user_corrected"].all()
    assert behind["start"].between(signal.start, signal.end).all()
    assert "rose to" in chart.headline
    assert f"n = {signal.n:,}" in chart.headline


def test_a_calm_log_passes_and_says_how_much_was_tested() -> None:
    chart = control_chart(CALM, RATE, every="2h")
    assert chart.band == "pass"
    assert chart.signals() == ()
    assert "all 60 bins tested" in chart.headline


def test_a_change_for_the_better_is_watched_and_not_acted_on() -> None:
    better = replace(RATE, better="higher")
    chart = control_chart(BROKEN, better, every="1h")
    assert chart.band == "watch"
    assert "the good way" in chart.headline


def test_what_is_tested_never_moves_what_is_normal() -> None:
    calm, broken = (control_chart(log, RATE, every="1h") for log in (CALM, BROKEN))
    first = calm.frame["baseline"].to_numpy()
    for column in ("centre", "lower", "upper", "ewma"):
        assert calm.frame[column][first].tolist() == broken.frame[column][first].tolist()
    assert (calm.frame["centre"] == calm.frame["centre"].iloc[0]).all()


def test_limits_follow_each_bins_own_n() -> None:
    log = replace(CALM, traces=CALM.traces.drop(index=CALM.traces.index[3001:3180]))
    frame = control_chart(log, RATE, every="1h", lam=1.0).frame
    tested = frame[~frame["baseline"] & (frame["n"] > 0)]
    half = tested["upper"] - tested["centre"]
    few, many = tested["n"] <= 15, tested["n"] >= 30
    assert half[few].mean() > 1.25 * half[many].mean()


def test_the_default_width_is_solved_for_the_run_length_asked_for() -> None:
    chart = control_chart(CALM, RATE, every="2h", lam=0.2, arl=500)
    assert chart.width == limit_for(0.2, 500.0)
    assert "one in 500 bins" in str(chart.facts()["false alarms by design"])
    given = control_chart(CALM, RATE, every="2h", width=3.5)
    assert given.width == 3.5


def test_a_baseline_may_be_times_a_length_or_a_log() -> None:
    pair = control_chart(CALM, RATE, every="2h", baseline=("2026-11-01", "2026-11-05"))
    length = control_chart(CALM, RATE, every="2h", baseline="96h")
    part = control_chart(CALM, RATE, every="2h", baseline=CALM.between("2026-11-01", "2026-11-05"))
    assert pair.frame["baseline"].sum() == 48
    assert abs(int(length.frame["baseline"].sum()) - 48) <= 1
    assert abs(int(part.frame["baseline"].sum()) - 48) <= 1


@pytest.mark.parametrize(
    "log, metric, every, says",
    [
        (tiny_log(completed=[True, True, False]), "weak_completion", "1h", "needs 24"),
        (CALM, "tool_calls", "1h", "tool_calls is not recorded"),
        (CALM, "weak_completion", "12h", "needs 24"),
        (CALM.where(device="none"), RATE, "1h", "no row counts"),
        (CALM.where(trace_id="t5"), RATE, "1h", "needs 24"),
        (CALM, replace(RATE, where="latency_s > 1e9"), "1h", "no row counts"),
    ],
)
def test_too_little_data_is_unknown_with_what_is_missing(
    log: Log, metric: str | Metric, every: str, says: str
) -> None:
    chart = control_chart(log, metric, every=every)
    assert chart.band == "unknown"
    assert says in chart.headline
    assert chart.signals() == ()
    assert chart.figure().to_plotly_json()
    assert "unknown" in chart.card()


def test_misuse_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadInputError, match="longer than the log"):
        control_chart(CALM, RATE, every="30D")
    with pytest.raises(BadInputError, match="covers the whole log"):
        control_chart(CALM, RATE, every="1h", baseline="400h")
    with pytest.raises(BadInputError, match="lam is the weight"):
        control_chart(CALM, RATE, every="1h", lam=2.0)
    with pytest.raises(UnknownNameError, match="no metric 'corected'"):
        control_chart(CALM, "corected", every="1h")


def test_an_outlier_bin_alone_is_no_alarm() -> None:
    spike = CALM.traces.copy()
    hour = spike["start"].between(START + pd.Timedelta("150h"), START + pd.Timedelta("151h"))
    spike.loc[hour, "latency_s"] *= 1e6
    chart = control_chart(Log(traces=spike), "latency_p50", every="1h")
    assert chart.signals() == ()


def test_a_constant_metric_does_not_break_the_chart() -> None:
    log = Log(traces=CALM.traces.assign(latency_s=2.0, user_corrected=False))
    for metric in ("latency_p50", RATE, "cost_per_success"):
        chart = control_chart(log, metric, every="2h")
        assert chart.band == "pass"


@pytest.mark.parametrize(
    "incident, metric, every",
    [
        ("broken_refunds", "strong_completion", "6h"),
        ("slow_model", "latency_p95", "6h"),
        ("schema_error", "tool_success:search_orders", "6h"),
    ],
)
def test_the_demos_degradations_are_called(incident: str, metric: str, every: str) -> None:
    log = demo_log()
    assert log.truth is not None
    planted = log.truth.set_index("incident").loc[incident]
    signals = control_chart(log, metric, every=every).signals()
    assert any(planted["start"] <= one.start <= planted["end"] and one.n > 50 for one in signals), (
        signals
    )


def _false_alarms(make: "type[_World]", runs: int) -> float:
    """Return tested bins per episode over many logs in which nothing happens."""
    bins = alarms = 0
    for seed in range(runs):
        chart = control_chart(make.log(seed), RATE, every="1h", baseline="336h")
        bins += int((~chart.frame["baseline"]).sum())
        alarms += len(chart.signals())
    return bins / max(alarms, 1)


class _World:
    """Two weeks of hours to learn from and six to test, n between 3 and 200 a bin."""

    @staticmethod
    def log(seed: int) -> Log:
        rng = np.random.default_rng(seed)
        hours = 336 * 4
        n = rng.choice([3, 10, 40, 100], hours)
        p = np.repeat(rng.beta(0.2 * 60, 0.8 * 60, hours), n)
        at = np.repeat(np.arange(hours), n) * 3600.0 + rng.uniform(0, 3599, n.sum())
        frame = pd.DataFrame(
            {
                "trace_id": pd.Series(np.arange(n.sum())).astype("str"),
                "start": (START + pd.to_timedelta(at, unit="s")).as_unit("us"),
                "user_corrected": pd.array(rng.random(n.sum()) < p, dtype="boolean"),
            }
        )
        return Log(traces=frame)


@pytest.mark.simulation
def test_with_changing_n_and_overdispersion_false_alarms_come_as_rarely_as_designed() -> None:
    """Designed for 370; naive average-n limits give 9. An episode may span bins, hence the room."""
    found = _false_alarms(_World, 40)
    assert 280 <= found <= 560


def test_a_chart_is_the_same_every_time() -> None:
    one, two = (control_chart(BROKEN, RATE, every="1h") for _ in range(2))
    assert isinstance(one, ControlChart)
    assert one.to_json() == two.to_json()
    assert one.figure().to_json() == two.figure().to_json()
