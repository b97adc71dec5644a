"""Does the loopback server keep what is written to it as a real one does?"""

from typing import Any

import httpx
import pytest
from langfuse.api import LangfuseAPI
from langfuse.api.commons.types import ScoreConfigDataType
from langfuse.api.scores.types import CreateScoreRequest

from tests.loopback import Clock, LangfuseServer, World, Writes
from tests.loopback.asking import asking, every_observation, every_score

WORLD = World(days=0.2)
TRACE = WORLD.traces()[0]["id"]


def _score(name: str = "ours", **more: Any) -> dict[str, Any]:
    at = {"timestamp": "2026-05-04T10:00:00Z"}
    return {"id": f"al-{name}", "name": name, "value": 0.5, "traceId": TRACE} | at | more


def _new(server: LangfuseServer) -> dict[str, Any]:
    return {row["id"]: row["value"] for row in every_score(server) if row["id"].startswith("al-")}


def _post(scores: Any, writes: Writes | None = None) -> tuple[httpx.Response, dict[str, Any]]:
    with LangfuseServer(WORLD, writes=writes) as server, asking(server) as client:
        return client.post("scores", json=scores), _new(server)


def test_a_list_is_accepted_and_can_be_read_back() -> None:
    values: dict[str, dict[str, Any]] = {
        "a": {"value": 1, "dataType": "BOOLEAN"},
        "b": {"value": "good", "dataType": "CATEGORICAL"},
        "c": {"value": "x" * 500, "dataType": "TEXT"},
        "d": {"traceId": None, "sessionId": "visit-0-0"},
        "e": {"observationId": WORLD.observations[1]["id"]},
        "f": {"traceId": "unknown"},
    }
    answer, kept = _post([_score(name, **more) for name, more in values.items()])
    assert (answer.status_code, answer.json()) == (202, {"message": "Accepted"})
    assert kept == {
        "al-a": True,
        "al-b": "good",
        "al-c": "x" * 500,
        **dict.fromkeys(("al-d", "al-e", "al-f"), 0.5),
    }
    assert kept["al-a"] is True


def test_some_of_a_list_may_be_rejected_without_saying_which() -> None:
    writes = Writes(rejects=lambda score: "no such config" if score["name"] == "b" else "")
    answer, kept = _post([_score("a"), _score("b"), _score("c")], writes)
    assert answer.status_code == 207
    assert answer.json() == {
        "accepted": 2,
        "rejected": 1,
        "errors": [{"message": "no such config"}],
    }
    assert kept.keys() == {"al-a", "al-c"}


def test_an_older_server_wants_one_object() -> None:
    answer, kept = _post([_score()], Writes(shape="single"))
    assert answer.status_code == 400
    assert "expected object, received array" in answer.text
    assert not kept
    answer, kept = _post(_score(), Writes(shape="single"))
    assert (answer.status_code, answer.json()) == (200, {"id": "al-ours"})
    assert kept == {"al-ours": 0.5}


@pytest.mark.parametrize(
    "more",
    [
        {"value": True, "dataType": "BOOLEAN"},
        {"value": 2, "dataType": "BOOLEAN"},
        {"value": "yes", "dataType": "NUMERIC"},
        {"value": 1, "dataType": "CATEGORICAL"},
        {"value": "x" * 501, "dataType": "TEXT"},
        {"value": "", "dataType": "TEXT"},
        {"sessionId": "visit-0-0"},
        {"traceId": None},
        {"environment": "langfuse-mine"},
        {"environment": "Production"},
        {"source": "EVAL"},
        {"name": None},
        {"value": None},
        {"timestamp": "yesterday"},
    ],
)
def test_what_does_not_validate_refuses_the_whole_request(more: dict[str, Any]) -> None:
    answer, kept = _post([_score("a"), _score("b") | more])
    assert answer.status_code == 400
    assert answer.json()["error"][0]["path"][0] == "1"
    assert not kept


def test_a_body_of_more_than_a_megabyte_is_refused() -> None:
    answer, _ = _post([_score(comment="x" * 1_100_000)])
    assert answer.status_code == 413


