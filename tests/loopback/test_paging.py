"""Does paging over a loopback server give each row once, and all that it should?"""

import base64
import json
from collections import Counter
from collections.abc import Callable
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
MIDDLE = "2026-05-05T00:00:00.000Z"
TRACE = WORLD.traces()[5]["id"]


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


FILTERS: list[tuple[dict[str, str], Callable[[Row], bool]]] = [
    ({"type": "TOOL", "level": "ERROR"}, lambda r: r["type"] == "TOOL" and r["level"] == "ERROR"),
    ({"isRootObservation": "true"}, lambda r: r["isRootObservation"]),
    ({"isRootObservation": "false"}, lambda r: not r["isRootObservation"]),
    ({"environment": "staging"}, lambda r: r["environment"] == "staging"),
    ({"toStartTime": MIDDLE}, lambda r: r["startTime"] < MIDDLE),
    ({"fromStartTime": MIDDLE}, lambda r: r["startTime"] >= MIDDLE),
    ({"traceId": TRACE}, lambda r: r["traceId"] == TRACE),
    ({"name": "think", "version": "2.0"}, lambda r: r["name"] == "think" and r["version"] == "2.0"),
    ({"userId": "caller-002"}, lambda r: r["userId"] == "caller-002"),
    ({"bogus": "x"}, lambda _: True),
    ({"filter": "[]"}, lambda _: True),
]
CONDITIONS: list[tuple[Any, Callable[[Row], bool]]] = [
    (("string", "output", "matches", "friday"), lambda r: "friday" in (r["output"] or "").lower()),
    (("number", "latency", ">", 1.5), lambda r: r["latency"] is not None and r["latency"] > 1.5),
    (("stringOptions", "type", "any of", ["TOOL"]), lambda r: r["type"] == "TOOL"),
    (("datetime", "startTime", ">=", MIDDLE), lambda r: r["startTime"] >= MIDDLE),
    (("arrayOptions", "tags", "any of", ["paid"]), lambda r: "paid" in r["tags"]),
]


@pytest.mark.parametrize("params,holds", FILTERS)
def test_parameters_let_through_what_they_say(
    params: dict[str, str], holds: Callable[[Row], bool]
) -> None:
    with LangfuseServer(WORLD) as server:
        found = every_observation(server, 100, **params)
    wanted = [row for row in WORLD.observations if holds(row)]
    assert wanted
    assert plain(found) == plain(wanted)


@pytest.mark.parametrize("condition,holds", CONDITIONS)
def test_the_filter_lets_through_what_it_says(
    condition: tuple[Any, ...], holds: Callable[[Row], bool]
) -> None:
    asked = json.dumps([dict(zip(("type", "column", "operator", "value"), condition, strict=True))])
    with LangfuseServer(WORLD) as server:
        found = every_observation(server, filter=asked)
    assert plain(found) == plain([row for row in WORLD.observations if holds(row)])


SCORES: list[tuple[dict[str, str], Callable[[Row], bool]]] = [
    ({"dataType": "boolean", "value": "false"}, lambda r: r["value"] is False),
    ({"dataType": "NUMERIC", "valueMin": "0.6", "valueMax": "4"}, lambda r: _within(r, 0.6, 4)),
    ({"dataType": "CATEGORICAL", "value": "solved"}, lambda r: r["value"] == "solved"),
    ({"source": "ANNOTATION,EVAL"}, lambda r: r["source"] in {"ANNOTATION", "EVAL"}),
    ({"name": "grounded"}, lambda r: r["name"] == "grounded"),
    ({"fromTimestamp": MIDDLE}, lambda r: r["timestamp"] >= MIDDLE),
    ({"id": f"{WORLD.scores[3]['id']},{WORLD.scores[9]['id']}"}, lambda r: _listed(r, 3, 9)),
    ({"sessionId": "visit-0-1"}, lambda r: r["subject"] == {"kind": "session", "id": "visit-0-1"}),
]


def _within(row: Row, least: float, most: float) -> bool:
    return row["dataType"] == "NUMERIC" and bool(least <= row["value"] <= most)


def _listed(row: Row, *numbers: int) -> bool:
    return row["id"] in {WORLD.scores[number]["id"] for number in numbers}


@pytest.mark.parametrize("params,holds", SCORES)
def test_score_parameters_let_through_what_they_say(
    params: dict[str, str], holds: Callable[[Row], bool]
) -> None:
    with LangfuseServer(WORLD) as server:
        found = every_score(server, **params)
    wanted = [row for row in WORLD.scores if holds(row)]
    assert wanted
    assert plain(found) == plain(wanted)


@pytest.mark.parametrize(
    "path,params",
    [
        ("v2/observations", {"limit": 1001}),
        ("v2/observations", {"limit": "many"}),
        ("v2/observations", {"limit": -1}),
        ("v2/observations", {"parseIoAsJson": "true"}),
        ("v2/observations", {"fromStartTime": "2026-05-04"}),
        ("v2/observations", {"toStartTime": "2026-05-04T00:00:00"}),
        ("v2/observations", {"isRootObservation": "maybe"}),
        ("v2/observations", {"cursor": "bm9uZQ=="}),
        ("v2/observations", {"filter": "{"}),
        (
            "v2/observations",
            {"filter": '[{"type":"string","column":"input","operator":"contains"}]'},
        ),
        ("v3/scores", {"limit": 101}),
        ("v3/scores", {"fields": "details,all"}),
        ("v3/scores", {"userId": "caller-002"}),
        ("v3/scores", {"observationId": "a"}),
        ("v3/scores", {"traceId": "a", "sessionId": "b"}),
        ("v3/scores", {"value": "1"}),
        ("v3/scores", {"value": "maybe", "dataType": "BOOLEAN"}),
        ("v3/scores", {"value": "inf", "dataType": "NUMERIC"}),
        ("v3/scores", {"valueMin": "1", "dataType": "BOOLEAN"}),
    ],
)
def test_what_cannot_be_asked_is_refused(path: str, params: dict[str, Any]) -> None:
    with LangfuseServer(WORLD) as server, asking(server) as client:
        answer = client.get(path, params=params)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_a_limit_of_zero_gives_an_empty_page() -> None:
    with LangfuseServer(WORLD) as server, asking(server) as client:
        assert client.get("v2/observations", params={"limit": 0}).json() == {"data": [], "meta": {}}


def test_groups_that_were_not_asked_for_are_absent() -> None:
    with LangfuseServer(WORLD) as server, asking(server) as client:
        row = client.get("v2/observations", params={"fields": "io,nonsense"}).json()["data"][0]
    assert {"id", "traceId", "input", "output"} <= row.keys()
    assert not {"name", "metadata", "usageDetails", "model", "tags"} & row.keys()


def test_long_metadata_is_cut_unless_io_or_the_key_is_asked_for() -> None:
    trace = next(row for row in WORLD.traces() if "note" in row["metadata"])
    lengths = []
    with LangfuseServer(WORLD) as server, asking(server) as client:
        for more in ({}, {"expandMetadata": "other,note"}, {"fields": "metadata,io"}):
            params = {"fields": "metadata", "traceId": trace["id"], "limit": 1} | more
            row = client.get("v2/observations", params=params).json()["data"][0]
            lengths.append(len(row["metadata"]["note"]))
    assert lengths == [200, len(trace["metadata"]["note"]), len(trace["metadata"]["note"])]


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
    assert meta["totalItems"] == len(rows)
    assert data["meta"]["totalItems"] == 4 * roots
    assert len(data["data"]) == roots
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
