"""Does the loopback server pass on whatever a row says, however odd?"""

from typing import Any

import pytest

from tests.loopback import Clock, LangfuseServer, Quirks, World, Writes
from tests.loopback.api.observations import ALL_GROUPS
from tests.loopback.asking import asking, plain
from tests.loopback.routes import routed
from tests.loopback.rows import Row
from tests.loopback.state import State
from tests.loopback.wire.answers import Request

FEW = World(days=0.3)
ODD = ["absent", None, "", 7, ["x"]]


def _with(row: Row, key: str, value: Any) -> Row:
    kept = {name: one for name, one in row.items() if name != key}
    return kept | ({} if value == "absent" else {key: value})


def _all(world: World, path: str, fields: str) -> list[Row]:
    state = State(world, Clock(world.end), Quirks(), Writes())
    rows, cursor = list[Row](), ""
    while True:
        asked = {"fields": [fields], "limit": ["40"], "cursor": [cursor]}
        answer = routed(state, Request("GET", f"/api/public/{path}", asked, {}, b"", 0, 0.0))
        assert answer.status == 200
        rows += answer.body["data"]
        cursor = answer.body["meta"].get("cursor", "")
        if not cursor:
            return rows


@pytest.mark.parametrize("value", ODD)
def test_an_observation_is_listed_whatever_one_of_its_fields_is(value: Any) -> None:
    for key in FEW.observations[3].keys() - {"start_us"}:
        odd = _with(FEW.observations[3], key, value)
        others = [row for row in FEW.observations if row["id"] != FEW.observations[3]["id"]]
        rows = _all(FEW.holding(observations=[odd, *others]), "v2/observations", ALL_GROUPS)
        assert len(rows) == len(FEW.observations)
        assert plain([odd])[0] in rows


@pytest.mark.parametrize("value", ODD)
def test_a_score_is_listed_whatever_one_of_its_fields_is(value: Any) -> None:
    for key in FEW.scores[0].keys() - {"start_us", "subject"}:
        odd = _with(FEW.scores[0], key, value)
        world = FEW.holding(scores=[odd, *FEW.scores[1:]])
        rows = _all(world, "v3/scores", "details,subject,annotation")
        assert len(rows) == len(FEW.scores)
        assert plain([odd])[0] in rows


def test_half_a_surrogate_pair_arrives_escaped() -> None:
    world = FEW.changed(observations=lambda row: row | {"output": "a\ud800"})
    with LangfuseServer(world) as server, asking(server) as client:
        answer = client.get("v2/observations", params={"fields": "io"})
    assert b'"output":"a\\ud800"' in answer.content
    assert answer.json()["data"][0]["output"] == "a\ud800"


def test_long_and_deep_texts_arrive_whole() -> None:
    text = "[" * 100_000 + "😀\x00" * 10
    world = FEW.changed(observations=lambda row: row | {"input": text} if row["tags"] else None)
    with LangfuseServer(world) as server, asking(server) as client:
        rows = client.get("v2/observations", params={"fields": "io", "limit": 2}).json()["data"]
    assert {row["input"] for row in rows} == {text}
