import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.intake.rows import Rows
from agentlens.sources.langfuse.wire.observations import observations, traces
from tests.sources.dialects.corrupt import corrupted
from tests.sources.dialects.langfuse_file import trace_rows, v2_rows, words
from tests.sources.dialects.shared import SHARED

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "langfuse" / "api"
recorded = pytest.mark.skipif(not RECORDED.exists(), reason="no recorded answers beside the tree")


def one(**fields: Any) -> Rows:
    row = {"id": "s", "traceId": "t", "startTime": "2026-05-04T09:12:04.250Z", **fields}
    return observations([row], ["page:1"])


def span(**fields: Any) -> dict[str, Any]:
    return {name: values[0] for name, values in one(**fields).spans.items()}


def told(rows: Rows) -> list[tuple[str, str, int, tuple[str, ...]]]:
    return [(one.action, one.field, one.n, one.examples) for one in rows.problems]


def test_texts_that_are_not_set_are_missing() -> None:
    fields = dict.fromkeys(
        ["parentObservationId", "statusMessage", "model", "promptName", "release", "userId"], ""
    )
    found = one(**fields, level="ERROR")
    assert {name: found.spans[name] for name in ("parent_id", "model", "prompt_name")} == {
        "parent_id": [None],
        "model": [None],
        "prompt_name": [None],
    }
    assert (
        found.spans["error_message"] == found.spans["release"] == found.spans["user_id"] == [None]
    )
    assert found.problems == ()


@pytest.mark.parametrize(
    "usage, read, written, cached, odd",
    [
        ({"input": 300, "output": 40, "total": 340}, 300, 40, None, 0),
        ({"input": 300, "input_cached_tokens": 50, "output": 4}, 350, 4, 50, 0),
        ({"cache_read_input_tokens": 5, "cache_creation_input_tokens": 7}, 12, None, 5, 0),
        ({"output": 4, "output_reasoning": 6}, None, 10, None, 0),
        ({"input": "300", "output": "40"}, 300, 40, None, 0),
        ('{"input":"300"}', 300, None, None, 0),
        ([("input", 3), ("output", 4)], 3, 4, None, 0),
        ({"input": 2.5, "output": None}, 2.5, None, None, 0),
        ({"input": -1, "output": 4}, None, 4, None, 1),
        ({"input": float("nan")}, None, None, None, 1),
        ({"input": True, "input_text": 3}, 3, None, None, 1),
        ({"total": 9}, None, None, None, 0),
        ({"Input": 3}, 3, None, None, 0),
        ({}, None, None, None, 0),
        (None, None, None, None, 0),
        ("{}", None, None, None, 0),
        ("many", None, None, None, 1),
        ([1, 2], None, None, None, 1),
    ],
)
def test_tokens_are_the_sums_of_their_buckets(
    usage: object, read: object, written: object, cached: object, odd: int
) -> None:
    found = one(usageDetails=usage)
    assert [found.spans[f"{name}_tokens"][0] for name in ("input", "output", "cached")] == [
        read,
        written,
        cached,
    ]
    expected = [("missing", "usage", 1, ("page:1",))] if odd else []
    assert told(found) == expected


def test_older_token_fields_stand_in_for_buckets_unless_they_are_nothing() -> None:
    found = span(usageDetails={}, promptTokens=30, completionTokens=0)
    assert (found["input_tokens"], found["output_tokens"]) == (30, None)
    both = span(usageDetails={"input": 5}, promptTokens=30)
    assert both["input_tokens"] == 5


@pytest.mark.parametrize(
    "total, parts, cost, stated, odd",
    [
        (0.0021, {}, 0.0021, True, 0),
        (0.5, {"total": 0.75}, 0.5, True, 0),
        (None, {"input": 0.5, "output": 0.25, "total": 1.0}, 1.0, True, 0),
        (None, {"input": 0.5, "output": 0.25}, 0.75, True, 0),
        (0, {}, None, False, 0),
        (0, {"input": 0, "output": 0}, 0.0, True, 0),
        (None, None, None, False, 0),
        ("1.5e-7", {}, 1.5e-7, True, 0),
        ("0", "{}", None, False, 0),
        (-1, {}, None, False, 1),
        (-1, {"total": 0.5}, 0.5, True, 1),
        (float("inf"), {}, None, False, 1),
        (True, {}, None, False, 1),
        (None, {"total": "dear"}, None, False, 1),
        ("", '{"total":"0.5"}', 0.5, True, 0),
    ],
)
def test_a_cost_of_nothing_counts_only_where_it_is_stated(
    total: object, parts: object, cost: float | None, stated: object, odd: int
) -> None:
    found = one(totalCost=total, costDetails=parts)
    assert (found.spans["cost_usd"], found.spans["cost_stated"]) == ([cost], [stated])
    assert told(found) == ([("missing", "cost_usd", 1, ("page:1",))] if odd else [])


