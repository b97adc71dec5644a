"""Is a file read whole, are its faults counted by place, and does what was saved come back?"""

import csv
import gzip
import json
import zlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.sources.files import read_files
from agentlens.tables.frames import from_frames
from agentlens.tables.log import Log
from tests.logs import START, demo_log, tiny_log

if TYPE_CHECKING:
    from agentlens.sources.files.tables import Mappings

ENDINGS = ["parquet", "jsonl", "jsonl.gz", "csv", "csv.gz"]
ROW = {"trace_id": "a", "start": "2026-11-01T10:00:00Z", "latency_s": 1.5}


def _small() -> Log:
    return demo_log().last("6h")


def _counts(log: Log) -> dict[str, int]:
    rows = log.report[log.report["action"].isin(["read", "dropped", "duplicate"])]
    return {str(file): int(n) for file, n in rows.groupby("file")["n"].sum().items()}


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_saved_comes_back_equal(ending: str, tmp_path: Path) -> None:
    log = _small()
    files = log.save(tmp_path / f"week.{ending}")
    assert [file.name for file in files] == [
        f"week.{table}.{ending}" for table in ("traces", "spans", "scores")
    ]
    # a table of commas cannot say that it is ours, so it would be redacted
    back = read_files(tmp_path / f"week.{ending}", redact=None if "csv" in ending else "default")
    for name in ("traces", "spans", "scores"):
        ours, theirs = getattr(log, name), getattr(back, name)
        assert list(theirs) == list(ours)
        if ending.startswith("csv"):  # it cannot say of which type a column without values is
            ours, theirs = (one.dropna(axis="columns", how="all") for one in (ours, theirs))
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    assert len(back.rejected) == 0
    assert set(back.report["action"]) <= {"read", "assumed"}


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["", '""', '","', '",""', "a\r\nb\rc\n", "\x00", "NaN", "null", "=1", "🙂\u2028", "x" * 200_000]
)


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            TEXT.filter(bool),
            st.none() | TEXT,
            st.none() | st.booleans(),
            st.none() | st.integers(0, 2**62),
            st.none() | st.floats(0, 1e12),
            st.integers(0, 10**13),
            st.none() | st.floats(allow_nan=False),
        ),
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
                "own": pd.Series([row[6] for row in rows], dtype="float64"),
                "word": pd.Series(["a b"] * len(rows), dtype="str"),
            }
        )
    )
    with TemporaryDirectory() as folder:
        log.save(f"{folder}/x.{ending}")
        back = read_files(f"{folder}/x.{ending}", strict=False)
    assert list(back.traces) == list(log.traces)
    for column in log.traces:
        loose = column == "own" and ending.startswith("csv")  # CSV says nothing of types
        pd.testing.assert_series_equal(
            log.traces[column],
            back.traces[column].astype("float64") if loose else back.traces[column],
            check_exact=True,
        )


OWN: dict[str, Any] = {
    "whole numbers": [2**53 + 1, 2],
    "whole numbers with gaps": pd.array([2**53 + 1, None], dtype="Int64"),
    "numbers": [float("-inf"), 1.5],
    "flags": [True, False],
    "flags with gaps": pd.array([None, True], dtype="boolean"),
    "nothing": [float("nan")] * 2,
    "times": [START, START],
    "times of another zone": pd.DatetimeIndex([START, pd.NaT]).tz_convert("Asia/Tokyo"),
    "times without a zone": pd.DatetimeIndex(["2026-01-01 10:00:00.123456789", "NaT"]),
    "lengths": pd.to_timedelta([1, None], unit="ms"),
    "words": ["007", None],
}


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
@pytest.mark.parametrize("what", OWN)
def test_columns_of_ones_own_come_back_in_their_type(
    what: str, ending: str, tmp_path: Path
) -> None:
    log = tiny_log().between(START, START + pd.Timedelta("90min"))
    log = from_frames(log.traces.assign(own=OWN[what]))
    log.save(tmp_path / f"x.{ending}")
    back = read_files(tmp_path / f"x.{ending}")
    pd.testing.assert_frame_equal(log.traces, back.traces, check_exact=True)


