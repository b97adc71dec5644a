import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.records import Opened
from agentlens.sources.files.dialects.langfuse.blob import LANGFUSE_BLOB, UNUSED
from agentlens.sources.files.dialects.langfuse.call import aside_of, together
from agentlens.sources.files.dialects.langfuse.join import Part, joined
from agentlens.sources.files.dialects.langfuse.late import late_rows, stale_rows
from agentlens.sources.files.dialects.langfuse.manifest import (
    MANIFEST,
    FileRead,
    checked,
    manifests_of,
)
from agentlens.sources.files.recognise import head_of
from agentlens.sources.intake.normalise import normalise
from agentlens.sources.intake.road import gathered
from agentlens.sources.intake.rows import Rows
from tests.sources.dialects.corrupt import corrupted
from tests.sources.dialects.langfuse_file import (
    blob_row,
    legacy_row,
    naive,
    snake,
    trace_rows,
    v2_rows,
    words,
)
from tests.sources.dialects.langfuse_write import (
    blob_cell,
    write_csv,
    write_json,
    write_jsonl,
    write_parquet,
)
from tests.sources.dialects.shared import SHARED

NOW = pd.Timestamp("2026-11-25", tz="UTC")
V2 = "p/observations_v2/2026-11-02T10-00-00.jsonl"
OLD = "p/observations/2026-11-02T10-00-00.jsonl"
SCORE = {
    "id": "s1",
    "timestamp": "2026-11-02 09:00:00.250",
    "project_id": "p",
    "environment": "production",
    "trace_id": SHARED[0].trace_id,
    "observation_id": "",
    "session_id": "",
    "dataset_run_id": "",
    "name": "quality",
    "value": 0.5,
    "source": "EVAL",
    "comment": "",
    "data_type": "NUMERIC",
    "string_value": "",
    "created_at": "2026-11-02 09:00:00.250",
    "updated_at": "2026-11-02 09:00:00.250",
}
MANIFEST_ROW: dict[str, Any] = {
    "version": 1,
    "projectId": "p",
    "exportSource": "events",
    "window": {
        "minTimestamp": "2026-11-02T08:00:00.000Z",
        "maxTimestamp": "2026-11-02T10:00:00.000Z",
    },
    "maxTimestamp": "2026-11-02T10:00:00.000Z",
    "createdAt": "2026-11-02T10:21:00.000Z",
    "tables": ["observations_v2", "scores"],
    "files": [
        {
            "key": "export/p/observations_v2/2026-11-02T10-00-00.jsonl.gz",
            "table": "observations_v2",
            "fileType": "JSONL",
            "format": "jsonl",
            "compressed": True,
            "contentType": "application/x-ndjson",
            "sizeBytes": 900,
            "rowCount": 150,
        },
        {
            "key": "export/p/scores/2026-11-02T10-00-00.jsonl.gz",
            "table": "scores",
            "sizeBytes": "80",
            "rowCount": None,
        },
    ],
}


def blob_trace(row: dict[str, Any]) -> dict[str, Any]:
    """Return a trace of version 1 as the traces table of the export has it."""
    keys = words(
        "id timestamp name environment projectId metadata userId sessionId release version public"
        " bookmarked tags input output createdAt updatedAt"
    )
    times = {"timestamp", "createdAt", "updatedAt"}
    return {snake(key): naive(row[key], 3) if key in times else row[key] for key in keys}


def rows_of(records: list[Any]) -> Rows:
    return LANGFUSE_BLOB.rows(records, [f"f:{at}" for at in range(len(records))])


def part(rows: Rows, file: str) -> Part:
    return Part(file, "langfuse_blob", normalise(rows, file=file, now=NOW))


def read(file: Path) -> Rows:
    pairs = list(Opened(file, file.name).records())
    return LANGFUSE_BLOB.rows([row for _, row in pairs], [place for place, _ in pairs])


