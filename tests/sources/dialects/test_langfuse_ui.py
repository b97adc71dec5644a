import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.sources.files import read_files
from agentlens.sources.files.containers.records import Opened
from agentlens.sources.files.dialects.langfuse.join import Part, joined
from agentlens.sources.files.dialects.langfuse.ui import LANGFUSE_UI, known_fields, users_of
from agentlens.sources.files.recognise import head_of
from agentlens.sources.intake.normalise import Normal, normalise
from agentlens.sources.intake.rows import Rows
from tests.sources.dialects.corrupt import corrupted
from tests.sources.dialects.langfuse_file import (
    trace_rows,
    ui_event,
    ui_observation,
    ui_trace,
    v2_rows,
)
from tests.sources.dialects.langfuse_write import ui_cell, write_csv, write_json, write_jsonl
from tests.sources.dialects.shared import SHARED

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "langfuse" / "ui_export"
recorded = pytest.mark.skipif(not RECORDED.exists(), reason="no recorded exports beside the tree")
NOW = pd.Timestamp("2026-11-25", tz="UTC")
SCORE: dict[str, Any] = {
    "id": "s1",
    "traceId": SHARED[0].trace_id,
    "sessionId": None,
    "datasetRunId": None,
    "timestamp": "2026-11-02T09:00:00.250Z",
    "source": "ANNOTATION",
    "name": "quality",
    "dataType": "NUMERIC",
    "value": 0.5,
    "stringValue": None,
    "comment": None,
    "metadata": {},
    "observationId": None,
    "traceName": "support",
    "userId": "user-0",
    "traceTags": [],
    "environment": "production",
    "authorUserName": "ann",
}
SESSION = {
    "id": "session-0",
    "userIds": ["user-0"],
    "countTraces": 3,
    "sessionDuration": 1.5,
    "inputCost": "0.5",
    "outputCost": "0.5",
    "totalCost": "1.0",
    "totalTokens": 5,
    "traceTags": [],
    "createdAt": "2026-11-02T08:00:00.000Z",
    "bookmarked": False,
    "public": False,
    "totalCount": 3,
    "comments": [],
}


def rows_of(records: list[Any]) -> Rows:
    return LANGFUSE_UI.rows(records, [f"f:{at}" for at in range(len(records))])


def read(file: Path) -> Rows:
    pairs = list(Opened(file, file.name).records())
    return LANGFUSE_UI.rows([row for _, row in pairs], [place for place, _ in pairs])


def normal(rows: Rows) -> Normal:
    return normalise(rows, file="f", now=NOW)


def part(rows: Rows, file: str = "f") -> Part:
    return Part(file, "langfuse_ui", normal(rows))


def test_times_and_decimals_in_csv_cells_lose_their_quotes_and_texts_keep_theirs(
    tmp_path: Path,
) -> None:
    row = ui_observation(v2_rows(SHARED[:1])[1]) | {
        "name": '"think"',
        "input": '"said"',
        "output": "a\rb",
        "completionStartTime": "2026-05-04T09:12:04.250Z",
    }
    write_csv([row], tmp_path / "o.csv", ui_cell)
    text = (tmp_path / "o.csv").read_text()
    assert '"""2026-05-04T09:12:04.250Z"""' in text
    spans = read(tmp_path / "o.csv").spans
    assert spans["first_token"] == ["2026-05-04T09:12:04.250Z"]
    assert (spans["name"], spans["input"], spans["output"]) == (['"think"'], ['"said"'], ["a\rb"])


def test_costs_as_json_strings_are_read() -> None:
    row = ui_observation(v2_rows(SHARED[:1])[1]) | {"totalCost": '"3.0e-6"', "costDetails": "{}"}
    assert rows_of([row]).spans["cost_usd"] == [3e-6]


