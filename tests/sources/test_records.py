"""Do all containers and packings give the same records, as far as they go?"""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentlens.errors import BadInputError
from agentlens.sources.files.containers.archives import opened
from agentlens.sources.files.containers.records import Opened, batches
from agentlens.sources.files.containers.zstd import ZipFile, ZstdFile

ROWS = [
    {"id": n, "text": f'{{"a": [{n}]}} }},{{ é 😀\n"', "deep": [{"x": 1}, {"y": [2]}]}
    for n in range(500)
]


def lines(rows: list[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(row) for row in rows)


def array(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows)


def spread(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, indent=2)


def one_after_another(rows: list[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(row, indent=1) for row in rows)


def glued(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) for row in rows)


def zstd(data: bytes) -> bytes:
    out = io.BytesIO()
    with ZstdFile(out, "wb") as packed:
        packed.write(data[: len(data) // 2])
    with ZstdFile(out, "ab") as packed:  # two frames, as appended logs have
        packed.write(data[len(data) // 2 :])
    return out.getvalue()


def read(path: Path, name: str = "x.json") -> tuple[list[dict[str, Any]], Opened]:
    """Return the records of a file, and what was noted while reading."""
    file = Opened(path, name)
    return [record for _, record in file.records()], file


WRITERS: list[Callable[[list[dict[str, Any]]], str]] = [
    lines,
    array,
    spread,
    one_after_another,
    glued,
]
PACKINGS: list[Callable[[bytes], bytes]] = [
    bytes,
    gzip.compress,
    bz2.compress,
    lzma.compress,
    zstd,
    lambda data: gzip.compress(data[:999]) + gzip.compress(data[999:]),
]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("pack", PACKINGS)
def test_every_container_and_packing_gives_the_same_records(
    write: Callable[[list[dict[str, Any]]], str],
    pack: Callable[[bytes], bytes],
    tmp_path: Path,
) -> None:
    path = tmp_path / "any.name"
    path.write_bytes(pack(write(ROWS).encode()))
    found, file = read(path)
    assert found == ROWS
    assert not file.bad
    assert not file.problems


@pytest.mark.parametrize("code", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("write", [lines, array])
def test_text_of_any_encoding_that_says_itself_is_read(
    code: str, write: Callable[[list[dict[str, Any]]], str], tmp_path: Path
) -> None:
    path = tmp_path / "x"
    mark = "\ufeff" if code.endswith("le") else ""
    rows = [{"a": "é😀"}, {"a": "注文"}]
    path.write_bytes((mark + write(rows)).encode(code))
    assert read(path)[0] == rows


def test_a_number_of_64_bits_keeps_every_digit(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text('{"t": 1795000000123456789, "u": -9223372036854775808}\n{"t": 1}')
    assert read(path)[0][0] == {"t": 1795000000123456789, "u": -(2**63)}


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none_are_missing(word: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    for text in (f'{{"a": {word}}}\n{{"a": 1}}', f'[{{"a": {word}}}, {{"a": 1}}]'):
        path.write_text(text)
        assert read(path)[0] == [{"a": None}, {"a": 1}]


def test_the_last_of_equal_keys_wins_and_deep_nesting_costs_its_own_row(tmp_path: Path) -> None:
    path = tmp_path / "x"
    deep = '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}"
    path.write_text(f'{{"a": 1, "a": 2}}\n{deep}\n{{"a": 3}}')
    found, file = read(path)
    assert found == [{"a": 2}, {"a": 3}]
    assert [one.reason for one in file.bad] == ["nested too deeply"]


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0, 1), place=st.sampled_from(range(len(WRITERS))), packed=st.booleans())
def test_a_file_cut_anywhere_keeps_the_rows_before_the_cut(
    share: float,
    place: int,
    packed: bool,  # noqa: FBT001 - drawn
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rows = ROWS[:40]
    data = WRITERS[place](rows).encode()
    data = gzip.compress(data) if packed else data
    path = tmp_path_factory.mktemp("cut") / "x"
    path.write_bytes(data[: int(len(data) * share)])
    found, file = read(path)
    assert found == rows[: len(found)]
    if not packed:
        lost = data[: int(len(data) * share)].decode(errors="ignore")
        complete = sum(1 for n in range(len(rows)) if WRITERS[place](rows[: n + 1])[:-1] in lost)
        assert len(found) >= complete - 1
    if len(found) < len(rows) and share > 0.2:
        assert file.bad or file.problems or found


def test_an_unreadable_row_is_kept_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text('{"a": 1}\nnot json\n[1]\n\n{"a": 2}\n')
    found, file = read(path, "log.jsonl")
    assert found == [{"a": 1}, {"a": 2}]
    assert [(one.where, one.text) for one in file.bad] == [
        ("log.jsonl:2", "not json\n"),
        ("log.jsonl:3", "[1]"),
    ]


def test_a_csv_gives_its_fields_as_text_and_an_odd_row_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('"a","b"\n"1","x\r y"\n"only"\n"2","{""k"": ""v""}"\n', newline="")
    found, file = read(path, "x.csv")
    assert found == [{"a": "1", "b": "x\r y"}, {"a": "2", "b": '{"k": "v"}'}]
    assert file.columns == ("a", "b")
    assert len(file.bad) == 1


def test_batches_keep_order_and_places() -> None:
    rows = [(f"x:{n}", {"n": n}) for n in range(7)]
    found = list(batches(iter(rows), 3))
    assert [len(records) for records, _ in found] == [3, 3, 1]
    assert [place for _, places in found for place in places] == [place for place, _ in rows]


def test_archives_give_their_files_and_nothing_stays_behind(tmp_path: Path) -> None:
    zipped, tarred = tmp_path / "a.zip", tmp_path / "b.tar.gz"
    with ZipFile(zipped, "w") as archive:
        archive.writestr("folder/one.jsonl", lines(ROWS))
        archive.writestr("../../evil.jsonl", lines(ROWS[:1]))
    inner = tmp_path / "two.jsonl"
    inner.write_text(lines(ROWS))
    with tarfile.open(tarred, "w:gz") as bundle:
        bundle.add(inner, "deep/two.jsonl")
    files = [zipped, tarred, inner]
    with opened(files, [one.name for one in files]) as found:
        assert [name for _, name in found] == [
            "a.zip/folder/one.jsonl",
            "a.zip/../../evil.jsonl",
            "b.tar.gz/deep/two.jsonl",
            "two.jsonl",
        ]
        assert [len(read(path)[0]) for path, _ in found] == [500, 1, 500, 500]
        laid = [path for path, _ in found[:3]]
    assert not any(path.exists() for path in laid)
    assert not (tmp_path.parent / "evil.jsonl").exists()


def test_a_broken_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.jsonl", lines(ROWS))
    path.write_bytes(path.read_bytes()[:-40])
    with (
        pytest.raises(BadInputError, match=r"a\.zip is packed with zip and damaged"),
        opened([path], ["a.zip"]),
    ):
        pass
