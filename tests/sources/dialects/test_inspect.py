"""Are Inspect's logs opened, packed or not, and do samples and events become traces and steps?"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.zstd import ZipFile
from agentlens.sources.files.dialects.inspect.dialect import INSPECT
from agentlens.sources.intake.rows import Rows
from tests.sources.dialects import inspect_file
from tests.sources.dialects.inspect_file import header, model_event, pack, sample
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

START, END = "2026-11-18T10:00:00.250000+00:00", "2026-11-18T10:00:02.750000+00:00"


def opened(path: Path) -> Rows:
    assert INSPECT.records is not None
    held = list(INSPECT.records(path, path.name))
    return INSPECT.rows([record for _, record in held], [place for place, _ in held])


def one(*, head: dict[str, Any] | None = None, **fields: Any) -> Rows:
    """Return the rows of one sample."""
    return rows_of(INSPECT, [{"header": head or header(), "sample": sample(**fields)}])


def test_fifty_shared_traces_come_back_whole(tmp_path: Path) -> None:
    inspect_file.write(SHARED, tmp_path)
    log = built(*(opened(path) for path in sorted(tmp_path.iterdir())), environment="eval")
    calls = log.spans["kind"] == "llm"
    assert log.spans.loc[calls, "name"].str.startswith("model-").all()  # calls have no other name
    named = replace(log, spans=log.spans.assign(name=log.spans["name"].mask(calls, "think")))
    lost = ["user_id", "cost_usd", "ttft_s", "tags"]
    assert_shared(named, without=lost, own_root=False)


def test_a_packed_log_is_method_93_and_reads_like_the_json_of_the_same_tree(tmp_path: Path) -> None:
    members = [("samples/1_epoch_1.json", sample()), ("header.json", header())]
    packed = opened(pack(tmp_path / "log.eval", members))
    plain = tmp_path / "log.json"
    plain.write_text(json.dumps(header() | {"samples": [sample()]}), encoding="utf-8")
    read = opened(plain)
    for name in ("spans", "traces", "scores"):
        ours, theirs = getattr(packed, name), getattr(read, name)
        assert {**ours, "where": None} == {**theirs, "where": None}
    assert packed.traces["where"] == ["log.eval:samples/1_epoch_1.json"]
    assert read.traces["where"] == ["log.json:1#1"]
    with ZipFile(tmp_path / "log.eval") as archive:
        assert {info.compress_type for info in archive.infolist()} == {inspect_file.ZSTD}


def test_a_sample_fills_every_column_that_it_states() -> None:
    rows = one()
    assert told(rows.traces) == [
        {
            "where": "f:1",
            "trace_id": "uuid-1",
            "session_id": "eval-1",
            "name": "shelves",
            "model": "vendor/model-a",
            "tags": ["nightly"],
            "release": "r7",
            "input_tokens": 10.0,
            "output_tokens": 3.0,
            "metadata": {
                "plan": "pro",
                "task_type": "shelves",
                "epoch": 1,
                "sample_id": 1,
                "working_s": 1.5,
                "total_time": 2.5,
                "turn_count": 1,
                "run_status": "success",
                "attributes.inspect.target": "there",
                "attributes.inspect.run_id": "run-1",
                "attributes.inspect.task_id": "task-1",
                "attributes.inspect.dataset.name": "shelves",
                "attributes.inspect.dataset.samples": 2,
            },
        }
    ]
    root = {
        "where": "f:1",
        "trace_id": "uuid-1",
        "span_id": "uuid-1",
        "is_root": True,
        "kind": "agent",
        "name": "shelves",
        "start": START,
        "end": END,
        "status": "ok",
        "input": "where?",
        "output": "there",
    }
    call = {
        "where": "f:1#1",
        "trace_id": "uuid-1",
        "span_id": "call-1",
        "parent_id": "uuid-1",
        "kind": "llm",
        "name": "vendor/model-a",
        "model": "vendor/model-a",
        "start": "2026-11-18T10:00:00.500000+00:00",
        "end": "2026-11-18T10:00:01.500000+00:00",
        "status": "ok",
        "finish_reason": "stop",
        "input": [{"role": "user", "content": "where?"}],
        "output": "there",
        "input_tokens": 10,
        "output_tokens": 3,
        "metadata": {"working_s": 0.75},
    }
    assert told(rows.spans) == [root, call]
    assert told(rows.scores) == [
        {
            "where": "f:1",
            "score_id": "uuid-1/match",
            "trace_id": "uuid-1",
            "level": "trace",
            "name": "match",
            "source": "check",
            "rater": "match",
            "time": END,
            "comment": "same words",
            "metadata": {"answer": "there"},
            "value": 1.0,
            "label": "C",
            "kind": "categorical",
        }
    ]


def test_latency_is_from_start_to_completion_and_not_the_working_time() -> None:
    log = built(one(), environment=INSPECT.environment)
    assert log.traces["latency_s"].tolist() == [2.5]
    assert log.traces["environment"].tolist() == ["eval"]
    assert log.traces["meta_working_s"].tolist() == ["1.5"]
    assert log.traces["meta_epoch"].tolist() == ["1"]
    assert log.traces["task_type"].tolist() == ["shelves"]


def test_an_environment_in_the_metadata_of_the_run_wins() -> None:
    rows = one(head=header(metadata={"environment": "staging"}))
    assert built(rows, environment="eval").traces["environment"].tolist() == ["staging"]
    assert ("environment", "read from the metadata key 'environment'") in counts(rows, "assumed")


def test_of_members_with_one_name_the_last_counts(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = pack(
            tmp_path / "log.eval",
            [
                ("samples/1_epoch_1.json", sample(input="old")),
                ("header.json", header()),
                ("samples/1_epoch_1.json", sample(input="new")),
            ],
        )
    rows = opened(path)
    assert rows.spans["input"][0] == "new"
    assert len(rows.traces["where"]) == 1


def test_several_frames_in_one_member_are_read(tmp_path: Path) -> None:
    big = sample(input="long " * 300_000)
    rows = opened(pack(tmp_path / "log.eval", [("samples/1.json", big), ("header.json", header())]))
    assert len(rows.spans["input"][0]) == 1_500_000


def test_a_crashed_run_has_no_header_and_its_samples_are_read(tmp_path: Path) -> None:
    begun = {"version": 2, "eval": header()["eval"], "plan": {}}
    members = [
        ("_journal/start.json", begun),
        ("_journal/summaries/1.json", [{"id": 1}]),
        ("samples/1_epoch_1.json", sample()),
        ("samples/2_epoch_1.json", sample(uuid="uuid-2", completed_at=None, output=None)),
    ]
    rows = opened(pack(tmp_path / "log.eval", members))
    assert [one["run_status"] for one in rows.traces["metadata"]] == ["incomplete", "incomplete"]
    log = built(rows)
    assert dict(zip(log.traces["trace_id"], log.traces["status"], strict=True)) == {
        "uuid-1": "ok",
        "uuid-2": "incomplete",
    }
    assert (
        counts(rows, "missing")[
            "header", "a log without a header: the run crashed; its finished samples were read"
        ]
        == 2
    )


def test_broken_members_are_set_aside_and_a_broken_archive_is_refused(tmp_path: Path) -> None:
    members = [
        ("header.json", header()),
        ("samples/1.json", "{broken"),
        ("samples/2.json", '{"id": 2, "uuid": "u", "input": NaN, "started_at": "2026-11-18"}'),
        ("samples/3.json", "[1]"),
    ]
    path = pack(tmp_path / "log.eval", members)
    rows = opened(path)
    assert [bad.where for bad in rows.bad] == ["log.eval:samples/1.json", "log.eval:samples/3.json"]
    assert rows.traces["trace_id"] == ["u"]
    cut = tmp_path / "cut.eval"
    cut.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadInputError, match=r"cut\.eval is damaged"):
        opened(cut)


@pytest.mark.parametrize("method", [inspect_file.ZSTD, 8, 0])
def test_a_flipped_byte_loses_one_sample_and_is_told(tmp_path: Path, method: int) -> None:
    text = json.dumps(sample(input="where is it? " * 40))
    members = [("samples/1.json", text), ("samples/2.json", sample()), ("header.json", header())]
    path = pack(tmp_path / "log.eval", members, method)
    whole = bytearray(path.read_bytes())
    whole[200] ^= 0xFF
    path.write_bytes(whole)
    rows = opened(path)
    assert [bad.where for bad in rows.bad] == ["log.eval:samples/1.json"]
    assert "cannot be unpacked" in rows.bad[0].reason
    assert rows.traces["where"] == ["log.eval:samples/2.json"]


def test_a_place_holds_no_colon_of_a_samples_name(tmp_path: Path) -> None:
    rows = opened(pack(tmp_path / "log.eval", [("samples/a:b_epoch_1.json", sample())]))
    assert rows.traces["where"] == ["log.eval:samples/a_b_epoch_1.json"]


def test_without_a_uuid_run_sample_and_epoch_make_the_trace_id() -> None:
    rows = one(uuid=None, id="s", epoch=2)
    assert rows.traces["trace_id"] == ["eval-1:s:2"]
    assert ("trace_id", "no uuid; made of run, sample and epoch") in counts(rows, "assumed")


def test_attachments_stand_in_their_places_again() -> None:
    long = "a long question " * 20
    call = model_event(input=[{"role": "user", "content": "attachment://ab12"}])
    rows = one(
        input="attachment://ab12",
        output={"completion": "see attachment://cd34 and attachment://gone"},
        attachments={"ab12": long, "cd34": "this"},
        events=[call],
    )
    assert rows.spans["input"] == [long, [{"role": "user", "content": long}]]
    assert rows.spans["output"][0] == "see this and attachment://gone"
    assert [field for field, _ in counts(rows, "missing")] == ["attachments"]


def test_spans_models_tools_and_scores_become_steps() -> None:
    begin = {"event": "span_begin", "span_id": "in", "timestamp": START, "working_start": 0}
    events = [
        {"event": "sample_init", "timestamp": START},
        {**begin, "id": "in", "type": "agent", "name": "solve", "parent_id": None},
        model_event(span_id="in"),
        {
            "event": "tool",
            "uuid": "tool-1",
            "id": "x",
            "span_id": "in",
            "timestamp": START,
            "completed": END,
            "function": "look_up",
            "arguments": {"n": 1},
            "result": "",
            "error": {"type": "timeout", "message": "too slow"},
            "events": [model_event(uuid="inner", timestamp=START)],
        },
        {"event": "span_end", "id": "in", "span_id": "in", "timestamp": END},
        {"event": "score", "uuid": "score-1", "timestamp": END, "score": {"value": "C"}},
        {"event": "state", "timestamp": END},
    ]
    rows = one(events=events)
    spans = rows.spans
    assert spans["span_id"] == ["uuid-1", "in", "call-1", "tool-1", "inner", "score-1"]
    assert spans["parent_id"] == [None, "uuid-1", "in", "in", "tool-1", "uuid-1"]
    assert spans["kind"] == ["agent", "agent", "llm", "tool", "llm", "evaluator"]
    assert spans["name"][1:] == ["solve", "vendor/model-a", "look_up", "vendor/model-a", "score"]
    assert spans["end"][1] == END
    assert spans["status"][3] == "error"
    assert (spans["error_type"][3], spans["error_message"][3]) == ("timeout", "too slow")
    assert counts(rows, "ignored") == {
        ("events", "events sample_init are no steps"): 1,
        ("events", "events state are no steps"): 1,
    }


def test_a_step_that_knows_its_parent_keeps_it_and_one_without_an_id_is_numbered() -> None:
    inner = {"event": "span_begin", "id": "b", "span_id": "b", "parent_id": "a", "timestamp": START}
    rows = one(events=[inner, model_event(uuid=None)])
    assert rows.spans["parent_id"] == [None, "a", "uuid-1"]
    assert rows.spans["span_id"][2] == "uuid-1:2"


@pytest.mark.parametrize(
    "value, verdicts",
    [
        ("C", [("match", 1.0, "C")]),
        ("P", [("match", 0.5, "P")]),
        ("I", [("match", 0.0, "I")]),
        ("N", [("match", 0.0, "N")]),
        ("blue", [("match", None, "blue")]),
        (0.25, [("match", 0.25, None)]),
        (True, [("match", 1, None)]),
        ({"a": "C", "b": 2}, [("match/a", 1.0, "C"), ("match/b", 2, None)]),
        ([1, 2], [("match", None, None)]),
    ],
)
def test_letters_are_numbers_and_words(value: Any, verdicts: list[tuple[Any, ...]]) -> None:
    scores = told(one(scores={"match": {"value": value}}).scores)
    assert [(row["name"], row.get("value"), row.get("label")) for row in scores] == verdicts


def test_who_scored_is_told_by_edits_and_by_the_scorers_name() -> None:
    edited = {"value": "C", "history": [{"value": "I"}, {"provenance": {"author": "ann"}}]}
    rows = one(
        scores={"match": edited, "model_graded_qa": {"value": "C"}, "includes": {"value": 1}}
    )
    assert rows.scores["source"] == ["human", "judge", "check"]
    assert rows.scores["rater"] == ["ann", "model_graded_qa", "includes"]


def test_errors_and_limits_end_a_sample() -> None:
    broken = one(error={"message": "ValueError('no shelf')", "traceback": "…"})
    assert (broken.spans["status"][0], broken.spans["error_message"][0]) == (
        "error",
        "ValueError('no shelf')",
    )
    for kind, expected in (("time", "timeout"), ("operator", "cancelled"), ("token", "limit")):
        rows = one(limit={"type": kind, "limit": 60})
        assert built(rows).traces[["status", "error_type"]].iloc[0].tolist() == ["error", expected]


def test_without_times_events_tell_them() -> None:
    rows = one(started_at=None, completed_at=None)
    assert str(rows.spans["start"][0]) == "2026-11-18 10:00:00.500000+00:00"
    assert str(rows.spans["end"][0]) == "2026-11-18 10:00:01.500000+00:00"
    alone = one(started_at=None, completed_at=None, events=[])
    assert alone.spans["start"] == ["2026-11-18T09:59:00+00:00"]
    assert built(alone).traces["latency_s"].tolist() == [2.5]
    assert {"start", "end"} <= {field for field, _ in counts(alone, "assumed")}


def test_cached_tokens_are_part_of_the_input_however_a_provider_counts() -> None:
    apart = {
        "input_tokens": 5,
        "output_tokens": 2,
        "total_tokens": 20,
        "input_tokens_cache_read": 10,
    }
    usage = apart | {"input_tokens_cache_write": 3}
    rows = one(events=[], model_usage={"a": usage, "b": {"input_tokens": 1, "total_tokens": 1}})
    log = built(rows)
    columns = ["input_tokens", "output_tokens", "cached_tokens"]
    assert log.traces[columns].iloc[0].tolist() == [19, 2, 10]


def test_invalid_samples_and_repeated_errors_are_told() -> None:
    rows = one(head=header() | {"invalidated": True}, error_retries=[{"message": "x"}])
    assert rows.traces["metadata"][0]["invalidated"] is True
    assert rows.traces["metadata"][0]["error_retries"] == 1
    assert counts(rows, "conflict") == {("invalidated", "samples that were declared invalid"): 1}


def test_texts_that_are_nested_too_deeply_are_kept() -> None:
    deep: Any = "attachment://ab"
    for _ in range(900):
        deep = [deep]
    rows = one(input=deep)
    assert rows.spans["input"][0] == deep
    assert ("attachments", "nested too deeply to look for attachments") in counts(rows, "ignored")


def test_a_log_without_samples_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_text(json.dumps(header()), encoding="utf-8")
    assert [bad.reason for bad in opened(path).bad] == ["a log or line without samples"]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_damaged_samples_never_stop_the_reading(data: st.DataObject) -> None:
    records = [
        {"header": header(), "sample": sample()},
        {"header": header(), "sample": sample(uuid=None, limit={"type": "time"}, attachments={})},
    ]
    found = data.draw(damaged(records))
    rows = survives(INSPECT, found)
    assert len(rows.traces.get("where", [])) + len(rows.bad) == len(found)


def test_times_are_typed() -> None:
    assert built(one()).traces["start"].tolist() == [pd.Timestamp(START)]