@pytest.mark.parametrize("name", ["t.jsonl", "t.json", "t.csv", "t.parquet"])
def test_the_traces_table_says_the_same_in_every_format(name: str, tmp_path: Path) -> None:
    rows = [blob_trace(one) for one in trace_rows(SHARED[:3])]
    for one in rows:
        one["output"] = one["output"] and str(one["output"])
    file = tmp_path / name
    if name.endswith("csv"):
        write_csv(rows, file, blob_cell)
    elif name.endswith("parquet"):
        for one in rows:
            one["metadata"] = {
                key: value if isinstance(value, str) else json.dumps(value)
                for key, value in one["metadata"].items()
            }
        write_parquet(rows, file)
    else:
        (write_json if name.endswith("json") else write_jsonl)(rows, file)
    assert "bookmarked" in LANGFUSE_BLOB.fits(head_of(file, name))
    found = normalise(read(file), file="f", now=NOW).traces
    assert found["trace_id"].tolist() == [one.trace_id for one in SHARED[:3]]
    assert found["start"].tolist() == [one.spans[0].start for one in SHARED[:3]]
    assert found["session_id"].tolist() == ["session-0"] * 3
    assert found["agent_version"].tolist() == ["1.0"] * 3
    assert found["tags"].tolist()[1] == '["blue","task:orders"]'
    assert '"attributes.user.id":"user-0"' in found["metadata"].tolist()[0]
    assert found["query_chars"].tolist() == [len(one.spans[0].input) for one in SHARED[:3]]


@pytest.mark.parametrize("name", ["s.jsonl", "s.csv", "s.parquet"])
def test_the_scores_table_says_the_same_in_every_format(name: str, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        SCORE,
        SCORE | {"id": "s2", "data_type": "CATEGORICAL", "value": 0.0, "string_value": "pass"},
        SCORE | {"id": "s3", "data_type": "CATEGORICAL", "value": 2.0, "string_value": "bug"},
        SCORE | {"id": "s4", "data_type": "BOOLEAN", "value": 1.0, "string_value": "True"},
        SCORE | {"id": "s5", "observation_id": "o1", "source": "ANNOTATION"},
        SCORE | {"id": "s6", "trace_id": "", "session_id": "session-0"},
    ]
    file = tmp_path / name
    if name.endswith("csv"):
        write_csv(rows, file, blob_cell)
    else:
        (write_parquet if name.endswith("parquet") else write_jsonl)(rows, file)
    assert "observation_id" in LANGFUSE_BLOB.fits(head_of(file, name))
    found = normalise(read(file), file="f", now=NOW).scores
    assert found["value"].fillna(-9).tolist() == [0.5, -9, 2, 1, 0.5, 0.5]
    assert found["label"].fillna("").tolist() == ["", "pass", "bug", "", "", ""]
    assert found["source"].tolist() == ["judge"] * 4 + ["human", "judge"]
    assert found["level"].tolist() == ["trace"] * 4 + ["span", "session"]
    assert found["time"].tolist() == [pd.Timestamp("2026-11-02 09:00:00.25", tz="UTC")] * 6


def test_fields_that_nothing_uses_are_known_by_name() -> None:
    rows = v2_rows(SHARED[:1])
    held = {
        *blob_row(rows[0]),
        *legacy_row(rows[0]),
        *SCORE,
        *blob_trace(trace_rows(SHARED[:1])[0]),
    }
    assert held <= LANGFUSE_BLOB.fields | UNUSED
    assert LANGFUSE_BLOB.fields & UNUSED <= {"latency", "time_to_first_token"}


@pytest.mark.parametrize("factor, named", [(1.0, False), (1000.0, True), (None, False)])
def test_latency_is_never_read_and_milliseconds_are_named(
    factor: float | None, named: object
) -> None:
    rows = [blob_row(one) for one in v2_rows(SHARED[:3])]
    for one in rows:
        one["latency"] = None if factor is None else one["latency"] * factor
    found = rows_of(rows)
    told = [one for one in found.problems if one.field == "latency"]
    assert [("factor of 1000" in one.detail, one.action, one.n) for one in told] == (
        [] if factor is None else [(named, "ignored", 9)]
    )
    plain = rows_of([{**one, "latency": 77} for one in rows])
    assert plain.spans == found.spans


def test_newer_tables_win_over_older_ones_with_the_same_steps() -> None:
    rows = v2_rows(SHARED[:2])
    newer = part(rows_of([blob_row(one) for one in rows[:4]]), V2)
    older = part(rows_of([legacy_row(one) for one in rows]), OLD)
    for files in ([newer, older], [older, newer]):
        kept, _ = joined(files)
        spans = {one.file: len(one.normal.spans) for one in kept}
        assert spans == {V2: 4, OLD: 2}
        aside = {one.file: one.normal.rejected for one in kept}
        assert len(aside[V2]) == 0
        assert aside[OLD]["reason"].unique().tolist() == [
            "duplicate of a row of observations_v2, which says more"
        ]
        whole = gathered([one.normal for one in kept])
        assert len(whole.spans) == 6
        assert whole.spans["session_id"].notna().all()


