"""Are MLflow's traces read in every form, with attributes that are texts of JSON?"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.files.dialects.mlflow.dialect import MLFLOW
from agentlens.sources.intake.normalise import normalise
from tests.sources.dialects import mlflow_file
from tests.sources.dialects.mlflow_file import BEGIN, encoded, info, search_row, span, trace
from tests.sources.dialects.shared import SHARED
from tests.sources.dialects.vendor_reading import (
    NOW,
    assert_shared,
    built,
    counts,
    damaged,
    places_of,
    rows_of,
    survives,
    told,
)

CALL = span(
    span_id="ICEiIyQlJic=",
    parent_span_id="EBESExQVFhc=",
    name="ask",
    attributes=encoded(
        spanType="CHAT_MODEL",
        spanInputs={"messages": [{"role": "user", "content": "hi"}]},
        spanOutputs=None,
        llm__model="model-a",
        llm__cost={"input_cost": 0.25, "output_cost": 0.5, "total_cost": 0.75},
        chat__tokenUsage={
            "input_tokens": 10,
            "output_tokens": 3,
            "total_tokens": 13,
            "cache_read_input_tokens": 4,
        },
    )
    | {"temperature": "0.5"},
)
MARK = {
    "assessment_id": "a-1",
    "assessment_name": "tone",
    "trace_id": "tr-1",
    "source": {"source_type": "HUMAN", "source_id": "ann"},
    "create_time": "2026-11-18T12:00:00Z",
    "last_update_time": "2026-11-18T12:30:00Z",
    "feedback": {"value": 0.5},
    "rationale": "kind words",
    "metadata": {"batch": "7"},
    "valid": True,
}


def test_fifty_shared_traces_come_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    mlflow_file.write(SHARED, path)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert_shared(built(rows_of(MLFLOW, records)), without=["ttft_s"])


def test_a_trace_and_its_spans_fill_every_column_that_they_state() -> None:
    rows = rows_of(MLFLOW, [trace(span(), CALL)])
    root = {
        "where": "f:1#1",
        "trace_id": "tr-1",
        "span_id": "EBESExQVFhc=",
        "name": "answer",
        "kind": "agent",
        "start": BEGIN,
        "end": BEGIN + 2_000_000_000,
        "cost_stated": False,
        "input": '{"q": "hi"}',
        "output": "there",
        "status": "ok",
    }
    call = {
        **root,
        "where": "f:1#2",
        "span_id": "ICEiIyQlJic=",
        "parent_id": "EBESExQVFhc=",
        "name": "ask",
        "kind": "llm",
        "model": "model-a",
        "input_tokens": 10,
        "output_tokens": 3,
        "cached_tokens": 4,
        "cost_usd": 0.75,
        "cost_stated": True,
        "input": '{"messages": [{"role": "user", "content": "hi"}]}',
        "metadata": {"attributes.temperature": 0.5},
    }
    del call["output"]
    assert told(rows.spans) == [root, call]
    assert told(rows.traces) == [
        {
            "where": "f:1",
            "trace_id": "tr-1",
            "name": "answer",
            "session_id": "talk-1",
            "user_id": "ann",
            "status": "ok",
            "input_tokens": 10,
            "output_tokens": 3,
            "tags": ["plan:pro"],
            "metadata": {"attributes.mlflow.source.type": "LOCAL", "plan": "pro"},
        }
    ]
    assert rows.problems == ()


def test_ids_become_hex_and_times_are_exact() -> None:
    held = normalise(rows_of(MLFLOW, [trace(span(), CALL)]), file="f", now=NOW).spans
    assert held["span_id"].tolist() == ["1011121314151617", "2021222324252627"]
    assert held["parent_id"].tolist()[1] == "1011121314151617"
    assert held["trace_id"].tolist() == ["tr-1", "tr-1"]
    assert (held["end"] - held["start"]).dt.total_seconds().tolist() == [2.0, 2.0]


FORMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "json text": search_row,
    "object": lambda one: {**search_row(one), "trace": one},
    "no trace column": lambda one: {**search_row(one), "trace": None},
    "cells of text": lambda one: {
        key: json.dumps(held) if isinstance(held, (dict, list)) else held
        for key, held in {**search_row(one), "trace": ""}.items()
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_rows_of_a_search_say_the_same_as_the_trace(form: str) -> None:
    given = trace(span(), CALL, assessments=[MARK])
    whole, rows = built(rows_of(MLFLOW, [given])), built(rows_of(MLFLOW, [FORMS[form](given)]))
    pd.testing.assert_frame_equal(rows.traces, whole.traces)
    pd.testing.assert_frame_equal(rows.spans, whole.spans)
    pd.testing.assert_frame_equal(rows.scores, whole.scores)


def test_the_trace_id_is_that_of_the_info() -> None:
    old: dict[str, Any] = {
        "info": {**info(), "trace_id": None, "request_id": "tr-old"},
        "data": {"spans": [span()]},
    }
    artifact = {"spans": [span()]}
    bare: dict[str, Any] = {"spans": [span(attributes={"mlflow.spanType": '"LLM"'})]}
    rows = rows_of(MLFLOW, [old, artifact, bare])
    assert rows.spans["trace_id"] == ["tr-old", "tr-1", "AAECAwQFBgcICQoLDA0ODw=="]
    assert [field for field, _ in counts(rows, "assumed")] == ["trace_id"]


def test_spans_of_older_versions_are_read() -> None:
    old: dict[str, Any] = {
        "name": "predict",
        "context": {"span_id": "0x1234567890abcdef", "trace_id": "0xfe"},
        "parent_id": None,
        "start_time": BEGIN,
        "end_time": BEGIN + 1_000_000_000,
        "status_code": "ERROR",
        "status_message": "no shelf",
        "attributes": encoded(spanType="LLM", traceRequestId="r-1"),
        "events": [],
    }
    about = {"request_id": "r-1", "timestamp_ms": BEGIN // 10**6, "status": "ERROR", "tags": {}}
    log = built(rows_of(MLFLOW, [{"info": about, "data": {"spans": [old]}}]))
    row = log.spans.iloc[0]
    assert (row["span_id"], row["status"], row["error_message"]) == (
        "1234567890abcdef",
        "error",
        "no shelf",
    )
    assert log.traces["status"].tolist() == ["error"]


def test_a_trace_in_progress_is_open_and_has_no_end() -> None:
    going = trace(span(end_time_unix_nano=None), state="IN_PROGRESS", execution_duration_ms=5)
    alone = {"info": info(trace_id="tr-2", state="IN_PROGRESS"), "data": {"spans": []}}
    rows = rows_of(MLFLOW, [going, alone])
    assert rows.traces["status"] == ["open", "open"]
    soon = built(rows, now=pd.Timestamp("2026-11-18T11:20:00Z"))
    assert soon.traces["status"].tolist() == ["open", "open"]
    assert soon.traces["end"].isna().all()
    assert built(rows).traces["status"].tolist() == ["incomplete", "incomplete"]


def test_without_spans_the_trace_stands_alone() -> None:
    rows = rows_of(MLFLOW, [{"info": info(), "data": {}}])
    assert counts(rows, "missing") == {("spans", "traces without their spans"): 1}
    assert [field for field, _ in counts(rows, "truncated")] == ["input", "output"]
    row = built(rows).traces.iloc[0]
    assert row["latency_s"] == 2.0
    assert (row["input"], row["output"]) == ('{"q": "hi"}', '"there"')
    assert (row["input_tokens"], row["output_tokens"]) == (10, 3)
    assert row["start"] == pd.Timestamp("2026-11-18T11:06:40Z")


@pytest.mark.parametrize(
    "duration",
    [{"execution_duration_ms": 2000}, {"execution_duration": "2s"}, {"execution_time_ms": "2000"}],
)
def test_a_duration_is_in_ms_unless_it_says_s(duration: dict[str, Any]) -> None:
    about = {**info(), "execution_duration_ms": None, **duration}
    rows = rows_of(MLFLOW, [{"info": about, "data": {}}])
    assert rows.traces["end"] == [datetime(2026, 11, 18, 11, 6, 42, tzinfo=UTC)]
    assert [field for field, _ in counts(rows, "assumed")] == ["end"]


def test_assessments_are_verdicts_of_people_judges_and_code() -> None:
    sources = ["LLM_JUDGE", "CODE", "SOURCE_TYPE_UNSPECIFIED"]
    more = [
        {**MARK, "assessment_id": name, "source": {"source_type": name, "source_id": "x"}}
        for name in sources
    ]
    rows = rows_of(MLFLOW, [trace(span(), assessments=[MARK, *more])])
    assert told(rows.scores)[0] == {
        "where": "f:1",
        "score_id": "a-1",
        "trace_id": "tr-1",
        "level": "trace",
        "name": "tone",
        "source": "human",
        "rater": "ann",
        "time": "2026-11-18T12:00:00Z",
        "updated_at": "2026-11-18T12:30:00Z",
        "comment": "kind words",
        "metadata": {"batch": "7"},
        "value": 0.5,
        "kind": "numeric",
    }
    assert rows.scores["source"] == ["human", "judge", "check", "api"]
    assert rows.scores["judge_model"] == [None, "x", None, None]


def test_what_was_expected_is_no_outcome_and_what_is_invalid_is_left_out() -> None:
    given = [
        {**MARK, "feedback": None, "expectation": {"value": "there"}, "span_id": "EBESExQVFhc="},
        {**MARK, "assessment_id": "a-2", "valid": False},
        {**MARK, "assessment_id": "a-3", "feedback": {"value": True}},
        {**MARK, "assessment_id": "a-4", "feedback": {"error": {"error_code": "LATE"}}},
        "odd",
    ]
    rows = rows_of(MLFLOW, [trace(span(), assessments=given)])
    assert rows.scores["score_id"] == ["a-1", "a-3", "a-4"]
    assert rows.scores["kind"] == ["expectation", "boolean", None]
    assert rows.scores["label"] == ["there", None, None]
    assert rows.scores["value"] == [None, 1, None]
    assert rows.scores["level"] == ["span", "trace", "trace"]
    assert counts(rows, "ignored") == {
        ("assessments", "assessments that are no longer valid"): 1,
        ("assessments", "an assessment that is no object"): 1,
    }


def test_an_exception_event_tells_the_error() -> None:
    event = {
        "name": "exception",
        "time_unix_nano": BEGIN,
        "attributes": {"exception.type": "KeyError", "exception.message": "no shelf"},
    }
    rows = rows_of(MLFLOW, [trace(span(status={"code": "STATUS_CODE_ERROR"}, events=[event]))])
    assert (rows.spans["status"], rows.spans["error_type"]) == (["error"], ["KeyError"])
    assert rows.spans["error_message"] == ["no shelf"]


def test_kinds_are_ours() -> None:
    words = "LLM CHAT_MODEL TOOL AGENT RETRIEVER RERANKER EMBEDDING GUARDRAIL EVALUATOR CHAIN"
    words += " PARSER TASK UNKNOWN"
    spans = [span(attributes=encoded(spanType=word)) for word in words.split()]
    assert rows_of(MLFLOW, [trace(*spans)]).spans["kind"] == [
        "llm",
        "llm",
        "tool",
        "agent",
        "retrieval",
        "retrieval",
        "embedding",
        "guardrail",
        "evaluator",
        "chain",
        "chain",
        "chain",
        "chain",
    ]


def test_release_and_environment_are_tags_and_told_so() -> None:
    tags = {"release": "r7", "environment": "staging", "blue": "", "plan": "pro"}
    rows = rows_of(MLFLOW, [trace(span(), tags=tags)])
    assert (rows.traces["release"], rows.traces["environment"]) == (["r7"], ["staging"])
    assert rows.traces["tags"] == [["blue", "plan:pro"]]
    assert [field for field, _ in counts(rows, "assumed")] == ["release", "environment"]


def test_a_record_of_something_else_is_set_aside() -> None:
    odd: Any = "odd"
    rows = rows_of(MLFLOW, [{"a": 1}, trace(odd, span()), {"spans": [odd]}])
    assert [bad.where for bad in rows.bad] == ["f:1", "f:3"]
    assert rows.spans["where"] == ["f:2#2"]
    assert counts(rows, "ignored") == {("spans", "a span that is no object"): 2}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_damaged_traces_never_stop_the_reading(data: st.DataObject) -> None:
    records = [
        trace(span(), CALL, assessments=[MARK]),
        search_row(trace(span(), CALL)),
        {"info": info(trace_id="tr-2"), "data": {}},
    ]
    found = data.draw(damaged(records))
    rows = survives(MLFLOW, found)
    assert len(places_of(rows)) == len(found)