@pytest.mark.parametrize(
    "values", [[2**53 + 1, 2], [1.5, 3.0], [True, False], ["007", "1.10"], ["a", None]]
)
def test_csv_columns_of_ones_own_are_what_they_look_like(
    values: list[object], tmp_path: Path
) -> None:
    rows = pd.DataFrame({"trace_id": ["a", "b"], "start": [START] * 2, "own": values})
    log = from_frames(rows)
    log.save(tmp_path / "x.csv")
    own = read_files(tmp_path / "x.csv").traces["own"]
    assert own.dropna().tolist() == log.traces["own"].dropna().tolist()
    assert own.isna().tolist() == log.traces["own"].isna().tolist()


@pytest.mark.parametrize("ending", ENDINGS)
def test_objects_and_halves_of_characters_are_saved_as_text(ending: str, tmp_path: Path) -> None:
    held = pd.Series([{"a": ["ü"]}, "b\ud800"], dtype="object")
    frame = pd.DataFrame({"trace_id": ["a", "b"], "start": [START] * 2, "input": held})
    from_frames(frame.astype({"trace_id": "category"})).save(tmp_path / f"x.{ending}")
    assert read_files(tmp_path / f"x.{ending}").traces["input"].tolist() == [
        '{"a": ["ü"]}',
        "b\ufffd",
    ]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_log_without_rows_comes_back_without_rows(ending: str, tmp_path: Path) -> None:
    log = from_frames(tiny_log(device=["x", "y", "z"]).traces.iloc[:0])
    log.save(tmp_path / f"x.{ending}")
    back = read_files(tmp_path / f"x.{ending}")
    assert len(back) == 0
    assert list(back.traces) == list(log.traces)
    assert _counts(back) == {f"x.{table}.{ending}": 0 for table in ("traces", "spans", "scores")}


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


HEAD = "trace_id,start,input\n"


def _csv(n: int, **odd: str) -> str:
    """Return CSV rows t0, t1, …, where `odd` gives the input of some."""
    rows = (f"t{i},2026-11-01T00:00:00Z,{odd.get(f't{i}', 'x')}" for i in range(n))
    return HEAD + "\n".join(rows) + "\n"


@pytest.mark.parametrize("odd", ['"open', 'x"', '"a"b', '"a\n"b'])
def test_a_stray_quote_costs_one_row_and_not_all_that_follow(odd: str, tmp_path: Path) -> None:
    log = read_files(_file(tmp_path, "x.csv", _csv(1000, t5=odd)), strict=False)
    lost = {f"t{i}" for i in range(1000)} - set(log.traces["trace_id"])
    assert lost <= {"t5"}
    assert _counts(log)["x.csv"] == 1000 + odd.count("\n")
    if lost:
        assert log.rejected["where"].iloc[0] == "x.csv:7"


def test_two_stray_quotes_do_not_swallow_the_rows_between(tmp_path: Path) -> None:
    text = _csv(100, t5='"open', t50='"again')
    log = read_files(_file(tmp_path, "x.csv", text))
    assert len(log) == 98
    assert log.rejected["where"].tolist() == ["x.csv:7", "x.csv:52"]
    assert log.rejected["row"].iloc[1] == 't50,2026-11-01T00:00:00Z,"again'


