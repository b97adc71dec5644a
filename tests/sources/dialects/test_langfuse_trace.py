import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from agentlens.sources.files.dialects.langfuse.trace import LANGFUSE_TRACE
from agentlens.sources.files.dialects.langfuse.ui import LANGFUSE_UI
from agentlens.sources.files.recognise import head_of
from agentlens.sources.intake.rows import Rows
from tests.sources.dialects.corrupt import corrupted
from tests.sources.dialects.langfuse_file import download, trace_rows, v1_row, v2_rows
from tests.sources.dialects.langfuse_write import write_json
from tests.sources.dialects.shared import SHARED

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "langfuse" / "api"
recorded = pytest.mark.skipif(not RECORDED.exists(), reason="no recorded answers beside the tree")
TRACE = SHARED[1]
SCORE: dict[str, Any] = {
    "id": "s1",
    "projectId": "p",
    "environment": "production",
    "name": "thumbs",
    "source": "API",
    "authorUserId": None,
    "comment": None,
    "metadata": {},
    "configId": None,
    "createdAt": "2026-11-02T08:08:00.000Z",
    "updatedAt": "2026-11-02T08:08:00.000Z",
    "timestamp": "2026-11-02T08:08:00.000Z",
    "traceId": TRACE.trace_id,
    "sessionId": None,
    "datasetRunId": None,
    "observationId": None,
    "dataType": "BOOLEAN",
    "value": 1,
    "stringValue": "True",
}


def rows_of(*records: Any) -> Rows:
    return LANGFUSE_TRACE.rows(records, [f"f:{at}" for at in range(1, len(records) + 1)])


def fits(record: Any, tmp_path: Path) -> str:
    write_json(record, tmp_path / "trace-1.json")
    return LANGFUSE_TRACE.fits(head_of(tmp_path / "trace-1.json", "trace-1.json"))


def test_a_download_says_steps_and_scores_but_no_trace(tmp_path: Path) -> None:
    record = download([TRACE]) | {"scores": [SCORE]}
    assert fits(record, tmp_path) == "observations beside scores or trace"
    found = rows_of(record)
    assert found.spans["span_id"] == [one.span_id for one in TRACE.spans]
    assert found.spans["where"] == ["f:1#1", "f:1#2", "f:1#3"]
    assert found.traces == {}
    assert (found.scores["value"], found.scores["kind"]) == ([1], ["boolean"])
    assert found.scores["where"] == ["f:1#1"]
    assert (found.bad, found.problems) == ((), ())


def test_an_older_download_says_the_trace_as_well(tmp_path: Path) -> None:
    (trace,) = trace_rows([TRACE])
    steps = [v1_row(one) for one in v2_rows([TRACE])]
    for one in steps:
        one.pop("traceId")
    record = {"trace": trace, "observations": steps}
    assert fits(record, tmp_path)
    found = rows_of(record)
    assert found.traces["trace_id"] == [TRACE.trace_id]
    assert found.traces["session_id"] == ["session-0"]
    assert found.spans["trace_id"] == [TRACE.trace_id] * 3
    assert found.scores == {}


def test_the_answer_of_version_1_for_one_trace_reads_the_same(tmp_path: Path) -> None:
    (trace,) = trace_rows([TRACE])
    steps = [v1_row(one) for one in v2_rows([TRACE])]
    record = trace | {"observations": steps, "scores": [SCORE]}
    assert fits(record, tmp_path)
    older = rows_of({"trace": trace, "observations": steps, "scores": [SCORE]})
    found = rows_of(record)
    assert (found.spans, found.traces, found.scores) == (older.spans, older.traces, older.scores)


def test_lists_of_traces_with_ids_of_steps_are_no_downloads(tmp_path: Path) -> None:
    write_json(trace_rows(SHARED[:2]), tmp_path / "t.json")
    head = head_of(tmp_path / "t.json", "t.json")
    assert LANGFUSE_TRACE.fits(head) == ""
    assert LANGFUSE_UI.fits(head) != ""


def test_texts_that_a_long_download_omits_are_not_read_as_no_answer() -> None:
    record = download([TRACE])
    short = dict.fromkeys(("input", "output", "metadata"))
    many = [record["observations"][1] | short | {"id": f"o{at}"} for at in range(350)]
    found = rows_of({"observations": many, "scores": []})
    assert {"input", "output"} & set(found.spans) == set()
    assert [(one.action, one.field, one.n) for one in found.problems] == [
        ("missing", "input", 350),
        ("missing", "output", 350),
        ("missing", "metadata", 350),
    ]
    assert all(one.detail.startswith("text_omitted") for one in found.problems)
    fewer = rows_of({"observations": many[1:], "scores": []})
    assert fewer.problems == ()
    spoken = rows_of({"observations": [*many[1:], record["observations"][1]], "scores": []})
    assert spoken.problems == ()


def test_several_downloads_in_one_file_keep_their_columns_apart() -> None:
    other = download([SHARED[2]])
    for one in other["observations"]:
        one.pop("input")
    found = rows_of(download([TRACE]), other)
    assert found.spans["trace_id"] == [TRACE.trace_id] * 3 + [SHARED[2].trace_id] * 3
    assert found.spans["input"][3:] == [None] * 3
    assert found.spans["where"][3] == "f:2#1"


def test_what_is_no_object_is_set_aside_with_its_place() -> None:
    found = rows_of({"observations": [None, {"id": "a"}], "scores": "none"}, [])
    assert [one.where for one in found.bad] == ["f:2", "f:1#1"]
    assert found.spans["where"] == ["f:1#2"]


@settings(max_examples=60, deadline=None)
@given(
    corrupted(v2_rows(SHARED[:2])),
    corrupted([SCORE, SCORE]),
    corrupted([download([TRACE]), {"trace": trace_rows([TRACE])[0], "observations": []}]),
)
def test_nothing_raises_whatever_comes(steps: list[Any], judged: list[Any], odd: list[Any]) -> None:
    found = rows_of({"observations": steps, "scores": judged})
    n = len(found.spans.get("where", [])) + len(found.scores.get("where", []))
    assert n + len(found.bad) == len(steps) + len(judged)
    rows_of(*odd)


@recorded
def test_a_recorded_answer_for_one_trace_is_read_whole(tmp_path: Path) -> None:
    body = json.loads((RECORDED / "v1_trace_get.json").read_text())["body"]
    assert fits(body, tmp_path)
    found = rows_of(body)
    assert len(found.spans["where"]) == len(body["observations"])
    assert len(found.scores["where"]) == len(body["scores"])
    assert found.traces["trace_id"] == [body["id"]]
    assert (found.bad, found.problems) == ((), ())
