"""Does what was deleted in Langfuse leave the lake, and nothing else?"""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import pandas as pd
import pytest

from agentlens.lake.lake import Lake
from agentlens.lake.sync.synced import Synced
from agentlens.sources.langfuse.state import State
from tests.loopback import Clock, Faults, LangfuseServer, World, trouble
from tests.loopback.faults.plan import Fault
from tests.loopback.rows import Row, micros
from tests.loopback.wire.answers import Answer

HOUR = 3600.0
FIRST, GONE, SECOND, THIRD = 72.0, 73.0, 74.0, 75.0
"""Hours after the world's end: the first sync, a deletion, and two passes after it."""


@lru_cache(maxsize=1)
def world() -> World:
    return World(days=1 / 24, traces_per_day=14 * 24)


@lru_cache(maxsize=1)
def wide() -> World:
    """Return a world of several slices."""
    return World(days=0.125, traces_per_day=112)


def at(hours: float) -> float:
    return world().end + HOUR * hours


class Life:
    """A lake and its server through the hours after the world's end."""

    def __init__(
        self, of: World, path: Path, mode: Any = "v4", faults: Faults | None = None
    ) -> None:
        self.clock, self.path, self.world = Clock(at(0)), path, of
        self.server = LangfuseServer(of, mode, clock=self.clock, faults=faults)

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()

    def lake(self) -> Lake:
        now = pd.Timestamp(self.clock.now(), unit="s", tz="UTC")
        return Lake(self.path, redact=None, clock=lambda: now)  # what is raw is not searched

    def sync(self, hours: float, **more: Any) -> Synced:
        self.clock.advance(at(hours) - self.clock.now())
        keys = {"public_key": self.server.public_key, "secret_key": self.server.secret_key}
        where: dict[str, Any] = {"host": self.server.url, "clock": self.clock, **keys}
        start, end = (
            pd.Timestamp(one, unit="s", tz="UTC") for one in (self.world.start, self.world.end)
        )
        when = {"since": start, "until": end, "deep": "10D", "text": "none"}
        return self.lake().sync("langfuse", **(when | where | more))

    def ids(self, table: str = "traces") -> set[str]:
        frame = getattr(self.lake().log(), table)
        return set(frame["trace_id"])


def scored() -> str:
    """Return a trace that has a score of its own and is alone in its session."""
    return next(
        str(row["subject"]["id"]) for row in world().scores if row["subject"]["kind"] == "trace"
    )


def without(wanted: Callable[[Row], bool], of: World | None = None) -> World:
    """Return a world in which these observations are deleted between the first two passes."""

    def change(row: Row) -> Row:
        return row | {"deleted_at": at(GONE)} if wanted(row) else row

    return (of or world()).changed(observations=change)


def of_trace(trace: str) -> Callable[[Row], bool]:
    return lambda row: row["traceId"] == trace


def about(row: Row) -> str:
    return str(row["subject"].get("traceId", row["subject"]["id"]))


def test_a_trace_that_two_passes_miss_is_gone_with_its_scores_and_was_there_before(
    tmp_path: Path,
) -> None:
    trace = scored()
    of = without(of_trace(trace)).changed(
        scores=lambda row: row | {"deleted_at": at(GONE)} if about(row) == trace else row
    )
    steps = sum(row["traceId"] == trace for row in world().observations)
    scores = sum(about(row) == trace for row in world().scores)
    with Life(of, tmp_path) as life:
        life.sync(FIRST, text="all")
        whole = life.ids()
        assert trace in whole
        once = life.sync(SECOND)
        assert (once.deleted, once.missed) == (0, steps + scores)
        assert trace in life.ids()
        state = next(iter(life.lake().store.head().sources.values()))["langfuse"]
        assert len(State.from_json(state).missed) == steps + scores
        assert trace not in str(state)
        twice = life.sync(THIRD)
        assert (twice.deleted, twice.missed) == (steps + scores, 0)
        assert f"{steps + scores} rows" in twice.facts()["deleted upstream"]
        assert life.ids() == whole - {trace}
        log = life.lake().log()
        assert trace not in set(log.spans["trace_id"]) | set(log.scores["trace_id"])
        texts = log.view.reader.read("text")
        assert len(texts)
        assert trace not in set(texts["trace_id"])
        said = log.report[log.report["detail"].str.contains("deleted at the source")]
        assert dict(zip(said["table"], said["n"], strict=True)) == {
            "spans": steps,
            "scores": scores,
        }
        before = life.lake().log(as_of=pd.Timestamp(at(SECOND) + 60, unit="s", tz="UTC"))
        assert trace in set(before.traces["trace_id"])
        assert trace in set(before.scores["trace_id"])
        again = life.sync(THIRD + 1)
        assert (again.deleted, again.missed) == (0, 0)


