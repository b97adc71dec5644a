"""Is a lake what an undisturbed pull would have given, whatever happened on the way?"""

import os
import signal
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import BadInputError, SourceError
from agentlens.sources.intake.hidden import hidden
from agentlens.sources.intake.road import Choices, gathered, log_of
from agentlens.sources.langfuse.pull import Request, pull
from agentlens.sources.langfuse.settings import Settings
from agentlens.sources.langfuse.state import State
from agentlens.tables.log import Log
from tests.lake.killed import KEY, lake_at
from tests.loopback import Clock, Faults, LangfuseServer, World, trouble
from tests.loopback.options import Mode
from tests.loopback.rows import Row

ROOT = Path(__file__).resolve().parents[2]
KEYS = {"traces": ["trace_id"], "spans": ["trace_id", "span_id"], "scores": ["score_id"]}


@lru_cache(maxsize=1)
def world() -> World:
    return World(days=2, traces_per_day=30)


def later(hours: float = 72.0) -> float:
    return world().end + 3600 * hours


def how(server: LangfuseServer, clock: Clock, **more: Any) -> dict[str, Any]:
    keys = {"public_key": server.public_key, "secret_key": server.secret_key}
    return {"since": "30D", "host": server.url, "clock": clock, **keys} | more


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTLENS_REDACT_KEY", KEY)


def undisturbed(of: World, now: float) -> Log:
    """Return the log of a pull in one go, with no lake in between."""
    clock = Clock(now)
    with LangfuseServer(of, clock=clock) as server:
        settings = Settings(server.url, server.public_key, server.secret_key)
        parcels = list(pull(settings, Request(since=pd.Timedelta("30D")), State(), clock=clock))
    rows = hidden(gathered([one.rows for one in parcels]), "default")
    return log_of(rows, Choices(now=pd.Timestamp(now, unit="s", tz="UTC")))


def same(found: Log, wanted: Log) -> None:
    """Compare whole tables, whatever the order of rows and columns."""
    for name, keys in KEYS.items():
        left, right = (
            getattr(one, name)
            .drop(columns="_where", errors="ignore")
            .sort_values(keys, ignore_index=True)
            for one in (found, wanted)
        )
        assert set(left) == set(right)
        pd.testing.assert_frame_equal(left[sorted(left)], right[sorted(left)], check_dtype=False)


def test_a_lake_gives_the_log_of_an_undisturbed_pull(tmp_path: Path) -> None:
    clock = Clock(later())
    with LangfuseServer(world(), clock=clock) as server:
        lake = lake_at(str(tmp_path), later())
        done = lake.sync("langfuse", **how(server, clock))
        assert done.complete
        asked = len(server.requests)
        again = lake.sync("langfuse", **how(server, clock))
        assert (again.spans, again.scores, again.snapshot) == (0, 0, done.snapshot)
        assert len(server.requests) - asked < 12
    same(lake.log(), undisturbed(world(), later()))


def test_sessions_are_numbered_where_the_pull_reaches_back_far_enough(tmp_path: Path) -> None:
    clock = Clock(later())
    with LangfuseServer(world(), clock=clock) as server:
        lake = lake_at(str(tmp_path), later())
        lake.sync("langfuse", **how(server, clock))
        assert lake.log().traces["session_number"].isna().all()
        lake.sync("langfuse", **how(server, clock, since="200D"))
    traces = lake.log().traces
    rows = traces[["user_id", "session_id", "start"]].dropna()
    firsts = rows.groupby(["user_id", "session_id"])["start"].min()
    order = firsts.groupby("user_id").rank(method="first").rename("nth").reset_index()
    expected = rows.merge(order, how="left").set_axis(rows.index)["nth"]
    found = traces.loc[rows.index, "session_number"]
    assert found.astype("float64").tolist() == expected.tolist()
    assert {1, 2} <= set(found.dropna())
    late = lake.log(since=pd.Timestamp(traces["start"].median())).traces
    whole = traces.set_index("trace_id")["session_number"]
    assert late["session_number"].tolist() == whole[late["trace_id"]].tolist()


