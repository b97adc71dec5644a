"""Do the stamps of a report say what it was made from, and the same whenever it is made again?"""

import errno
import json
import platform
from pathlib import Path

import pandas as pd
import pytest

import agentlens as al
from agentlens.lake import Lake
from agentlens.lake.entry.changes import changes_of
from agentlens.lake.entry.coverage import Interval
from agentlens.measures.builtin import BUILTIN
from agentlens.report.sharing.choice import Sharing
from agentlens.report.stamps import kept_for, stamps
from agentlens.tables.log import Log
from agentlens.tables.problems import Problem, report_frame
from tests.lake.worlds import Clock, ShortDisk
from tests.logs import START, plain_log, tiny_log

WEEK = "weekly report of 2026-11-09 to 2026-11-16"


def lake_of(path: Path, clock: Clock | None = None) -> Lake:
    return taken(Lake(path, redact=None, clock=clock or Clock()), plain_log(120, hours=200))


def taken(lake: Lake, log: Log) -> Lake:
    lake.take(changes_of(log), source="demo")
    return lake


def printed(lake: Lake, **how: object) -> dict[str, str]:
    """Return the stamps of a report that is made as the weekly one is."""
    log = lake.log(**how)  # type: ignore[arg-type]  # words of one's own
    assert kept_for(log, WEEK) == ""
    return stamps(log.between(START, START + pd.Timedelta("7D")), parameters={"week": "7D"})


