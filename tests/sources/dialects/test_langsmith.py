"""Are LangSmith's runs read with their conversation, tree, prices and statistics?"""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.files.dialects.langsmith.dialect import LANGSMITH
from tests.sources.dialects import langsmith_file
from tests.sources.dialects.langsmith_file import PROJECT, ROOT, run
from tests.sources.dialects.shared import SHARED
from tests.sources.dialects.vendor_reading import (
    assert_shared,
    built,
    counts,
    damaged,
    rows_of,
    survives,
    told,
)

CHILD = "22222222-0000-4000-8000-000000000002"
ORDER = f"20261118T100000250000Z{ROOT}.20261118T100001500000Z{CHILD}"
CALL = run(
    id=CHILD,
    parent_run_id=ROOT,
    run_type="llm",
    name="ask",
    start_time="2026-11-18T10:00:01.500000",
    first_token_time="2026-11-18T10:00:01.750000",  # noqa: S106 - a time
    extra={
        "metadata": {"ls_model_name": "model-a", "limits": {"depth": 3}},
        "runtime": {"platform": "linux"},
    },
    dotted_order=ORDER,
    prompt_tokens=120,
    completion_tokens=30,
    prompt_token_details={"cache_read": 100},
    prompt_cost="0.00012",
    completion_cost="0.0003",
    total_cost="0.00042",
    tags=None,
)


def test_fifty_shared_traces_come_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    langsmith_file.write(SHARED, path)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = rows_of(LANGSMITH, records)
    assert_shared(built(rows), kinds={"agent": "chain"})
    assert not rows.bad


def test_a_call_fills_every_column_that_it_states() -> None:
    rows = rows_of(LANGSMITH, [CALL])
    assert told(rows.spans) == [
        {
            "where": "f:1",
            "trace_id": ROOT,
            "span_id": CHILD,
            "parent_id": ROOT,
            "start": "2026-11-18T10:00:01.500000",
            "end": "2026-11-18T10:00:02.750000",
            "first_token": "2026-11-18T10:00:01.750000",
            "name": "ask",
            "kind": "llm",
            "status": "ok",
            "model": "model-a",
            "input_tokens": 120,
            "output_tokens": 30,
            "cached_tokens": 100,
            "cost_usd": "0.00042",
            "cost_stated": True,
            "input": {"question": "where?"},
            "output": {"answer": "there"},
            "metadata": {
                "limits.depth": 3,
                "attributes.langsmith.project": PROJECT,
                "attributes.runtime.platform": "linux",
            },
        }
    ]
    assert rows.problems == ()


def test_times_without_an_offset_are_utc_and_tokens_are_typed() -> None:
    span = built(rows_of(LANGSMITH, [run(), CALL])).spans.set_index("span_id").loc[CHILD]
    assert span["start"] == pd.Timestamp("2026-11-18T10:00:01.5Z")
    assert span["ttft_s"] == 0.25
    assert span["cost_usd"] == 0.00042


@pytest.mark.parametrize(
    "metadata, session",
    [
        ({"conversation_id": "c", "session_id": "s", "thread_id": "t"}, "t"),
        ({"conversation_id": "c", "session_id": "s"}, "s"),
        ({"conversation_id": "c"}, "c"),
        ({}, "v2"),
    ],
)
def test_the_session_is_the_conversation_and_never_the_project(
    metadata: dict[str, str], session: str
) -> None:
    rows = rows_of(LANGSMITH, [run(extra={"metadata": metadata}, thread_id="v2")])
    assert rows.spans["session_id"] == [session]
    bare = rows_of(LANGSMITH, [run(extra={"metadata": {}})])
    assert bare.spans["session_id"] == [None]
    assert bare.spans["metadata"][0] == {"attributes.langsmith.project": PROJECT}


@pytest.mark.parametrize("field", ["trace_id", "parent_run_id", "id", "start_time"])
def test_the_order_text_rebuilds_the_tree(field: str) -> None:
    whole = built(rows_of(LANGSMITH, [run(), CALL]))
    mended = rows_of(LANGSMITH, [run(), {**CALL, field: None}])
    log = built(mended)
    pd.testing.assert_frame_equal(
        log.spans.drop(columns="_where"), whole.spans.drop(columns="_where")
    )
    assert sum(counts(mended, "repaired").values()) == 1


def test_without_an_order_text_the_last_of_the_parents_is_taken() -> None:
    rows = rows_of(
        LANGSMITH,
        [run(id=CHILD, dotted_order=None, parent_run_id=None, parent_run_ids=["far", "near"])],
    )
    assert rows.spans["parent_id"] == ["near"]
    assert counts(rows, "repaired") == {("parent_id", "rebuilt from parent_run_ids"): 1}


