"""Is Langfuse asked, and only asked, to delete what was forgotten here?"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.lake.lake import Lake
from agentlens.lake.store.reader import Reader
from agentlens.lake.upkeep.upstream import ask_to_delete
from agentlens.sources.langfuse.settings import Settings
from tests.lake.killed import lake_at
from tests.loopback import Clock, Faults, LangfuseServer, World, Writes, trouble
from tests.loopback.asking import every_observation
from tests.loopback.faults.plan import Fault

DAY = 86_400.0


@lru_cache(maxsize=1)
def world() -> World:
    return World(days=1 / 24, traces_per_day=14 * 24)


def now() -> float:
    return world().end + 3 * DAY


def user() -> str:
    return next(str(row["userId"]) for row in world().observations if row["userId"])


def theirs() -> set[str]:
    return {row["traceId"] for row in world().observations if row["userId"] == user()}


def keys(server: LangfuseServer) -> dict[str, Any]:
    return {
        "host": server.url,
        "public_key": server.public_key,
        "secret_key": server.secret_key,
    }


def filled(path: Path, server: LangfuseServer, clock: Clock) -> Lake:
    """Return a lake with everything in it, whose users are hashed."""
    lake = lake_at(str(path), clock.now())
    since = pd.Timestamp(world().start, unit="s", tz="UTC")
    lake.sync("langfuse", since=since, text="none", clock=clock, **keys(server))
    return lake


def test_langfuse_is_asked_and_deletes_when_it_likes(tmp_path: Path) -> None:
    clock = Clock(now())
    with LangfuseServer(world(), clock=clock, writes=Writes(delete_delay=60)) as server:
        lake = filled(tmp_path, server, clock)
        done = lake.forget(user_id=user(), upstream=True, **keys(server))
        assert done.asked is not None
        assert set(done.asked.requested) == set(done.trace_ids) >= theirs()
        assert theirs() <= {row["traceId"] for row in every_observation(server)}
        clock.advance(60)
        left = {row["traceId"] for row in every_observation(server)}
        assert not left & set(done.trace_ids)
        assert left
    said = repr(done)
    assert "Requested of" in said
    assert "only a later read shows" in said
    assert "the source itself" not in said
    assert not any(one in said for one in done.trace_ids)
    acts = lake.acts()
    assert sorted(acts["act"]) == ["ask-upstream", "forget"]
    assert not any(one in str(acts["facts"].tolist()) for one in (*done.trace_ids, user()))
    assert server.secret_key not in str(acts["facts"].tolist())


def test_nothing_is_asked_unless_it_was_said(tmp_path: Path) -> None:
    clock = Clock(now())
    with LangfuseServer(world(), clock=clock) as server:
        lake = filled(tmp_path, server, clock)
        done = lake.forget(user_id=user())
        assert not [one for one in server.requests if one.method == "DELETE"]
    assert done.asked is None
    assert "the source itself" in repr(done)


@pytest.mark.parametrize(
    "fault, says",
    [
        (trouble.status(403), "may not delete traces"),
        (trouble.status(404, page=True), "cannot delete traces over its API"),
        (trouble.status(405), "cannot delete traces over its API"),
        (trouble.too_many(3600), "ask again tomorrow"),
        (trouble.status(503), "answered 503"),
        (trouble.reset(), "gave no answer .*3 times in a row"),
    ],
)
def test_a_refusal_is_a_sentence_and_what_was_forgotten_stays_so(
    fault: Fault, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agentlens.lake.upkeep.upstream._PAUSES", (0.0, 0.0))
    plan = Faults().always(fault, "traces")
    with LangfuseServer(world(), faults=plan) as server:
        settings = Settings(server.url, server.public_key, server.secret_key)
        asked = ask_to_delete(lake_at(str(tmp_path), now()).store, settings, ["a", "b"])
        assert (asked.requested, asked.refused) == ((), ("a", "b"))
        assert not server.state.deleted
    assert pd.Series([asked.problem]).str.contains(says).all()
    assert "ask again" in str(asked) or "asks again" in str(asked)
    assert server.secret_key not in str(asked)


def test_a_lake_that_forgot_says_so_though_langfuse_refused(tmp_path: Path) -> None:
    clock = Clock(now())
    plan = Faults().always(trouble.status(403), "traces")
    with LangfuseServer(world(), clock=clock, faults=plan) as server:
        lake = filled(tmp_path, server, clock)
        done = lake.forget(user_id=user(), upstream=True, **keys(server))
    assert done.asked is not None
    assert set(done.asked.refused) == set(done.trace_ids)
    assert "the source itself" in repr(done)
    assert not set(lake.log().traces["trace_id"]) & theirs()


def test_many_traces_go_in_batches_and_what_passes_is_tried_again(tmp_path: Path) -> None:
    ids = [f"{n:032x}" for n in range(250)]
    waits: list[float] = []
    plan = Faults().at(1, trouble.status(502), "traces")
    with LangfuseServer(world(), faults=plan) as server:
        settings = Settings(server.url, server.public_key, server.secret_key)
        store = lake_at(str(tmp_path), now()).store
        asked = ask_to_delete(store, settings, [*ids, "", *ids], sleep=waits.append)
        sent = [one for one in server.requests if one.method == "DELETE"]
        assert set(server.state.deleted) == set(ids)
    assert (asked.requested, asked.refused) == (tuple(ids), ())
    assert (len(sent), waits) == (4, [1.0])


def test_what_was_taken_before_a_refusal_counts_as_requested(tmp_path: Path) -> None:
    ids = [f"{n:032x}" for n in range(150)]
    plan = Faults().at(1, trouble.status(403), "traces")
    with LangfuseServer(world(), faults=plan) as server:
        settings = Settings(server.url, server.public_key, server.secret_key)
        asked = ask_to_delete(lake_at(str(tmp_path), now()).store, settings, ids)
    assert (asked.requested, asked.refused) == (tuple(ids[:100]), tuple(ids[100:]))
    assert "100 traces" in str(asked)
    assert "50 traces could not be asked for" in str(asked)


def test_a_missing_key_is_said_before_anything_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY", "LANGFUSE_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    clock = Clock(now())
    with LangfuseServer(world(), clock=clock) as server:
        lake = filled(tmp_path, server, clock)
    before = lake.store.head().n
    with pytest.raises(BadInputError, match="LANGFUSE_PUBLIC_KEY is not set"):
        lake.forget(user_id=user(), upstream=True)
    with pytest.raises(UnknownNameError, match="Did you mean 'host'"):
        lake.forget(user_id=user(), upstream=True, hots="http://127.0.0.1")
    with pytest.raises(BadInputError, match="add upstream=True"):
        lake.forget(user_id=user(), host="http://127.0.0.1")
    assert lake.store.head().n == before


def test_a_session_is_forgotten_with_its_own_scores_and_no_other_one_s(tmp_path: Path) -> None:
    clock = Clock(now())
    with LangfuseServer(world(), clock=clock) as server:
        lake = filled(tmp_path, server, clock)
        whole = of_sessions(lake)
        assert len(whole) > 1
        done = lake.forget(session_id=whole[0], upstream=True, **keys(server))
        assert "" not in done.trace_ids
        assert of_sessions(lake) == whole[1:]
        lake.sync("langfuse", deep="10D", since="30D", text="none", clock=clock, **keys(server))
    assert of_sessions(lake) == whole[1:]
    assert len(lake.log().report)


def of_sessions(lake: Lake) -> list[str]:
    """Return the sessions that scores of no single trace belong to."""
    rows = Reader(lake.store, lake.store.head()).read("scores")
    return sorted(rows.loc[rows["trace_id"] == "", "session_id"].dropna())
