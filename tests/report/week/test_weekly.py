"""Does the report of a week say what happened, what to do, and what it does not know?"""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

import agentlens as al
from agentlens.analysis.failures.events import Events, events_of
from agentlens.analysis.failures.growth import emerging
from agentlens.analysis.investigate import question
from agentlens.errors import BadInputError
from agentlens.report.parts.points import Points, pointed
from agentlens.report.week import past
from agentlens.report.weekly import Weekly, weekly
from agentlens.result import Result
from agentlens.tables.log import Log
from tests.logs import demo_log

HEADINGS = [
    "Promises",
    "What changed most",
    "Charts",
    "Where it changed",
    "Drift",
    "New failures",
    "What a success costs",
    "How well we judge",
    "What to read",
    "Since the last report",
    "Labels and cases",
    "What could not be decided",
]
LINK = "https://traces.example/project/p/traces/{trace_id}"
WEEK = ("2026-11-09", "2026-11-16")


class Made(NamedTuple):
    """A report, where failures of its week became cases, and of how many traces it told events."""

    report: Weekly
    cases: Path
    asked: list[int]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return the report of the demo's last week, in which refunds on mobile phones broke."""
    log, cases = demo_log(), tmp_path_factory.mktemp("week") / "cases"
    ids = log.between(*WEEK).traces["trace_id"].head(2)
    start = pd.Timestamp(WEEK[0], tz="UTC")
    al.promote(log, pd.DataFrame({"trace_id": ids, "label": "fail", "time": start}), to=cases)
    asked: list[int] = []

    def counted(log: Log) -> Events:
        asked.append(len(log))
        return events_of(log)

    with pytest.MonkeyPatch.context() as patch:
        for place in (past, question, emerging):
            patch.setattr(place, "events_of", counted)
        slos: list[al.SLO | str] = ["error_rate <= 0.01", al.SLO("fast", "latency_p95", 20.0)]
        report = weekly(log, week="last", slos=slos, link=LINK, promoted=cases)
    return Made(report, cases, asked)


@pytest.fixture(scope="module")
def report(made: Made) -> Weekly:
    return made.report


def results(report: Weekly, heading: str) -> list[Result]:
    return [item for item in report[heading].items if isinstance(item, Result)]


def texts(report: Weekly, heading: str) -> str:
    said = []
    for item in report[heading].items:
        if isinstance(item, str):
            said.append(item)
        elif isinstance(item, Points):
            said += [point.says for point in item]
    return "\n".join(said)


def test_it_is_of_the_week_that_was_asked_for(report: Weekly) -> None:
    assert report.title == "Week 46 of 2026"
    assert report.current == (
        pd.Timestamp("2026-11-09", tz="UTC"),
        pd.Timestamp("2026-11-16", tz="UTC"),
    )
    assert "02 Nov – 08 Nov 2026" in report.period
    assert str(report.highlights["traces, was 4,219"]) == "3,929"


def test_every_section_is_there_in_the_same_order(report: Weekly) -> None:
    assert list(report.sections) == HEADINGS


def test_what_was_planted_is_found_and_leads_to_an_action(report: Weekly) -> None:
    said = [str(point.says) for point in pointed(report.actions)]
    assert len(said) == 5
    assert "policy" in said[0]
    assert "Keep the promise" in said[1]
    assert "error_rate <= 0.01" in said[1]
    assert any("task_type=refund" in one and "tool success" in one for one in said)
    assert any("release 2026.11.1" in one for one in said)


def test_every_action_rests_on_results_of_the_report(report: Weekly) -> None:
    shown = {one.id for heading in report.sections for one in results(report, heading)}
    for point in pointed(report.actions):
        assert point.about
        assert {one.id for one in point.about} <= shown


def test_each_of_the_three_changes_has_a_cause_an_interval_and_five_traces(report: Weekly) -> None:
    items = report["What changed most"].items
    changes = items[0]
    assert isinstance(changes, Result)
    causes = [one for one in items if isinstance(one, Result) and one.verb == "explain"]
    lists = [one for one in items if isinstance(one, Points)]
    assert len(causes) == len(lists) == len(changes.signals()) == 3
    for cause in causes:
        assert "[" in str(cause.facts()["change"])
    log = demo_log().between(*WEEK)
    for traces in lists:
        ids = [point.says[:32] for point in traces]
        assert len(set(ids)) == 5
        assert len(log.where(trace_id=ids)) == 5
        assert all(LINK.format(trace_id=point.says[:32]) == point.link for point in traces)
    refunds = log.where(trace_id=[point.says[:32] for point in lists[1]]).traces
    assert set(refunds["task_type"]) == {"refund"}  # where it happened
    assert set(refunds["device"]) == {"mobile"}


