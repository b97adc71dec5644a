"""Does one call tell what happened, and say nothing where nothing did?"""

from functools import cache

import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.tables.log import Log
from benchmarks.incidents import Outcome, clean, planted
from tests.logs import demo_log, plain_log, planted_log


@cache
def _busy() -> Log:
    return al.demo(days=28, traces_per_day=1500, seed=11)


@cache
def _refunds() -> al.Investigation:
    return al.investigate(demo_log(), "strong_completion")


def test_the_broken_release_is_found_with_slice_onset_failure_and_release() -> None:
    found = _refunds()
    assert found.cause == "slice"
    assert found.slices[0] == {"task_type": "refund", "device": "mobile"}
    assert found.band == "act"
    assert found.began_between is not None
    assert found.began_between[0] <= pd.Timestamp("2026-11-09", tz="UTC") <= found.began_between[1]
    failures = found.frame[found.frame["kind"] == "failure"]
    assert failures["finding"].iloc[0].startswith("F-")
    assert "InvalidArgument" in failures["finding"].iloc[0]
    deployed = found.frame[found.frame["kind"] == "deployed"]
    assert deployed["finding"].tolist() == ["release 2026.11.1"]
    assert any("2026.11.1 caused it" in one for one in found.undecided)
    assert "near, not proven" in str(found.facts()["deployed about then"])


def test_the_traces_to_read_first_lie_in_the_slice_and_teach_different_things() -> None:
    found, log = _refunds(), demo_log()
    first = log.traces.set_index("trace_id").loc[found.read_first["trace_id"]]
    assert len(first) == 20
    assert set(first["task_type"]) == {"refund"}
    assert set(first["device"]) == {"mobile"}
    assert first["user_id"].is_unique
    assert (first["start"] >= found.began).all()
    assert found.read_first["why"].str.split(";").str[0].nunique() >= 3
    assert found.signals()[0].trace_ids == tuple(found.read_first["trace_id"])


def test_the_brief_pastes_into_a_ticket() -> None:
    told = _refunds().to_markdown()
    lines = told.splitlines()
    assert lines[0] == "## Strong completion: what happened"
    assert lines[2].startswith("**▲ act** Strong completion fell in task\\_type=refund")
    for heading in ("- **began**:", "- **why**:", "- **where**:", "- **failures**:"):
        assert any(line.startswith(heading) for line in lines)
    for heading in ("### Read first", "### Not decided", "### How this is known"):
        assert heading in lines
    assert sum(line.startswith("1. `") for line in lines) == 20


def test_what_users_wrote_is_no_markup_in_a_ticket() -> None:
    log = demo_log()
    evil = "refund](http://evil.example) <b>`x`</b> | a\nb"
    traces = log.traces.assign(task_type=log.traces["task_type"].replace("refund", evil))
    told = al.investigate(al.from_frames(traces, log.spans, log.scores), "strong_completion")
    assert told.slices[0]["task_type"] == evil
    for line in told.to_markdown().splitlines():
        bare = line.replace("\\]", "").replace("\\<", "")  # an escaped mark is no markup
        assert "](" not in bare
        assert "<b" not in bare


@pytest.mark.parametrize("at, cause", [("2026-11-02 20:00", "mix"), ("2026-11-12", "slice")])
def test_a_moment_chooses_among_several_incidents(at: str, cause: str) -> None:
    assert al.investigate(demo_log(), "strong_completion", at=at).cause == cause


def test_an_incident_lasts_until_its_slice_is_well_again() -> None:
    """The chart of the whole returned within its limits after two of seven days."""
    log = _busy()
    found = al.investigate(log, "strong_completion")
    assert found.band == "act"
    assert log.stop - found.signals()[0].end < pd.Timedelta("6h")


def test_of_a_sample_the_same_is_told() -> None:
    log = _busy()
    found = al.investigate(al.sample(log, rate=0.2, boost=1.0, per_day=None), "strong_completion")
    assert found.slices[0] == {"task_type": "refund", "device": "mobile"}
    assert found.began_between is not None
    assert found.began_between[0] <= pd.Timestamp("2026-11-09", tz="UTC") <= found.began_between[1]
    assert any("Weighted" in one for one in found.caveats)


