"""Is the right person told the right thing, once?"""

import json
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agentlens.analysis.alerting.alert import Alerts, alert
from agentlens.analysis.alerting.policy import Policy
from agentlens.analysis.control.chart import ControlChart, control_chart
from agentlens.analysis.control.family import Charts, charts
from agentlens.analysis.slos.check import check_slos
from agentlens.analysis.slos.slo import SLO
from agentlens.errors import AgentLensError, BadInputError
from agentlens.measures.metric import Metric
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, demo_log, plain_log

WRONG = Metric("corrected", "rate", "lower", "share", "user_corrected")
RIGHT = Metric("content", "rate", "higher", "share", "not user_corrected")
GOOD = Metric("corrected", "rate", "higher", "share", "user_corrected")
BREAK = START + pd.Timedelta("400h")


@lru_cache(maxsize=4)
def _log(*, until: int = 480, device: str = "", quiet: int = 0) -> Log:
    """Return forty traces an hour of which many more go wrong from hour 400 on."""
    rng = np.random.default_rng(3)
    hour = np.repeat(np.arange(480), 40)
    kinds = rng.choice(["<mobile>", "desktop"], hour.size)
    broken = (hour >= 400) & (hour < until) & ((kinds == device) | (device == ""))
    wrong = rng.random(hour.size) < np.where(broken, 0.6, 0.2)
    kept = ~((hour >= 480 - quiet) & (hour < 479)) if quiet else np.ones(hour.size, dtype=bool)
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{i}" for i in range(hour.size)],
            "start": START + pd.to_timedelta(hour * 3600.0 + rng.uniform(0, 3599, hour.size), "s"),
            "user_corrected": wrong,
            "device": kinds,
            "release": np.where(hour >= 398, "2.0", "1.9"),
            "output": "the customer's own words",
        }
    )
    return from_frames(frame[kept])


@lru_cache(maxsize=4)
def _chart(metric: Metric = WRONG, **how: Any) -> ControlChart:
    return control_chart(_log(**how), metric)


def test_a_broken_agent_calls_once_with_everything_one_needs() -> None:
    found = alert(_chart(), Policy(owner="on-call", runbook="https://runbooks.example.com/a"))
    (one,) = [each for each in found.alerts if each.closed is None]
    assert found.band == "act"
    assert BREAK <= one.called <= BREAK + pd.Timedelta("6h")
    assert one.signal.value == pytest.approx(0.6, abs=0.05)
    assert one.signal.expected == pytest.approx(0.2, abs=0.02)
    assert isinstance(one.last_day.value, float)
    assert isinstance(one.week_before.value, float)
    assert one.last_day.value == pytest.approx(0.6, abs=0.05)
    assert one.week_before.value == pytest.approx((0.2 * 112 + 0.6 * 56) / 168, abs=0.03)
    assert one.last_day.n == 24 * 40
    assert any("release 2.0" in deploy for deploy in one.deploys)
    assert one.trace_ids
    assert "Act on Corrected" in found.headline


def test_good_news_calls_nobody_unless_asked() -> None:
    chart = _chart(GOOD)
    assert alert(chart).band != "act"
    assert alert(chart, Policy(both_sides=True)).band == "act"


def test_a_sustained_policy_calls_later_and_an_old_call_is_not_new() -> None:
    first = alert(_chart()).alerts[0].called
    later = alert(_chart(), Policy(sustained=5, of=6)).alerts[0].called
    assert first + pd.Timedelta("4h") <= later <= first + pd.Timedelta("8h")
    old = alert(_chart(), since="24h")
    assert old.band == "act"
    assert old.messages() == ()
    assert len(alert(_chart(), since="30D").messages()) == len(alert(_chart()).alerts)


def test_what_broke_together_is_one_call_and_apart_it_is_two() -> None:
    both = alert([_chart(WRONG), _chart(RIGHT)])
    (one,) = [each for each in both.alerts if each.closed is None]
    assert len(one.also) == 1
    family = charts(_log(), WRONG, by="device")
    mobile, desktop = (c for c in family.charts if c.part)
    apart = alert([mobile, desktop])
    assert len([each for each in apart.alerts if each.closed is None]) == 2