def test_the_same_week_twice_has_the_same_stamps_byte_by_byte(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    first = printed(lake)
    assert first["snapshot"] == "1, of 2026-11-21 00:00 UTC"
    for _ in range(3):
        assert json.dumps(printed(lake)) == json.dumps(first)
    assert json.dumps(printed(Lake(tmp_path, redact=None))) == json.dumps(first)


def test_what_came_since_is_stamped_and_as_of_then_it_is_the_first_again(tmp_path: Path) -> None:
    clock = Clock()
    lake = lake_of(tmp_path, clock)
    first, then = printed(lake), clock.now
    clock.tick("1D")
    more = plain_log(50, hours=24, seed=1).traces
    taken(lake, al.from_frames(more.assign(trace_id="more-" + more["trace_id"])))
    second = printed(lake)
    assert second["snapshot"] != first["snapshot"]
    assert second["rows"] != first["rows"]
    assert printed(lake, as_of=then) == first
    assert printed(lake, as_of=clock.now) == second


def test_who_was_removed_since_is_told_beside_the_same_snapshot(tmp_path: Path) -> None:
    clock = Clock()
    lake = lake_of(tmp_path, clock)
    first, then = printed(lake), clock.now
    clock.tick("1h")
    lake.forget(user_id="u3")
    again = printed(lake, as_of=then)
    assert again.pop("removed") == "1 user was removed since"
    assert again["snapshot"] == first["snapshot"]
    counts = [int(one["rows"].split(" ")[0]) for one in (first, again)]
    assert counts[0] == counts[1] + 1
    assert "removed" not in printed(lake)


def test_a_weekly_report_names_its_snapshot_and_stamps_it(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    one, two = (al.weekly(lake, week="3D", metrics=["error_rate"]) for _ in range(2))
    assert dict(one.stamps) == dict(two.stamps)
    assert one.stamps["snapshot"].startswith("1, ")
    assert list(lake.store.head().named) == ["1"]
    assert "error_rate 1" in one.stamps["metrics"]


def test_a_lake_of_somebody_else_gives_a_report_with_a_note(tmp_path: Path) -> None:
    lake_of(tmp_path)
    disk = ShortDisk(left=0, error=OSError(errno.EROFS, "Read-only file system"))
    others = Lake(tmp_path, redact=None, clock=Clock(), disk=disk)
    report = al.weekly(others, week="3D", metrics=["error_rate"])
    assert any("Snapshot 1 of the lake could not be named" in note for note in report.notes)
    assert report.stamps["snapshot"].startswith("1, ")


def test_a_log_of_no_lake_has_no_snapshot_and_is_not_named() -> None:
    log = plain_log(120, hours=200)
    assert not {"snapshot", "removed", "settled", "redaction"} & {*stamps(log)}
    assert kept_for(log, WEEK) == ""
    assert stamps(tiny_log().between(START - pd.Timedelta("2D"), START))["rows"] == "no trace"


def test_sources_are_settled_by_kind_and_without_address(tmp_path: Path) -> None:
    lake = Lake(tmp_path, redact=None, clock=Clock())
    for name, days in (
        ("langfuse:https://langfuse.example.com/project", 3),
        ("langfuse:other", 2),
        ("files:/home/ann/exports", 0),
    ):
        read = START + pd.Timedelta("9D")
        spans = [
            Interval(
                start=START + pd.Timedelta(day, "D"),
                end=START + pd.Timedelta(day + 1, "D"),
                read_at=read if day < days else START + pd.Timedelta(day, "D"),
                limit=100,
                complete=True,
            )
            for day in range(days + 1)
        ]
        lake.take(changes_of(plain_log(9, hours=9, seed=days)), source=name, coverage=spans)
    told = stamps(lake.log())["settled"]
    assert told == "files not yet; langfuse until 2026-11-03 00:00 UTC"


def test_drops_rubrics_judges_and_weights_are_told() -> None:
    log = al.demo(days=14, traces_per_day=60)
    lines = [Problem(action="dropped", n=12), Problem(action="duplicate", n=3)]
    told = stamps(
        Log(
            traces=log.traces.assign(weight=2.0),
            spans=log.spans,
            scores=log.scores,
            report=report_frame(lines),
        ),
        metrics=[BUILTIN["error_rate"], BUILTIN["latency_p95"]],
        seed=7,
    )
    assert told["dropped"] == "12 dropped and 3 duplicate"
    assert told["metrics"] == f"error_rate {BUILTIN['error_rate'].version}, latency_p95 1"
    assert "goal_completion" in told["rubrics"]
    labels = log.scores[
        (log.scores["source"] == "human") & (log.scores["name"] == "goal_completion")
    ]
    assert (
        f"goal_completion by demo-judge-1, calibrated with {len(labels)} labels of people until"
        f" {labels['time'].max():%Y-%m-%d}"
    ) in told["judges"]
    assert told["sampling"].startswith("Weighted by one over the probability")
    assert told["seed"] == "7"
    assert "plotly.js " in told["packages"]
    assert list(told) == [
        *("rows", "dropped", "metrics", "rubrics", "judges", "sampling", "packages", "seed"),
    ]


@pytest.mark.parametrize(
    "value, said",
    [
        (None, ""),
        ("", ""),
        ((), ""),
        ("7D", "a=7D"),
        ("/home/ann/regressions", "a=regressions"),
        (r"C:\Users\ann\week.html", "a=week.html"),
        (Path("/srv/lake"), "a=lake"),
        ("https://langfuse.example/p/{trace_id}", "a=an address"),
        (pd.Timestamp("2026-11-09", tz="UTC"), "a=2026-11-09T00:00:00+00:00"),
        (("2026-11-01", "2026-11-08"), "a=[2026-11-01, 2026-11-08]"),
        ({"knob": 0.5, "on": True}, "a={knob: 0.5, on: True}"),
        (al.SLO("works", "error_rate", 0.02), "a=[works]"),
        (Sharing(least=20), "a=from 20 by user_id"),
        (object(), "a=object"),
    ],
)
def test_parameters_are_told_without_folders_and_addresses(value: object, said: str) -> None:
    given = [value] if isinstance(value, al.SLO) else value
    assert stamps(tiny_log(), parameters={"a": given}).get("parameters", "") == said


def test_no_stamp_names_the_machine_or_its_folders(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    told = json.dumps(stamps(lake.log(), parameters={"out": tmp_path / "week.html"}))
    assert str(tmp_path) not in told
    assert str(Path.home()) not in told
    assert platform.node() not in told
