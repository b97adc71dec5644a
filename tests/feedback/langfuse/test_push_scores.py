"""Is each judgement in Langfuse exactly once, whatever goes wrong on the way?"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from agentlens.errors import BadInputError, SourceError, UnknownNameError
from agentlens.feedback.langfuse.line import Waiting
from agentlens.feedback.langfuse.scores import push_scores
from agentlens.sources.langfuse.wire.scores import scores as read_scores
from agentlens.tables.log import Log
from tests.feedback.langfuse.pushing import TRACES, WORLD, ours, scored_log, to
from tests.loopback import Clock, Fault, Faults, LangfuseServer, Quirks, Writes, trouble
from tests.loopback.rows import Row
from tests.loopback.wire.answers import Request

N = 60


def _values(log: Log) -> dict[str, float]:
    return dict(zip(log.scores["trace_id"], log.scores["value"], strict=True))


def _there(server: LangfuseServer) -> list[tuple[str, float]]:
    return sorted((row["subject"]["id"], float(row["value"])) for row in ours(server))


def _posts(server: LangfuseServer) -> int:
    return sum(seen.method == "POST" for seen in server.asked("scores"))


def _rejected(score: Row) -> str:
    return "no such config" if score["subject"]["id"] == TRACES[7] else ""


@pytest.mark.parametrize(
    "writes, posts",
    [
        (Writes(), 2),
        (Writes(delay=30.0), 2),
        (Writes(shape="single"), N + 1),
        (Writes(shape="single", own_time=True), N + 1),
        (Writes(shape="single", delay=30.0), N + 1),
    ],
)
def test_every_score_is_there_once_and_a_second_push_sends_nothing(
    writes: Writes, posts: int
) -> None:
    log = scored_log(N)
    with LangfuseServer(WORLD, writes=writes) as server:
        done = push_scores(log, **to(server))
        assert (done.band, set(done.frame["state"])) == ("pass", {"sent"})
        assert _posts(server) == posts
        assert _there(server) == sorted(_values(log).items())
        again = push_scores(log, **to(server))
        assert set(again.frame["state"]) == {"already there"}
        assert _posts(server) == posts
        assert len(server.written) == N


@pytest.mark.parametrize(
    "fault",
    [
        trouble.lost_answer(),
        trouble.cut(),
        trouble.cut_json(),
        trouble.reset(),
        trouble.status(500),
        trouble.status(502, after=True),
        trouble.html_page(),
    ],
)
@pytest.mark.parametrize("delay", [0.0, 30.0])
def test_a_lost_answer_makes_no_second_copy(fault: Fault, delay: float) -> None:
    log = scored_log(N)
    faults = Faults().at(0, _only("POST", fault), "scores").every(5, fault, "v3/scores")
    with LangfuseServer(WORLD, faults=faults, writes=Writes(delay=delay)) as server:
        done = push_scores(log, **to(server))
        assert set(done.frame["state"]) == {"sent"}
        assert faults.struck
        server.faults = Faults()
        assert _there(server) == sorted(_values(log).items())
        assert not push_scores(log, **to(server)).ids("sent")


def test_what_was_taken_though_the_answer_was_lost_is_not_sent_again() -> None:
    faults = Faults().at(0, trouble.lost_answer(), "scores")
    with LangfuseServer(WORLD, faults=faults) as server:
        assert push_scores(scored_log(20), **to(server)).band == "pass"
        assert _posts(server) == 1


@pytest.mark.parametrize("delay", [0.0, 20.0])
def test_of_a_list_with_one_rejected_only_that_one_is_sent_again(delay: float) -> None:
    log, writes = scored_log(50), Writes(rejects=_rejected, delay=delay)
    with LangfuseServer(WORLD, writes=writes) as server:
        done = push_scores(log, **to(server))
        assert _posts(server) == 2
        row = done.frame[done.frame["state"] == "rejected"].iloc[0]
        assert (row["trace_id"], row["reason"]) == (TRACES[7], "no such config")
        assert done.band == "watch"
        assert len(done.ids("sent")) == 49
        assert len(_there(server)) == 49


def test_of_a_list_with_two_rejected_each_is_named_with_its_own_reason() -> None:
    bad = {TRACES[3]: "too old", TRACES[4]: "too new"}
    writes = Writes(rejects=lambda score: bad.get(score["subject"]["id"], ""))
    with LangfuseServer(WORLD, writes=writes) as server:
        done = push_scores(scored_log(10), **to(server))
        assert _posts(server) == 3
    rows = done.frame[done.frame["state"] == "rejected"]
    assert dict(zip(rows["trace_id"], rows["reason"], strict=True)) == bad


def test_a_key_that_may_not_write_ends_the_push() -> None:
    faults = Faults().at(0, trouble.status(403), "scores")
    with (
        LangfuseServer(WORLD, faults=faults) as server,
        pytest.raises(SourceError, match=r"refused scores: 403.*0 of 3 scores sent"),
    ):
        push_scores(scored_log(), **to(server))


def test_an_older_server_is_read_back_by_its_older_addresses() -> None:
    log = scored_log(3, kind="categorical", label=["good", "bad", "good"])
    for quirks in (Quirks(), Quirks(v2_scores=False)):
        writes = Writes(shape="single")
        with LangfuseServer(WORLD, "v3", quirks=quirks, writes=writes) as server:
            assert push_scores(log, **to(server)).headline == "Of 3 scores: 3 sent."
            assert push_scores(log, **to(server)).headline == "Of 3 scores: 3 already there."


def test_what_a_server_that_wants_single_scores_rejects_is_named() -> None:
    writes = Writes(shape="single", rejects=_rejected)
    with LangfuseServer(WORLD, writes=writes) as server:
        done = push_scores(scored_log(10), **to(server))
        assert "no such config" in done.frame.set_index("trace_id").loc[TRACES[7], "reason"]
        assert len(done.ids("sent")) == 9


def test_what_never_shows_is_named_and_the_next_push_sends_only_that() -> None:
    log = scored_log(5)
    writes = Writes(lost=lambda score: score["subject"]["id"] == TRACES[2])
    with LangfuseServer(WORLD, writes=writes) as server:
        done = push_scores(log, deadline=20.0, **to(server))
        assert done.band == "watch"
        assert done.ids("unverified") == [done.frame["id"][2]]
        again = push_scores(log, deadline=20.0, **to(server))
        assert (len(again.ids("already there")), len(again.ids("unverified"))) == (4, 1)


def test_the_server_is_read_back_after_two_four_and_eight_seconds_until_the_deadline() -> None:
    clock = Clock()
    writes = Writes(lost=lambda _: True)
    with LangfuseServer(WORLD, clock=clock, writes=writes) as server:
        begun = clock.now()
        push_scores(scored_log(2), deadline=20.0, **to(server))
        reads = [seen.time - begun for seen in server.asked("v3/scores")]
    assert reads == [0, 2, 6, 14, 20]


def test_a_limit_is_waited_for_as_long_as_the_server_says() -> None:
    clock = Clock()
    faults = Faults().at(0, trouble.too_many(7), "scores")
    with LangfuseServer(WORLD, clock=clock, faults=faults) as server:
        assert push_scores(scored_log(), **to(server)).band == "pass"
        first, second = [seen.time for seen in server.asked("scores")]
    assert 7 <= second - first <= 7.7


def test_a_limit_that_is_too_far_away_stops_the_push_and_says_what_was_sent() -> None:
    faults = Faults().at(1, trouble.too_many(3600), "scores")
    with LangfuseServer(WORLD, faults=faults) as server:
        with pytest.raises(SourceError, match=r"wait 60 min\. 50 of 60 scores sent"):
            push_scores(scored_log(N), **to(server))
        done = push_scores(scored_log(N), **to(server))
        assert (len(done.ids("already there")), len(done.ids("sent"))) == (50, 10)


def test_two_that_push_at_the_same_time_leave_each_score_once() -> None:
    log = scored_log(20)
    others: list[Any] = []
    with LangfuseServer(WORLD, writes=Writes(delay=5.0)) as server:

        def sleep(seconds: float) -> None:
            if not others:  # the first has sent, and the second can see nothing of it
                others.append(push_scores(log, **to(server)))
            server.clock.advance(seconds)

        waiting = Waiting(server.clock.now, sleep)
        done = push_scores(log, **{**to(server), "waiting": waiting})
        assert _posts(server) == 2
        assert list(done.frame["id"]) == list(others[0].frame["id"])
        assert _there(server) == sorted(_values(log).items())
        assert len(server.written) == 20


def test_a_changed_verdict_replaces_the_old_one_even_on_another_day() -> None:
    later = [datetime(2026, 5, 6, 9, tzinfo=UTC)] * 2
    with LangfuseServer(WORLD) as server:
        push_scores(scored_log(2), **to(server))
        done = push_scores(scored_log(2, value=[1, 1], time=later), **to(server))
        assert sorted(done.frame["state"]) == ["already there", "sent"]
        assert _there(server) == sorted((one, 1.0) for one in TRACES[:2])


def test_what_people_wrote_in_langfuse_is_not_copied() -> None:
    known = next(row for row in WORLD.scores if row["subject"]["kind"] == "trace")
    here = {"score_id": [known["id"]], "name": known["name"], "source": "human"}
    log = scored_log(1, **here)
    with LangfuseServer(WORLD) as server:
        done = push_scores(log, **to(server))
        assert (done.frame["state"][0], done.frame["reason"][0]) == (
            "already there",
            "it came from Langfuse",
        )
        assert not _posts(server)


def test_a_dry_run_reads_and_writes_nothing() -> None:
    with LangfuseServer(WORLD) as server:
        done = push_scores(scored_log(), dry_run=True, **to(server))
        assert done.headline == "Of 3 scores: 3 would be sent."
        assert {seen.method for seen in server.requests} == {"GET"}


def test_labels_and_their_design_come_back_as_they_went() -> None:
    design: dict[str, list[Any]] = {
        "rubric": ["grounded", "grounded", None],
        "rubric_version": ["3", "3", None],
        "judge_model": ["judge-1", None, None],
        "rater": ["ann", "ben", "cat"],
        "inclusion_p": [0.25, 0.5, 1.0],
        "split": ["dev", "test", "dev"],
        "source": ["judge", "human", "human"],
        "kind": ["numeric", "boolean", "categorical"],
        "value": [0.4, 1.0, None],
        "label": [None, None, "unsure"],
    }
    log = scored_log(3, **design)
    with LangfuseServer(WORLD) as server:
        push_scores(log, **to(server))
        rows = sorted(ours(server), key=lambda row: TRACES.index(row["subject"]["id"]))
    read = read_scores(rows, [str(place) for place in range(3)]).scores
    for name in ("rubric", "rubric_version", "rater", "inclusion_p", "source", "kind", "value"):
        assert [_none(one) for one in read[name]] == [_none(one) for one in design[name]], name
    assert read["judge_model"][0] == "judge-1"
    assert read["label"][2] == "unsure"
    told = [row["metadata"]["agentlens"]["split"] for row in rows]
    assert told == design["split"]
    assert [row["timestamp"][:19] for row in rows] == [
        f"{at:%Y-%m-%dT%H:%M:%S}" for at in log.scores["time"]
    ]


def test_no_address_and_no_half_character_goes_out_and_comments_are_cut() -> None:
    said = ["write to ann@example.com", "half \ud800 and \0", "x" * 3_000]
    log = scored_log(3, rater="bob@example.com")
    raw = log.scores.assign(comment=pd.Series(said, dtype="object"))
    log = Log(traces=log.traces, scores=raw)
    with LangfuseServer(WORLD) as server:
        push_scores(log, **to(server))
        rows = ours(server)
    assert len(rows) == 3
    assert "example.com" not in str(rows)
    assert max(len(row["comment"]) for row in rows) == 2_000
    assert not {"\ud800", "\0"} & set("".join(row["comment"] for row in rows))


@pytest.mark.parametrize(
    "columns, reason",
    [
        ({"value": [None]}, "neither a value nor a word"),
        ({"value": [0.5]}, "a boolean is 0 or 1"),
        ({"span_id": ["nowhere"]}, "its step is not in this log"),
        ({"kind": ["text"], "label": ["x" * 501]}, "1 to 500 characters"),
    ],
)
def test_what_cannot_be_a_score_is_named_and_not_sent(columns: Any, reason: str) -> None:
    log = scored_log(1, **columns)
    spans = pd.DataFrame({"span_id": ["a"], "trace_id": [TRACES[0]], "start": log.traces["start"]})
    log = Log(traces=log.traces, spans=spans, scores=log.scores)
    with LangfuseServer(WORLD) as server:
        done = push_scores(log, **to(server))
        assert reason in done.frame["reason"][0]
        assert not _posts(server)


def test_the_same_judgement_twice_goes_out_once_with_the_newer_verdict() -> None:
    log = scored_log(2, trace_id=[TRACES[0]] * 2)
    with LangfuseServer(WORLD) as server:
        done = push_scores(log, **to(server))
        assert len(done.frame) == 1
        assert _there(server) == [(TRACES[0], 1.0)]


def test_a_wrong_key_is_said_without_the_secret() -> None:
    with LangfuseServer(WORLD) as server:
        wrong = {**to(server), "secret_key": "sk-lf-very-secret"}
        with pytest.raises(SourceError, match="another region") as caught:
            push_scores(scored_log(), **wrong)
        assert "very-secret" not in str(caught.value)


def test_a_network_that_is_down_is_said() -> None:
    with LangfuseServer(WORLD) as server:
        reached = to(server)
    with pytest.raises(SourceError, match=r"no connection, 6 times in a row\. 0 of 3 scores sent"):
        push_scores(scored_log(), **reached)


def test_ctrl_c_says_what_was_sent_and_the_next_push_goes_on() -> None:
    log = scored_log(N)
    with LangfuseServer(WORLD) as server:
        stop = Waiting(server.clock.now, _interrupted)
        with pytest.raises(KeyboardInterrupt, match="60 of 60 scores sent"):
            push_scores(log, **{**to(server), "waiting": stop})
        assert push_scores(log, **to(server)).headline == "Of 60 scores: 60 already there."


def test_names_that_nobody_gave_and_logs_that_are_none_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'helpful'"):
        push_scores(scored_log(), "helpfull")
    with pytest.raises(BadInputError, match="takes a Log"):
        push_scores(pd.DataFrame())  # type: ignore[arg-type]
    with pytest.raises(BadInputError, match="deadline"):
        push_scores(scored_log(), deadline=-1)


def test_scores_of_users_stay_at_home() -> None:
    with LangfuseServer(WORLD) as server:
        done = push_scores(scored_log(2, source=["user", "judge"]), **to(server))
        assert list(done.frame["trace_id"]) == [TRACES[1]]
        assert "1 score of other names or sources" in done.caveats[0]


def _none(value: Any) -> Any:
    return None if value is None or pd.isna(value) else value


def _interrupted(_: float) -> None:
    raise KeyboardInterrupt


def _only(method: str, fault: Fault) -> Fault:
    return lambda request, go_on: (fault if request.method == method else _fine)(request, go_on)


def _fine(request: Request, go_on: Callable[[Request], Any]) -> Any:
    return go_on(request)
