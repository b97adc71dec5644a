import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.analysis.failures.shares import shares
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.lake import Lake
from agentlens.lake.entry.changes import changes_of
from agentlens.widgets.explore.explorer import Explorer
from agentlens.widgets.explore.panels.columns import values_of
from agentlens.widgets.explore.panels.course import bin_length
from agentlens.widgets.explore.panels.rows import PAGE
from agentlens.widgets.explore.selection import Selection

LOG = al.demo(days=14, traces_per_day=60, seed=7)
ALARM = al.demo(days=21, traces_per_day=200, seed=7)
PERIOD = ("2026-11-10", "2026-11-13")
PANELS = ("chart", "table", "heatmap", "waterfall", "clusters", "before")
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def explorer() -> Explorer:
    return Explorer(LOG, by=["task_type", "device"])


def asker(explorer: Explorer) -> Ask:
    """What asks as a view would, and gives the answer as the view would read it."""
    sent: list[Mapping[str, Any]] = []
    explorer.send = lambda content, *_: sent.append(content)

    def ask(what: str, **content: object) -> dict[str, Any]:
        explorer._hear(None, {"kind": "ask", "seq": 1, "what": what, **content}, [])
        answer = sent[-1]
        found: dict[str, Any] = json.loads(answer.get("text", "{}"))
        return found | {key: answer[key] for key in ("problem",) if key in answer}

    return ask


