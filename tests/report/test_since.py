"""Is what changed since the last report said once, in order, and never where nothing changed?"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agentlens as al
from agentlens.measures.metric import Metric
from agentlens.report.parts.facts import facts
from agentlens.report.since.asked import masked
from agentlens.report.since.known import Known, known_from
from agentlens.report.since.moved import moved
from agentlens.report.since.since import since
from agentlens.result import Result, Signal
from agentlens.tables.log import Log
from agentlens.text import Fact
from tests.logs import demo_log, plain_log
from tests.report.answers import answer
from tests.report.test_facts import signal

DAY = pd.Timedelta(1, "D")


def remembered(*results: Result) -> Known:
    return known_from(facts({str(n): one for n, one in enumerate(results)}, "Week 45", "w"), "f")


def said(before: Sequence[Result], now: Sequence[Result]) -> list[str]:
    return [point.says for point in since(remembered(*before), now)]


def share(value: float, half: float = 0.02, n: int = 2000) -> Fact:
    return Fact(value=value, unit="share", low=value - half, high=value + half, n=n)


def later(one: Signal, days: int) -> Signal:
    return signal(one.what, start=one.start + days * DAY, end=one.end + days * DAY)


# --- nothing


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["pass", "watch", "act", "unknown"]),
            st.sampled_from(["Charts", "Worst of 12 traces", "Drift, 2026-11-09 to 2026-11-16"]),
            st.lists(st.floats(0, 1), max_size=4),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_a_report_against_itself_says_that_nothing_changed(rows: Any) -> None:
    results: list[Result] = [
        answer(
            title,
            band=band,
            known={str(n): share(value) for n, value in enumerate(values)},
            found=tuple(signal(f"{n} failures: {value:.1%}") for n, value in enumerate(values)),
        )
        for band, title, values in rows
    ]
    assert said(results, results) == ["Nothing changed."]


def test_another_week_in_the_titles_is_no_change() -> None:
    before: list[Result] = [
        answer("Drift in device, 2026-11-02 to 2026-11-09 against 2026-10-26 00:00 to 2026-11-02"),
        answer("Worst of 4,219 traces"),
        answer("4 control charts, every 6h"),
    ]
    now: list[Result] = [
        answer("Drift in device, 2026-11-09 to 2026-11-16 against 2026-11-02 00:00 to 2026-11-09"),
        answer("Worst of 3,929 traces"),
        answer("5 control charts, every 6h"),
    ]
    assert said(before, now) == ["Nothing changed."]


WEEKS = (("2026-11-02", "2026-11-09"), ("2026-11-09", "2026-11-16"))


@cache
def few() -> Log:
    return demo_log().where(task_type="complaint")


ASKED: dict[str, Callable[[tuple[str, str]], Result]] = {
    "changes": lambda week: al.changes(few(), ["escalation"], current=week),
    "compare": lambda week: al.compare(few(), "escalation", current=week),
    "corrected_rate": lambda week: al.calibrate(demo_log(), "goal_completion").corrected_rate(
        demo_log().between(*week)
    ),
    "drift": lambda week: al.drift(few(), current=week, columns=["device"]),
    "emerging": lambda week: al.emerging(few(), current=week),
    "explain": lambda week: al.explain(few(), "escalation", current=week),
    "failures": lambda week: al.failures(few().between(*week)),
    "slices": lambda week: al.slices(few(), "escalation", "device", current=week),
    "worst": lambda week: al.worst(few().between(*week)),
}


@pytest.mark.parametrize("verb", ASKED)
def test_what_is_asked_every_week_is_found_again(verb: str) -> None:
    first, second = (ASKED[verb](week) for week in WEEKS)
    assert masked(first.title) == masked(second.title)
    lines = said([first], [second])
    assert not [line for line in lines if "in the report" in line]


def test_questions_that_differ_are_kept_apart() -> None:
    titles = [
        "Drift in device, 2026-11-02 to 2026-11-09",
        "Drift in model, 2026-11-02 to 2026-11-09",
        "Done: release 2026.11.1 against release 2026.11.0",
        "Done: release 2026.11.2 against release 2026.11.1",
        "Latency p95, every 6h",
        "Latency p95, every 1h",
        "Tool success: search2",
        "Tool success: search3",
    ]
    assert len({masked(title) for title in titles}) == len(titles)


# --- what changed


def test_a_band_that_turned_is_told_with_its_result() -> None:
    before, now = answer(band="pass"), answer(band="act")
    points = since(remembered(before), [("Charts", [now])])
    assert [point.says for point in points] == ["Is it in control?: Act, was pass."]
    assert next(iter(points)).about == (now,)
    assert points.heading == "Since Week 45, w"


def test_a_number_is_told_when_each_lies_outside_the_others_interval() -> None:
    before, now = answer(known={"now": share(0.80)}), answer(known={"now": share(0.70)})
    lines = said([before], [now])
    assert lines[0] == (
        "Is it in control?: Now 70.0% [68.0%–72.0%], n = 2,000, was 80.0% [78.0%–82.0%], n = 2,000."
    )
    assert lines[1].startswith("Compared: 1 number with an interval;")
    assert said([before], [answer(known={"now": share(0.79)})]) == ["Nothing changed."]


@pytest.mark.parametrize(
    "number",
    [
        Fact(value=0.2, unit="share"),
        Fact(value="far", unit="share", low=0.1, high=0.2),
        Fact(value=0.2, unit="s", low=0.1, high=0.3),
        Fact(value=float("nan"), unit="share", low=0.1, high=0.3),
        Fact(value=0.2, unit="share", low=0.3, high=0.4),
    ],
    ids=["no interval", "words", "another unit", "unknown", "outside its own interval"],
)
def test_what_cannot_be_compared_is_not(number: Fact) -> None:
    before = answer(known={"now": share(0.9), "then": share(0.9)})
    assert said([before], [answer(known={"now": number})]) == ["Nothing changed."]


def test_new_and_gone_signals_are_told_by_what_they_say() -> None:
    before = answer(found=(signal("pii_leak: 10 failures"), signal("slow tools")))
    now = answer(found=(signal("pii_leak: 14 failures"), signal("refunds fail", bad=False)))
    assert said([before], [now]) == [
        "Is it in control?: Appeared: refunds fail. No longer told: slow tools."
    ]


def test_what_to_read_is_new_every_week_and_no_change() -> None:
    log = demo_log()
    first, second = (al.worst(log.last(length)) for length in ("7D", "24h"))
    assert first.signals() != second.signals()
    assert said([first], [second]) == ["Nothing changed."]


def test_a_promise_that_is_dropped_is_told_though_the_scorecard_stays() -> None:
    log = plain_log(300, hours=100)
    before, now = (
        al.check_slos(log, [al.SLO("kept", "error_rate", 0.9), al.SLO(name, "escalation", 0.9)])
        for name in ("dropped", "made")
    )
    assert said([before], [now]) == [f"{now.title}: No longer in it: dropped. Now in it: made."]


def test_what_changed_most_is_another_metric_every_week_and_no_list() -> None:
    then, now = (answer(more={"m": Metric(name, "rate", numerator="completed")}) for name in "ab")
    assert said([then], [now]) == ["Nothing changed."]


def test_the_same_signal_of_a_later_period_goes_on() -> None:
    one = signal("complaint 7.1% -> 11.9%")
    assert said([answer(found=(one,))], [answer(found=(later(one, 7),))]) == ["Nothing changed."]


def test_a_second_episode_beside_the_first_is_new() -> None:
    first = signal("pii_leak: 1 failure")
    second = later(signal("pii_leak: 2 failures"), 5)
    for order in ((first, second), (second, first)):
        (line,) = said([answer(found=(first,))], [answer(found=order)])
        assert line == "Is it in control?: Appeared: pii_leak: 2 failures."


def test_a_definition_that_changed_is_a_break_and_nothing_is_compared_across_it() -> None:
    def judged(version: int, rate: float, band: str) -> Result:
        facts = {"rubric": Fact(value=f"tone@{version}"), "now": share(rate)}
        return answer(f"Judged tone@{version}", band=band, known=facts, found=(signal(band),))

    (line,) = said([judged(3, 0.9, "pass")], [judged(4, 0.2, "act")])
    assert line == (
        "Judged tone@4: Defined anew, so that nothing is compared across it: rubric "
        "(tone@3 before, tone@4 now)."
    )


def test_what_else_a_result_holds_is_compared_though_one_definition_changed() -> None:
    def promises(version: int, rate: float) -> Result:
        return answer(
            f"Promises of slow@{version} and safe@1",
            band="act" if version == 2 else "pass",
            known={"slow": share(rate), "safe": share(rate)},
            found=(signal(f"Slow: burning, {version}"), signal(f"safe: burning {rate}")),
        )

    (line, *_) = said([promises(1, 0.9)], [promises(2, 0.5)])
    assert "Defined anew, so that nothing is compared across it: slow (version 1 before" in line
    assert "Appeared: safe: burning 0.5" in line
    assert "Safe 50.0%" in line
    assert "slow 50.0%" not in line.casefold()
    assert "act" not in line


def test_the_same_version_in_other_words_is_a_break_too() -> None:
    results = [
        answer(more={"m": Metric("slow", "rate", numerator=f"latency_s > {limit}")})
        for limit in (10, 20)
    ]
    (line,) = said(results[:1], results[1:])
    assert "slow (still version 1, in other words)" in line


def test_results_that_are_gone_or_new_are_told() -> None:
    before = [answer("A", band="act"), answer("B"), answer("C")]
    assert said(before, [answer("C"), answer("D")]) == [
        "No longer in the report, though not at peace then: A (act).",
        "No longer in the report: B.",
        "New in the report: D.",
    ]


# --- order and length


def test_the_weightiest_comes_first_and_ten_lines_are_enough() -> None:
    then = [answer(f"Question {n}?", band="watch", known={"now": share(0.8)}) for n in range(20)]
    now: list[Result] = [
        answer("Question 0?", band="pass", known={"now": share(0.8)}),
        answer("Question 1?", band="watch", known={"now": share(0.2)}),
        answer("Question 2?", band="watch", known={"now": share(0.7)}),
        answer("Question 3?", band="watch", known={}, found=(signal("bad news"),)),
        answer("Question 4?", band="act", known={}),
        answer("Question 5?", band="watch", known={}, found=(signal("news", bad=False),)),
        *(answer(f"Question {n}?", band="pass") for n in range(6, 20)),
    ]
    lines = said(then, now)
    assert [line.split("?")[0] for line in lines[:6]] == [
        f"Question {n}" for n in (4, 3, 1, 2, 5, 0)
    ]
    assert len(lines) == 10 + 1
    assert lines[9] == "11 more results changed, none of them as much."
    assert lines[10].startswith("Compared: 3 numbers")


def test_words_without_end_are_cut() -> None:
    long = "x" * 100_000
    before = answer(known={long: share(0.8)}, found=(signal(long),))
    now = answer(band="act", known={long: share(0.2)}, found=(signal(long * 2),) * 9)
    assert len(said([before], [now])[0]) < 2000


def test_numbers_without_end_are_cut_and_still_compared() -> None:
    many = {f"number {n:04}": share(0.8) for n in range(3000)}
    before, now = (answer(band=band, known=many) for band in ("pass", "act"))
    assert said([before], [now]) == ["Is it in control?: Act, was pass."]


# --- how often chance is told for a change


def test_where_nothing_changed_something_is_told_in_one_report_of_twenty_at_most() -> None:
    rng = np.random.default_rng(7)
    told = naive = 0
    reports = 600
    for _ in range(reports):
        pairs = []
        for _ in range(12):
            then, now = rng.normal(0.8, 0.01, 2)
            pairs.append(({"now": share(then, 0.0196)}, {"now": share(now, 0.0196)}))
            naive += abs(then - now) > 0.0196
        found, n = moved(pairs)
        assert n == 12
        told += any(found)
    assert told / reports <= 0.07
    assert naive / reports / 12 > 0.14  # outside each other's interval alone: one number of six


def test_a_number_that_is_told_lies_outside_the_others_interval() -> None:
    rng = np.random.default_rng(8)
    pairs = []
    for _ in range(400):
        value, low, high = rng.normal(0.5, 0.05), *rng.uniform(0.01, 0.08, 2)
        pairs.append({"now": Fact(value=value, low=value - low, high=value + high)})
    found, _ = moved(list(zip(pairs[::2], pairs[1::2], strict=True)))
    called = [one for group in found for one in group]
    assert called
    for one in called:
        then, now = float(one.before.value), float(one.now.value)
        assert not one.before.low <= now <= one.before.high
        assert not one.now.low <= then <= one.now.high
