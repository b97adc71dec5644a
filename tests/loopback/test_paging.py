"""Does paging over a loopback server give each row once, and all that it should?"""

import base64
import json
from collections import Counter
from typing import Any

import pytest

from tests.loopback import BigWorld, Clock, LangfuseServer, Quirks, World
from tests.loopback.asking import (
    asking,
    cursor_pages,
    every_observation,
    every_score,
    plain,
)
from tests.loopback.rows import Row, iso, key_of, micros

WORLD = World()


@pytest.mark.parametrize("limit", [1, 7, 50, 631, 632, 633, 1000])
def test_paging_gives_each_observation_once(limit: int) -> None:
    world = WORLD if limit > 1 else World(days=0.2)
    with LangfuseServer(world) as server:
        rows = every_observation(server, limit)
        assert len(server.requests) == max(1, -(-len(world.observations) // limit))
    assert plain(rows) == plain(world.observations)
    assert [key_of(row) for row in rows] == sorted(map(key_of, rows), reverse=True)


@pytest.mark.parametrize("limit", [1, 9, 100])
def test_paging_gives_each_score_once(limit: int) -> None:
    with LangfuseServer(WORLD) as server:
        assert plain(every_score(server, limit)) == plain(WORLD.scores)


@pytest.mark.parametrize("path", ["traces", "observations", "v2/scores", "scores"])
def test_page_numbers_give_each_row_once(path: str) -> None:
    with LangfuseServer(WORLD, "v3") as server, asking(server) as client:
        first = client.get(path, params={"limit": 33}).json()["meta"]
        pages = range(1, first["totalPages"] + 1)
        rows = [
            row
            for page in pages
            for row in client.get(path, params={"limit": 33, "page": page}).json()["data"]
        ]
        beyond = client.get(path, params={"limit": 33, "page": len(pages) + 1}).json()
    about = [row["subject"]["kind"] for row in WORLD.scores]
    truth = {
        "traces": len(WORLD.traces()),
        "observations": len(WORLD.observations),
        "v2/scores": len(WORLD.scores),
        "scores": sum(kind in {"trace", "observation"} for kind in about),
    }[path]
    assert len({row["id"] for row in rows}) == len(rows) == first["totalItems"] == truth
    assert beyond["data"] == []


def test_a_cursor_is_base64_of_json_with_milliseconds() -> None:
    with LangfuseServer(WORLD) as server, asking(server) as client:
        body = client.get("v2/observations", params={"limit": 3}).json()
        last = body["data"][-1]
        assert json.loads(base64.b64decode(body["meta"]["cursor"])) == {
            "lastStartTimeTo": last["startTime"],
            "lastTraceId": last["traceId"],
            "lastId": last["id"],
        }


def test_a_cursor_can_skip_rows_that_begin_between_milliseconds() -> None:
    crowded = World(days=0.1).changed(
        observations=lambda row: row | {"start_us": row["start_us"] // 1_000_000 * 1_000_000 + 500}
    )
    crowded = crowded.changed(observations=lambda row: row | {"startTime": iso(row["start_us"])})
    with LangfuseServer(crowded) as server:
        whole = every_observation(server, 1000)
        parts = every_observation(server, 2)
    assert len(whole) == len(crowded.observations)
    assert len({row["id"] for row in parts}) < len(whole)


def test_rows_arrive_and_disappear_by_the_clock() -> None:
    root = WORLD.observations[0]["id"]
    late = WORLD.changed(
        observations=lambda row: (
            row | {"visible_from": 1000.0, "deleted_at": 2000.0} if row["id"] == root else row
        ),
        scores=lambda row: row | {"visible_from": 1500.0},
    )
    clock = Clock(900.0)
    with LangfuseServer(late, clock=clock) as server:
        counts = []
        for seconds in (0, 200, 500, 500):
            clock.advance(seconds)
            counts.append((len(every_observation(server)), len(every_score(server))))
    everything = len(WORLD.observations)
    assert counts == [
        (everything - 1, 0),
        (everything, 0),
        (everything, len(WORLD.scores)),
        (everything - 1, len(WORLD.scores)),
    ]


def _stale(row: Row) -> Row:
    """Give each root an older version before it, an equal one after it, and one that began later."""
    if not row["isRootObservation"]:
        return row
    older = {"updatedAt": "2026-05-04T00:00:00.000Z", "output": "old", "first": True}
    later = micros(row["startTime"]) + 5_000_000
    moved = {"start_us": later, "startTime": iso(later), "updatedAt": "2026-05-04T00:00:00.000Z"}
    return row | {"versions": [older, {}, moved]}


def test_other_versions_of_a_row_are_listed_too() -> None:
    world = WORLD.changed(observations=_stale)
    roots = len(WORLD.traces())
    with LangfuseServer(world) as server:
        rows = every_observation(server)
    counts = Counter(row["id"] for row in rows)
    assert len(rows) == len(WORLD.observations) + 3 * roots
    assert sorted(set(counts.values())) == [1, 4]
    twins = [row for row in rows if counts[row["id"]] == 4][:4]
    with LangfuseServer(world, "v3") as server, asking(server) as client:
        meta = client.get("observations").json()["meta"]
        data = client.get("traces", params={"limit": 100}).json()
        first = client.get("observations", params={"limit": 100}).json()["data"]
    assert meta["totalItems"] == len(rows)
    assert data["meta"]["totalItems"] == 4 * roots
    assert len(data["data"]) == roots
    newest = {row["id"]: row["updatedAt"] for row in WORLD.observations}
    assert [row["updatedAt"] for row in first] == [newest[row["id"]] for row in first]
    places = {
        row["id"]: [n for n, one in enumerate(rows) if one["id"] == row["id"]] for row in twins
    }
    for where in places.values():
        outputs = [rows[place]["output"] for place in where]
        assert outputs[1] == "old"  # behind the one that began later, before the true one


def test_a_row_may_come_with_the_output_of_its_old_version() -> None:
    world = WORLD.changed(observations=_stale)
    trace = world.observations[0]["traceId"]
    asked = {"traceId": trace, "isRootObservation": "true"}
    with LangfuseServer(world, quirks=Quirks(old_output=1)) as server:
        first, second = (every_observation(server, **asked) for _ in range(2))
    newest = max(row["updatedAt"] for row in first)
    outputs = [
        [row["output"] for row in rows if row["updatedAt"] == newest] for rows in (first, second)
    ]
    assert "old" in outputs[0]
    assert "old" not in outputs[1]


def test_a_big_world_is_paged_to_its_end() -> None:
    world = BigWorld(5_000)
    with LangfuseServer(world) as server, asking(server) as client:
        pages = cursor_pages(client, "v2/observations", limit=1000)
        ids = [row["id"] for page in pages for row in page]
        window: dict[str, Any] = {
            "fromStartTime": iso(world.start_us + 250_000 * 100),
            "limit": 1000,
        }
        window["toStartTime"] = iso(world.start_us + 250_000 * 300)
        part = client.get("v2/observations", params=window).json()["data"]
        scores = [one for page in cursor_pages(client, "v3/scores", limit=20) for one in page]
    assert len(set(ids)) == len(ids) == world.n
    assert [row["id"] for row in part] == [world.observation(n)["id"] for n in range(299, 99, -1)]
    assert len(scores) == len({row["id"] for row in scores}) == -(-world.traces // 10)


def test_rows_can_arrive_between_two_pages() -> None:
    clock = Clock(1000.0)
    ids = [row["id"] for row in WORLD.observations[::10]]
    late = WORLD.changed(
        observations=lambda row: row | {"visible_from": 1003.0} if row["id"] in ids else row
    )
    with LangfuseServer(late, clock=clock) as server:
        server.on_request = lambda: clock.advance(1)
        first = {row["id"] for row in every_observation(server, 100)}
        second = {row["id"] for row in every_observation(server, 100)}
    assert len(WORLD.observations) - len(ids) < len(first) < len(second)
    assert len(second) == len(WORLD.observations)