@pytest.mark.parametrize(
    "level, status, message",
    [
        ("ERROR", "error", "boom"),
        ("WARNING", "ok", "boom"),
        ("DEFAULT", "ok", None),
        ("DEBUG", "ok", None),
        (None, None, "boom"),
    ],
)
def test_the_level_decides_the_status(level: object, status: object, message: object) -> None:
    found = one(level=level, statusMessage="boom")
    assert (found.spans["status"], found.spans["error_message"]) == ([status], [message])
    assert found.problems == ()


@pytest.mark.parametrize("level", ["FATAL", 3, {"a": 1}, ["ERROR"]])
def test_a_level_that_nobody_knows_is_no_status(level: object) -> None:
    found = one(level=level)
    assert found.spans["status"] == [None]
    assert told(found) == [("missing", "status", 1, ("page:1",))]


def test_metadata_are_flat_and_technical_keys_keep_their_prefix() -> None:
    given = {
        "plan": "pro",
        "cart": {"items": 2, "more": {"deep": [1]}},
        "attributes": {"user.id": "ann", "langfuse.observation.usage_details": '{"input": 3}'},
        "resourceAttributes": '{"service.name": "shop"}',
        "scope": {"name": "shop", "attributes": {}},
        "text": "{not JSON",
    }
    assert span(metadata=given)["metadata"] == {
        "plan": "pro",
        "cart.items": 2,
        "cart.more": {"deep": [1]},
        "attributes.user.id": "ann",
        "attributes.langfuse.observation.usage_details.input": 3,
        "resourceAttributes.service.name": "shop",
        "scope.name": "shop",
        "text": "{not JSON",
    }


@pytest.mark.parametrize("value", ["words", [1, 2], 3])
def test_metadata_that_are_no_object_are_kept_under_a_key(value: object) -> None:
    found = one(metadata=value)
    assert found.spans["metadata"] == [{"metadata": value}]
    assert told(found) == [("repaired", "metadata", 1, ("page:1",))]


def test_metadata_fill_what_the_row_does_not_say() -> None:
    said = {
        "attributes.user.id": "ann",
        "attributes.session.id": '"s-1"',
        "attributes.langfuse.trace.name": "support",
        "attributes.langfuse.trace.tags": '["a","b"]',
        "attributes.langfuse.release": "r2",
        "attributes.langfuse.version": "7",
        "attributes.langfuse.environment": "staging",
    }
    found = span(metadata=said, userId="bo", release="")
    assert {name: found[name] for name in found if name in _FACTS} == {
        "user_id": "bo",
        "session_id": "s-1",
        "trace_name": "support",
        "release": "r2",
        "agent_version": "7",
        "environment": "staging",
        "tags": ["a", "b"],
    }


_FACTS = words("user_id session_id trace_name release agent_version environment tags")


def test_metadata_never_outdo_what_the_row_says() -> None:
    said = {"attributes.user.id": "ann", "attributes.langfuse.trace.tags": ["a"]}
    rows = [{"userId": "bo", "tags": ["b"], "metadata": said}, {"metadata": said}]
    found = observations(rows, ["p:1", "p:2"]).spans
    assert (found["user_id"], found["tags"]) == (["bo", "ann"], [["b"], ["a"]])


def test_versions_are_never_taken_from_numbers_and_ids_only_from_whole_ones() -> None:
    said = {
        "attributes.user.id": 7,
        "attributes.session.id": 1.5,
        "attributes.langfuse.release": 1,
        "attributes.langfuse.version": 1.1,
    }
    found = one(metadata=said)
    assert found.spans["user_id"] == ["7"]
    assert "session_id" not in found.spans
    assert "release" not in found.spans
    assert "agent_version" not in found.spans
    assert sorted(told(found)) == [
        ("assumed", "user_id", 1, ("page:1",)),
        ("missing", "agent_version", 1, ("page:1",)),
        ("missing", "release", 1, ("page:1",)),
        ("missing", "session_id", 1, ("page:1",)),
    ]


