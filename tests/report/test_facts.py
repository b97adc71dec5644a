"""Does a report remember its numbers, its signals and what they meant, for every reader?"""

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.measures.builtin import strong_completion
from agentlens.measures.metric import Metric
from agentlens.report.parts.definitions import definitions
from agentlens.report.parts.facts import FORMAT, fact, facts, known
from agentlens.report.parts.told import told
from agentlens.result import Signal
from agentlens.text import Fact
from tests.logs import demo_log, plain_log
from tests.report.answers import HOSTILE, answer

TIME = pd.Timestamp("2026-11-10", tz="UTC")


def signal(what: str = "completion fell", **changed: Any) -> Signal:
    usual: dict[str, Any] = {
        "start": TIME,
        "end": TIME + pd.Timedelta(1, "D"),
        "value": 0.7,
        "expected": 0.8,
        "n": 400,
        "trace_ids": ("t1", "t2"),
    }
    return Signal(what=what, **usual | changed)


def meant(metric: Metric) -> dict[str, str]:
    return definitions(answer(more={"metric": metric}))


def test_a_page_remembers_the_report_and_each_result_in_its_section() -> None:
    one = answer(found=(signal(),))
    whole = json.loads(
        facts(
            {one.id: one},
            "The week",
            "10-16 Nov",
            band="act",
            sections={one.id: "Charts"},
            stamps={"snapshot": "12"},
        )
    )
    results = whole.pop("results")
    assert whole.pop("generator").startswith("AgentLens ")
    head = {"title": "The week", "period": "10-16 Nov", "band": "act", "stamps": {"snapshot": "12"}}
    assert whole == {"format": FORMAT, **head}
    entry = results[one.id]
    assert (entry["section"], entry["verb"], entry["band"]) == ("Charts", "answer", "pass")
    assert entry["signals"] == [
        {
            "what": "completion fell",
            "start": "2026-11-10T00:00:00+00:00",
            "end": "2026-11-11T00:00:00+00:00",
            "bad": True,
            "traces": 2,
        }
    ]
    assert "t1" not in json.dumps(whole | results)


def test_what_was_told_and_the_result_itself_are_remembered_alike() -> None:
    one = answer(found=(signal(),))
    assert facts({"a": told(one)}, "t", "p") == facts({"a": one}, "t", "p")


def test_a_number_comes_back_as_it_was_said() -> None:
    number = Fact(value=0.8, unit="share", low=0.77, high=0.83, n=2400)
    said = known(answer(known={"now": number, "verdict": Fact(value="mix")}))["facts"]
    assert str(fact(said["now"])) == str(number)
    assert str(fact(said["verdict"])) == "mix"


def test_what_no_number_can_say_is_null() -> None:
    gone = {"gone": Fact(value=float("nan"), high=float("inf"))}
    said = known(answer(known=gone, found=(signal(start=pd.NaT, end=pd.NaT),)))
    assert said["facts"]["gone"]["value"] is said["facts"]["gone"]["high"] is None
    assert said["signals"][0]["start"] is None
    json.dumps(said, allow_nan=False)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_words_of_any_kind_are_remembered_cut_and_as_ascii(words: str) -> None:
    one = answer("t", headline=words, caveats=(words,), found=(signal(words),))
    text = facts({"a": one}, words, words, stamps={"snapshot": words})
    assert text.isascii()
    assert len(text) < 60_000
    assert json.loads(text)["results"]["a"]["headline"] == words[:2000]


def test_a_new_version_or_other_words_are_another_definition() -> None:
    first, second = strong_completion(version=1), strong_completion(version=2)
    assert meant(first)["strong completion"].startswith("version 1#")
    assert meant(second)["strong completion"].startswith("version 2#")
    assert meant(second) == meant(strong_completion())
    slow, slower = (
        Metric("slow", "rate", "lower", "share", f"latency_s > {limit}") for limit in (10, 20)
    )
    assert meant(slow)["slow"].partition("#")[0] == meant(slower)["slow"].partition("#")[0]
    assert meant(slow) != meant(slower)


def test_what_a_correction_estimates_is_no_part_of_a_definition() -> None:
    week, more = (
        al.calibrate(demo_log().between("2026-10-19", until), "goal_completion").metric
        for until in ("2026-11-05", "2026-11-15")
    )
    other = replace(week, numerator=week.numerator.replace("version=3", "version=2"))
    assert week.numerator != more.numerator
    assert meant(week) == meant(more)
    assert meant(week) != meant(other)


def test_a_promise_is_a_definition_of_what_where_and_how_much() -> None:
    log = plain_log(30, hours=5)
    usual: dict[str, Any] = {"metric": "error_rate", "objective": 0.02}
    changes: list[dict[str, Any]] = [
        {},
        {"objective": 0.03},
        {"window": "7D"},
        {"metric": "abandonment"},
        {"where": {"device": "mobile"}},
    ]
    marks = [
        definitions(al.check_slos(log, al.SLO("errors", **usual | change)))["errors"]
        for change in changes
    ]
    assert marks[0].startswith("0.02 over 28D#")
    assert len(set(marks)) == len(marks)
    scores = definitions(al.check_slos(demo_log(), al.SLO("good", "score:goal_completion", 0.5)))
    assert scores["good"].startswith("0.5 over 28D#")


def test_a_rubric_and_a_judge_are_definitions() -> None:
    found = definitions(al.calibrate(demo_log(), "goal_completion"))
    assert found["rubric"] == "goal_completion@3"
    assert found["judge id"] == "demo-judge-1"
    assert definitions(answer("Judged tone@4 by b@example")) == {"tone": "version 4"}


def test_a_family_of_charts_has_the_definition_of_each() -> None:
    log = plain_log(300, hours=100)
    family = definitions(al.charts(log, ["escalation", "error_rate"], every="6h"))
    assert sorted(family) == ["error rate", "escalation"]
    assert definitions(al.control_chart(log, "escalation", every="6h")).items() < family.items()
    assert definitions(answer()) == {}