def test_no_byte_of_a_user_reaches_the_disk(tmp_path: Path) -> None:
    clock = Clock(later())
    with LangfuseServer(world(), clock=clock) as server:
        lake_at(str(tmp_path), later()).sync("langfuse", **how(server, clock, text="all"))
    users = {one["userId"] for one in world().observations if one["userId"]}
    sessions = {one["sessionId"] for one in world().observations if one["sessionId"]}
    assert users
    words = [one.encode() for one in users | sessions] + [server.secret_key.encode()]
    for file in tmp_path.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [word for word in words if word in content], file


def test_read_langfuse_gives_the_same_log_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clock = Clock(later())
    with LangfuseServer(world(), clock=clock) as server:
        log = al.read_langfuse(**how(server, clock))
        same(log, undisturbed(world(), later()))
        assert not list((tmp_path / ".agentlens").iterdir())
        assert al.read_langfuse(**how(server, clock, keep=True)).traces.shape == log.traces.shape
        assert len(list((tmp_path / ".agentlens").iterdir())) == 1


def test_a_pull_that_must_stop_says_how_to_go_on_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clock = Clock(later())
    plan = Faults().at(12, trouble.too_many(3600))
    with LangfuseServer(world(), clock=clock, faults=plan) as server:
        with pytest.raises(SourceError, match=r"wait 60 min.*the same call continues"):
            al.read_langfuse(**how(server, clock))
        same(al.read_langfuse(**how(server, clock)), undisturbed(world(), later()))


def test_what_comes_late_is_found_by_the_passes_that_follow(tmp_path: Path) -> None:
    end = world().end

    def late(row: Row) -> Row:
        number = int(row["id"][:2], 16)
        wait = (0.0, 300.0, 3 * 3600.0, 40 * 3600.0)[number % 4]
        return row | {"visible_from": pd.Timestamp(row["startTime"]).timestamp() + wait}

    of = world().changed(observations=late)
    clock = Clock(end - 3600)
    with LangfuseServer(of, clock=clock) as server:
        for hours in (-1, 0, 1, 6, 25, 50, 75, 100):
            now = end + 3600 * hours
            clock.advance(now - clock.now())
            lake = lake_at(str(tmp_path), now)
            lake.sync("langfuse", **how(server, clock))
    same(lake.log(), undisturbed(of, end + 100 * 3600))


@pytest.mark.parametrize("text", ["none", "all"])
def test_other_texts_are_kept_too(text: str, tmp_path: Path) -> None:
    clock = Clock(later())
    with LangfuseServer(world(), clock=clock) as server:
        lake = lake_at(str(tmp_path), later())
        lake.sync("langfuse", **how(server, clock, text=text))
    log = lake.log()
    told = log.spans["input"].notna().sum() if "input" in log.spans else 0
    assert (told > len(log)) == (text == "all")


@pytest.mark.parametrize("mode", ["v4", "v3"])
def test_all_that_was_said_in_some_traces_is_read_on_demand(mode: Mode, tmp_path: Path) -> None:
    clock = Clock(later())
    with LangfuseServer(world(), clock=clock, mode=mode) as server:
        light, full = (lake_at(str(tmp_path / name), later()) for name in ("light", "full"))
        light.sync("langfuse", **how(server, clock))
        full.sync("langfuse", **how(server, clock, text="all"))
        before = light.log().plain()
        ids = before.traces["trace_id"].iloc[[3, 7, 20]].tolist()
        keys = {key: one for key, one in how(server, clock).items() if key != "since"}
        asked = len(server.requests)
        done = light.sync("langfuse", traces=[*ids, "0" * 31 + "f"], **keys)
        assert len(server.requests) - asked < 12
        assert light.sync("langfuse", traces=ids, **keys).snapshot == done.snapshot
        light.sync("langfuse", **how(server, clock))
    assert done.complete
    assert done.note == "1 of 4 traces are not there"
    for one in ids:
        told, wanted = (lake.log().trace(one).spans for lake in (light, full))
        assert told["input"].notna().sum() > 1
        pd.testing.assert_frame_equal(
            told.sort_values("span_id")[["span_id", "input", "output"]],
            wanted.sort_values("span_id")[["span_id", "input", "output"]],
        )
    other = before.where(trace_id=before.traces["trace_id"].iloc[11])
    same(light.log().where(trace_id=other.traces["trace_id"].iloc[0]), other)