def test_a_step_alone_leaves_its_trace_which_is_built_anew(tmp_path: Path) -> None:
    leaf = next(
        row
        for row in world().observations
        if row["parentObservationId"] and row["id"] not in parents()
    )
    trace = leaf["traceId"]
    with Life(without(lambda row: row["id"] == leaf["id"]), tmp_path) as life:
        for hours in (FIRST, SECOND):
            life.sync(hours)
        steps = life.lake().log().trace(trace).row["steps"]
        assert life.sync(THIRD).deleted == 1
        left = life.lake().log().trace(trace)
    assert leaf["id"] not in set(left.spans["span_id"])
    assert left.row["steps"] == steps - 1


def parents() -> set[str]:
    return {row["parentObservationId"] for row in world().observations}


def test_what_is_there_again_is_struck_off(tmp_path: Path) -> None:
    trace = scored()
    missing = {"versions": [], "first": False}

    def change(row: Row) -> Row:
        if row["traceId"] != trace:
            return row
        back = missing | {"visible_from": at(SECOND + 0.5), "deleted_at": at(THIRD + 0.5)}
        return row | {"deleted_at": at(GONE), "versions": [back]}

    with Life(world().changed(observations=change), tmp_path) as life:
        life.sync(FIRST)
        assert life.sync(SECOND).missed
        place = next(row["environment"] for row in world().observations if row["traceId"] == trace)
        assert life.sync(THIRD, environment=place).missed == 0
        assert life.sync(THIRD + 1).deleted == 0
        assert trace in life.ids()
        assert life.sync(THIRD + 2).deleted
        assert trace not in life.ids()


def test_a_score_of_a_trace_whose_steps_expired_stays_so_that_the_trace_does(
    tmp_path: Path,
) -> None:
    trace, week = scored(), 8 * 24.0
    of = world().changed(
        scores=lambda row: row | {"deleted_at": at(GONE)} if about(row) == trace else row
    )
    with Life(of, tmp_path) as life:
        life.sync(FIRST, deep=None)
        life.lake().retain(text="1D", keep_text="1D", spans="1D", rows="365D")
        assert life.sync(FIRST + week, deep=None).missed
        assert life.sync(FIRST + 2 * week, deep=None).deleted == 0
        kept = life.lake().log().view.reader
        assert not len(kept.read("spans"))
        assert trace in set(kept.read("traces")["trace_id"])


def test_a_pass_over_one_environment_sees_and_concludes_nothing(tmp_path: Path) -> None:
    trace = scored()
    place = next(row["environment"] for row in world().observations if row["traceId"] == trace)
    with Life(without(of_trace(trace)), tmp_path) as life:
        life.sync(FIRST)
        for hours in (SECOND, THIRD, THIRD + 1):
            done = life.sync(hours, environment=place)
            assert (done.deleted, done.missed) == (0, 0)
        assert trace in life.ids()


def test_a_pass_that_is_cut_short_concludes_nothing(tmp_path: Path) -> None:
    trace = scored()
    plan = Faults()
    with Life(without(of_trace(trace)), tmp_path, faults=plan) as life:
        life.sync(FIRST)
        life.sync(SECOND)
        plan.always(refused_windows(), "v3/scores")
        done = life.sync(THIRD)
        assert not done.complete
        assert done.deleted == 0
        assert trace in life.ids()


def refused_windows() -> Fault:
    """Refuse what a pass asks for, not what the probe does."""
    refuse = trouble.status(403)

    def fault(request: Any, go_on: Any) -> Answer:
        return refuse(request, go_on) if "fromTimestamp" in request.params else go_on(request)

    return fault


def test_a_server_that_lists_no_scores_loses_none(tmp_path: Path) -> None:
    plan = Faults()
    with Life(world(), tmp_path, faults=plan) as life:
        life.sync(FIRST)
        plan.always(trouble.status(404), "v3/scores")
        done = life.sync(SECOND)
        assert (done.complete, done.missed, done.note) == (True, 0, "")