def test_the_thirty_worst_of_the_week_have_their_addresses(report: Weekly) -> None:
    (worst,) = results(report, "What to read")
    one_by_one = report["What to read"].items[1]
    assert isinstance(one_by_one, Points)
    assert [point.link for point in one_by_one] == worst.frame["link"].tolist()
    assert len(worst.frame) == 30
    start, end = (pd.Timestamp(day, tz="UTC") for day in WEEK)
    assert worst.frame["start"].between(start, end, inclusive="left").all()
    one = worst.frame.iloc[0]
    assert one["link"] == LINK.format(trace_id=one["trace_id"])
    assert f'<a href="{one["link"]}" rel="noreferrer noopener">' in worst.card()


def test_judges_are_told_with_coverage_agreement_and_a_corrected_rate(report: Weekly) -> None:
    verbs = [one.verb for one in results(report, "How well we judge")]
    assert verbs[:3] == ["corrected_rate", "calibrate", "watch_judge"]
    assert "The judge of goal_completion saw" in texts(report, "How well we judge")


def test_what_could_not_be_decided_names_every_unknown_result(report: Weekly) -> None:
    said = texts(report, "What could not be decided")
    every = [one for heading in report.sections for one in results(report, heading)]
    unknown = [one for one in every if one.band == "unknown"]
    assert unknown
    assert all(one.headline in said for one in unknown)
    assert "Whether release 2026.11.1 caused it" in said


def test_a_quiet_log_asks_for_nothing_that_changed() -> None:
    quiet = al.demo(incidents=[], traces_per_day=150, seed=3)
    report = weekly(quiet, week="last")
    said = " ".join(point.says for point in pointed(report.actions))
    assert "Find out what happened" not in said
    assert "Mend" not in said
    assert "none were given" in texts(report, "What could not be decided")


@pytest.mark.parametrize("n", [1, 3, 40])
def test_a_log_of_a_few_traces_is_reported_as_unknown_and_not_a_crash(
    n: int, tmp_path: Path
) -> None:
    whole = demo_log()
    few = replace(
        whole,
        traces=whole.traces.tail(n).reset_index(drop=True),
        spans=whole.spans.iloc[:0],
        scores=whole.scores.iloc[:0],
    )
    report = weekly(few)
    assert list(report.sections) == HEADINGS
    assert not [point for point in pointed(report.actions) if "Find out" in point.says]
    assert report.save(tmp_path / "few.html").stat().st_size < 6_000_000


def test_labels_and_cases_of_the_week_are_counted(made: Made) -> None:
    log = demo_log()
    human = log.scores[log.scores["source"] == "human"]
    start, end = (pd.Timestamp(day, tz="UTC") for day in WEEK)
    now = human[(human["time"] >= start) & (human["time"] < end)]
    said = texts(made.report, "Labels and cases")
    assert f"People labelled {now['trace_id'].nunique()} traces" in said
    assert "became regression case" in said
    before = log.between("2026-10-26", WEEK[1])
    other = texts(weekly(before, week="2026-W45", promoted=made.cases), "Labels and cases")
    assert "No failure was promoted this week" in other


@pytest.mark.parametrize(
    "link", ["javascript:alert({trace_id})", "https://x.example/", "x/{trace_id}"]
)
def test_an_address_that_leads_nowhere_is_refused(link: str) -> None:
    with pytest.raises(BadInputError, match="no address of a trace"):
        weekly(demo_log(), week="last", link=link)


def test_promises_may_be_written_as_text_and_a_wrong_side_is_refused() -> None:
    with pytest.raises(BadInputError, match="higher is better"):
        weekly(demo_log(), slos="strong_completion <= 0.8")


def test_what_is_neither_log_nor_lake_is_refused() -> None:
    with pytest.raises(BadInputError, match="a Log or a Lake"):
        weekly(demo_log().traces)  # type: ignore[arg-type]
    with pytest.raises(BadInputError, match="as_of"):
        weekly(demo_log(), as_of="2026-11-15")


def test_every_failure_is_looked_for_once_although_two_questions_ask(made: Made) -> None:
    shown = {one.verb for heading in HEADINGS for one in results(made.report, heading)}
    assert {"investigate", "emerging"} <= shown
    assert made.asked == [len(made.report.log or ())]