@pytest.mark.parametrize(
    "money, cost, stated",
    [
        ({"total_cost": "0.5"}, "0.5", False),
        ({"total_cost": None, "prompt_cost": "0.25", "completion_cost": "0.5"}, 0.75, True),
        ({"total_cost": "0", "prompt_cost": "0"}, "0", True),
        ({"total_cost": "0", "prompt_cost_details": {"input": 0}}, "0", True),
        ({"total_cost": None}, None, False),
    ],
)
def test_a_price_is_the_total_or_the_sum_of_its_parts(
    money: dict[str, Any], cost: Any, stated: Any
) -> None:
    rows = rows_of(LANGSMITH, [run(**money)])
    assert (rows.spans["cost_usd"], rows.spans["cost_stated"]) == ([cost], [stated])


def test_an_error_is_an_error_whatever_the_status_says() -> None:
    records = [
        run(status="error", error="ValueError('no shelf')"),
        run(status="success", error="late"),
        run(status="pending", end_time=None),
        run(status={"odd": 1}),
    ]
    rows = rows_of(LANGSMITH, records)
    assert rows.spans["status"] == ["error", "error", None, None]
    assert rows.spans["error_message"] == ["ValueError('no shelf')", "late", None, None]
    assert rows.spans["end"][2] is None


def test_statistics_of_feedback_are_one_row_a_key_and_never_n() -> None:
    stats = {
        "correct": {"n": 7, "avg": 0.5, "stdev": 0.25, "comments": ["so so"], "values": {}},
        "tone": {"n": 2, "avg": None, "values": {"warm": 2}},
        "empty": {"n": 0, "avg": None},
    }
    rows = rows_of(LANGSMITH, [run(feedback_stats=stats), {**CALL, "feedback_stats": stats}])
    assert told(rows.scores)[:2] == [
        {
            "where": "f:1",
            "score_id": f"{ROOT}/correct",
            "trace_id": ROOT,
            "level": "trace",
            "name": "correct",
            "value": 0.5,
            "kind": "aggregate",
            "source": "api",
            "time": "2026-11-18T10:00:02.750000",
            "comment": ["so so"],
            "metadata": {"n": 7, "avg": 0.5, "stdev": 0.25, "values": {}},
        },
        {
            "where": "f:1",
            "score_id": f"{ROOT}/tone",
            "trace_id": ROOT,
            "level": "trace",
            "name": "tone",
            "kind": "aggregate",
            "source": "api",
            "time": "2026-11-18T10:00:02.750000",
            "metadata": {"n": 2, "avg": None, "values": {"warm": 2}},
        },
    ]
    assert rows.scores["level"] == ["trace", "trace", "span", "span"]
    assert rows.scores["span_id"] == [None, None, CHILD, CHILD]
    assert counts(rows, "ignored") == {("feedback_stats", "statistics over no verdict"): 2}
    assert len(built(rows).scores) == 4


def test_a_preview_stands_in_for_a_text_and_is_told() -> None:
    rows = rows_of(LANGSMITH, [run(inputs=None, inputs_preview="whe…", outputs_preview="unused")])
    assert rows.spans["input"] == ["whe…"]
    assert rows.spans["output"] == [{"answer": "there"}]
    assert [field for field, _ in counts(rows, "truncated")] == ["input"]


def test_runs_over_examples_are_an_experiment() -> None:
    rows = rows_of(LANGSMITH, [run(reference_example_id="ex-1"), run(id="other")])
    assert rows.spans["experiment"] == [True, None]
    assert rows.spans["environment"] == ["eval", None]


def test_who_asked_is_stated_or_read_from_metadata() -> None:
    said = {"metadata": {"user_id": "ben"}}
    rows = rows_of(LANGSMITH, [run(extra=said, ls_user_id="ann"), run(extra=said)])
    assert rows.spans["user_id"] == ["ann", "ben"]
    assert ("user_id", "read from the metadata key 'user_id'") in counts(rows, "assumed")
    assert not any("user_id" in one for one in rows.spans["metadata"])  # it is hashed elsewhere


def test_cells_of_text_say_the_same_as_objects() -> None:
    cells = {
        name: json.dumps(value) if isinstance(value, (dict, list)) else value
        for name, value in CALL.items()
    }
    plain, packed = rows_of(LANGSMITH, [CALL]).spans, rows_of(LANGSMITH, [cells]).spans
    texts = {"input", "output"}
    assert {key: one for key, one in packed.items() if key not in texts} == {
        key: one for key, one in plain.items() if key not in texts
    }
    assert json.loads(packed["input"][0]) == plain["input"][0]


def test_an_object_where_a_text_belongs_is_missing_and_told() -> None:
    rows = rows_of(LANGSMITH, [run(name={"a": 1}, prompt_tokens=True, start_time=["x"])])
    assert rows.spans["name"] == rows.spans["input_tokens"] == rows.spans["start"] == [None]
    detail = "an object, a list or a flag where a single value belongs"
    assert set(counts(rows, "missing")) == {
        (one, detail) for one in ("name", "input_tokens", "start")
    }


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_damaged_runs_never_stop_the_reading(data: st.DataObject) -> None:
    records = data.draw(damaged([run(feedback_stats={"a": {"n": 1, "avg": 1}}), CALL, run()]))
    rows = survives(LANGSMITH, records)
    assert len(rows.spans.get("where", [])) + len(rows.bad) == len(records)