def test_three_broken_promises_are_found_although_no_chart_could_see_them() -> None:
    log = demo_log()
    found = al.investigate(log, "safety_flags")
    assert found.cause == "burst"
    assert len(found.read_first) == 3
    assert found.band == "act"
    flagged = log.traces.loc[log.traces["safety_flagged"].fillna(value=False), "trace_id"]
    assert set(found.read_first["trace_id"]) == set(flagged)


def test_nothing_found_says_what_would_have_been() -> None:
    found = al.investigate(planted_log(), "strong_completion")
    assert (found.cause, found.band, found.signals()) == ("none", "pass", ())
    assert "a lasting one of" in found.headline
    assert "would have been seen" in found.headline


def test_a_campaign_that_is_over_does_not_hide_what_broke_since() -> None:
    found = al.investigate(al.demo(days=60, traces_per_day=500, seed=3), "strong_completion")
    assert found.slices[0] == {"task_type": "refund", "device": "mobile"}
    assert found.band == "act"


def test_what_would_have_been_seen_is_said_in_points_or_of_the_level() -> None:
    log = al.demo(days=14, traces_per_day=150, seed=3, incidents=())
    assert "points would have been seen" in al.investigate(log, "escalation").headline
    assert "% of the level would have been seen" in al.investigate(log, "cost_per_trace").headline


def test_where_nothing_could_have_been_seen_it_is_unknown() -> None:
    log = al.demo(days=28, traces_per_day=200, seed=5)
    found = al.investigate(log, "tool_success:get_order")
    assert (found.cause, found.band) == ("none", "unknown")
    assert "more traffic would help" in found.headline


def test_limits_of_changes_are_in_the_unit_of_their_values() -> None:
    frame = _refunds().frame
    told = frame[frame["kind"].isin(["change", "slice"])]
    change = told["value"] - told["before"]
    assert len(told) >= 2
    assert (told["low"] <= change).all()
    assert (change <= told["high"]).all()


def test_what_is_not_recorded_and_what_is_too_short_is_unknown() -> None:
    log = al.demo(days=7, traces_per_day=50)
    bare = al.from_frames(log.traces.drop(columns="escalated"), log.spans, log.scores)
    found = al.investigate(bare, "escalation")
    assert (found.band, found.cause) == ("unknown", None)
    assert "escalated is not recorded" in found.headline
    short = al.investigate(plain_log(60, hours=5), "correction", every="1h")
    assert short.band == "unknown"
    assert "a chart needs" in short.headline


def test_bad_input_is_named() -> None:
    log = demo_log()
    with pytest.raises(BadInputError, match="lies outside the log, which covers"):
        al.investigate(log, "strong_completion", at="2020-01-01")
    with pytest.raises(BadInputError, match=r"is a count.*al\.drift\(log\)"):
        al.investigate(log, "traffic")
    with pytest.raises(UnknownNameError, match="task_type"):
        al.investigate(log, "strong_completion", columns=["task_typ"])
    with pytest.raises(BadInputError, match="not a length of time"):
        al.investigate(log, "strong_completion", every="often")


def test_odd_columns_do_no_harm() -> None:
    log = demo_log()
    n = len(log.traces)
    traces = log.traces.assign(
        nothing=None,
        always="x",
        mixed=pd.Series([1, "1", 2.5, True] * (n // 4 + 1), dtype=object).iloc[:n],
        many=[f"v{one}" for one in range(n)],
    )
    found = al.investigate(al.from_frames(traces, log.spans, log.scores), "strong_completion")
    assert found.slices[0] == {"task_type": "refund", "device": "mobile"}
    assert any("many" in one and "left out" in one for one in found.caveats)


def _right(outcomes: list[Outcome]) -> dict[str, int]:
    rows = pd.DataFrame([{"asked": one.asked, "whole": one.whole} for one in outcomes])
    return dict(rows.groupby("asked")["whole"].sum())


@pytest.mark.simulation
def test_planted_incidents_are_named_with_place_onset_and_cause() -> None:
    """At full size, 20 seeds: benchmarks/incidents.py."""
    right = _right([one for seed in (0, 1, 2) for one in planted(seed)])
    assert sum(right.values()) >= 16, right
    assert min(right.values()) >= 2, right


@pytest.mark.simulation
def test_where_nothing_was_planted_nothing_is_found() -> None:
    outcomes = [one for seed in (20, 21, 22) for one in clean(seed)]
    wrong = [one.asked for one in outcomes if not one.whole]
    assert len(wrong) <= 1, wrong