def test_columns_of_lists_are_scores_of_the_trace_each_taken_once() -> None:
    said: dict[str, Any] = {"quality": [0.5, 1.0], "tone": ["warm", "dry", "warm"], "empty": None}
    records = [ui_observation(one, said) for one in v2_rows(SHARED[:2])]
    found = rows_of(records).scores
    pairs = zip(*(found[name] for name in ("trace_id", "name", "value", "label")), strict=True)
    first, second = SHARED[0].trace_id, SHARED[1].trace_id
    assert sorted(pairs, key=str) == sorted(
        [
            (one, *verdict)
            for one in (first, second)
            for verdict in (
                ("quality", 0.75, None),
                ("tone", None, "warm"),
                ("tone", None, "dry"),
            )
        ],
        key=str,
    )
    assert len(set(found["score_id"])) == 6
    assert set(found["source"]) == {"api"}
    assert set(found["level"]) == {"trace"}


def test_score_ids_are_the_same_in_every_table_and_batch() -> None:
    said = {"quality": [0.5]}
    observations = rows_of([ui_observation(v2_rows(SHARED[:1])[2], said)]).scores["score_id"]
    events = rows_of([ui_event(v2_rows(SHARED[:1])[0], said)]).scores["score_id"]
    traces = rows_of([ui_trace(trace_rows(SHARED[:1])[0], said)]).scores["score_id"]
    assert observations == events == traces


def test_what_was_assumed_of_score_columns_is_told() -> None:
    records = [ui_observation(one, {"quality": [0.5]}) for one in v2_rows(SHARED[:2])]
    (problem,) = rows_of(records).problems
    assert (problem.action, problem.table, problem.field, problem.n) == (
        "assumed",
        "scores",
        "quality",
        2,
    )


def test_empty_columns_are_told_as_what_they_may_be() -> None:
    records = [ui_observation(one, {"quality": None}) for one in v2_rows(SHARED[:2])]
    (problem,) = rows_of(records).problems
    assert (problem.action, problem.field, problem.n) == ("ignored", "quality", 6)


@pytest.mark.parametrize("odd", [0.5, "words", {"a": 1}, [True], [None], [[1]], [1, "a"]])
def test_a_column_with_anything_but_lists_is_no_score(odd: object) -> None:
    rows = v2_rows(SHARED[:1])
    records = [ui_observation(rows[0], {"x": [1]}), ui_observation(rows[1], {"x": odd})]
    assert rows_of(records).scores == {}


@pytest.mark.parametrize("name", ["release", "sessionId", "tags", "value", "stars"])
def test_scores_may_be_called_like_fields_of_other_tables(name: str) -> None:
    found = rows_of([ui_observation(v2_rows(SHARED[:1])[0], {name: [0.5]})])
    assert found.scores["name"] == [name]
    assert found.spans["release"] == ["r1"]
    assert found.spans["session_id"] == ["session-0"]
    assert found.spans["tags"] == [["task:refunds"]]


def test_a_scores_file_replaces_the_scores_in_columns() -> None:
    beside = part(rows_of([ui_observation(one, {"quality": [0.5]}) for one in v2_rows(SHARED[:2])]))
    scores = part(rows_of([SCORE]), "scores")
    (kept, own), problems = joined([beside, scores])
    assert len(kept.normal.scores) == 0
    assert len(kept.normal.spans) == 6
    assert kept.normal.rejected["reason"].tolist() == ["duplicate of what the scores file says"] * 2
    assert own.normal.scores["score_id"].tolist() == ["s1"]
    assert problems == ()


def test_scores_in_columns_get_the_end_of_their_trace_as_their_time() -> None:
    records = [ui_observation(one, {"quality": [0.5]}) for one in v2_rows(SHARED[:2])]
    records[1]["endTime"] = "2026-11-02T08:30:00.000Z"  # a step that outlives its trace
    batches = [part(rows_of(records[:1])), part(rows_of(records[1:]))]
    (one, other), _ = joined(batches)
    times = pd.concat([one.normal.scores, other.normal.scores])
    ends = {trace.trace_id: trace.spans[0].end for trace in SHARED[:2]}
    assert [ends[trace] for trace in times["trace_id"]] == times["time"].tolist()


def test_without_steps_scores_in_columns_get_the_time_at_which_their_trace_began() -> None:
    batch = part(rows_of([ui_trace(trace_rows(SHARED[:1])[0], {"quality": [0.5]})]))
    ((one,), _) = joined([batch])
    assert one.normal.scores["time"].tolist() == [SHARED[0].spans[0].start]


