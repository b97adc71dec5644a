"""Is a file read whole, are its faults counted by place, and does what was saved come back?"""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.sources.files import read_files
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, demo_log

if TYPE_CHECKING:
    from agentlens.sources.files.tables import Mappings

ENDINGS = ["parquet", "jsonl", "jsonl.gz", "csv", "csv.gz"]
ROW = {"trace_id": "a", "start": "2026-11-01T10:00:00Z", "latency_s": 1.5}


def _small() -> Log:
    return demo_log().last("6h")


def _same(one: Log, other: Log, *, texts: bool = True) -> None:
    for name in ("traces", "spans", "scores"):
        ours, theirs = getattr(one, name), getattr(other, name)
        pd.testing.assert_frame_equal(ours, theirs[list(ours.columns)], check_exact=True)
        assert texts


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_saved_comes_back_equal(ending: str, tmp_path: Path) -> None:
    log = _small()
    files = log.save(tmp_path / f"week.{ending}")
    assert [file.name for file in files] == [
        f"week.{table}.{ending}" for table in ("traces", "spans", "scores")
    ]
    back = read_files(tmp_path / f"week.{ending}")
    for name in ("traces", "spans", "scores"):
        ours = getattr(log, name).dropna(axis="columns", how="all")
        theirs = getattr(back, name)[list(ours.columns)]
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    assert len(back.rejected) == 0
    assert set(back.report["action"]) <= {"read", "assumed"}


TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20
)


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            TEXT.map(str.strip).filter(bool),
            st.none() | TEXT,
            st.none() | st.booleans(),
            st.none() | st.integers(0, 2**62),
            st.none() | st.floats(0, 1e12),
            st.integers(0, 10**13),
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda row: row[0],
    ),
    ending=st.sampled_from(ENDINGS),
)
def test_odd_values_survive_the_round_trip(rows: list[tuple[object, ...]], ending: str) -> None:
    log = from_frames(
        pd.DataFrame(
            {
                "trace_id": pd.Series([row[0] for row in rows], dtype="str"),
                "input": pd.Series([row[1] for row in rows], dtype="str"),
                "completed": pd.Series([row[2] for row in rows], dtype="boolean"),
                "input_tokens": pd.Series([row[3] for row in rows], dtype="Int64"),
                "cost_usd": pd.Series([row[4] for row in rows], dtype="float64"),
                "start": START + pd.to_timedelta([row[5] for row in rows], unit="us"),
            }
        )
    )
    with TemporaryDirectory() as folder:
        log.save(f"{folder}/x.{ending}")
        back = read_files(f"{folder}/x.{ending}", strict=False)
    for column in log.traces:
        ours = log.traces[column]
        if ours.isna().all() and column not in back.traces:
            continue
        pd.testing.assert_series_equal(ours, back.traces[column], check_exact=True)


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _lines(n: int) -> list[str]:
    return [json.dumps({**ROW, "trace_id": f"t{i}"}) for i in range(n)]


def test_an_unreadable_line_costs_only_itself_and_is_named(tmp_path: Path) -> None:
    lines = _lines(4)
    lines[2:2] = ["{broken", "[1]", "7"]
    file = _file(tmp_path, "x.jsonl", "\n".join(lines))
    log = read_files(file)
    assert log.traces["trace_id"].tolist() == ["t0", "t1", "t2", "t3"]
    assert set(log.rejected["where"]) == {"x.jsonl:3", "x.jsonl:4", "x.jsonl:5"}
    assert "{broken" in log.rejected["row"].tolist()