def test_older_tables_alone_stay_whole() -> None:
    older = part(rows_of([legacy_row(one) for one in v2_rows(SHARED[:2])]), OLD)
    assert joined([older, older])[0][0] is older


def test_rows_on_the_edge_of_two_windows_come_twice_and_count_once() -> None:
    rows = [blob_row(one) for one in v2_rows(SHARED[:2])]
    parts = [part(rows_of(rows[:4]), V2), part(rows_of(rows[3:]), V2 + "2")]
    whole = gathered([one.normal for one in joined(parts)[0]])
    assert len(whole.spans) == 6
    assert whole.rejected["reason"].tolist() == ["duplicate id; the newest version was kept"]


def test_rows_that_come_late_are_in_no_file_and_are_told() -> None:
    rows = [blob_row(one) for one in v2_rows(SHARED[:4])]
    without = [one for one in rows if one["id"] != SHARED[3].spans[0].span_id]
    (problem,) = late_rows([part(rows_of(without), V2)])
    assert (problem.action, problem.n, problem.severity) == ("missing", 1, "warn")
    assert problem.examples == (SHARED[3].trace_id,)
    assert "late_rows_impossible" in problem.detail
    assert "1 traces lack their root (1 of them near" in problem.detail
    assert "2 steps their parent" in problem.detail
    (whole,) = late_rows([part(rows_of(rows), V2)])
    assert (whole.n, whole.severity) == (0, "info")
    assert late_rows([]) == ()


def test_only_the_end_of_a_known_window_counts_as_near() -> None:
    rows = [blob_row(one) for one in v2_rows(SHARED[:4])]
    without = [one for one in rows if one["id"] != SHARED[3].spans[0].span_id]
    manifests = manifests_of([MANIFEST_ROW], ["m:1"])
    (problem,) = late_rows([part(rows_of(without), V2)], manifests)
    assert "(0 of them near" in problem.detail
    early = [replace(manifests[0], ends="2026-11-02T08:30:00.000Z")]
    (near,) = late_rows([part(rows_of(without), V2)], early)
    assert "(1 of them near" in near.detail


def test_rows_that_changed_before_their_window_may_be_old_versions() -> None:
    rows = [blob_row(one) for one in v2_rows(SHARED[:2])]
    rows[4]["updated_at"] = "2026-11-01 00:00:00.000000"
    manifests = manifests_of([MANIFEST_ROW], ["m:1"])
    (problem,) = stale_rows([part(rows_of(rows), V2)], manifests)
    assert (problem.action, problem.n, problem.examples) == ("assumed", 1, ("f:4",))
    rows[4]["updated_at"] = rows[3]["updated_at"]
    assert stale_rows([part(rows_of(rows), V2)], manifests) == ()
    assert stale_rows([part(rows_of(rows), V2)], ()) == ()


FILES = [
    FileRead("down/p/observations_v2/2026-11-02T10-00-00.jsonl.gz", 900, 150),
    FileRead("down/p/scores/2026-11-02T10-00-00.jsonl.gz", 80, 7),
]


def test_files_as_their_manifest_lists_them_need_no_word() -> None:
    assert checked(manifests_of([MANIFEST_ROW], ["m:1"]), FILES) == ()
    assert checked((), FILES) == ()


def test_files_that_were_unpacked_are_counted_by_rows_and_not_by_bytes() -> None:
    manifests = manifests_of([MANIFEST_ROW], ["m:1"])
    unpacked = [replace(one, name=one.name.removesuffix(".gz"), size=5000) for one in FILES]
    assert checked(manifests, unpacked) == ()
    with pytest.raises(BadInputError, match="149 rows instead of 150"):
        checked(manifests, [replace(unpacked[0], rows=149), unpacked[1]])