def test_experiments_are_marked_as_no_traffic() -> None:
    assert span(metadata={"attributes.langfuse.experiment.item.id": "i"})["experiment"] is True
    assert "experiment" not in span(metadata={"plan": "pro"})


@pytest.mark.parametrize(
    "tags, kept, odd",
    [(["a"], ["a"], 0), ('["a","b"]', ["a", "b"], 0), ([], None, 0), ("a", None, 1), (5, None, 1)],
)
def test_tags_are_a_list_or_missing(tags: object, kept: object, odd: int) -> None:
    found = one(tags=tags)
    assert found.spans["tags"] == [kept]
    assert told(found) == ([("missing", "tags", 1, ("page:1",))] if odd else [])


def test_texts_are_kept_byte_for_byte_and_false_is_a_value() -> None:
    found = span(input='[{"role":  "user"}]\x00', output=False)
    assert (found["input"], found["output"]) == ('[{"role":  "user"}]\x00', False)


def test_either_name_of_the_model_is_read() -> None:
    assert span(model="m")["model"] == "m"
    assert span(providedModelName="m")["model"] == "m"


def test_rows_that_are_no_objects_are_set_aside_with_their_place() -> None:
    found = observations([{"id": "s"}, ["x"], None], ["p:1", "p:2", "p:3"])
    assert found.spans["where"] == ["p:1"]
    assert [(one.where, one.text) for one in found.bad] == [("p:2", "['x']"), ("p:3", "None")]


def test_traces_of_version_1_say_facts_and_no_cost_where_it_was_not_asked_for() -> None:
    rows = trace_rows(SHARED[:2])
    found = traces([*rows, rows[0] | {"totalCost": 0.5}], ["p:1", "p:2", "p:3"])
    assert found.traces["trace_id"] == [SHARED[0].trace_id, SHARED[1].trace_id, SHARED[0].trace_id]
    assert found.traces["start"][0] == "2026-11-02T08:00:00.000Z"
    assert found.traces["session_id"][0] == "session-0"
    assert found.traces["agent_version"][0] == "1.0"
    assert found.traces["tags"][1] == ["blue", "task:orders"]
    assert found.traces["metadata"][0] is not None
    assert found.traces["metadata"][0]["segment"] == "free"
    assert found.traces["cost_usd"] == [None, None, 0.5]
    assert found.problems == ()


def test_a_trace_without_a_name_has_the_one_in_its_metadata() -> None:
    rows = [
        one | {"name": name} for one, name in zip(trace_rows(SHARED[:2]), ("", "x"), strict=True)
    ]
    assert traces(rows, ["p:1", "p:2"]).traces["name"] == ["support", "x"]


@settings(max_examples=60, deadline=None)
@given(corrupted(v2_rows(SHARED[:3])))
def test_no_row_is_lost_and_nothing_raises_whatever_comes(rows: list[Any]) -> None:
    places = [f"p:{at}" for at in range(len(rows))]
    found = observations(rows, places)
    assert len(found.spans["where"]) + len(found.bad) == len(rows)
    assert {len(values) for values in found.spans.values()} == {len(found.spans["where"])}
    again = traces(rows, places)
    assert len(again.traces["where"]) + len(again.bad) == len(rows)


@settings(max_examples=40, deadline=None)
@given(st.permutations(list(range(9))))
def test_the_order_of_rows_changes_only_their_order(order: list[int]) -> None:
    rows = v2_rows(SHARED[:3])
    plain = observations(rows, [str(at) for at in range(9)]).spans
    mixed = observations([rows[at] for at in order], [str(at) for at in order]).spans
    assert mixed == {name: [values[at] for at in order] for name, values in plain.items()}


@recorded
@pytest.mark.parametrize("name", ["v2_observations_all", "v2_observations_error"])
def test_recorded_answers_are_read_whole(name: str) -> None:
    data = json.loads((RECORDED / f"{name}.json").read_text())["body"]["data"]
    found = observations(data, [f"p:{at}" for at in range(len(data))])
    assert len(found.spans["where"]) == len(data)
    assert (found.bad, found.problems) == ((), ())
    assert set(found.spans["status"]) <= {"ok", "error"}


@recorded
def test_recorded_answers_of_version_1_say_who_and_when() -> None:
    data = json.loads((RECORDED / "v1_observations.json").read_text())["body"]["data"]
    found = observations(data, [f"p:{at}" for at in range(len(data))])
    assert all(found.spans["session_id"])
    assert all(found.spans["user_id"])
    assert found.problems == ()
