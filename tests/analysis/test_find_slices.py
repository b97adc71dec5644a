"""Does find_slices name the slice that changed, and nothing else, and say what it cannot know?"""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.analysis.arms.dimensions import dimensions
from agentlens.analysis.arms.periods import periods_of
from agentlens.analysis.slices.found import found_slices
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.measures.estimate import estimate
from agentlens.measures.rows import metric_rows
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, demo_log, plain_log, planted_log, tiny_log


def _during(log: Log, name: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    assert log.truth is not None
    row = log.truth[log.truth["incident"] == name].iloc[0]
    return row["start"], row["end"]


def _found(name: str, metric: str) -> al.FoundSlices:
    log = planted_log(name)
    return al.find_slices(log, metric, current=_during(log, name))


def _two_days(n: int = 2000, **columns: object) -> Log:
    """Return a day and the day after, half of the rows in each, with one rate."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{i}" for i in range(n)],
            "user_id": [f"u{i}" for i in range(n)],
            "start": START + pd.to_timedelta(np.linspace(0, 48, n, endpoint=False), unit="h"),
            "status": np.where(rng.random(n) < 0.1, "error", "ok"),
            **columns,
        }
    )
    return from_frames(frame)


@pytest.mark.parametrize(
    "name, metric, truth",
    [
        ("broken_refunds", "strong_completion", {"task_type": "refund", "device": "mobile"}),
        ("slow_model", "latency_p95", {"model": "aspen-large-2"}),
        ("schema_error", "tool_success", {"tool": "search_orders"}),
    ],
)
def test_an_incident_is_found_in_its_own_words(
    name: str, metric: str, truth: dict[str, str]
) -> None:
    found = _found(name, metric)
    assert found.slices == (truth,)
    assert found.band == "act"
    assert found.signals()[0].bad


def test_a_campaign_that_only_changes_the_mix_is_no_slice() -> None:
    found = _found("campaign", "strong_completion")
    assert found.slices == ()
    assert found.signals() == ()
    assert found.band in {"pass", "watch"}


def test_two_incidents_on_the_same_calls_are_told_apart() -> None:
    found = al.find_slices(demo_log(), "tool_success", current="7D")
    assert {"tool": "search_orders"} in found.slices
    assert any(one.get("tool") == "issue_refund" for one in found.slices)
    assert found.headline.endswith("beyond the rest; so did tool=search_orders.")


def test_the_numbers_are_those_of_the_rows_in_the_slice() -> None:
    found = _found("broken_refunds", "strong_completion")
    row = found.frame.iloc[1]
    rows = metric_rows(found.log, "strong_completion")
    arm = periods_of(found.log, _during(found.log, "broken_refunds")).of(rows)
    inside = found.mask(0).to_numpy()[rows.positions] & (arm >= 0)
    part = rows.numerator[inside & (arm == 1)]
    assert row["n"] == part.size
    assert row["value"] == pytest.approx(part.mean())
    assert row["change"] == pytest.approx(row["value"] - row["baseline"])
    assert row["low"] < row["change"] < row["high"] < 0
    assert row["support"] == pytest.approx(part.size / (arm == 1).sum())
    assert 0.8 < row["share"] < 1.3
    assert row["p"] < row["q"] < 0.001
    usual = estimate(rows, np.where(inside, arm, 2), 3)["value"]
    assert row["baseline"] == pytest.approx(usual[0])


def test_the_traces_behind_a_slice_failed_in_it() -> None:
    found = _found("broken_refunds", "strong_completion")
    signal = found.signals()[0]
    shown = found.log.traces.set_index("trace_id").loc[list(signal.trace_ids)]
    assert (shown["task_type"] == "refund").all()
    assert (shown["device"] == "mobile").all()
    assert (shown["start"] >= signal.start).all()
    bad = shown["user_corrected"] | shown["escalated"] | ~shown["completed"]
    assert (bad | (shown["user_rating"] < 3)).all()
    slow = _found("slow_model", "latency_p95")
    times = slow.log.traces.set_index("trace_id").loc[list(slow.signals()[0].trace_ids)]
    assert times["latency_s"].is_monotonic_decreasing


def test_a_slice_can_be_asked_for_by_its_words_and_by_its_mask() -> None:
    found = _found("broken_refunds", "strong_completion")
    mask = found.mask()
    named = found.log.where(**found.slices[0]).traces["trace_id"]
    assert set(found.log.traces["trace_id"][mask]) <= set(named)
    with pytest.raises(BadInputError, match=r"no slice 3: 1 slice were found"):
        found.mask(3)


def test_a_change_since_a_release_leaves_out_what_was_off_before() -> None:
    log = planted_log("broken_refunds")
    found = al.find_slices(log, "strong_completion", new_since="latest")
    assert found.slices == ({"task_type": "refund", "device": "mobile"},)
    assert "since release=2026.11.1" in found.caveats[0]
    started, ended = _during(log, "broken_refunds")
    traces = log.traces.copy()
    half = started + (ended - started) / 2
    traces["release"] = np.where(traces["start"] < half, "one", "two")
    late = from_frames(traces.drop(columns=["agent_version", "prompt_version"]))
    plain = al.find_slices(late, "strong_completion", current=(half, ended))
    since = al.find_slices(late, "strong_completion", new_since="two")
    assert plain.slices == ({"task_type": "refund", "device": "mobile"},)
    assert since.slices == ()
    assert any("Off before already" in note for note in since.caveats)


def test_ratios_and_means_are_searched_as_well() -> None:
    rng = np.random.default_rng(1)
    n = 6000
    task = rng.choice(["a", "b", "c"], n)
    hours = np.linspace(0, 48, n, endpoint=False)
    dear = np.where((task == "b") & (hours >= 24), 1.6, 1.0)
    log = _two_days(
        n,
        task_type=task,
        device=rng.choice(["x", "y"], n),
        cost_usd=dear * rng.lognormal(-5, 0.6, n),
        completed=True,
        user_corrected=rng.random(n) < 0.2,
        escalated=False,
    )
    for metric in ("cost_per_trace", "cost_per_success"):
        found = al.find_slices(log, metric, current="24h", columns=["task_type", "device"])
        assert found.slices == ({"task_type": "b"},)
        assert found.frame["value"].iloc[1] == pytest.approx(
            1.6 * found.frame["baseline"].iloc[1], rel=0.1
        )


def test_a_quantile_says_by_what_it_was_searched() -> None:
    found = _found("slow_model", "latency_p95")
    assert any("share of rows above the baseline's latency p95" in one for one in found.caveats)
    assert found.frame["value"].iloc[1] > 1.5 * found.frame["baseline"].iloc[1]


def test_what_changed_everywhere_is_said_to_have_changed_everywhere() -> None:
    rng = np.random.default_rng(2)
    n = 6000
    hours = np.linspace(0, 48, n, endpoint=False)
    failed = rng.random(n) < np.where(hours >= 24, 0.3, 0.1)
    log = _two_days(n, device=rng.choice(["x", "y"], n), status=np.where(failed, "error", "ok"))
    found = al.find_slices(log, "error_rate", current="24h")
    assert found.slices == ()
    assert found.band == "watch"
    assert "everywhere alike" in found.headline


def test_a_calm_log_passes_and_says_what_would_have_shown() -> None:
    found = al.find_slices(plain_log(4000, hours=200), "strong_completion")
    assert found.band == "pass"
    assert "a tenth of all rows is found from" in found.facts()
    assert any("q pays for each look" in note for note in found.caveats)


def test_few_rows_give_an_unknown_that_says_what_is_needed() -> None:
    found = al.find_slices(plain_log(30, hours=5), "escalation")
    assert found.band == "unknown"
    assert "no slice has 30 rows in both" in found.headline
    absent = al.find_slices(tiny_log(), "cost_per_trace")
    assert absent.band == "unknown"
    assert "does not record cost_usd" in absent.headline


def test_a_column_of_a_hundred_thousand_values_is_named_and_left_out() -> None:
    n = 100_000
    log = _two_days(n, request=[f"r{i}" for i in range(n)], device=["x", "y"] * (n // 2))
    found = al.find_slices(log, "error_rate", current="24h")
    assert any("request" in note and "left out" in note for note in found.caveats)
    asked = al.find_slices(log, "error_rate", current="24h", columns=["request", "device"])
    assert any("taken together" in note for note in asked.caveats)


def test_columns_without_a_value_with_one_and_of_mixed_types_do_no_harm() -> None:
    n = 2000
    log = _two_days(n, empty=None, one="same", mixed=[1, "1", 2.5, None] * (n // 4))
    found = al.find_slices(log, "error_rate", current="24h")
    assert found.band in {"pass", "watch"}
    assert any("empty: nothing is recorded" in note for note in found.caveats)
    only = al.find_slices(log, "error_rate", current="24h", columns="one")
    assert only.band == "unknown"


@pytest.mark.parametrize(
    "knobs, said",
    [
        ({"depth": 4}, r"depth is a whole number 1 to 3, not 4"),
        ({"depth": True}, r"depth is a whole number 1 to 3, not True"),
        ({"least": 3}, r"least is a whole number from 10, not 3"),
        ({"most": 0}, r"most is a whole number from 1, not 0"),
        ({"level": 95}, r"level lies between 0.5 and 1, not 95"),
        ({"alpha": 0}, r"alpha lies between 0 and 0.5, not 0"),
        ({"new_since": "latest", "current": "24h"}, r"new_since='latest' says itself"),
        ({"current": "24h", "baseline": ("2026-11-01", "2026-11-09")}, "overlap"),
        ({"current": ("2027-01-01", "2027-01-02")}, "holds no trace"),
    ],
)
def test_bad_knobs_are_refused_with_what_to_do(knobs: dict[str, object], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        al.find_slices(plain_log(400, hours=200), "escalation", **knobs)  # type: ignore[arg-type]


def test_columns_are_names_and_one_named_twice_is_one() -> None:
    log = plain_log(400, hours=200)
    nothing: Any
    for nothing in ([], 3):
        with pytest.raises(BadInputError, match="columns= names columns of the traces"):
            al.find_slices(log, "escalation", columns=nothing)
    once, twice = (
        al.find_slices(log, "escalation", current="4D", columns=["device"] * n) for n in (1, 2)
    )
    assert once.headline == twice.headline


def test_a_count_has_no_value_that_a_slice_could_change() -> None:
    with pytest.raises(BadInputError, match=r"traffic is a count.*al\.series"):
        al.find_slices(plain_log(400, hours=200), "traffic")


def test_unknown_columns_and_releases_are_named() -> None:
    with pytest.raises(UnknownNameError, match=r"'devise'.*'device'"):
        al.find_slices(plain_log(400, hours=200), "escalation", columns="devise")
    with pytest.raises(UnknownNameError, match=r"2026\.11\.9"):
        al.find_slices(demo_log(), "escalation", new_since="2026.11.9")
    with pytest.raises(BadInputError, match="from the first trace"):
        al.find_slices(demo_log(), "escalation", new_since="2026.10.2")
    with pytest.raises(BadInputError, match="needs two values"):
        al.find_slices(plain_log(400, hours=200), "escalation", new_since="latest")


def test_rows_and_arms_at_hand_give_the_same_slices() -> None:
    log = planted_log("broken_refunds")
    periods = periods_of(log, _during(log, "broken_refunds"))
    rows = metric_rows(periods.log, "strong_completion")
    dims, _ = dimensions(periods.log, rows)
    found = found_slices(rows, dims, periods.of(rows))
    assert [one.name for one in found.slices] == ["task_type=refund, device=mobile"]
    assert found_slices(rows, [], periods.of(rows)).slices == ()
    assert found_slices(rows, dims, np.ones_like(rows.positions)).slices == ()