def test_what_has_not_settled_is_not_missed(tmp_path: Path) -> None:
    trace = scored()
    starts = [row["startTime"] for row in world().observations if row["traceId"] == trace]
    begun = (pd.Timestamp(min(starts)).timestamp() - world().end) / HOUR
    with Life(world(), tmp_path) as life:
        life.sync(begun + 45)
        life.server.state.deleted[trace] = at(begun + 46)
        for hours in (46.5, 47, 47.9):
            assert life.sync(begun + hours).missed == 0
        assert trace in life.ids()
        assert life.sync(begun + 49).missed


def test_a_start_that_changed_upstream_is_no_deletion(tmp_path: Path) -> None:
    trace = scored()
    mine = [row for row in world().observations if row["traceId"] == trace]

    def change(row: Row) -> Row:
        if row["traceId"] != trace:
            return row
        moved = pd.Timestamp(row["startTime"]) - pd.Timedelta("20D")
        later = {"startTime": f"{moved:%Y-%m-%dT%H:%M:%S}.000Z", "visible_from": at(GONE)}
        return row | {"deleted_at": at(GONE), "versions": [{"deleted_at": None} | later]}

    with Life(world().changed(observations=change), tmp_path) as life:
        life.sync(FIRST)
        assert life.sync(SECOND).missed == len(mine)
        asked = len(life.server.requests)
        done = life.sync(THIRD)
        assert (done.deleted, done.missed) == (0, 0)
        assert trace in life.ids()
        by_name = [one for one in life.server.requests[asked:] if "traceId" in one.params]
        assert [one.params["traceId"] for one in by_name] == [trace]


@pytest.mark.parametrize("minutes", [20, -70])
def test_a_start_that_moved_within_what_is_read_is_no_deletion_either(
    minutes: int, tmp_path: Path
) -> None:
    roots = sorted((row["startTime"], row["traceId"]) for row in wide().observations)
    trace = roots[0 if minutes > 0 else -1][1]

    def change(row: Row) -> Row:
        if row["traceId"] != trace:
            return row
        moved = pd.Timestamp(row["startTime"]) + pd.Timedelta(minutes, "min")
        told = {"startTime": f"{moved:%Y-%m-%dT%H:%M:%S}.000Z", "visible_from": at(GONE)}
        later = told | {"deleted_at": None, "updatedAt": "2026-06-01T00:00:00.000Z"}
        return row | {"deleted_at": at(GONE), "versions": [later]}

    with Life(wide().changed(observations=change), tmp_path) as life:
        for hours in (FIRST, SECOND, THIRD):
            done = life.sync(hours)
            assert (done.deleted, done.missed) == (0, 0)
        assert trace in life.ids()


@pytest.mark.parametrize("where", ["v2/observations", "v3/scores"])
def test_a_server_that_answers_empty_pages_wipes_nothing(where: str, tmp_path: Path) -> None:
    plan = Faults()
    with Life(world(), tmp_path, faults=plan) as life:
        life.sync(FIRST)
        held = life.ids(), life.lake().log().scores.shape
        plan.always(nothing_there(), where)
        for hours in (SECOND, THIRD, THIRD + 1):
            done = life.sync(hours)
            assert (done.deleted, done.missed) == (0, 0)
            assert "fault of the server" in done.note
        assert (life.ids(), life.lake().log().scores.shape) == held


def nothing_there() -> Fault:
    return lambda _request, _go_on: Answer(200, {"data": [], "meta": {}})


def test_a_sparse_project_is_not_wiped_slice_by_slice(tmp_path: Path) -> None:
    few = [row for row in wide().observations if row["isRootObservation"]][:1]
    spread = [
        row | {"traceId": f"{n + 1:032x}", "startTime": f"2026-05-04T0{n // 10}:{n % 10}5:00.000Z"}
        for n in range(30)
        if n % 10 < 6
        for row in few
    ] + [
        row | {"traceId": f"{n + 100:032x}", "startTime": f"2026-05-04T0{n // 4}:{n % 4}7:00.000Z"}
        for n in range(12)
        for row in few
    ]
    plan = Faults()
    with Life(wide().holding(spread, []), tmp_path, faults=plan) as life:
        life.sync(FIRST)
        held = life.ids("spans")
        assert len(held) == 30
        plan.always(nothing_there(), "v2/observations")
        for hours in (SECOND, THIRD):
            done = life.sync(hours)
            assert (done.deleted, done.missed) == (0, 0)
        assert life.ids("spans") == held