def state(explorer: Explorer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(explorer.state)
    return found


def ids(log: al.Log) -> list[str]:
    return log.traces["trace_id"].tolist()


def test_it_opens_at_the_latest_alarm() -> None:
    explorer = Explorer(ALARM)
    chart = explorer.results["chart"]
    last = max((one for one in chart.signals() if one.bad), key=lambda one: one.end)
    assert explorer.selection.current is not None
    assert explorer.selection.current[0] <= last.start
    assert explorer.selection.current[1] == last.end
    assert state(explorer)["chips"][0]["part"] == "current"


def test_without_an_alarm_it_opens_at_the_last_day() -> None:
    calm = al.demo(days=14, traces_per_day=100, seed=3, incidents=())
    assert not any(one.bad for one in Explorer(calm).results["chart"].signals())
    (first, last) = Explorer(calm).selection.current or (None, None)
    assert last is not None
    assert first == (calm.stop - pd.Timedelta("24h")).floor("min")
    assert last >= calm.stop


def test_the_log_is_the_selected_part_with_all_its_steps(explorer: Explorer) -> None:
    explorer.selection = Selection(current=PERIOD, where={"device": "mobile"})
    plain = LOG.between(*PERIOD).where(device="mobile")
    assert ids(explorer.log) == ids(plain)
    assert len(explorer.log.spans) == len(plain.spans)
    assert len(explorer.log.scores) == len(plain.scores)
    room: dict[str, Any] = {"log": LOG}
    exec(explorer.code, room)  # noqa: S102 - the text under test
    assert ids(room["selected"]) == ids(plain)


def test_the_pages_of_the_table_hold_each_selected_trace_once(explorer: Explorer) -> None:
    ask = asker(explorer)
    explorer.selection = Selection(current=PERIOD)
    first = ask("panel", panel="table")
    seen = [row["id"] for row in first["rows"]["rows"]]
    assert seen[:20] == explorer.results["table"].frame["trace_id"].tolist()[:20]
    for page in range(1, first["pages"]):
        answer = ask("panel", panel="table", page=page)
        seen += [row["id"] for row in answer["rows"]["rows"]]
    assert sorted(seen) == sorted(ids(explorer.log))
    assert len(first["rows"]["rows"]) == PAGE


@pytest.mark.parametrize("column", ["start", "latency_s", "cost_usd"])
@pytest.mark.parametrize("down", [True, False])
def test_the_table_is_sorted_over_all_pages(explorer: Explorer, column: str, *, down: bool) -> None:
    explorer.selection = Selection(current=PERIOD)
    answer = asker(explorer)("panel", panel="table", sort=column, down=down)
    traces = explorer.log.traces.sort_values([column, "trace_id"], ascending=[not down, True])
    assert [row["id"] for row in answer["rows"]["rows"]] == traces["trace_id"].tolist()[:PAGE]


def test_every_panel_says_what_its_verb_says_of_the_selection(explorer: Explorer) -> None:
    ask = asker(explorer)
    explorer.selection = Selection(current=PERIOD, where={"device": ["mobile"]})
    mobile = LOG.where(device=["mobile"])
    part, metric = mobile.between(*PERIOD), "strong_completion"
    every = bin_length(LOG)
    expected = {
        "chart": al.control_chart(mobile, metric, every=every),
        "table": al.worst(part, n=50),
        "waterfall": al.explain(mobile, metric, current=PERIOD),
        "heatmap": al.find_slices(mobile, metric, current=PERIOD, most=6),
        "clusters": al.failures(part, most=12),
    }
    for name, result in expected.items():
        answer = ask("panel", panel=name)
        assert answer["headline"] == result.headline, name
        assert answer["band"] == result.band
        assert answer["key"] == state(explorer)["keys"][name]
    cells = explorer.results["heatmap"].frame
    table = al.slices(mobile, metric, ["task_type", "device"], current=PERIOD).frame
    pd.testing.assert_frame_equal(cells, table)
    worst = explorer.results["table"]
    assert isinstance(worst, al.Worst)
    assert len(worst.log.spans) == len(expected["table"].log.spans)  # type: ignore[attr-defined]
    assert explorer.error is None


def test_a_cell_narrows_to_the_traces_that_it_counts(explorer: Explorer) -> None:
    ask = asker(explorer)
    explorer.selection = Selection(current=PERIOD)
    answer = ask("panel", panel="heatmap")
    for row in answer["rows"]["rows"]:
        explorer.selection = Selection(current=PERIOD)
        ask("do", **row["do"])
        task, device = row["cells"][:2]
        part = LOG.between(*PERIOD).where(task_type=task, device=device)
        assert ids(explorer.log) == ids(part)


def test_values_behind_a_label_are_those_that_it_counts() -> None:
    column = pd.Series(["a", "b", "c", None, "a"])
    labels = ["a", "(other)", "(missing)"]
    assert values_of(column, "(other)", labels) == ["b", "c"]
    assert values_of(column, "≤ 3", labels) is None
    assert values_of(pd.Series([1, 2, None], dtype="Int64"), "2", ["1", "2"]) == [2]


def test_frames_are_drawn_round_what_the_search_found_and_nothing_else() -> None:
    explorer = Explorer(ALARM, by=["task_type", "device"])
    answer = asker(explorer)("panel", panel="heatmap")
    framed = [row["cells"][:2] for row in answer["rows"]["rows"] if row["cells"][-1] == "survives"]
    assert framed == [["refund", "mobile"]]
    assert [row["cells"][0] for row in answer["found"]["rows"]] == [
        "task_type=refund, device=mobile"
    ]
    boxes = [one for one in answer["figure"]["layout"]["shapes"] if one["line"]["width"] == 3]
    assert len(boxes) == 1
    looked = explorer.results["search"].facts()["slices looked at"]
    assert f"{looked} looked at" in answer["note"]


def test_a_failure_narrows_to_the_traces_that_show_it(explorer: Explorer) -> None:
    ask = asker(explorer)
    explorer.selection = Selection(current=PERIOD)
    row = ask("panel", panel="clusters")["rows"]["rows"][0]
    behind = explorer.results["clusters"].signals()[0].trace_ids
    ask("do", **row["do"])
    assert sorted(ids(explorer.log)) == sorted(behind)
    assert ask("do", act="failure", id="gone")["problem"].startswith("This failure is not among")


def test_the_change_of_a_failure_is_against_as_much_time_before(explorer: Explorer) -> None:
    ask = asker(explorer)
    explorer.selection = Selection(current=PERIOD)
    changes = ask("panel", panel="before")["changes"]
    now = explorer.results["clusters"].frame.set_index("id")
    before = al.failures(LOG.between("2026-11-07", "2026-11-10"), most=10_000).frame
    errors = now[now["error"] != ""].index
    assert len(errors)
    for one in errors:
        share = before.loc[before["id"] == one, "share"].sum()
        said = (
            "none before" if not share else f"{100 * (now.loc[one, 'share'] - share):+.1f} points"
        )
        assert changes[one] == said


def test_acts_are_undone_and_done_again(explorer: Explorer) -> None:
    ask = asker(explorer)
    first = explorer.selection
    ask("do", act="where", where={"device": ["mobile"]})
    second = explorer.selection
    ask("do", act="undo")
    assert explorer.selection == first
    assert state(explorer)["redo"] == 1
    ask("do", act="redo")
    assert explorer.selection == second
    assert (state(explorer)["undo"], state(explorer)["redo"]) == (1, 0)


def test_what_cannot_be_selected_leaves_the_selection_as_it_was(explorer: Explorer) -> None:
    before, shown = explorer.selection, explorer.rev
    with pytest.raises(UnknownNameError, match="devise"):
        explorer.selection = Selection(where={"devise": "mobile"})
    problem = asker(explorer)("do", act="period", **{"from": "2026-11-02", "until": "2026-11-01"})
    assert "swap the two times" in problem["problem"]
    assert (explorer.selection, explorer.rev) == (before, shown)


def test_a_mapping_selects_as_well(explorer: Explorer) -> None:
    explorer.selection = {"where": {"device": "mobile"}}
    assert explorer.selection == Selection(where={"device": ["mobile"]})
    assert [chip["words"] for chip in state(explorer)["chips"]] == ["device: mobile"]


def test_a_selection_of_nobody_has_panels_that_say_so(explorer: Explorer) -> None:
    ask = asker(explorer)
    explorer.selection = Selection(current=("2030-01-01", "2030-01-02"))
    assert state(explorer)["n"] == 0
    assert ask("panel", panel="table")["rows"]["rows"] == []
    assert "The log is empty" in ask("panel", panel="clusters")["headline"]
    assert "holds no trace" in ask("panel", panel="waterfall")["problem"]
    assert "covers" in state(explorer)["covers"]
    assert "table" in explorer.results
    assert "waterfall" not in explorer.results


def test_other_columns_cut_the_heatmap_anew_and_nothing_else(explorer: Explorer) -> None:
    ask = asker(explorer)
    before = state(explorer)["keys"]
    ask("do", act="by", by=["model", ""])
    after = state(explorer)["keys"]
    assert {name for name in before if before[name] != after[name]} == {"heatmap"}
    assert ask("panel", panel="heatmap")["by"] == ["model"]


def test_brushing_leaves_the_chart_and_narrowing_does_not(explorer: Explorer) -> None:
    ask = asker(explorer)
    before = state(explorer)["keys"]
    ask("do", act="period", **{"from": "2026-11-08", "until": "2026-11-09"})
    brushed = state(explorer)["keys"]
    assert before["chart"] == brushed["chart"]
    assert all(before[name] != brushed[name] for name in PANELS if name != "chart")
    ask("do", act="where", where={"device": ["mobile"]})
    assert state(explorer)["keys"]["chart"] != brushed["chart"]
    lines = [one.get("name") for one in ask("panel", panel="chart")["figure"]["data"]]
    assert lines[0] == "all traffic"


def test_steps_that_went_well_are_read_by_no_panel_but_those_of_their_metrics() -> None:
    steps = Explorer(LOG, "tool_success")
    assert len(steps.results["chart"].frame)
    assert (
        steps.results["chart"].headline
        == al.control_chart(LOG, "tool_success", every=bin_length(LOG)).headline
    )


def test_points_drawn_are_few_while_the_bins_asked_for_are_analysed() -> None:
    explorer = Explorer(LOG, every="45min")
    answer = asker(explorer)("panel", panel="chart")
    assert (
        max(len(one["x"]) for one in answer["figure"]["data"] if isinstance(one["x"], list)) <= 400
    )
    assert "45min bins analysed" in answer["note"]
    assert len(explorer.results["chart"].frame) > 400


def test_the_state_is_small_and_the_panels_are_within_their_limits(explorer: Explorer) -> None:
    ask = asker(explorer)
    explorer.selection = Selection()
    assert len(explorer.state) < 10_000
    answers = {name: ask("panel", panel=name) for name in PANELS}
    assert len(answers["table"]["rows"]["rows"]) <= 50
    assert len(answers["clusters"]["rows"]["rows"]) <= 12
    assert len(answers["heatmap"]["rows"]["rows"]) <= 900
    assert all(len(json.dumps(one)) < 300_000 for one in answers.values())


def test_a_page_without_a_kernel_gets_the_panels_as_they_are(explorer: Explorer) -> None:
    explorer.selection = Selection(current=PERIOD)
    kept = json.loads(explorer.bundle()["state"])["panels"]
    assert set(kept) == {"chart", "table", "heatmap", "waterfall", "clusters"}
    assert kept["table"]["rows"]["rows"]
    assert "panels" not in state(explorer)


def test_a_label_is_kept_as_targeted_and_stands_in_the_log(tmp_path: Path) -> None:
    store = tmp_path / "labels.sqlite"
    explorer = Explorer(ALARM, rubric="goal_completion", rater="ana", store=store)
    ask = asker(explorer)
    trace = ids(explorer.log)[0]
    before = al.calibrate(ALARM, "goal_completion").facts()
    answer = ask("commit", trace_id=trace, verdict="f", id="a" * 32)
    assert answer["saved"]
    assert "will not enter any rate" in answer["note"]
    assert "agrees with people" in answer["calibration"]
    row = explorer.labels.iloc[0]
    assert (row["trace_id"], row["label"], row["stage"]) == (trace, "fail", "targeted")
    mine = explorer.log.scores.query("source == 'human' and rater == 'ana'")
    assert mine["trace_id"].tolist() == [trace]
    again = Explorer(ALARM, rubric="goal_completion", rater="ana", store=store)
    assert again.labels["trace_id"].tolist() == [trace]
    assert len(again.log.scores) == len(explorer.log.scores)
    after = al.calibrate(explorer._marking.labelled(ALARM), "goal_completion").facts()
    assert {name: str(one) for name, one in after.items()} == {
        name: str(one) for name, one in before.items()
    }


def test_without_a_rubric_nothing_is_labelled(explorer: Explorer) -> None:
    answer = asker(explorer)("commit", trace_id=ids(LOG)[0], verdict="f", id="a" * 32)
    assert "pass rubric= and rater=" in answer["problem"]
    with pytest.raises(BadInputError, match="rater="):
        Explorer(LOG, rubric="goal_completion")


def test_an_empty_log_and_an_unknown_column_are_refused() -> None:
    with pytest.raises(BadInputError, match="empty"):
        Explorer(LOG.where(device="none"))
    with pytest.raises(UnknownNameError, match="'devise'"):
        Explorer(LOG, by="devise")


def test_hostile_values_travel_as_text() -> None:
    evil = "<img src=x onerror=alert(1)>\u202e</script>\ud800\x00"
    halves = [evil if at % 2 else "plain" for at in range(len(LOG))]
    traces = LOG.traces.assign(segment=pd.Series(halves, dtype=object))
    log = al.from_frames(traces, LOG.spans, LOG.scores)
    kept = log.traces["segment"].iloc[1]
    explorer = Explorer(log, by=["segment", "device"])
    ask = asker(explorer)
    for name in PANELS:
        assert "problem" not in ask("panel", panel=name), name
    ask("do", act="where", where={"segment": [kept]})
    assert explorer.error is None
    assert set(explorer.log.traces["segment"]) == {kept}


def test_a_log_of_a_lake_is_looked_into_without_reading_what_was_said(tmp_path: Path) -> None:
    lake = Lake(tmp_path, redact=None)
    lake.take(changes_of(LOG), source="demo")
    log = lake.log()
    ours, plain = (Explorer(one, by=["task_type", "device"]) for one in (log, LOG))
    for act in ({"act": "period", "from": PERIOD[0], "until": PERIOD[1]}, where("mobile")):
        answers = []
        for explorer in (ours, plain):
            ask = asker(explorer)
            ask("do", **act)
            answers.append({name: ask("panel", panel=name) for name in PANELS})
        assert answers[0]["table"]["rows"] == answers[1]["table"]["rows"]
        for name in ("heatmap", "waterfall", "clusters"):
            assert answers[0][name]["rows"] == answers[1][name]["rows"]
        assert answers[0]["before"] == answers[1]["before"]
    assert "traces" not in vars(log)
    assert sorted(ids(ours.log)) == sorted(ids(plain.log))
    assert "input" in ours.log.traces


def where(device: str) -> dict[str, Any]:
    return {"act": "where", "where": {"device": [device]}}


def test_the_shares_before_are_those_that_failures_gives() -> None:
    now, then = LOG.last("48h"), LOG.between(LOG.stop - pd.Timedelta("96h"), LOG.last("48h").start)
    found = al.failures(now)
    whole = al.failures(then, most=500, known=found.catalogue).frame.set_index("id")["share"]
    pd.testing.assert_series_equal(shares(then, found.catalogue).sort_index(), whole.sort_index())
    assert shares(LOG.where(device="none"), found.catalogue).empty
