"""Does a backtest see what was known then, count rightly, and inject what it says?"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agentlens.analysis.alerting.backtest import backtest
from agentlens.analysis.alerting.fault import Fault, injected
from agentlens.analysis.alerting.policy import Policy
from agentlens.analysis.control.chart import control_chart
from agentlens.errors import AgentLensError, BadInputError
from agentlens.measures.metric import Metric
from agentlens.measures.rows import metric_rows
from agentlens.tables.log import Log
from tests.logs import START, plain_log

WRONG = Metric("corrected", "rate", "lower", "share", "user_corrected")
SLOW = Metric("slow", "mean", "lower", "s", "latency_s")
BASELINE = (START, START + pd.Timedelta("240h"))


@lru_cache(maxsize=1)
def _calm() -> Log:
    return plain_log(14400, hours=480, seed=11)


def _at(hours: float) -> str:
    return str(START + pd.Timedelta(hours, "h"))


def _try(policy: Policy | None = None, **how: Any) -> Any:
    return backtest(policy or Policy(), _calm(), metrics=WRONG, baseline=BASELINE, **how)


def test_a_fault_that_is_large_is_found_and_a_small_one_is_missed() -> None:
    large = Fault(start=_at(300), lasts="48h", size=0.3, name="large")
    small = Fault(start=_at(420), lasts="6h", size=0.01, name="small")
    found = _try(inject=[large, small], tolerance="12h")
    rows = found.frame.set_index("incident")
    assert rows.loc["large", "hit"]
    assert 0 < rows.loc["large", "delay_h"] <= 8
    assert not rows.loc["small", "hit"]
    assert rows.loc["large", "missed"] == pytest.approx(
        0.3 * 30 * rows.loc["large", "delay_h"], rel=0.5
    )
    assert "finds 1 of 2 incidents" in found.headline


def test_calls_outside_incidents_are_false_and_count_against_precision() -> None:
    fault = Fault(start=_at(300), lasts="48h", size=0.3, name="true")
    elsewhere = pd.DataFrame({"start": [_at(440)], "end": [_at(450)]})
    found = backtest(Policy(), _try(inject=fault).replay, incidents=elsewhere, tolerance="2h")
    assert (found.pages["verdict"] == "false").all()
    assert str(found.facts()["hits"]) == "0 of 1"
    assert found.facts()["precision"].value == 0
    assert found.band == "watch"
    unknown = backtest(Policy(), found.replay)
    assert unknown.band == "unknown"
    assert "no incident is known" in unknown.headline


def test_replaying_another_policy_equals_a_fresh_backtest() -> None:
    fault = Fault(start=_at(300), lasts="48h", size=0.2, name="one")
    strict = Policy(sustained=3, of=4, cooldown="48h")
    first = _try(inject=fault)
    known = first.frame[["incident", "start", "end"]]
    again = backtest(strict, first.replay, incidents=known)
    fresh = _try(strict, inject=fault)
    pd.testing.assert_frame_equal(again.pages, fresh.pages)
    pd.testing.assert_frame_equal(again.frame, fresh.frame)


def test_calls_before_any_moment_do_not_depend_on_what_came_after() -> None:
    fault = Fault(start=_at(300), lasts="150h", size=0.15, name="one")
    rows = injected(metric_rows(_calm(), WRONG), _calm(), (fault,), seed=0)
    hit = _calm().traces["user_corrected"].copy()
    hit.iloc[rows.positions] = rows.numerator == 1
    broken = replace(_calm(), traces=_calm().traces.assign(user_corrected=hit))
    cut = START + pd.Timedelta("350h")
    whole, part = (
        backtest(Policy(), control_chart(log, WRONG, baseline=BASELINE)).pages
        for log in (broken, broken.between(START, cut))
    )
    before = whole[whole["time"] <= cut].reset_index(drop=True)
    assert len(before)
    pd.testing.assert_frame_equal(before, part[part["time"] <= cut].reset_index(drop=True))


@pytest.mark.parametrize("shape, share", [("step", 1.0), ("ramp", 0.5), ("burst", 1 / 6)])
def test_a_fault_changes_its_window_by_its_size_and_nothing_else(shape: Any, share: float) -> None:
    log = _calm()
    fault = Fault(start=_at(300), lasts="120h", size=0.2, shape=shape)
    before = metric_rows(log, WRONG)
    after = injected(before, log, (fault,), seed=1)
    hours = (before.time - START.value // 1000) / 3.6e9
    inside = (hours >= 300) & (hours < 420)
    assert (before.numerator[~inside] == after.numerator[~inside]).all()
    change = after.numerator[inside].mean() - before.numerator[inside].mean()
    assert change == pytest.approx(0.2 * share, abs=3 * np.sqrt(0.2 / inside.sum()))
    assert metric_rows(log, WRONG).numerator.tolist() == before.numerator.tolist()


def test_a_fault_in_a_slice_leaves_the_others_alone_and_values_are_multiplied() -> None:
    log = _calm()
    fault = Fault(start=_at(300), lasts="120h", size=0.5, where={"device": "mobile"})
    before, after = metric_rows(log, SLOW), None
    after = injected(before, log, (fault,), seed=1)
    mobile = (log.traces["device"] == "mobile").to_numpy()[before.positions]
    hours = (before.time - START.value // 1000) / 3.6e9
    hit = mobile & (hours >= 300) & (hours < 420)
    assert np.allclose(after.numerator[hit], 1.5 * before.numerator[hit])
    assert (after.numerator[~hit] == before.numerator[~hit]).all()
    other = Fault(start=_at(300), size=0.5, metric="another")
    assert (injected(before, log, (other,), 1).numerator == before.numerator).all()


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Fault(start=_at(1), size=0.0), "worsens by more than 0"),
        (lambda: Fault(start=_at(1), size=-1.0), "worsens by more than 0"),
        (lambda: Fault(start=_at(1), shape="stepp"), "Did you mean 'step'"),  # type: ignore[arg-type]
        (lambda: Fault(start="soon"), "not a time"),
        (lambda: Fault(start=_at(1), lasts="long"), "not a length of time"),
        (
            lambda: _try(inject=Fault(start=_at(300), where={"devcie": "x"})),
            "Did you mean 'device'",
        ),
        (lambda: _try(incidents=pd.DataFrame({"start": []})), "lack end"),
        (
            lambda: _try(incidents=pd.DataFrame({"start": [_at(9)], "end": [_at(8)]})),
            "ends after it begins",
        ),
        (lambda: backtest(Policy(), "log"), "takes a Log"),  # type: ignore[arg-type]
        (
            lambda: backtest(Policy(), control_chart(_calm(), WRONG), inject=Fault(start=_at(300))),
            "made already",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(make: Any, says: str) -> None:
    with pytest.raises(AgentLensError) as refused:
        make()
    assert says in str(refused.value)
    assert issubclass(refused.type, BadInputError | KeyError)


def test_the_picture_shows_incidents_and_verdicts() -> None:
    found = _try(inject=Fault(start=_at(300), lasts="48h", size=0.3, name="large"))
    names = [trace.name for trace in found.figure().data]
    assert names == ["incident", "hit", "again in the same incident", "false"]


def test_one_call_finds_every_incident_it_falls_in_and_names_need_not_differ() -> None:
    fault = Fault(start=_at(300), lasts="48h", size=0.3)
    replay = _try(inject=fault).replay
    same = pd.DataFrame(
        {"incident": ["a", "a"], "start": [_at(300), _at(299)], "end": [_at(348), _at(348)]}
    )
    found = backtest(Policy(), replay, incidents=same).frame
    assert found["hit"].tolist() == [True, True]
    assert (found["delay_h"] > 0).all()


def test_a_call_in_the_bin_that_ends_with_the_onset_is_no_hit() -> None:
    fault = Fault(start=_at(300), lasts="48h", size=0.3)
    first = _try(inject=fault)
    called = first.pages["time"].iloc[0]
    late = pd.DataFrame({"start": [called], "end": [called + pd.Timedelta("1h")]})
    found = backtest(Policy(cooldown="90D"), first.replay, incidents=late, tolerance="1h")
    assert not found.frame["hit"].any()


def test_where_nothing_could_be_learnt_the_backtest_is_unknown() -> None:
    short = control_chart(plain_log(30, hours=5), "escalation")
    known = pd.DataFrame({"start": [_at(1)], "end": [_at(2)]})
    found = backtest(Policy(), short, incidents=known)
    assert found.band == "unknown"
    assert "Nothing could be learnt" in found.headline