def test_a_score_shows_only_after_a_delay_and_an_edit_too() -> None:
    clock = Clock()
    writes = Writes(delay=30.0)
    with LangfuseServer(WORLD, clock=clock, writes=writes) as server, asking(server) as client:
        seen = []
        for seconds, value in ((0, 0.5), (29, None), (1, 0.7), (29, None), (1, None)):
            clock.advance(seconds)
            if value is not None:
                client.post("scores", json=[_score(value=value)])
            seen.append(_new(server).get("al-ours"))
        assert seen == [None, None, 0.5, 0.5, 0.7]
        assert len(server.written) == 1


def test_a_lost_score_never_shows() -> None:
    clock = Clock()
    writes = Writes(lost=lambda score: score["name"] == "b")
    with LangfuseServer(WORLD, clock=clock, writes=writes) as server, asking(server) as client:
        assert client.post("scores", json=[_score("a"), _score("b")]).status_code == 202
        clock.advance(10**7)
        assert _new(server).keys() == {"al-a"}
        assert len(server.written) == 2


def test_the_same_id_is_the_same_score_only_on_the_same_day() -> None:
    with LangfuseServer(WORLD) as server, asking(server) as client:
        for at in ("2026-05-04T10:00:00Z", "2026-05-04T23:00:00Z", "2026-05-05T00:00:00Z"):
            client.post("scores", json=[_score(timestamp=at)])
        rows = [row for row in every_score(server) if row["id"] == "al-ours"]
    assert [row["timestamp"] for row in rows] == [
        "2026-05-05T00:00:00.000Z",
        "2026-05-04T10:00:00.000Z",
    ]


def test_a_server_may_set_its_own_time() -> None:
    clock = Clock(1_778_000_000.0)
    with LangfuseServer(WORLD, clock=clock, writes=Writes(own_time=True)) as server:
        with asking(server) as client:
            client.post("scores", json=[_score()])
            clock.advance(60)
            client.post("scores", json=[_score(value=0.9)])
        rows = [row for row in every_score(server) if row["id"] == "al-ours"]
    assert [(row["value"], row["timestamp"]) for row in rows] == [(0.9, "2026-05-05T16:53:20.000Z")]


def test_a_known_score_can_be_written_over() -> None:
    known = WORLD.scores[0]
    names = ("id", "name", "timestamp", "dataType")
    mine = {name: known[name] for name in names} | {"value": 0, "traceId": TRACE}
    with LangfuseServer(WORLD) as server, asking(server) as client:
        assert client.post("scores", json=[mine]).status_code == 202
        rows = every_score(server)
    assert len(rows) == len(WORLD.scores)
    assert [row["value"] for row in rows if row["id"] == known["id"]] == [False]


def test_a_deleted_trace_disappears_after_a_while_with_its_scores() -> None:
    clock = Clock(WORLD.end)
    scored = next(row["subject"]["id"] for row in WORLD.scores if row["subject"]["kind"] == "trace")
    with LangfuseServer(WORLD, clock=clock, writes=Writes(delete_delay=60)) as server:
        with asking(server) as client:
            answer = client.request("DELETE", "traces", json={"traceIds": [scored, "unknown"]})
        assert answer.status_code == 200
        before = len(every_observation(server)), len(every_score(server))
        clock.advance(60)
        left, scores = every_observation(server), every_score(server)
    assert before == (len(WORLD.observations), len(WORLD.scores))
    assert {row["traceId"] for row in WORLD.observations} - {row["traceId"] for row in left} == {
        scored
    }
    assert scored not in {row["subject"]["id"] for row in scores}


