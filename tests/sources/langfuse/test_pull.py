"""Is everything read, once, whatever the server does on the way?"""

import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import pandas as pd
import pytest

from agentlens.errors import AgentLensError, BadInputError, SourceError
from agentlens.sources.intake.road import Gathered, gathered
from agentlens.sources.langfuse.pull import Parcel, Request, pull
from agentlens.sources.langfuse.settings import Settings
from agentlens.sources.langfuse.state import State
from tests.loopback import Clock, Fault, Faults, LangfuseServer, Quirks, World, cursors, trouble

DAY = 86_400.0
LATER = 3 * DAY


@lru_cache(maxsize=1)
def world() -> World:
    return World(days=2, traces_per_day=40)


def after(hours: float = 72.0) -> Clock:
    """Return a clock some hours after the world's last day."""
    return Clock(world().end + 3600 * hours)


def settings(server: LangfuseServer) -> Settings:
    return Settings(server.url, server.public_key, server.secret_key)


def request(**how: Any) -> Request:
    return Request(since=pd.Timestamp(world().start, unit="s", tz="UTC"), **how)


def parcels(
    server: LangfuseServer, clock: Clock, state: State | None = None, **how: Any
) -> list[Parcel]:
    return list(pull(settings(server), request(**how), state or State(), clock=clock))


def rows(found: Iterable[Parcel]) -> Gathered:
    return gathered([one.rows for one in found])


@lru_cache(maxsize=4)
def truth(text: Any = "roots") -> Gathered:
    """Return what a server without faults gives."""
    clock = after()
    with LangfuseServer(world(), clock=clock) as server:
        return rows(parcels(server, clock, text=text))


def same(found: Gathered, wanted: Gathered) -> None:
    """Compare all rows of two readings, whatever their order."""
    for name, keys in (
        ("spans", ["trace_id", "span_id"]),
        ("facts", ["trace_id"]),
        ("scores", ["score_id"]),
    ):
        left, right = (
            getattr(one, name).drop(columns=["_where"]).sort_values(keys, ignore_index=True)
            for one in (found, wanted)
        )
        pd.testing.assert_frame_equal(left[sorted(left)], right[sorted(right)])


def test_a_clean_server_is_read_whole() -> None:
    found = truth()
    assert set(zip(found.spans["trace_id"], found.spans["span_id"], strict=True)) == {
        (one["traceId"], one["id"]) for one in world().observations
    }
    assert set(found.scores["score_id"]) == {one["id"] for one in world().scores}
    assert not len(found.rejected)
    by_id = {one["id"]: one for one in world().observations}
    for row in found.spans.to_dict("records"):
        told = by_id[row["span_id"]]
        assert row["start"] == pd.Timestamp(told["startTime"])
        wanted = told["input"] if told["isRootObservation"] else None
        assert (None if pd.isna(row["input"]) else row["input"]) == (wanted or None)


@pytest.mark.parametrize("text", ["none", "roots", "all"])
def test_texts_come_for_the_rows_that_were_asked_for(text: Any) -> None:
    held = truth(text).spans
    parent = held["parent_id"].isna()
    texts = held["input"].notna() if "input" in held else pd.Series(data=False, index=held.index)
    assert texts[parent].any() == (text != "none")
    assert texts[~parent].any() == (text == "all")


PASSING: list[tuple[str, Callable[[Clock], Fault]]] = [
    ("429 for 2 s", lambda clock: trouble.too_many(2, clock=clock)),
    ("429 without a word", lambda clock: trouble.too_many(clock=clock)),
    ("500", lambda _: trouble.status(500)),
    ("502 with a page", lambda _: trouble.status(502, page=True)),
    ("524 with a page", lambda _: trouble.status(524, page=True)),
    ("a web page", lambda _: trouble.html_page()),
    ("a reset", lambda _: trouble.reset()),
    ("a cut answer", lambda _: trouble.cut()),
    ("cut JSON", lambda _: trouble.cut_json()),
    ("cut gzip", lambda _: trouble.cut_gzip()),
]