def test_parts_of_a_lake_s_log_are_parts_of_its_whole(tmp_path: Path) -> None:
    clock = Clock(later())
    with LangfuseServer(world(), clock=clock) as server:
        lake = lake_at(str(tmp_path), later())
        lake.sync("langfuse", **how(server, clock))
    whole = lake.log().plain()
    task = str(whole.traces["task_type"].dropna().iloc[0])
    same(lake.log().last("24h"), whole.last("24h"))
    same(lake.log().where(task_type=task), whole.where(task_type=task))
    user = next(str(one["userId"]) for one in world().observations if one["userId"])
    assert len(lake.log().where(user_id=user)) > 0
    first = str(whole.traces["trace_id"].iloc[0])
    assert lake.log().trace(first).spans.shape == whole.trace(first).spans.shape


def test_bad_words_are_refused_with_a_sentence(tmp_path: Path) -> None:
    lake = lake_at(str(tmp_path), later())
    with pytest.raises(al.UnknownNameError, match="Did you mean 'environment'"):
        lake.sync("langfuse", enviroment="x", public_key="pk", secret_key="sk")  # noqa: S106 - no secret
    with pytest.raises(BadInputError, match="A source is"):
        lake.sync(5)
    both = {"public_key": "pk", "secret_key": "sk"}
    with pytest.raises(BadInputError, match="since= cannot be said beside it"):
        lake.sync("langfuse", traces=["a"], since="7D", **both)
    with pytest.raises(BadInputError, match="takes up to 2,000 ids, found 0"):
        lake.sync("langfuse", traces=[], **both)
    with pytest.raises(BadInputError, match="LANGFUSE_PUBLIC_KEY is not set"):
        lake.sync("langfuse", secret_key="sk")  # noqa: S106 - no secret


def process(path: Path, server: LangfuseServer, now: float) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.lake.killed", str(path), server.url, str(now)]
    environment = {**os.environ, "AGENTLENS_REDACT_KEY": KEY}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)


@pytest.mark.simulation
def test_a_sync_that_is_killed_again_and_again_ends_as_if_it_never_was(tmp_path: Path) -> None:
    kills = 20
    clock = Clock(later())
    with LangfuseServer(world(), clock=clock) as server:
        killed = 0
        for number in range(kills):
            running = process(tmp_path, server, later())
            deadly = len(server.requests) + 4 + number

            def kill(at: int = deadly, victim: Any = running) -> None:
                if len(server.requests) >= at:
                    os.kill(victim.pid, signal.SIGKILL)

            server.on_request = kill
            killed += running.wait() == -signal.SIGKILL
            server.on_request = lambda: None
            lake = lake_at(str(tmp_path), later())
            assert not len(lake.verify())
        assert killed >= kills // 2
        assert process(tmp_path, server, later()).wait() == 0
    same(lake_at(str(tmp_path), later()).log(), undisturbed(world(), later()))


@pytest.mark.simulation
def test_two_syncs_at_once_end_as_one(tmp_path: Path) -> None:
    clock = Clock(later())
    with LangfuseServer(world(), clock=clock) as server:
        both = [process(tmp_path, server, later()) for _ in range(2)]
        assert [one.wait() for one in both] == [0, 0]
        pages = [one for one in server.requests if "observations" in one.path]
    same(lake_at(str(tmp_path), later()).log(), undisturbed(world(), later()))
    alone = Clock(later())
    with LangfuseServer(world(), clock=alone) as server:
        lake_at(str(tmp_path / "other"), later()).sync("langfuse", **how(server, alone))
        assert len(pages) <= 1.5 * len(
            [one for one in server.requests if "observations" in one.path]
        )
