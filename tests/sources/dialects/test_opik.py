"""Are Opik's traces read with their spans, scores and flattened rows?"""

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.sources.files.dialects.opik.dialect import OPIK
from tests.sources.dialects import opik_file
from tests.sources.dialects.opik_file import span, trace
from tests.sources.dialects.shared import SHARED
from tests.sources.dialects.vendor_reading import (
    assert_shared,
    built,
    counts,
    damaged,
    places_of,
    rows_of,
    survives,
    told,
)

SCORE = {
    "name": "tone",
    "category_name": "warm",
    "value": 0.5,
    "reason": "kind words",
    "source": "ui",
    "created_by": "ann",
}


def one(*spans: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"trace": trace(**fields), "spans": list(spans)}


def rows_in(path: Path) -> list[dict[str, Any]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_fifty_shared_traces_come_back_whole(tmp_path: Path) -> None:
    opik_file.write(SHARED, tmp_path)
    files = sorted(tmp_path.rglob("trace_*.json"))
    records = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    assert len(records) == 50
    assert_shared(built(rows_of(OPIK, records)), kinds={"agent": "chain"})


def test_fifty_shared_traces_come_back_whole_from_rows(tmp_path: Path) -> None:
    opik_file.write(SHARED, tmp_path)
    files = sorted(tmp_path.rglob("trace_*.json"))
    objects = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    opik_file.write_csv(objects, tmp_path / "traces.csv")
    rows = rows_of(OPIK, rows_in(tmp_path / "traces.csv"))
    assert_shared(built(rows), kinds={"agent": "chain"})
    assert sorted(rows.spans["where"]) == sorted(f"f:{line}" for line in range(1, 151))


def test_a_trace_and_its_span_fill_every_column_that_they_state() -> None:
    rows = rows_of(OPIK, [one(span(duration=5.0, ttft=125.0))])
    assert told(rows.traces) == [
        {
            "where": "f:1",
            "trace_id": "t-1",
            "name": "answer",
            "input": {"question": "where?"},
            "output": {"answer": "there"},
            "tags": ["blue"],
            "metadata": {"plan": "pro", "attributes.opik.project": "bot"},
            "cost_usd": 0.25,
            "input_tokens": 12,
            "output_tokens": 3,
            "session_id": "talk-1",
            "environment": "production",
        }
    ]
    assert told(rows.spans) == [
        {
            "where": "f:1#1",
            "trace_id": "t-1",
            "span_id": "s-1",
            "name": "ask",
            "kind": "llm",
            "start": "2026-11-18 10:00:00.500000+00:00",
            "end": "2026-11-18 10:00:01.500000+00:00",
            "status": "ok",
            "model": "model-a",
            "input": "where?",
            "output": "there",
            "metadata": {"attributes.provider": "vendor"},
            "input_tokens": 12,
            "output_tokens": 3,
            "ttft_s": 0.125,
        }
    ]
    assert rows.problems == ()


def test_times_as_python_prints_them_are_read() -> None:
    log = built(rows_of(OPIK, [one(span(start_time="2026-11-18 10:00:00+00:00"))]))
    assert log.spans["start"].tolist() == [pd.Timestamp("2026-11-18T10:00:00Z")]
    assert log.traces["latency_s"].tolist() == [1.5]


def test_the_trace_is_the_root_of_several_steps_right_below_it() -> None:
    rows = rows_of(
        OPIK, [one(span(), span(id="s-2", type="tool"), span(id="s-3", parent_span_id="s-2"))]
    )
    assert rows.spans["span_id"] == ["t-1", "s-1", "s-2", "s-3"]
    assert rows.spans["parent_id"] == [None, "t-1", "t-1", "s-2"]
    log = built(rows)
    assert log.traces["latency_s"].tolist() == [2.5]
    assert log.spans.set_index("span_id").loc["t-1", "ttft_s"] == 0.25
    assert [field for field, _ in counts(rows, "repaired")] == ["parent_id"]
    assert "conflict" not in set(log.report["action"])


def test_a_trace_without_spans_stands_alone_and_takes_its_time_from_itself() -> None:
    rows = rows_of(OPIK, [one()])
    assert built(rows).traces["latency_s"].tolist() == [2.5]
    unfinished = rows_of(OPIK, [one(end_time=None, duration=1500.0)])
    assert built(unfinished).traces["latency_s"].tolist() == [1.5]
    assert {field for field, _ in counts(unfinished, "assumed")} == {"end"}
    assert counts(rows, "missing") == {("spans", "traces without spans"): 1}


def test_errors_keep_their_class_and_message() -> None:
    error = {"exception_type": "TimeoutError", "message": "too slow", "traceback": "…"}
    rows = rows_of(OPIK, [one(span(error_info=error), error_info=error)])
    for table in (rows.spans, rows.traces):
        assert table["status"] == ["error"]
        assert table["error_type"] == ["TimeoutError"]
        assert table["error_message"] == ["too slow"]
    assert built(rows).traces["error_type"].tolist() == ["timeout"]


def test_feedback_is_a_verdict_on_the_trace_or_on_the_span() -> None:
    judged = {
        **SCORE,
        "source": "online_scoring",
        "category_name": None,
        "created_at": "2026-11-18",
    }
    rows = rows_of(OPIK, [one(span(feedback_scores=[judged]), feedback_scores=[SCORE, 7])])
    assert told(rows.scores) == [
        {
            "where": "f:1",
            "trace_id": "t-1",
            "score_id": "t-1/tone/ann",
            "level": "trace",
            "name": "tone",
            "value": 0.5,
            "label": "warm",
            "kind": "categorical",
            "source": "human",
            "rater": "ann",
            "time": "2026-11-18 10:00:02.750000+00:00",
            "comment": "kind words",
        },
        {
            "where": "f:1",
            "trace_id": "t-1",
            "span_id": "s-1",
            "score_id": "s-1/tone/ann",
            "level": "span",
            "name": "tone",
            "value": 0.5,
            "kind": "numeric",
            "source": "judge",
            "rater": "ann",
            "time": "2026-11-18",
            "comment": "kind words",
        },
    ]
    assert counts(rows, "ignored") == {("feedback_scores", "a score that is no object"): 1}


def test_rows_of_one_trace_are_put_together_again(tmp_path: Path) -> None:
    whole = [
        one(span(), span(id="s-2", parent_span_id="s-1"), feedback_scores=[SCORE]),
        one(id="t-2", error_info={"exception_type": "KeyError", "message": "none"}),
    ]
    opik_file.write_csv(whole, tmp_path / "traces.csv")
    rows = rows_of(OPIK, rows_in(tmp_path / "traces.csv"))
    plain = rows_of(OPIK, whole)
    pd.testing.assert_frame_equal(
        built(rows).traces.drop(columns="_where"), built(plain).traces.drop(columns="_where")
    )
    assert rows.spans["where"] == ["f:1", "f:2"]
    assert rows.traces["where"] == ["f:1", "f:3"]
    assert [one["label"] for one in told(rows.scores)] == ["warm"]
    assert rows.traces["tags"] == [["blue"], ["blue"]]


def test_an_object_that_is_neither_trace_nor_spans_is_set_aside() -> None:
    records: list[dict[str, Any]] = [
        {"project": {"id": "p"}},
        {"trace": None, "spans": [span()]},
        {"spans": [None]},
    ]
    rows = rows_of(OPIK, records)
    assert [bad.where for bad in rows.bad] == ["f:1", "f:3"]
    assert rows.spans["trace_id"] == ["t-1"]
    assert rows.traces == {}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_damaged_traces_never_stop_the_reading(data: st.DataObject) -> None:
    records = [
        one(span(), span(id="s-2"), feedback_scores=[SCORE]),
        one(error_info={"message": "x"}, id="t-2"),
    ]
    found = data.draw(damaged(records))
    rows = survives(OPIK, found)
    assert len(places_of(rows)) == len(found)