@pytest.mark.parametrize("make", [one for _, one in PASSING], ids=[name for name, _ in PASSING])
@pytest.mark.parametrize("where", ["first", "second", "one in five"])
def test_what_passes_by_itself_is_waited_for(make: Callable[[Clock], Fault], where: str) -> None:
    clock = after()
    plan = Faults(seed=3)
    fault = make(clock)
    plan = {
        "first": lambda: plan.at(0, fault),
        "second": lambda: plan.at(range(1, 3), fault, "v2/observations"),
        "one in five": lambda: plan.sometimes(0.2, fault),
    }[where]()
    with LangfuseServer(world(), clock=clock, faults=plan) as server:
        same(rows(parcels(server, clock)), truth())
        assert plan.struck


def test_twenty_percent_of_faults_cost_at_most_half_as_many_requests_again() -> None:
    counts = []
    for chance in (0.0, 0.2):
        clock = after()
        plan = Faults(seed=5).sometimes(chance, trouble.status(503))
        with LangfuseServer(world(), clock=clock, faults=plan) as server:
            same(rows(parcels(server, clock)), truth())
            counts.append(len(server.requests))
    assert counts[1] <= 1.5 * counts[0]


def noted(fault: Fault, clock: Clock, struck: list[float]) -> Fault:
    """Return a fault that notes when it strikes."""

    def strike(asked: Any, go_on: Any) -> Any:
        answer = fault(asked, go_on)
        if answer.status == 429:
            struck.append(clock.now())
        return answer

    return strike


@pytest.mark.parametrize("wait", [2.0, 45.0, 110.0])
@pytest.mark.parametrize("workers", [1, 4])
def test_nobody_asks_before_the_time_that_the_server_names(wait: float, workers: int) -> None:
    clock = after()
    struck: list[float] = []
    fault = noted(trouble.too_many(wait), clock, struck)
    plan = Faults().every(4, fault) if workers == 1 else Faults().at(9, fault)
    with LangfuseServer(world(), clock=clock, faults=plan) as server:
        same(rows(parcels(server, clock, concurrency=workers)), truth())
        assert struck
        for time in struck:
            others = [one.time for one in server.requests if one.time > time]
            assert not others or min(others) >= time + wait - 1e-6


def test_a_server_s_limit_is_kept() -> None:
    clock = after()
    struck: list[float] = []
    plan = Faults().always(noted(trouble.bucket(10, clock), clock, struck))
    with LangfuseServer(world(), clock=clock, faults=plan) as server:
        same(rows(parcels(server, clock)), truth())
        assert len(struck) <= 0.2 * len(server.requests)


def test_a_wait_that_is_too_long_ends_the_pull_and_keeps_what_was_read() -> None:
    clock = after()
    plan = Faults().at(12, trouble.too_many(3600, clock=clock))
    found: list[Parcel] = []
    with LangfuseServer(world(), clock=clock, faults=plan) as server:
        begun = pull(settings(server), request(), State(), clock=clock)
        with pytest.raises(SourceError, match=r"wait 60 min.*run this again after"):
            found.extend(begun)
        kept = found[-1].state
        first = len(server.requests)
        clock.advance(3600)
        found += pull(settings(server), request(), kept, clock=clock)
        same(rows(found), truth())
        again = [one.params for one in server.requests[first:] if "toStartTime" in one.params]
        assert kept.observations
        for one in kept.observations:
            for asked in again:
                begin, end = (
                    pd.Timestamp(asked[name]) for name in ("fromStartTime", "toStartTime")
                )
                assert end <= one.start or begin >= min(one.end, one.at - pd.Timedelta("30min"))


@pytest.mark.parametrize(
    "fault, says",
    [
        (trouble.status(500), "500.*6 times in a row"),
        (trouble.reset(), "broke off|no connection"),
        (cursors.endless(), "more than 2,000 pages|does not advance"),
        (cursors.repeating(), "does not advance"),
        (trouble.status(400), "400"),
        (trouble.unauthorized(), "another region or server"),
    ],
)
def test_what_does_not_pass_is_named_and_nothing_is_left_running(fault: Fault, says: str) -> None:
    clock = after()
    plan = Faults().always(fault, "v2/observations")
    before = threading.active_count()
    quirks = Quirks(switch={})
    with LangfuseServer(world(), clock=clock, faults=plan, quirks=quirks) as server:
        held = threading.active_count()
        with pytest.raises(SourceError, match=says) as error:
            parcels(server, clock, text="none")
        assert server.secret_key not in str(error.value)
        assert threading.active_count() <= held + 2
    assert threading.active_count() <= before + 1