def test_the_traces_table_says_facts_with_metadata_of_nested_json() -> None:
    rows = [ui_trace(one) for one in trace_rows(SHARED[:2])]
    found = rows_of(rows).traces
    assert {
        name: values[1] for name, values in found.items() if name not in {"where", "input"}
    } == {
        "trace_id": SHARED[1].trace_id,
        "start": "2026-11-02T08:07:00.013Z",
        "name": "support",
        "output": "Answer 1",
        "user_id": "user-0",
        "session_id": "session-0",
        "release": "r1",
        "environment": "production",
        "agent_version": "1.0",
        "tags": ["blue", "task:orders"],
        "metadata": {
            "segment": "pro",
            "device": "mobile",
            "attributes.user.id": "user-0",
            "attributes.session.id": "session-0",
            "attributes.langfuse.trace.name": "support",
            "attributes.langfuse.trace.tags": '["blue", "task:orders"]',
            "attributes.langfuse.release": "r1",
            "scope.name": "shop",
        },
    }


def test_the_scores_table_reads_the_same_from_csv_and_json(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        SCORE,
        SCORE
        | {
            "id": "s2",
            "dataType": "CATEGORICAL",
            "value": 0,
            "stringValue": "pass",
            "metadata": {},
        },
        SCORE | {"id": "s3", "dataType": "BOOLEAN", "value": 1, "stringValue": "True"},
        SCORE | {"id": "s4", "metadata": {"rubric_version": "v3"}, "observationId": "o1"},
    ]
    write_csv(rows, tmp_path / "s.csv", ui_cell)
    write_jsonl(rows, tmp_path / "s.jsonl")
    frames = [normal(read(tmp_path / name)).scores for name in ("s.csv", "s.jsonl")]
    first, second = (one.drop(columns="_where") for one in frames)
    pd.testing.assert_frame_equal(first, second)
    assert frames[0]["label"].isna().tolist() == [True, False, True, True]
    assert frames[0]["value"].tolist()[::2] == [0.5, 1.0]
    assert frames[0]["rater"].tolist() == ["ann"] * 4
    assert frames[0]["span_id"].tolist()[3] == "o1"


def test_sessions_say_the_user_of_steps_that_do_not() -> None:
    read_sessions = rows_of([SESSION])
    assert (read_sessions.spans, read_sessions.traces, read_sessions.bad) == ({}, {}, ())
    assert [(one.action, one.n) for one in read_sessions.problems] == [("read", 1)]
    several = SESSION | {"id": "session-1", "userIds": '["a","b"]'}
    assert users_of([SESSION, several, {"id": 3}, None]) == {"session-0": "user-0"}
    rows = [ui_event(one) | {"userId": ""} for one in v2_rows(SHARED[:4])]
    for one in rows:
        one["metadata"] = {}
    ((kept,), _) = joined([part(rows_of(rows))], users_of([SESSION]))
    users = kept.normal.spans.groupby("session_id")["user_id"].first()
    assert users.to_dict()["session-0"] == "user-0"
    assert pd.isna(users.to_dict()["session-1"])


def test_as_many_rows_as_an_export_may_have_are_probably_cut() -> None:
    n = 1_500_000
    whole = normal(rows_of([SCORE]))
    frame = pd.DataFrame({"score_id": pd.Series(["s"], dtype="str").repeat(n)})
    many = Normal(whole.spans, whole.traces, frame, (), whole.rejected)
    less = Normal(whole.spans, whole.traces, frame.iloc[1:], (), whole.rejected)
    assert joined([Part("a", "langfuse_ui", less)])[1] == ()
    (problem,) = joined([Part("a", "langfuse_ui", many)])[1]
    assert (problem.action, problem.file, problem.n) == ("limit", "a", n)


