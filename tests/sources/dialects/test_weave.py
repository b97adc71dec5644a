"""Are Weave's calls read, and is everything beyond tree, times and exception told as assumed?"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.files.dialects.weave import WEAVE
from tests.sources.dialects import weave_file
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
from tests.sources.dialects.weave_file import call

USAGE = {
    "model-a": {
        "requests": 1,
        "prompt_tokens": 120,
        "completion_tokens": 30,
        "prompt_tokens_details": {"cached_tokens": 100},
    }
}
COSTS = {"model-a": {"prompt_tokens_total_cost": 0.25, "completion_tokens_total_cost": 0.5}}
ASK = call(
    id="call-2",
    parent_id="call-1",
    op_name="weave:///team/bot/op/openai.chat.completions.create:ff00",
    summary={"usage": USAGE, "weave": {"status": "success", "latency_ms": 9, "costs": COSTS}},
)


def test_fifty_shared_traces_come_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    weave_file.write(SHARED, path)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert_shared(built(rows_of(WEAVE, records)), without=["tags", "ttft_s"])


def test_a_call_fills_every_column_that_it_states() -> None:
    rows = rows_of(WEAVE, [call(display_name="Answer!", attributes={"plan": {"tier": "pro"}})])
    assert told(rows.spans) == [
        {
            "where": "f:1",
            "trace_id": "trace-1",
            "span_id": "call-1",
            "name": "answer",
            "kind": "chain",
            "start": "2026-11-18T10:00:00.250000Z",
            "end": "2026-11-18T10:00:02.750000Z",
            "input": {"question": "where?"},
            "output": "there",
            "session_id": "talk-1",
            "user_id": "ann",
            "release": "ab12cd",
            "metadata": {
                "plan.tier": "pro",
                "display_name": "Answer!",
                "turn_id": "turn-1",
                "attributes.weave.project_id": "team/bot",
            },
        }
    ]
    assert rows.problems == ()


def test_everything_of_the_summary_is_told_as_assumed() -> None:
    rows = rows_of(WEAVE, [call(), ASK])
    ask = told(rows.spans)[1]
    assert {name: ask.get(name) for name in ("kind", "model", "status", "cost_usd")} == {
        "kind": "llm",
        "model": "model-a",
        "status": "ok",
        "cost_usd": 0.75,
    }
    tokens = [ask[name] for name in ("input_tokens", "output_tokens", "cached_tokens")]
    assert tokens == [120, 30, 100]
    assert {field for field, _ in counts(rows, "assumed")} == {
        "kind",
        "input_tokens",
        "status",
        "cost_usd",
    }


def test_a_caller_repeats_the_usage_of_what_it_calls_and_is_no_model() -> None:
    above = call(summary={"usage": USAGE})
    rows = rows_of(WEAVE, [above, ASK])
    assert rows.spans["kind"] == ["chain", "llm"]
    assert built(rows).traces["input_tokens"].tolist() == [120]


def test_several_models_are_summed() -> None:
    two = {"a": {"input_tokens": 3, "output_tokens": 1}, "b": {"prompt_tokens": 4}}
    rows = rows_of(WEAVE, [call(summary={"usage": two})])
    row = told(rows.spans)[0]
    assert (row["input_tokens"], row["output_tokens"]) == (7, 1)
    assert "model" not in row


@pytest.mark.parametrize(
    "op, name, digest",
    [
        ("weave:///team/bot/op/answer:ab12", "answer", "ab12"),
        ("weave:///team/bot/op/answer:*", "answer", None),
        ("answer", "answer", None),
        ("answer:ab12", "answer", "ab12"),
        ("odd/thing:x:y", "odd/thing:x:y", None),
        (None, None, None),
    ],
)
def test_a_name_is_the_operation_without_its_digest(op: Any, name: Any, digest: Any) -> None:
    rows = rows_of(WEAVE, [call(op_name=op), call(op_name=op, parent_id="above")])
    assert rows.spans["name"] == [name, name]
    assert rows.spans["release"] == [digest, None]


def test_deleted_calls_are_set_aside() -> None:
    rows = rows_of(WEAVE, [call(deleted_at="2026-11-19T00:00:00Z"), call(id="kept")])
    assert rows.spans["span_id"] == ["kept"]
    assert [(one.where, one.reason) for one in rows.bad] == [("f:1", "deleted in Weave")]
    assert '"call-1"' in rows.bad[0].text


def test_an_exception_is_an_error_and_an_unfinished_call_says_nothing() -> None:
    ended = {"weave": {"status": "descendant_error"}}
    records = [
        call(exception="ValueError: no shelf"),
        call(ended_at=None, summary={"weave": {"status": "running"}}),
        call(summary=ended),
    ]
    rows = rows_of(WEAVE, records)
    assert rows.spans["status"] == ["error", None, "ok"]
    assert rows.spans["error_message"][0] == "ValueError: no shelf"
    assert rows.spans["end"][1] is None


def test_a_stated_kind_wins_and_evaluations_are_an_experiment() -> None:
    records = [
        call(attributes={"weave": {"kind": "search"}}),
        call(attributes={"weave": {"kind": "tool"}}),
        call(op_name="weave:///team/bot/op/Evaluation.evaluate:ab"),
    ]
    rows = rows_of(WEAVE, records)
    assert rows.spans["kind"] == ["retrieval", "tool", "chain"]
    assert rows.spans["experiment"] == [None, None, True]
    assert rows.spans["environment"] == [None, None, "eval"]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_damaged_calls_never_stop_the_reading(data: st.DataObject) -> None:
    records = data.draw(damaged([call(), ASK, call(exception="x", attributes={"weave": {}})]))
    rows = survives(WEAVE, records)
    assert len(rows.spans.get("where", [])) + len(rows.bad) == len(records)
