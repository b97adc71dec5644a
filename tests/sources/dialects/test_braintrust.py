"""Are Braintrust's spans read with their parents, float seconds, tokens and scores?"""

import json
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.files.dialects.braintrust import BRAINTRUST
from tests.sources.dialects import braintrust_file
from tests.sources.dialects.braintrust_file import BEGIN, event
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

START = pd.Timestamp("2026-11-18T11:06:40.25Z")
CALL = event(
    id="row-2",
    span_id="span-2",
    span_parents=["span-1", "span-9"],
    span_attributes={"name": "ask", "type": "llm"},
    metadata={"model": "model-a", "limits": {"depth": 3}, "user_id": "ann", "session_id": "talk"},
    metrics={
        "start": BEGIN,
        "end": BEGIN + 0.5,
        "prompt_tokens": 120,
        "prompt_cached_tokens": 100,
        "prompt_cache_creation_tokens": 5,
        "completion_tokens": 30,
        "completion_reasoning_tokens": 10,
        "tokens": 150,
        "time_to_first_token": 0.125,
        "estimated_cost": 0.75,
    },
    tags=None,
    is_root=False,
    scores={"exact": 1, "tone": 0.5, "flag": True, "none": None, "word": "good"},
)


def test_fifty_shared_traces_come_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "spans.jsonl"
    braintrust_file.write(SHARED, path)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert_shared(built(rows_of(BRAINTRUST, records)))


def test_a_call_fills_every_column_that_it_states() -> None:
    rows = rows_of(BRAINTRUST, [CALL])
    assert told(rows.spans) == [
        {
            "where": "f:1",
            "trace_id": "span-1",
            "span_id": "span-2",
            "parent_id": "span-1",
            "is_root": False,
            "name": "ask",
            "kind": "llm",
            "start": START,
            "end": START + pd.Timedelta("0.5s"),
            "status": "ok",
            "model": "model-a",
            "input_tokens": 120,
            "output_tokens": 30,
            "cached_tokens": 100,
            "cost_usd": 0.75,
            "ttft_s": 0.125,
            "input": {"question": "where?"},
            "output": "there",
            "session_id": "talk",
            "user_id": "ann",
            "metadata": {"limits.depth": 3},
        }
    ]
    assert counts(rows, "assumed").keys() == {
        ("session_id", "read from the metadata key 'session_id'"),
        ("user_id", "read from the metadata key 'user_id'"),
        ("time", "scores have no time; the end of the span"),
    }


def test_the_first_of_several_parents_is_taken_and_the_rest_told() -> None:
    rows = rows_of(BRAINTRUST, [event(), CALL, event(span_parents='["span-1"]', span_id="c")])
    assert rows.spans["parent_id"] == [None, "span-1", "span-1"]
    problem = next(one for one in rows.problems if one.field == "parent_id")
    assert (problem.action, problem.n, problem.examples) == ("ignored", 1, ("f:2",))


def test_scores_are_verdicts_of_their_span_or_of_the_trace() -> None:
    rows = rows_of(BRAINTRUST, [CALL, event(scores={"exact": 0.25})])
    first = {
        "where": "f:1",
        "trace_id": "span-1",
        "span_id": "span-2",
        "level": "span",
        "source": "api",
        "time": START + pd.Timedelta("0.5s"),
    }
    assert told(rows.scores) == [
        {**first, "score_id": "row-2/exact", "name": "exact", "value": 1.0, "kind": "numeric"},
        {**first, "score_id": "row-2/tone", "name": "tone", "value": 0.5, "kind": "numeric"},
        {**first, "score_id": "row-2/flag", "name": "flag", "value": 1.0, "kind": "boolean"},
        {
            "where": "f:2",
            "score_id": "row-1/exact",
            "trace_id": "span-1",
            "level": "trace",
            "name": "exact",
            "value": 0.25,
            "kind": "numeric",
            "source": "api",
            "time": START + pd.Timedelta("2.5s"),
        },
    ]
    assert counts(rows, "missing") == {
        ("value", "a score without a value"): 1,
        ("value", "a score that is no number"): 1,
    }


def test_an_error_may_be_a_text_or_an_object() -> None:
    odd = {"name": "ValueError", "message": "no shelf", "stack": "…"}
    rows = rows_of(BRAINTRUST, [event(error="broken"), event(error=odd), event(metrics={})])
    assert rows.spans["status"] == ["error", "error", None]
    assert rows.spans["error_type"] == [None, "ValueError", None]
    assert rows.spans["error_message"] == ["broken", "no shelf", None]


def test_without_a_start_the_time_of_creation_is_assumed() -> None:
    rows = rows_of(BRAINTRUST, [event(metrics=None)])
    assert rows.spans["start"] == ["2026-11-18T11:06:41.000Z"]
    assert [field for field, _ in counts(rows, "assumed")] == ["start"]


def test_an_evaluation_is_an_experiment() -> None:
    rows = rows_of(BRAINTRUST, [event(span_attributes={"type": "eval", "name": "eval"}), CALL])
    assert rows.spans["experiment"] == [True, None]
    assert rows.spans["environment"] == ["eval", None]
    assert rows.spans["kind"] == ["chain", "llm"]
    assert len(built(rows)) == 0


def test_kinds_are_ours() -> None:
    types = ["llm", "score", "function", "eval", "task", "tool", "review", None]
    rows = rows_of(BRAINTRUST, [event(span_attributes={"type": one}) for one in types])
    assert rows.spans["kind"] == [
        "llm",
        "evaluator",
        "tool",
        "chain",
        "agent",
        "tool",
        "evaluator",
        "chain",
    ]


def test_cells_of_text_say_the_same_as_objects() -> None:
    texts = {
        name: json.dumps(one) if isinstance(one, (dict, list)) else one
        for name, one in CALL.items()
    }
    plain, packed = rows_of(BRAINTRUST, [CALL]), rows_of(BRAINTRUST, [texts])
    assert packed.scores == plain.scores
    assert {**packed.spans, "input": None} == {**plain.spans, "input": None}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_damaged_spans_never_stop_the_reading(data: st.DataObject) -> None:
    records = data.draw(damaged([event(), CALL, event(error={"message": "x"})]))
    rows = survives(BRAINTRUST, records)
    assert len(rows.spans.get("where", [])) + len(rows.bad) == len(records)