def test_the_tables_of_the_export_are_told_apart(tmp_path: Path) -> None:
    observation, event = v2_rows(SHARED[:1])[0], ui_event(v2_rows(SHARED[:1])[0])
    tables = {
        "observations": ui_observation(observation),
        "events": event,
        "traces": ui_trace(trace_rows(SHARED[:1])[0]),
        "scores": SCORE,
        "sessions": SESSION,
        "api": observation,
    }
    for name, row in tables.items():
        write_json([row], tmp_path / f"{name}.json")
        head = head_of(tmp_path / f"{name}.json", f"{name}.json")
        assert f"({name})" in LANGFUSE_UI.fits(head)
    for name in ("observations", "events", "traces", "scores", "sessions"):
        assert set(tables[name]) <= known_fields(name)


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(
        [
            [ui_observation(one, {"q": [1], "w": ["a"]}) for one in v2_rows(SHARED[:2])],
            [ui_event(one, {"q": [1]}) for one in v2_rows(SHARED[:2])],
            [ui_trace(one, {"q": "[1]"}) for one in trace_rows(SHARED[:4])],
            [SCORE, SCORE, SCORE],
        ]
    ).flatmap(corrupted)
)
def test_no_record_is_lost_and_nothing_raises_whatever_comes(records: list[Any]) -> None:
    found = rows_of(records)
    own = [one for one in found.scores.get("score_id", []) if not str(one).startswith("lf-column-")]
    n = len(found.spans.get("where", [])) + len(found.traces.get("where", []))
    assert n + len(own) + len(found.bad) == len(records)
    for table in (found.spans, found.traces, found.scores):
        assert len({len(values) for values in table.values()}) <= 1


@recorded
@pytest.mark.parametrize(
    "name, table, n, beside",
    [
        ("observations.csv", "observations", 40, 7),
        ("observations.json", "observations", 40, 7),
        ("events.jsonl", "events", 40, 7),
        ("traces.csv", "traces", 40, 27),
        ("scores.csv", "scores", 40, 0),
        ("scores.jsonl", "scores", 40, 0),
    ],
)
def test_recorded_exports_are_read_whole(name: str, table: str, n: int, beside: int) -> None:
    pairs = list(Opened(RECORDED / name, name).records())
    found = read(RECORDED / name)
    held = {"traces": found.traces, "scores": found.scores}.get(table, found.spans)
    assert len(pairs) == len(held["where"]) == n
    assert len(found.scores["where"]) == (beside or n)
    assert found.bad == ()
    keys = {key for _, one in pairs for key in one}
    assert keys - known_fields(table) == {one.field for one in found.problems}
    taken = {one.field for one in found.problems if one.action == "assumed"}
    assert taken == ({*found.scores["name"]} if beside else set())
    done = normal(found)
    assert len(done.rejected) == 0
    assert {one.action for one in done.problems} <= {"assumed", "ignored"}


CASE = {
    "id": "i1",
    "datasetId": "d1",
    "datasetName": "refunds",
    "status": "ACTIVE",
    "input": "how much?",
    "expectedOutput": "ten",
    "metadata": {},
    "createdAt": "2026-11-02T09:00:00.250Z",
}


def test_a_dataset_is_no_log_and_is_left_aside_beside_one(tmp_path: Path) -> None:
    write_jsonl([CASE], cases := tmp_path / "1-lf-dataset_items-export-shop-project.jsonl")
    with pytest.raises(BadInputError, match="no trace in these files: 1 × cases of a dataset"):
        read_files(cases)
    steps = [ui_observation(row) for row in v2_rows(SHARED[:2])]
    write_jsonl(steps, tmp_path / "1-lf-observations-export-shop-project.jsonl")
    log = read_files(tmp_path)
    assert len(log) == 2
    told = log.report[log.report["action"] == "ignored"]
    assert told.loc[told["table"] == "dataset_items", "n"].tolist() == [1]


@recorded
def test_recorded_tables_of_the_same_steps_agree() -> None:
    frames = [
        normal(read(RECORDED / name)).spans.set_index("span_id").sort_index()
        for name in ("observations.csv", "observations.json", "events.jsonl")
    ]
    same = "trace_id parent_id kind name start end first_token status level error_message model"
    same += " input_tokens output_tokens cost_usd user_id session_id release environment tags"
    for other in frames[1:]:
        pd.testing.assert_frame_equal(
            frames[0][same.split()], other[same.split()], check_dtype=False
        )
    parsed = [one["input"].map(_json).tolist() for one in frames]
    assert parsed[0] == parsed[1] == parsed[2]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
