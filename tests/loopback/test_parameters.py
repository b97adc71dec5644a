"""Does a parameter let through what it says, show what it says, and is nonsense refused?"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.loopback import LangfuseServer, World
from tests.loopback.asking import asking, every_observation, every_score, plain
from tests.loopback.rows import Row

WORLD = World()
MIDDLE = "2026-05-05T00:00:00.000Z"
TRACE = WORLD.traces()[5]["id"]

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


def test_prices_come_only_with_the_model() -> None:
    names = ("modelId", "inputPrice", "outputPrice")
    asked: dict[str, Any] = {"type": "GENERATION", "limit": 100}
    with LangfuseServer(WORLD) as server, asking(server) as client:
        without = client.get("v2/observations", params=asked | {"fields": "usage"}).json()["data"]
        having = client.get("v2/observations", params=asked | {"fields": "model"}).json()["data"]
    assert {row[name] for row in without for name in names} == {None}
    truth = {row["id"]: row for row in WORLD.observations}
    assert any(row["inputPrice"] for row in having)
    for row in having:
        assert [row[name] for name in names] == [truth[row["id"]][name] for name in names]


def test_long_metadata_is_cut_unless_io_or_the_key_is_asked_for() -> None:
    trace = next(row for row in WORLD.traces() if "note" in row["metadata"])
    lengths = []
    with LangfuseServer(WORLD) as server, asking(server) as client:
        for more in ({}, {"expandMetadata": "other,note"}, {"fields": "metadata,io"}):
            params = {"fields": "metadata", "traceId": trace["id"], "limit": 1} | more
            row = client.get("v2/observations", params=params).json()["data"][0]
            lengths.append(len(row["metadata"]["note"]))
    assert lengths == [200, len(trace["metadata"]["note"]), len(trace["metadata"]["note"])]