def test_silence_is_a_state_of_its_own() -> None:
    found = alert(_chart(until=400, quiet=12), Policy(silence="6h"))
    assert "unknown" in set(found.spans["state"])
    never = alert(_chart(until=400, quiet=12), Policy(silence=""))
    assert "unknown" not in set(never.spans["state"])


def test_what_cannot_be_learnt_is_unknown_and_a_broken_promise_calls() -> None:
    short = control_chart(plain_log(30, hours=5), "escalation")
    found = alert(short)
    assert found.band == "unknown"
    assert found.signals() == ()
    card = check_slos(demo_log(), SLO("met", "strong_completion", 0.99))
    promised = alert(card)
    assert promised.band == "act"
    assert "met" in promised.messages()[0]["text"]


def test_a_message_is_json_that_slack_takes_and_holds_no_trace_text() -> None:
    family = charts(_log(device="<mobile>"), WRONG, by="device")
    found = alert(family, Policy(owner="<&>", links={"dash": "https://example.com/d"}))
    assert found.messages()
    for message in found.messages():
        whole = json.dumps(message, allow_nan=False)
        said = message["blocks"][0]["text"]["text"]
        assert len(said) < 3000
        assert "own words" not in whole
        assert "<mobile>" not in said.replace("&lt;mobile&gt;", "")
        assert "<https://example.com/d|dash>" in said
        assert "Owner: &lt;&amp;&gt;" in said


def test_messages_are_sent_to_any_callable() -> None:
    found = alert(_chart())
    got: list[Any] = []

    def channel(message: dict[str, Any]) -> int:
        got.append(message)
        return len(got)

    assert found.send(channel) == tuple(range(1, len(got) + 1))
    assert got == list(found.messages())


@pytest.mark.parametrize(
    "how, says",
    [
        ({"sustained": 0}, "take 1 or more bins"),
        ({"sustained": 3, "of": 2}, "at least as many"),
        ({"back": 1.0}, "would end while it begins"),
        ({"back": -0.1}, "share of the limit"),
        ({"cooldown": "soon"}, "not a length of time"),
        ({"dwell": "-3h"}, "above zero"),
        ({"silence": "x"}, "not a length of time"),
    ],
)
def test_a_nonsensical_policy_is_refused(how: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInputError, match=says):
        Policy(**how)


def test_only_results_can_call() -> None:
    with pytest.raises(BadInputError, match="nothing to be called about"):
        alert([])
    with pytest.raises(BadInputError, match="takes Results"):
        alert(["a chart"])  # type: ignore[list-item]


def test_a_family_shares_its_false_alarms_and_shows_the_worst_first() -> None:
    family = charts(_log(device="<mobile>"), WRONG, by="device", false_alarms="1 per month")
    assert isinstance(family, Charts)
    assert len(family.charts) == 3
    for chart in family.charts:
        assert chart.design is not None
        assert chart.design.asked == 3 * 720
    assert family.false_alarms == pytest.approx(1.0, rel=0.2)
    bands = [chart.band for chart in family.charts]
    assert bands == sorted(bands, key=["act", "watch", "unknown", "pass"].index)
    assert family.band == "act"
    assert set(family.frame["chart"]) == {c.title.rsplit(", every", 1)[0] for c in family.charts}


@pytest.mark.parametrize(
    "how, says", [({"by": "devcie"}, "Did you mean 'device'"), ({"metrics": []}, "1 to 100 charts")]
)
def test_a_family_that_cannot_be_is_refused(how: dict[str, Any], says: str) -> None:
    with pytest.raises(AgentLensError) as refused:
        charts(_log(), **how)
    assert says in str(refused.value)


def test_the_picture_shows_states_and_calls() -> None:
    found = alert(_chart())
    assert isinstance(found, Alerts)
    names = [trace.name for trace in found.figure().data]
    assert "▲ act" in names
    assert "call" in names


def test_a_slice_that_falls_silent_while_it_acts_is_unknown_and_not_past() -> None:
    gone = _log().between(START, START + pd.Timedelta("430h"))
    acting = control_chart(gone, WRONG, baseline=(START, START + pd.Timedelta("240h")))
    found = alert([acting, _chart(RIGHT)], Policy(silence="6h"))
    assert found.states[acting.title] == "unknown"


def test_a_run_rule_calls_too() -> None:
    chart = control_chart(_log(), WRONG, method="shewhart", rules=("we4",), width=8.0)
    assert chart.band == "act"
    assert alert(chart).band == "act"