@pytest.mark.parametrize("limit, hours", [(250, None), (60, None), (None, 0.75)])
def test_a_server_that_is_asked_too_much_is_asked_less(
    limit: int | None, hours: float | None
) -> None:
    clock = after()
    plan = Faults().always(trouble.timed_out(limit, hours), "v2/observations")
    with LangfuseServer(world(), clock=clock, faults=plan) as server:
        same(rows(parcels(server, clock)), truth())


@pytest.mark.parametrize(
    "fault", [cursors.repeated_rows(3), cursors.empty_pages(3)], ids=["rows twice", "empty pages"]
)
def test_odd_pages_change_nothing(fault: Fault) -> None:
    clock = after()
    plan = Faults().always(fault, "v2/observations")
    with LangfuseServer(world(), clock=clock, faults=plan) as server:
        same(rows(parcels(server, clock)), truth())


def test_the_older_road_gives_the_same_traces() -> None:
    clock = after()
    with LangfuseServer(world(), "v3", clock=clock) as server:
        found = parcels(server, clock, text="all")
        assert "v1" in {one.state.can.observations for one in found if one.state.can}
        old = rows(found)
    new = truth("all")
    keys = ["trace_id", "span_id"]
    columns = ["start", "end", "kind", "name", "status", "model", "input_tokens", "output_tokens"]
    left = old.spans.set_index(keys)[columns].sort_index()
    right = new.spans.set_index(keys)[columns].sort_index()
    pd.testing.assert_frame_equal(left, right)
    assert set(old.facts["trace_id"]) == set(new.spans["trace_id"])


@pytest.mark.parametrize(
    "mode, says",
    [
        ("neither", "in no way that AgentLens knows"),
        ("html", "not a Langfuse API"),
        ("redirect", "not a Langfuse API|redirect|keys are not sent"),
    ],
)
def test_a_server_that_cannot_be_read_says_so_in_a_sentence(mode: Any, says: str) -> None:
    clock = after()
    with (
        LangfuseServer(world(), mode, clock=clock) as server,
        pytest.raises(SourceError, match=says),
    ):
        parcels(server, clock)


def test_a_wrong_key_gets_a_sentence_without_the_key() -> None:
    clock = after()
    with LangfuseServer(world(), clock=clock) as server:
        wrong = Settings(server.url, "pk-lf-other", "sk-lf-very-secret")
        with pytest.raises(SourceError, match="another region") as error:
            list(pull(wrong, request(), State(), clock=clock))
        assert "very-secret" not in str(error.value)
        assert "pk-lf-other" not in str(error.value)
        assert "very-secret" not in repr(wrong)


def test_nobody_there_is_said_soon() -> None:
    with pytest.raises(SourceError, match=r"does not answer .*no connection"):
        list(pull(Settings("http://127.0.0.1:9", "pk", "sk"), request(), State(), clock=after()))


def test_another_project_is_not_mixed_in() -> None:
    clock = after()
    with LangfuseServer(world(), clock=clock) as server:
        state = parcels(server, clock)[-1].state
    assert State.from_json(state.to_json()) == state
    assert state.can is not None
    other = State.from_json(
        state.to_json() | {"can": {**state.to_json()["can"], "project": "other"}}
    )
    with (
        LangfuseServer(world(), clock=clock) as server,
        pytest.raises(BadInputError, match="other"),
    ):
        parcels(server, clock, other)


@pytest.mark.parametrize("stop", range(0, 40, 5))
def test_a_pull_stopped_at_any_slice_goes_on_where_it_was(stop: int) -> None:
    clock = after()
    state, found = State(), []
    with LangfuseServer(world(), clock=clock) as server:
        begun = pull(settings(server), request(), state, clock=clock)
        for _ in range(stop):
            one = next(begun, None)
            if one is not None:
                found.append(one)
                state = one.state
        begun.close()
        assert not [one for one in threading.enumerate() if one.name == "agentlens-pull"]
        found += pull(settings(server), request(), state, clock=clock)
        same(rows(found), truth())


def test_an_error_of_ours_is_never_a_traceback_of_theirs() -> None:
    clock = after()
    plan = Faults(seed=11).sometimes(0.9, trouble.cut())
    with (
        LangfuseServer(world(), clock=clock, faults=plan) as server,
        pytest.raises(AgentLensError),
    ):
        parcels(server, clock)
