"""Are Phoenix's span lines, whole traces and frames read alike, and datasets refused?"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.records import Opened
from agentlens.sources.files.dialect import Head, Record
from agentlens.sources.files.dialects.otlp.dialect import OTLP
from agentlens.sources.files.dialects.phoenix.dialect import PHOENIX
from agentlens.sources.files.dialects.phoenix.frame import flat
from agentlens.sources.intake.rows import Rows
from tests.sources.dialects import otlp_file as otlp
from tests.sources.dialects import phoenix_file as phoenix
from tests.sources.dialects.otel_reading import (
    normal,
    only,
    read,
    row_of,
    scores_of,
    shared_rows,
)
from tests.sources.dialects.phoenix_file import line, trace_file
from tests.sources.dialects.shared import SHARED

WITHOUT = ("ttft_s", "release", "environment")
TRACE, SPAN = "ab" * 16, "cd" * 8


def _records(path: Path) -> list[Record]:
    return [record for _, record in Opened(path, path.name).records()]


def _same(rows: Rows) -> None:
    truth = shared_rows(SHARED, WITHOUT)
    frame = normal(rows).spans.sort_values("span_id", ignore_index=True)
    pd.testing.assert_frame_equal(frame[list(truth)], truth, check_dtype=False)
    known = {trace.spans[0].span_id: trace for trace in SHARED}
    for place, span_id in enumerate(rows.spans["span_id"]):
        if span_id in known:
            assert rows.spans["metadata"][place] == dict(known[span_id].metadata)
            assert rows.spans["tags"][place] == list(known[span_id].tags)


def test_fifty_shared_traces_come_back_whole_from_span_lines(tmp_path: Path) -> None:
    phoenix.write(SHARED, tmp_path / "spans.jsonl")
    rows = read(PHOENIX, *_records(tmp_path / "spans.jsonl"))
    _same(rows)
    assert set(WITHOUT) <= set(PHOENIX.cannot)
    assert not rows.bad
    assert not rows.scores


def test_fifty_shared_traces_come_back_whole_from_parquet(tmp_path: Path) -> None:
    phoenix.write_frame(SHARED, tmp_path / "spans.parquet")
    records = _records(tmp_path / "spans.parquet")
    head = Head("spans.parquet", (), frozenset(records[0]), "parquet")
    assert PHOENIX.fits(head) == "columns context.trace_id and attributes.*"
    _same(read(PHOENIX, *records))


def test_a_span_line_fills_its_columns() -> None:
    event = {
        "name": "exception",
        "timestamp": "2026-11-02T08:00:01+00:00",
        "attributes": {"exception.type": "KeyError", "exception.message": "'a'"},
    }
    given = line(
        {"llm": {"model_name": "m", "token_count": {"prompt": 3}}, "input.value": "Hi", "x.y": 1},
        span_kind="LLM",
        status_code="ERROR",
        events=[event],
    )
    assert row_of(read(PHOENIX, given)) == {
        "where": "f:1",
        "trace_id": TRACE,
        "span_id": SPAN,
        "name": "step",
        "start": "2026-11-02T08:00:00.250000+00:00",
        "end": "2026-11-02T08:00:01.750000+00:00",
        "kind": "llm",
        "status": "error",
        "error_type": "KeyError",
        "error_message": "'a'",
        "model": "m",
        "input_tokens": 3,
        "input": "Hi",
        "metadata": {"attributes.x.y": 1},
    }


@pytest.mark.parametrize("code, status", [("OK", "ok"), ("ERROR", "error"), ("UNSET", None)])
def test_each_status_is_known(code: str, status: str | None) -> None:
    assert row_of(read(PHOENIX, line(status_code=code))).get("status") == status


def test_a_saved_trace_is_its_spans_and_what_was_said_of_it() -> None:
    verdict = {
        "id": "a1",
        "name": "quality",
        "annotator_kind": "HUMAN",
        "result": {"label": "good", "score": 0.5, "explanation": "why"},
        "identifier": "",
        "metadata": {"a": 1},
        "created_at": "2026-11-02T09:00:00Z",
        "user_id": "rita",
    }
    flatter = {"name": "tone", "annotator_kind": "LLM", "label": "pass"}
    child = line(
        context={"trace_id": TRACE, "span_id": "ef" * 8}, parent_id=SPAN, annotations=[flatter]
    )
    given = trace_file([line(), child], annotations=[verdict], notes=[{"note": "look here"}])
    rows = read(PHOENIX, given)
    assert rows.spans["span_id"] == [SPAN, "ef" * 8]
    assert rows.spans["where"] == ["f:1#1", "f:1#2"]
    assert "999999" not in repr(rows)
    assert scores_of(rows) == [
        {
            "where": "f:1#2",
            "trace_id": TRACE,
            "span_id": "ef" * 8,
            "level": "span",
            "name": "tone",
            "source": "judge",
            "value": 1,
            "label": "pass",
            "kind": "boolean",
        },
        {
            "where": "f:1",
            "score_id": "a1",
            "trace_id": TRACE,
            "level": "trace",
            "name": "quality",
            "source": "human",
            "rater": "rita",
            "time": "2026-11-02T09:00:00Z",
            "value": 0.5,
            "label": "good",
            "kind": "numeric",
            "comment": "why",
            "metadata": {"a": 1},
        },
        {
            "where": "f:1",
            "trace_id": TRACE,
            "level": "trace",
            "name": "note",
            "source": "human",
            "kind": "text",
            "comment": "look here",
        },
    ]


def test_the_otlp_download_gives_what_the_span_lines_give() -> None:
    told = {
        "openinference.span.kind": "LLM",
        "llm.model_name": "m",
        "llm.token_count.prompt": 3,
        "annotations.0.annotation.name": "q",
        "annotations.0.annotation.score": 0.5,
    }
    shape = {"trace_id": TRACE, "span_id": SPAN, "parent_span_id": "", "name": "step"}
    times = {"start_time_unix_nano": 1793606400250000000, "end_time_unix_nano": 1793606401750000000}
    values = [
        {
            "key": key,
            "value": {
                "double_value"
                if isinstance(one, float)
                else "int_value"
                if isinstance(one, int)
                else "string_value": one
            },
        }
        for key, one in told.items()
    ]
    spans = [shape | times | {"attributes": values, "status": {"code": 1, "message": ""}}]
    download = {"resource_spans": [{"scope_spans": [{"spans": spans}]}]}
    ours, theirs = read(PHOENIX, line(told)), read(OTLP, download)
    first, second = normal(ours), normal(theirs)
    columns = [name for name in first.spans if name not in {"_where", "metadata"}]
    pd.testing.assert_frame_equal(first.spans[columns], second.spans[columns], check_dtype=False)
    for scores in (first.scores, second.scores):
        assert scores["name"].tolist() == ["q"]
        assert scores["span_id"].tolist() == [SPAN]
        assert scores["value"].tolist() == [0.5]


def test_nested_messages_of_a_frame_are_the_flat_ones(tmp_path: Path) -> None:
    messages = [
        {"message.role": "system", "message.content": "Be kind.", "message.tool_calls": None},
        {
            "message.role": "assistant",
            "message.content": None,
            "message.tool_calls": [{"tool_call.function.name": "look", "tool_call.id": "c"}],
        },
    ]
    given = line(
        {
            "llm.input_messages": messages,
            "metadata": {"segment": "pro"},
            "llm.token_count.prompt": 3,
        }
    )
    bare = line({}, context={"trace_id": TRACE, "span_id": "ef" * 8})
    phoenix.frame_of([given, bare]).to_parquet(tmp_path / "f.parquet")
    rows = read(PHOENIX, *_records(tmp_path / "f.parquet"))
    assert rows.spans["input"] == [
        [
            {"role": "system", "content": "Be kind."},
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"id": "c", "function": {"name": "look"}}],
            },
        ],
        None,
    ]
    assert rows.spans["metadata"] == [{"segment": "pro"}, {}]
    assert normal(rows).spans["input_tokens"].tolist() == [3, pd.NA]


def test_an_index_without_a_name_and_missing_numbers_are_read() -> None:
    row = {
        "__index_level_0__": SPAN,
        "context.trace_id": TRACE,
        "parent_id": np.nan,
        "start_time": pd.Timestamp("2026-11-02T08:00:00Z"),
        "attributes.llm.token_count.prompt": float("nan"),
        "attributes.tags": [("a", 1)],
    }
    assert row_of(read(PHOENIX, row)) == {
        "where": "f:1",
        "trace_id": TRACE,
        "span_id": SPAN,
        "start": pd.Timestamp("2026-11-02T08:00:00Z"),
        "kind": "chain",
        "metadata": {"attributes.tags.a": 1},
    }


def test_a_dataset_is_refused_in_words() -> None:
    example = {"id": "1", "node_id": "n", "input": {}, "output": {}, "metadata": {}, "splits": []}
    head = Head("d.jsonl", (example,), frozenset(example), "jsonl")
    assert PHOENIX.fits(head)
    with pytest.raises(BadInputError, match=r"example of a Phoenix dataset .* not a log") as caught:
        read(PHOENIX, line(), example)
    assert "f:2" in str(caught.value)
    assert "Give the spans" in str(caught.value)


def test_attributes_that_are_no_object_are_missing_and_records_without_context_set_aside() -> None:
    rows = read(
        PHOENIX, line(attributes=3), {"name": "x"}, {"spans": [4]}, line(attributes='{"a": 1}')
    )
    assert rows.spans["where"] == ["f:1", "f:4"]
    assert rows.spans["metadata"] == [{}, {"attributes.a": 1}]
    assert only(rows, "missing") == {"not an object": 1}
    assert [(one.where, one.reason) for one in rows.bad] == [
        ("f:2", "no object under context"),
        ("f:3#1", "a span that is no object"),
    ]


def test_deep_attributes_are_flattened_so_far_and_kept_whole_below() -> None:
    deep: Any = "end"
    for _ in range(900):
        deep = {"a": deep}
    (name,) = flat(deep) or {}
    assert name == ".".join("a" * 13)


JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
VALUES = st.recursive(
    JUNK,
    lambda one: st.lists(one, max_size=2) | st.dictionaries(st.text(max_size=2), one, max_size=2),
    max_leaves=4,
)
RICH = {
    "llm.input_messages": [{"message.role": "user", "message.contents": [{"a": 1}]}],
    "annotations.0.annotation.name": "n",
    "metadata": {"a": 1},
    "input.value": "x",
}
KEYS = sorted(line())


@settings(max_examples=50, deadline=None)
@given(
    changes=st.lists(
        st.dictionaries(
            st.sampled_from([*KEYS, "annotations", "notes", "spans"]), VALUES, max_size=4
        ),
        max_size=4,
    ),
    inner=st.dictionaries(st.sampled_from(sorted(RICH)), VALUES, max_size=2),
)
def test_no_corruption_raises_and_every_line_is_a_row_or_bad(
    changes: list[dict[str, Any]], inner: dict[str, Any]
) -> None:
    records: list[Record] = [line(RICH | inner) | one for one in changes]
    rows = read(PHOENIX, *records)
    spans = sum(len(one["spans"]) if isinstance(one.get("spans"), list) else 1 for one in records)
    assert len(rows.spans.get("where", [])) + len(rows.bad) == spans
    normal(rows)


def test_otlp_and_phoenix_builders_hold_the_same_times() -> None:
    assert otlp.at(SHARED[0].spans[0].start) == str(
        int(SHARED[0].spans[0].start.timestamp()) * 10**9
    )