@pytest.mark.parametrize(
    "files, words",
    [
        (FILES[:1], "scores/2026-11-02T10-00-00.jsonl.gz is missing"),
        ([FILES[0], replace(FILES[1], size=79)], "has 79 bytes instead of 80"),
        ([FILES[0], replace(FILES[1], size=81)], "has 81 bytes instead of 80"),
        ([replace(FILES[0], rows=151), FILES[1]], "has 151 rows instead of 150"),
    ],
)
def test_files_that_are_missing_or_short_refuse_unless_told_to_go_on(
    files: list[FileRead], words: str
) -> None:
    manifests = manifests_of([MANIFEST_ROW], ["m:1"])
    with pytest.raises(BadInputError, match="1 of 2 files") as refused:
        checked(manifests, files)
    assert words in str(refused.value)
    assert "strict=False" in str(refused.value)
    with pytest.raises(BadInputError):
        checked(manifests, files, strict=True)
    (problem,) = checked(manifests, files, strict=False)
    assert (problem.action, problem.n) == ("missing", 1)
    assert words in problem.detail


def test_files_in_no_manifest_are_read_and_told() -> None:
    extra = FileRead("down/p/observations_v2/2026-11-02T11-00-00.jsonl.gz", 1, 1)
    (problem,) = checked(manifests_of([MANIFEST_ROW], ["m:1"]), [*FILES, extra])
    assert (problem.action, problem.n, problem.examples) == ("assumed", 1, (extra.name,))


def test_a_file_outside_its_folder_is_found_by_a_name_that_is_unique() -> None:
    only: dict[str, Any] = MANIFEST_ROW | {"files": MANIFEST_ROW["files"][:1]}
    moved = [replace(FILES[0], name="2026-11-02T10-00-00.jsonl.gz")]
    assert checked(manifests_of([only], ["m:1"]), moved) == ()
    with pytest.raises(BadInputError):
        checked(manifests_of([MANIFEST_ROW], ["m:1"]), moved)


def test_a_manifest_is_known_and_gives_no_rows(tmp_path: Path) -> None:
    write_json(MANIFEST_ROW, tmp_path / "m.json")
    assert MANIFEST.fits(head_of(tmp_path / "m.json", "m.json")) == "exportSource, files, window"
    assert set(MANIFEST_ROW) == MANIFEST.fields
    found = MANIFEST.rows([MANIFEST_ROW, {"files": 3}], ["m:1", "m:2"])
    assert (found.spans, found.traces, found.scores) == ({}, {}, {})
    assert [one.where for one in found.bad] == ["m:2"]
    assert [(one.action, one.n) for one in found.problems] == [("read", 1)]


@settings(max_examples=40, deadline=None)
@given(corrupted([MANIFEST_ROW]), corrupted(MANIFEST_ROW["files"]))
def test_no_manifest_is_so_odd_that_it_cannot_be_read(rows: list[Any], files: list[Any]) -> None:
    given = [*rows, MANIFEST_ROW | {"files": files}]
    found = manifests_of(given, [f"m:{at}" for at in range(len(given))])
    checked(found, FILES, strict=False)
    MANIFEST.rows(given, [f"m:{at}" for at in range(len(given))])


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(
        [
            [blob_row(one) for one in v2_rows(SHARED[:2])],
            [legacy_row(one) for one in v2_rows(SHARED[:2])],
            [blob_trace(one) for one in trace_rows(SHARED[:4])],
            [SCORE, SCORE, SCORE],
        ]
    ).flatmap(corrupted)
)
def test_no_record_is_lost_and_nothing_raises_whatever_comes(records: list[Any]) -> None:
    found = rows_of(records)
    tables = (found.spans, found.traces, found.scores)
    n = sum(len(one.get("where", [])) for one in tables)
    assert n + len(found.bad) == len(records)
    for table in tables:
        assert len({len(values) for values in table.values()}) <= 1


def test_the_files_of_one_call_are_settled_together() -> None:
    rows = [blob_row(one) for one in v2_rows(SHARED[:2])]
    parts = [
        part(rows_of(rows), V2),
        part(rows_of([legacy_row(one) for one in v2_rows(SHARED[:2])]), OLD),
    ]
    records = [MANIFEST_ROW]
    aside = aside_of("langfuse_manifest", records, ["m:1"])
    assert aside is not None
    assert aside_of("langfuse_blob", rows, ["f"] * 6) is None
    kept, problems = together(parts, [aside], FILES)
    assert [len(one.normal.spans) for one in kept] == [6, 0]
    assert [(one.action, one.field) for one in problems] == [("missing", "root")]
    with pytest.raises(BadInputError, match="scores"):
        together(parts, [aside], FILES[:1])
    held = aside_of("langfuse_ui", [{"id": "s", "userIds": ["ann"]}], ["u:1"])
    assert held is not None
    assert held.users == {"s": "ann"}
