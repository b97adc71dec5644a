"""Does the loopback server answer as a real one does?"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from langfuse.api import LangfuseAPI
from langfuse.api.core.pydantic_utilities import parse_obj_as
from langfuse.api.metrics.types import MetricsV2Response
from langfuse.api.observations.types import ObservationsV2Response
from langfuse.api.scores.types import GetScoresV3Response

from tests.loopback import LangfuseServer, Quirks, World
from tests.loopback.api.observations import ALL_GROUPS
from tests.loopback.asking import asking
from tests.loopback.rows import Row

RECORDED = Path(__file__).parents[2].parent / "shared" / "data" / "langfuse" / "api"
WORLD = World()
needs_recorded = pytest.mark.skipif(
    not RECORDED.exists(), reason="answers recorded from a real server are not here"
)
ALSO = {
    "endTime": {"NoneType"},
    "latency": {"NoneType"},
    "timeToFirstToken": {"number"},
    "totalCost": {"NoneType"},
    "input": {"NoneType"},
    "output": {"NoneType"},
    "promptId": {"str"},
    "promptName": {"str"},
    "promptVersion": {"number"},
    "userId": {"empty"},
    "sessionId": {"empty"},
    "statusMessage": {"str"},
    "parentObservationId": {"NoneType"},
    "comment": {"str", "NoneType"},
    "configId": {"str"},
    "queueId": {"str"},
    "authorUserId": {"str"},
    "value": {"number", "str", "bool"},
}
"""What the recorded rows happened not to have, but the requirements name."""
V1_KEYS = {
    "traces": {
        *("id", "projectId", "name", "timestamp", "environment", "tags", "bookmarked", "release"),
        *("version", "userId", "sessionId", "public", "input", "output", "metadata", "createdAt"),
        *("updatedAt", "externalId", "observations", "scores", "totalCost", "latency", "htmlPath"),
    },
    "observations": {
        *("id", "traceId", "startTime", "endTime", "projectId", "parentObservationId", "type"),
        *("environment", "name", "level", "statusMessage", "version", "createdAt", "updatedAt"),
        *("input", "output", "metadata", "model", "modelParameters", "completionStartTime"),
        *("promptId", "promptName", "promptVersion", "latency", "timeToFirstToken"),
        *("usageDetails", "costDetails", "usagePricingTierId", "usagePricingTierName", "modelId"),
        *("inputPrice", "outputPrice", "totalPrice", "calculatedInputCost", "usage", "unit"),
        *("calculatedOutputCost", "calculatedTotalCost", "promptTokens", "completionTokens"),
        *("totalTokens",),
    },
    "scores": {
        *("id", "projectId", "environment", "name", "value", "stringValue", "dataType", "source"),
        *("authorUserId", "comment", "metadata", "configId", "queueId", "executionTraceId"),
        *("createdAt", "updatedAt", "timestamp", "traceId", "observationId", "trace"),
    },
}


def _recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text())


def _ask(path: str, mode: Any = "v4", **params: Any) -> Any:
    with LangfuseServer(WORLD, mode) as server, asking(server) as client:
        return client.get(path, params=params)


def _kinds(rows: Iterable[Row]) -> dict[str, set[str]]:
    """Return by key which kinds of JSON values it has."""
    kinds: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row.items():
            kind = "number" if isinstance(value, (int, float)) else type(value).__name__
            kind = "bool" if isinstance(value, bool) else kind
            kinds.setdefault(name, set()).add("empty" if value == "" else kind)
    return kinds


def test_the_models_of_the_sdk_take_the_observations() -> None:
    for fields, limit in ((ALL_GROUPS, 300), ("core", 50)):
        body = _ask("v2/observations", fields=fields, limit=limit).json()
        parsed = parse_obj_as(ObservationsV2Response, body)
        assert [one.id for one in parsed.data] == [row["id"] for row in body["data"]]
        assert len(parsed.data) == limit
        assert parsed.meta.cursor == body["meta"]["cursor"]


def test_the_models_of_the_sdk_take_the_scores() -> None:
    body = _ask("v3/scores", fields="details,subject,annotation", limit=100).json()
    parsed = parse_obj_as(GetScoresV3Response, body)
    assert [one.value for one in parsed.data] == [row["value"] for row in body["data"]]
    assert {one.data_type for one in parsed.data} == {row["dataType"] for row in WORLD.scores}
    assert parsed.meta.limit == 100
    assert parsed.meta.cursor == body["meta"]["cursor"]


def test_the_client_of_the_sdk_reads_everything_else() -> None:
    query = {
        "view": "observations",
        "metrics": [{"measure": "count", "aggregation": "count"}],
        "dimensions": [],
        "filters": [],
        "fromTimestamp": "2026-05-01T00:00:00Z",
        "toTimestamp": "2026-06-01T00:00:00Z",
    }
    with LangfuseServer(WORLD) as server:
        api = LangfuseAPI(
            base_url=server.url, username=server.public_key, password=server.secret_key
        )
        assert api.health.health().status == "OK"
        assert api.projects.get().data[0].id == WORLD.project["id"]
        configs = api.score_configs.get().data
        assert [one.id for one in configs] == [row["id"] for row in WORLD.score_configs]
        counted = api.metrics.metrics(query=json.dumps(query))
        assert counted.data == [{"count_count": str(len(WORLD.observations))}]
        api._client_wrapper.httpx_client.httpx_client.close()


@needs_recorded
@pytest.mark.parametrize(
    "name,params",
    [
        ("v2_observations_all", {"fields": ALL_GROUPS}),
        ("v2_observations_core", {"fields": "core"}),
        ("v2_observations_default", {}),
        ("v3_scores_all", {"fields": "details,subject,annotation"}),
        ("v3_scores_boolean", {"fields": "details,subject", "dataType": "BOOLEAN"}),
        ("v3_scores_core", {}),
    ],
)
def test_rows_have_the_keys_and_kinds_that_a_real_server_sent(
    name: str, params: dict[str, str]
) -> None:
    theirs = _recorded(name)
    path = theirs["request"]["path"].removeprefix("/api/public/")
    answer = _ask(path, limit=5 if "cursor" in theirs["body"]["meta"] else 100, **params)
    ours = answer.json()
    assert answer.headers["content-type"] == theirs["headers"]["Content-Type"]
    assert {frozenset(row) for row in ours["data"]} == {frozenset(theirs["body"]["data"][0])}
    assert ours["meta"].keys() == theirs["body"]["meta"].keys()
    known = _kinds(theirs["body"]["data"])
    for key, kinds in _kinds(ours["data"]).items():
        assert kinds <= known[key] | ALSO.get(key, set()), key


@needs_recorded
@pytest.mark.parametrize("name", ["v1_traces_list", "v1_observations", "v1_scores", "v2_scores"])
def test_old_rows_have_the_keys_that_a_real_server_sent(name: str) -> None:
    theirs = _recorded(name)
    path = theirs["request"]["path"].removeprefix("/api/public/")
    ours = _ask(path, "v3").json()
    assert {frozenset(row) for row in ours["data"]} == {frozenset(theirs["body"]["data"][0])}
    assert ours["meta"].keys() == theirs["body"]["meta"].keys()
    scope = [row.get("metadata", {}).get("scope") for row in ours["data"]]
    assert "scores" in path or all(isinstance(one, dict) for one in scope)


@pytest.mark.parametrize("path", ["traces", "observations", "scores"])
def test_old_rows_have_the_keys_that_are_written_down(path: str) -> None:
    rows = _ask(path, "v3").json()["data"]
    assert {frozenset(row) for row in rows} == {frozenset(V1_KEYS[path])}


@needs_recorded
@pytest.mark.parametrize(
    "name",
    ["err_400_cursor", "err_400_filter_col", "err_400_limit", "err_404_v3_scores_bogus"],
)
def test_errors_say_what_a_real_server_said(name: str) -> None:
    theirs = _recorded(name)
    path = theirs["request"]["path"].removeprefix("/api/public/")
    ours = _ask(path, **theirs["request"]["params"])
    assert (ours.status_code, ours.json()) == (theirs["status"], theirs["body"])


@needs_recorded
def test_a_trace_alone_is_as_a_real_server_sends_it() -> None:
    missing = _recorded("err_404_trace")
    ours = _ask("traces/nope", "v3")
    assert (ours.status_code, ours.json()) == (404, missing["body"])
    theirs = _recorded("v1_trace_get")["body"]
    scored = next(row for row in WORLD.scores if row["subject"]["kind"] == "trace")
    one = _ask(f"traces/{scored['subject']['id']}", "v3").json()
    assert one.keys() == theirs.keys()
    assert one["observations"][0].keys() == theirs["observations"][0].keys()
    assert one["scores"][0].keys() - {"sessionId", "datasetRunId"} == theirs["scores"][0].keys()


@needs_recorded
@pytest.mark.parametrize("name", ["health", "projects", "score_configs"])
def test_small_answers_have_the_keys_that_a_real_server_sent(name: str) -> None:
    theirs = _recorded(name)
    ours = _ask(theirs["request"]["path"].removeprefix("/api/public/")).json()
    assert ours.keys() == theirs["body"].keys()
    if name != "health":
        assert {frozenset(row) for row in ours["data"]} == {frozenset(theirs["body"]["data"][0])}


@needs_recorded
def test_what_was_written_has_the_keys_that_a_real_server_sent() -> None:
    trace = WORLD.observations[0]["traceId"]
    comment = {"objectType": "TRACE", "objectId": trace, "content": "see"}
    with LangfuseServer(WORLD) as server, asking(server) as client:
        client.post("v2/datasets", json={"name": "d"})
        client.post("dataset-items", json={"datasetName": "d", "input": {"q": 1}})
        queue = {"name": "q", "scoreConfigIds": ["cfg-grade"]}
        items = (
            f"annotation-queues/{client.post('annotation-queues', json=queue).json()['id']}/items"
        )
        client.post(items, json={"objectId": trace, "objectType": "TRACE"})
        client.post("comments", json=comment | {"projectId": WORLD.project["id"]})
        names = {
            "v2/datasets": "datasets",
            "dataset-items": "dataset_items",
            "annotation-queues": "annotation_queues",
            items: "annotation_queue_items",
            "comments": "comments",
        }
        for path, name in names.items():
            theirs, ours = _recorded(name)["body"], client.get(path).json()
            assert [row.keys() for row in ours["data"]] == [theirs["data"][0].keys()]
            assert ours["meta"].keys() == theirs["meta"].keys()
            kinds = _kinds(theirs["data"])
            told = ("description", "metadata", "expectedOutput", "sourceTraceId")
            for key, found in _kinds(ours["data"]).items():
                assert found <= kinds[key] | ({"NoneType"} if key in told else set()), key


def test_old_answers_may_say_that_they_will_go() -> None:
    quirks = Quirks(deprecation=True)
    with LangfuseServer(WORLD, "v3", quirks=quirks) as server, asking(server) as client:
        assert "_deprecation" in client.get("traces").json()
        assert "_deprecation" not in client.get("projects").json()


def test_metrics_count_in_texts_and_measure_in_milliseconds() -> None:
    query = {
        "view": "observations",
        "metrics": [
            {"measure": "count", "aggregation": "count"},
            {"measure": "latency", "aggregation": "p50"},
            {"measure": "totalCost", "aggregation": "sum"},
        ],
        "dimensions": [{"field": "type"}],
        "timeDimension": {"granularity": "day"},
        "fromTimestamp": "2026-05-04T00:00:00Z",
        "toTimestamp": "2026-05-05T00:00:00Z",
    }
    rows = _ask("v2/metrics", query=json.dumps(query)).json()["data"]
    tools = next(row for row in rows if row["type"] == "TOOL")
    found = [
        row
        for row in WORLD.observations
        if row["type"] == "TOOL" and row["startTime"] < "2026-05-05"
    ]
    spent = sorted(row["latency"] * 1000 for row in found)
    middle = (spent[(len(spent) - 1) // 2] + spent[len(spent) // 2]) / 2
    assert tools["time_dimension"] == "2026-05-04"
    assert tools["count_count"] == str(len(found))
    assert tools["p50_latency"] == pytest.approx(middle)
    query["dimensions"] = [{"field": "userId"}]
    assert _ask("v2/metrics", query=json.dumps(query)).status_code == 400


def test_metrics_leave_rows_out_beyond_their_limit_without_a_word() -> None:
    query: dict[str, Any] = {
        "view": "observations",
        "metrics": [{"measure": "count", "aggregation": "count"}],
        "timeDimension": {"granularity": "hour"},
        "fromTimestamp": "2026-05-04T00:00:00Z",
        "toTimestamp": "2026-05-05T00:00:00Z",
    }
    body = _ask("v2/metrics", query=json.dumps(query)).json()
    assert len(parse_obj_as(MetricsV2Response, body).data) > 5
    few = query | {"config": {"row_limit": 5}}
    assert _ask("v2/metrics", query=json.dumps(few)).json()["data"] == body["data"][:5]
    many = query | {"config": {"row_limit": 1_001}}
    assert _ask("v2/metrics", query=json.dumps(many)).status_code == 400