FAULTS: dict[str, Callable[[list[str]], list[str]]] = {
    "a broken line": lambda lines: [lines[0][:-3], *lines[1:]],
    "a row without a time": lambda lines: [json.dumps({"trace_id": "z"}), *lines],
    "a row without an id": lambda lines: [json.dumps({"start": "2026-11-01"}), *lines],
    "a time of 1970": lambda lines: [json.dumps({**ROW, "start": 1}), *lines],
    "the same id twice": lambda lines: [lines[1], *lines],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_rows_in_are_read_dropped_or_duplicate_and_nothing_else(fault: str, tmp_path: Path) -> None:
    lines = FAULTS[fault](_lines(5))
    clean = _file(
        tmp_path,
        "a.jsonl",
        "\n".join(_lines(3))
        .replace("t", "u")
        .replace("urace", "trace")
        .replace("suaru", "start")
        .replace("lauency", "latency"),
    )
    broken = _file(tmp_path, "b.jsonl", "\n".join(lines))
    log = read_files([clean, broken], strict=False)
    counted = log.report[log.report["action"].isin(["read", "dropped", "duplicate"])]
    by_file = counted.groupby("file")["n"].sum().to_dict()
    assert by_file == {"a.jsonl": 3, "b.jsonl": len(lines)}
    assert counted.loc[counted["action"] == "read", "n"].sum() == len(log)
    lost = counted[counted["action"] != "read"]
    assert lost["file"].tolist() == ["b.jsonl"]
    assert lost["examples"].str.startswith("b.jsonl:").all()
    assert len(log.rejected) == lost["n"].sum()


@pytest.mark.parametrize("corrupt", range(40))
def test_random_damage_never_crashes_and_never_loses_count(corrupt: int, tmp_path: Path) -> None:
    import random

    draw = random.Random(corrupt)  # noqa: S311 - damage, not secrets
    lines = _lines(30)
    for _ in range(draw.randint(1, 6)):
        place = draw.randrange(len(lines))
        line = lines[place]
        cut = draw.randrange(len(line))
        lines[place] = draw.choice(
            [
                line[:cut],
                line[cut:],
                line.replace("t", "\\ud800", 1),
                line.replace(":", ",", 1),
                "null",
                line.replace("2026", str(draw.randint(0, 99999))),
                line.replace("1.5", draw.choice(["NaN", "-1", '"x"', "1e999", "[]", "{}", "true"])),
            ]
        )
    file = _file(tmp_path, "x.jsonl", "\n".join(lines))
    log = read_files(file, strict=False)
    counted = log.report[log.report["action"].isin(["read", "dropped", "duplicate"])]
    assert counted["n"].sum() == sum(bool(line.strip()) for line in lines)


def test_csv_rows_of_the_wrong_width_are_set_aside(tmp_path: Path) -> None:
    head = "trace_id,start,latency_s\n"
    body = 'a,2026-11-01,1\nb,2026-11-01\n"c\nd",2026-11-01,2\ne,2026-11-01,3,4\n'
    log = read_files(_file(tmp_path, "x.csv", head + body))
    assert log.traces["trace_id"].tolist() == ["a", "c\nd"]
    assert log.rejected["where"].tolist() == ["x.csv:3", "x.csv:6"]
    assert "2 fields where the header has 3" in log.rejected["reason"].iloc[0]


@pytest.mark.parametrize("code", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_marks_and_line_ends_of_other_systems_are_understood(
    code: str, end: str, tmp_path: Path
) -> None:
    rows = ["trace_id,start,input", "a,2026-11-01T00:00:00Z,grüße 🙂"]
    log = read_files(_file(tmp_path, "x.csv", end.join(rows).encode(code)))
    assert log.traces["input"].tolist() == ["grüße 🙂"]


def test_bytes_that_are_no_text_are_mended_and_counted(tmp_path: Path) -> None:
    line = json.dumps({**ROW, "input": "caf?"}).encode().replace(b"?", b"\xe9")
    log = read_files(_file(tmp_path, "x.jsonl", line))
    assert log.traces["input"].tolist() == ["caf\ufffd"]
    assert "repaired" in set(log.report["action"])
    lone = read_files(_file(tmp_path, "y.jsonl", json.dumps({**ROW, "input": "a\ud800"})))
    assert lone.traces["input"].tolist() == ["a\ufffd"]
    assert lone.report.loc[lone.report["action"] == "repaired", "n"].tolist() == [1]


def test_gzip_is_known_by_its_bytes_and_a_cut_one_keeps_what_it_has(tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(_lines(2000)).encode(), mtime=0)
    assert len(read_files(_file(tmp_path, "x.jsonl", packed))) == 2000
    cut = _file(tmp_path, "cut.jsonl.gz", packed[: len(packed) // 2])
    log = read_files(cut)
    assert 100 < len(log) < 2000
    assert "truncated" in set(log.report["action"])
    with pytest.raises(BadInputError, match="strict=True"):
        read_files(cut, strict=True)


def test_a_json_array_is_read_as_lines_are(tmp_path: Path) -> None:
    array = json.dumps([{**ROW, "trace_id": f"t{i}"} for i in range(3)], indent=1)
    assert len(read_files(_file(tmp_path, "x.json", array))) == 3


def test_columns_are_mapped_with_their_units(tmp_path: Path) -> None:
    file = _file(tmp_path, "x.csv", "id,began,took_ms,plan\na,2026-11-01,900,pro\n")
    mapping: Mappings = {
        "trace_id": "id",
        "start": "began",
        "latency_s": ("took_ms", "ms"),
        "segment": lambda frame: frame["plan"].str.upper(),
        "environment": "=production",
    }
    row = read_files(file, mapping=mapping).traces.iloc[0]
    assert row["latency_s"] == pytest.approx(0.9)
    assert (row["segment"], row["environment"]) == ("PRO", "production")
    nested = {"traces": {"trace_id": "id", "start": "began"}, "spans": {}}
    assert read_files(file, mapping=nested).traces["trace_id"].tolist() == ["a"]
    with pytest.raises(UnknownNameError, match="Did you mean 'began'"):
        read_files(file, mapping={"trace_id": "id", "start": "begun"})


def test_the_table_of_a_plain_file_is_guessed_and_the_guess_is_said(tmp_path: Path) -> None:
    _file(tmp_path, "a.csv", "trace_id,start\nt,2026-11-01\n")
    _file(tmp_path, "b.csv", "span_id,trace_id,start\ns,t,2026-11-01\n")
    _file(tmp_path, "c.csv", "trace_id,name,value\nt,tone,1\n")
    log = read_files(tmp_path)
    assert repr(log) == "Log(1 traces, 1 spans, 1 scores)"
    assumed = log.report.loc[log.report["action"] == "assumed", "detail"]
    assert assumed.str.contains("look like spans").any()


def test_spans_without_a_trace_are_set_aside_and_counted(tmp_path: Path) -> None:
    _file(tmp_path, "a.traces.csv", "trace_id,start\nt,2026-11-01\n")
    _file(tmp_path, "a.spans.csv", "span_id,trace_id,start\ns,t,2026-11-01\nr,gone,2026-11-01\n")
    log = read_files(tmp_path / "a.csv")
    assert log.spans["span_id"].tolist() == ["s"]
    assert log.rejected["reason"].tolist() == ["no such trace"]


@pytest.mark.parametrize(
    "content, says",
    [
        ("trace_id,start\n", "no traces|No trace"),
        ("", "no traces|No trace"),
        ("trace_id,begin\na,2026-11-01\n", "no column 'start'"),
        ("trace_id,start,latency\na,2026-11-01,3\n", "seconds or milliseconds"),
        ("trace_id,start,start\na,b,c\n", "two columns called 'start'"),
        ("trace_id,start\na,soon\n", "No trace could be read"),
    ],
)
def test_a_file_that_is_no_log_is_refused_with_a_sentence(
    content: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInputError, match=says):
        read_files(_file(tmp_path, "x.csv", content))


def test_too_many_losses_are_refused_with_the_report_attached(tmp_path: Path) -> None:
    file = _file(tmp_path, "x.jsonl", "\n".join([*_lines(50), *["{"] * 4]))
    with pytest.raises(BadInputError, match="4 of 54 rows cannot be used") as refusal:
        read_files(file)
    assert refusal.value.report is not None
    assert (refusal.value.report["action"] == "dropped").any()
    assert len(read_files(file, strict=False)) == 50
    few = _file(tmp_path, "y.jsonl", "\n".join([*_lines(50), "{"]))
    pd.testing.assert_frame_equal(read_files(few).traces, read_files(few, strict=False).traces)


def test_a_damaged_or_newer_file_is_named(tmp_path: Path) -> None:
    _small().save(tmp_path / "x.parquet")
    damaged = tmp_path / "x.traces.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-200])
    with pytest.raises(BadInputError, match=r"x\.traces\.parquet cannot be read as Parquet"):
        read_files(tmp_path / "x.parquet")
    header = json.dumps({"agentlens": {"format": 99, "table": "traces"}})
    newer = _file(tmp_path, "y.jsonl", f"{header}\n{json.dumps(ROW)}")
    with pytest.raises(BadInputError, match="format 99"):
        read_files(newer)


def test_a_missing_file_points_to_the_nearest(tmp_path: Path) -> None:
    _file(tmp_path, "traces.csv", "trace_id,start\n")
    with pytest.raises(BadInputError, match=r"Did you mean 'traces\.csv'"):
        read_files(tmp_path / "trces.csv")
    with pytest.raises(BadInputError, match="No file matches"):
        read_files(str(tmp_path / "*.parquet"))
    with pytest.raises(BadInputError, match="is not there"):
        read_files(tmp_path / "nowhere" / "x.csv")
    with pytest.raises(BadInputError, match="no file"):
        read_files([])
    with pytest.raises(UnknownNameError, match="no format 'jsonlines'"):
        read_files(tmp_path / "traces.csv", format="jsonlines")


def test_patterns_folders_and_lists_name_the_same_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        _file(tmp_path, f"{name}.jsonl", json.dumps({**ROW, "trace_id": name}))
    files = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    logs = [read_files(one) for one in (tmp_path, str(tmp_path / "*.jsonl"), files)]
    assert [log.traces["trace_id"].tolist() for log in logs] == [["a", "b"]] * 3


def test_nothing_half_written_is_left_when_saving_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = _small()
    log.save(tmp_path / "x.jsonl")
    before = (tmp_path / "x.traces.jsonl").read_bytes()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("agentlens.tables.save._spoken", fail)
    with pytest.raises(OSError, match="disk full"):
        log.save(tmp_path / "x.jsonl")
    assert (tmp_path / "x.traces.jsonl").read_bytes() == before