def test_one_slice_that_lacks_too_much_is_not_believed_among_others_that_are_whole(
    tmp_path: Path,
) -> None:
    rows = sorted(wide().observations, key=lambda row: str(row["startTime"]))[:21]
    assert rows[-1]["startTime"] < "2026-05-04T01"
    assert len(rows) < 0.2 * len(wide().observations)
    gone = {(row["traceId"], row["id"]) for row in rows}
    of = without(lambda row: (row["traceId"], row["id"]) in gone, wide())
    with Life(of, tmp_path) as life:
        life.sync(FIRST)
        done = life.sync(SECOND)
        assert (done.missed, "In 1 slice" in done.note) == (0, True)


def test_a_row_that_cannot_be_read_any_more_is_still_there(tmp_path: Path) -> None:
    trace = scored()

    def change(row: Row) -> Row:
        if row["traceId"] != trace:
            return row
        odd = {"startTime": None, "start_us": micros(row["startTime"]), "visible_from": at(GONE)}
        return row | {"deleted_at": at(GONE), "versions": [odd | {"deleted_at": None}]}

    with Life(world().changed(observations=change), tmp_path) as life:
        whole = life.sync(FIRST)
        for hours in (SECOND, THIRD):
            done = life.sync(hours)
            assert done.spans < whole.spans
            assert (done.deleted, done.missed) == (0, 0)


def test_rows_of_another_source_are_not_its_business(tmp_path: Path) -> None:
    theirs = {row["traceId"] for row in world().observations[:1]}
    own = [row for row in world().observations if row["traceId"] in theirs]
    of = world().holding([row for row in world().observations if row["traceId"] not in theirs], [])
    export = tmp_path / "export.jsonl"
    export.write_text("\n".join(json_of(row) for row in own))
    with Life(of, tmp_path / "lake") as life:
        life.clock.advance(at(FIRST) - life.clock.now())
        life.lake().sync(str(export))
        assert life.ids("spans") == theirs
        life.sync(FIRST)
        held = life.ids("spans")
        assert theirs < held
        for hours in (SECOND, THIRD):
            done = life.sync(hours)
            assert (done.deleted, done.missed) == (0, 0)
        assert life.ids("spans") == held


def json_of(row: Row) -> str:
    hidden = ("start_us", "visible_from", "deleted_at", "versions", "first")
    return json.dumps({name: one for name, one in row.items() if name not in hidden})


def test_an_older_server_is_asked_for_the_trace_itself(tmp_path: Path) -> None:
    trace = scored()
    of = without(of_trace(trace)).changed(
        scores=lambda row: row | {"deleted_at": at(GONE)} if about(row) == trace else row
    )
    with Life(of, tmp_path, "v3") as life:
        for hours in (FIRST, SECOND):
            life.sync(hours)
        assert trace in life.ids()
        done = life.sync(THIRD)
        assert done.deleted
        assert trace not in life.ids()
        assert life.server.asked(f"traces/{trace}")


def test_what_nobody_can_be_asked_about_stays(tmp_path: Path) -> None:
    trace = scored()
    plan = Faults()
    with Life(without(of_trace(trace)), tmp_path, "v3", faults=plan) as life:
        for hours in (FIRST, SECOND):
            life.sync(hours)
        plan.always(trouble.status(404, page=True), f"traces/{trace}")
        done = life.sync(THIRD)
        assert done.complete
        assert (done.deleted, "not taken out" in done.note) == (0, True)
        assert trace in life.ids()
    assert done.missed


def test_an_everyday_sync_passes_over_settled_steps_once(tmp_path: Path) -> None:
    trace = scored()
    day = 24.0
    end = next(row for row in world().observations if row["traceId"] == trace)["startTime"]
    offset = (pd.Timestamp(end).timestamp() - world().end) / HOUR
    with Life(world(), tmp_path) as life:
        life.sync(offset + 1, deep=None)
        life.server.state.deleted[trace] = life.clock.now() + HOUR
        everyday = [life.sync(offset + 1 + day * n, deep=None) for n in range(1, 5)]
        assert [one.deleted for one in everyday] == [0] * 4
        assert any(one.missed for one in everyday)
        assert everyday[-1].missed
        assert trace in life.ids()
        assert life.sync(offset + 2 + day * 4, deep="10D").deleted
        assert trace not in life.ids()