def test_the_client_of_the_sdk_writes_everything() -> None:
    with LangfuseServer(WORLD) as server:
        api = LangfuseAPI(
            base_url=server.url, username=server.public_key, password=server.secret_key
        )
        sent = [CreateScoreRequest(id="al-1", name="n", value=1.0, trace_id=TRACE)]
        assert getattr(api.scores.create(request=sent), "message", "") == "Accepted"
        _datasets(api)
        _queues(api)
        said = api.comments.create(
            project_id=WORLD.project["id"], object_type="TRACE", object_id=TRACE, content="see"
        )
        found = api.comments.get(object_type="TRACE", object_id=TRACE).data
        assert [(one.id, one.content) for one in found] == [(said.id, "see")]
        assert api.trace.delete(TRACE).message
        assert api.trace.delete_multiple(trace_ids=["unknown"]).message
        api._client_wrapper.httpx_client.httpx_client.close()


def _datasets(api: LangfuseAPI) -> None:
    first = api.datasets.create(name="failed/answers", description="d")
    again = api.datasets.create(name="failed/answers", metadata={"a": 1})
    assert (again.id, again.description, again.metadata) == (first.id, "d", {"a": 1})
    assert api.datasets.get("failed%2Fanswers").id == first.id  # the SDK does not quote paths
    for number in range(3):
        api.dataset_items.create(
            dataset_name="failed/answers",
            id=f"item-{number}",
            input={"q": number},
            source_trace_id=f"t-{number}",
        )
    kept = api.dataset_items.create(dataset_name="failed/answers", id="item-1", metadata={"n": 1})
    assert (kept.input, kept.metadata, kept.source_trace_id) == ({"q": 1}, {"n": 1}, "t-1")
    page = api.dataset_items.list(dataset_name="failed/answers", limit=2, page=2)
    assert (len(page.data), page.meta.total_items, page.meta.total_pages) == (1, 3, 2)
    found = api.dataset_items.list(dataset_name="failed/answers", source_trace_id="t-2").data
    assert [one.id for one in found] == ["item-2"]
    assert len(api.datasets.list().data) == 1


def _queues(api: LangfuseAPI) -> None:
    config = api.score_configs.create(name="triage", data_type=ScoreConfigDataType.BOOLEAN)
    assert api.score_configs.get_by_id(config.id) == api.score_configs.get(limit=50).data[-1]
    queue = api.annotation_queues.create_queue(name="triage", score_config_ids=[config.id])
    assert [one.id for one in api.annotation_queues.list_queues().data] == [queue.id]
    for _ in range(2):
        api.annotation_queues.create_queue_item(queue.id, object_id=TRACE, object_type="TRACE")
    items = api.annotation_queues.list_queue_items(queue.id).data
    assert [one.object_id for one in items] == [TRACE, TRACE]
    assert len({one.id for one in items}) == 2
    api.annotation_queues.delete_queue_item(queue.id, items[0].id)
    assert len(api.annotation_queues.list_queue_items(queue.id).data) == 1


@pytest.mark.parametrize(
    "path,body,status",
    [
        ("annotation-queues", {"name": "q", "scoreConfigIds": []}, 400),
        ("annotation-queues", {"name": "q", "scoreConfigIds": ["none"]}, 400),
        ("annotation-queues/none/items", {"objectId": "a", "objectType": "TRACE"}, 404),
        ("dataset-items", {"datasetName": "none", "id": "a"}, 404),
        ("v2/datasets", {"name": ""}, 400),
        ("comments", {"objectType": "TRACE", "objectId": TRACE, "content": "x" * 5001}, 400),
        ("scores", "{", 400),
        ("scores", 5, 400),
    ],
)
def test_what_cannot_be_written_is_refused(path: str, body: Any, status: int) -> None:
    with LangfuseServer(WORLD) as server, asking(server) as client:
        assert client.post(path, json=body).status_code == status


def test_names_of_queues_and_ids_of_items_belong_to_one() -> None:
    with LangfuseServer(WORLD) as server, asking(server) as client:
        queue = {"name": "q", "scoreConfigIds": ["cfg-grade"]}
        assert [client.post("annotation-queues", json=queue).status_code for _ in range(2)] == [
            *(200, 400)
        ]
        for name in ("one", "two"):
            client.post("v2/datasets", json={"name": name})
        answers = [
            client.post("dataset-items", json={"datasetName": name, "id": "a"}).status_code
            for name in ("one", "two")
        ]
    assert answers == [200, 404]