def test_reading_csv_leaves_the_limit_of_a_field_as_it_was(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    csv.field_size_limit(131_072)
    log = read_files(_file(tmp_path, "x.csv", _csv(1, t0="y" * 200_000)))
    assert log.traces["input"].str.len().tolist() == [200_000]
    assert csv.field_size_limit(before) == 131_072


@pytest.mark.parametrize("split", [";", "\t"])
def test_other_separators_are_recognised_and_said(split: str, tmp_path: Path) -> None:
    text = _csv(2).replace(",", split)
    log = read_files(_file(tmp_path, "x.csv", text))
    assert log.traces["trace_id"].tolist() == ["t0", "t1"]
    assert log.report["detail"].str.contains("fields are split at").any()


def test_a_cut_gzip_keeps_every_whole_row_and_drops_the_torn_one(tmp_path: Path) -> None:
    inputs = {f"t{i}": f"{i**7:040x}" for i in range(3000)}
    packed = gzip.compress(_csv(3000, **inputs).encode(), mtime=0)
    for share in (0.3, 0.5, 0.9):
        cut = packed[: int(len(packed) * share)]
        text = zlib.decompressobj(31).decompress(cut).decode()
        log = read_files(_file(tmp_path, "cut.csv.gz", cut), strict=False)
        assert len(log) == text.count("\n") - 1
        assert log.traces["input"].tolist() == list(inputs.values())[: len(log)]
        torn = int(not text.endswith("\n"))
        assert _counts(log) == {"cut.csv.gz": len(log) + torn}
        assert "truncated" in set(log.report["action"])


def test_a_cut_array_keeps_what_came_before_and_says_that_it_is_cut(tmp_path: Path) -> None:
    array = "[\n" + ",\n".join(_lines(5))
    log = read_files(_file(tmp_path, "x.json", array[:-20]))
    assert len(log) == 4
    assert log.rejected["where"].tolist() == ["x.json:6"]
    assert {"truncated", "dropped"} <= set(log.report["action"])


def test_numbers_of_any_size_are_exact_or_missing(tmp_path: Path) -> None:
    giant = "1" + "0" * 400
    odd = f'"input_tokens": {2**53 + 1}, "cost_usd": {giant}, "own": Infinity, "steps": NaN'
    lines = [json.dumps(ROW)[:-1] + f", {odd}}}", json.dumps({**ROW, "trace_id": "b", "steps": 2})]
    row = read_files(_file(tmp_path, "x.jsonl", "\n".join(lines))).traces.iloc[0]
    assert row["input_tokens"] == 2**53 + 1
    assert pd.isna(row["cost_usd"])
    assert pd.isna(row["own"])
    assert pd.isna(row["steps"])


def test_whole_numbers_too_large_for_a_fraction_beside_them_stay_exact(tmp_path: Path) -> None:
    lines = _lines(2)
    odd = [
        line[:-1] + f', "own": {own}}}' for line, own in zip(lines, ["1" * 400, 1.5], strict=True)
    ]
    log = read_files(_file(tmp_path, "x.jsonl", "\n".join(odd)))
    assert log.traces["own"].tolist() == ["1" * 400, "1.5"]


def test_a_field_that_first_stands_in_a_late_row_is_missing_before(tmp_path: Path) -> None:
    lines = [*_lines(9000), json.dumps({**ROW, "trace_id": "z", "device": "mobile"})]
    log = read_files(_file(tmp_path, "x.jsonl", "\n".join(lines)))
    assert log.where(device="mobile").traces["trace_id"].tolist() == ["z"]
    assert log.traces["device"].isna().sum() == 9000


def test_text_that_holds_the_replacement_character_was_not_mended(tmp_path: Path) -> None:
    line = json.dumps({**ROW, "input": "\ufffd"}, ensure_ascii=False)
    log = read_files(_file(tmp_path, "x.jsonl", line))
    assert "repaired" not in set(log.report["action"])


def test_saved_files_put_after_one_another_are_one_table(tmp_path: Path) -> None:
    tiny_log().save(tmp_path / "x.jsonl")
    text = (tmp_path / "x.traces.jsonl").read_text()
    log = read_files(_file(tmp_path, "twice.jsonl", text + text))
    assert len(log) == 3
    assert _counts(log) == {"twice.jsonl": 6}
    spans = '{"agentlens": {"format": 1, "table": "spans"}}'
    with pytest.raises(BadInputError, match="holds traces and spans"):
        read_files(_file(tmp_path, "mixed.jsonl", text + spans))


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        _file(tmp_path / name, "x.jsonl", json.dumps({**ROW, "trace_id": name}))
    log = read_files(tmp_path)
    assert sorted(_counts(log).values()) == [1, 1]


def test_an_empty_file_beside_others_is_counted_as_empty(tmp_path: Path) -> None:
    _file(tmp_path, "a.jsonl", "")
    _file(tmp_path, "b.jsonl", json.dumps(ROW))
    assert _counts(read_files(tmp_path)) == {"a.jsonl": 0, "b.jsonl": 1}


def test_a_required_column_that_is_often_empty_is_refused(tmp_path: Path) -> None:
    lines = [*_lines(3), json.dumps({"trace_id": "z"})]
    file = _file(tmp_path, "x.jsonl", "\n".join(lines))
    with pytest.raises(BadInputError, match="1 of 4 traces lack what a log needs"):
        read_files(file)
    assert len(read_files(file, strict=False)) == 3


def test_files_without_traces_are_listed_with_what_they_hold(tmp_path: Path) -> None:
    _file(tmp_path, "a.csv", "span_id,trace_id,start\ns,t,2026-11-01\n")
    _file(tmp_path, "b.csv", "trace_id,name,value\nt,tone,1\n")
    with pytest.raises(BadInputError, match=r"a\.csv \(spans\) and b\.csv \(scores\)") as refusal:
        read_files(tmp_path)
    assert refusal.value.report is not None


def test_a_mapping_may_speak_of_each_table(tmp_path: Path) -> None:
    _file(tmp_path, "a.csv", "id,began\nt,2026-11-01\n")
    _file(tmp_path, "b.csv", "step,run,at\ns,t,2026-11-01\n")
    mapping: Mappings = {
        "trace_id": "id",
        "start": "began",
        "spans": {"span_id": "step", "trace_id": "run", "start": "at"},
    }
    log = read_files(tmp_path, mapping=mapping)
    assert repr(log) == "Log(1 traces, 1 spans, 0 scores)"


def test_parquet_of_others_loses_nothing_on_its_way(tmp_path: Path) -> None:
    columns = {
        "trace_id": ["a", "b"],
        "start": pa.array([START, START], pa.timestamp("ns", "UTC")),
        "input_tokens": pa.array([2**53 + 1, None]),
        "completed": pa.array([True, None]),
        "cost_usd": pa.array([Decimal("1.250"), None], pa.decimal128(18, 3)),
        "usage": pa.array([[("in", 1)], None], pa.map_(pa.string(), pa.int64())),
        "nested": pa.array([{"a": "ü"}, None]),
        "tags": pa.array([["y", "x"], None]),
        "blob": pa.array([b"ok\xff", None]),
    }
    pq.write_table(pa.table(columns), tmp_path / "x.parquet")
    row = read_files(tmp_path / "x.parquet").traces.iloc[0]
    assert row["input_tokens"] == 2**53 + 1
    assert bool(row["completed"])
    assert row["cost_usd"] == 1.25
    assert (row["usage"], row["nested"]) == ('{"in": 1}', '{"a": "ü"}')
    assert (row["tags"], row["blob"]) == ("x,y", "ok\ufffd")
    frame = pd.DataFrame({"trace_id": ["a"], "start": [START]}).set_index("trace_id")
    frame.to_parquet(tmp_path / "y.parquet")
    assert read_files(tmp_path / "y.parquet").traces["trace_id"].tolist() == ["a"]


@pytest.mark.parametrize(
    "name, content, says",
    [
        ("x.jsonl", b"PK\x03\x04", "packed with zip"),
        ("x.parquet", b"", "cannot be read as Parquet"),
        ("x.csv", b'a"b,"c\nd"e\n', "first line cannot be read"),
        ("x.jsonl", json.dumps({f"k{i}": 1 for i in range(2001)}).encode(), "no dialect that"),
        ("x.txt", b"trace_id", "Say format="),
    ],
)
def test_a_file_of_another_kind_is_named(
    name: str, content: bytes, says: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInputError, match=says) as refusal:
        read_files(_file(tmp_path, name, content))
    assert name in str(refusal.value)


def test_a_row_that_is_set_aside_is_cut_where_it_is_too_long(tmp_path: Path) -> None:
    lines = [*_lines(500), "{" + "x" * 20_000, json.dumps({"trace_id": "y" * 20_000})]
    log = read_files(_file(tmp_path, "x.jsonl", "\n".join(lines)))
    assert log.rejected["row"].str.len().tolist() == [10_000, 10_000]


@pytest.mark.parametrize("redact", ["default", None])
def test_a_plain_table_is_redacted_unless_it_is_said_not_to_be(
    redact: str | None, tmp_path: Path
) -> None:
    rows = "trace_id,start,user_id,input,meta_plan\n" + "".join(
        f"t{i},2026-11-01,ann,write to ann@example.com,pro\n" for i in range(3)
    )
    log = read_files(_file(tmp_path, "x.csv", rows), redact=redact)
    users, texts = set(log.traces["user_id"]), log.traces["input"].tolist()
    if redact is None:
        assert users == {"ann"}
        assert texts == ["write to ann@example.com"] * 3
        return
    assert len(users) == 1
    assert "ann" not in users
    assert not any("example.com" in one for one in texts)
    assert set(log.traces["meta_plan"]) == {"pro"}
    assert log.report["detail"].str.contains("email").any()
