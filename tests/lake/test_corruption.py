"""Is a byte that changed on disk always found, and named?"""

import random
from pathlib import Path
from shutil import copytree

import pandas as pd
import pytest

from agentlens.errors import AgentLensError, BadInputError
from agentlens.lake import Lake
from agentlens.lake.entry.coverage import Interval, gaps
from agentlens.lake.files.manifest import BrokenFileError, sealed, unsealed
from agentlens.lake.store.history import Store
from agentlens.lake.store.reader import Reader
from agentlens.lake.store.upsert import upsert
from agentlens.lake.upkeep.verify import verify
from tests.lake.worlds import DAY, Clock, assembled, spans_of, tables, texts_of

FLIPS = 200


def filled(path: Path, commits: int = 2) -> Store:
    store = Store(path, Clock())
    for at in range(commits):
        spans = spans_of(200, first=40 * at, cost=1.0 + at)
        upsert(store, {"spans": spans, "text": texts_of(spans)}, rebuild=assembled)
    return store


def flipped(path: Path, at: int, bit: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(bytes(data))


def files(path: Path) -> list[Path]:
    return sorted(one for one in path.rglob("*") if one.is_file() and one.suffix != ".lock")


def test_every_flipped_bit_is_found_and_its_file_named(tmp_path: Path) -> None:
    store = filled(tmp_path)
    draw = random.Random(3)  # noqa: S311 - no secret
    every = files(tmp_path)
    assert {one.suffix for one in every} == {".parquet", ".ids", ".json"}
    for _ in range(FLIPS):
        path = draw.choice(every)
        at, bit = draw.randrange(path.stat().st_size), draw.randrange(8)
        flipped(path, at, bit)
        found = verify(store)
        assert path.relative_to(tmp_path).as_posix() in set(found["file"])
        flipped(path, at, bit)
    assert verify(store).empty


def test_a_changed_part_is_refused_on_reading_with_day_and_table(tmp_path: Path) -> None:
    store = filled(tmp_path, 1)
    before = tables(store)
    part = store.parts(store.head(), "spans")[0]
    for at in (10, part.size // 2, part.size - 20):
        flipped(tmp_path / part.path, at, 1)
        with pytest.raises(BrokenFileError, match=f"spans of 2026-11-01: the file '{part.path}'"):
            tables(Store(tmp_path))
        flipped(tmp_path / part.path, at, 1)
    for name, frame in tables(store).items():
        assert frame.equals(before[name])


@pytest.mark.parametrize("harm", ["cut", "deleted", "grown"])
@pytest.mark.parametrize("suffix", [".parquet", ".ids", "list"])
def test_a_cut_or_lost_file_is_named(tmp_path: Path, harm: str, suffix: str) -> None:
    store = filled(tmp_path, 1)
    ref = next(one for one in store.head().lists if one.table == "spans")
    part = store.listed(ref)[0]
    name = {".parquet": part.path, ".ids": part.ids_path, "list": ref.path}[suffix]
    path = tmp_path / name
    if harm == "deleted":
        path.unlink()
    else:
        data = path.read_bytes()
        path.write_bytes(data[:-4] if harm == "cut" else data + b"....")
    assert name in set(verify(store)["file"])
    with pytest.raises(BrokenFileError, match=path.name):
        Reader(store, store.head()).read("spans", ids=spans_of(200)["trace_id"])


def test_a_broken_head_falls_back_with_a_warning(tmp_path: Path) -> None:
    store = filled(tmp_path)
    path = store.path(2)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.warns(UserWarning, match="Snapshot 2 is passed over.*00000002.json"):
        assert store.head().n == 1
    with pytest.warns(UserWarning, match="Snapshot 2 is passed over"):
        done = upsert(store, {"spans": spans_of(4, first=900)})
    assert (done.n, done.parent) == (3, 1)
    assert store.head().n == 3


def test_a_broken_day_can_be_left_out(tmp_path: Path) -> None:
    lake = Lake(tmp_path, redact=None, clock=Clock())
    spans = spans_of(400)
    lake.take({"spans": spans}, source="demo", rebuild=assembled)
    whole = lake.log().spans
    part = lake.store.parts(lake.store.head(), "spans")[1]
    flipped(tmp_path / part.path, 99, 3)
    with pytest.raises(BrokenFileError, match=part.day):
        lake.log().spans  # noqa: B018 - it reads
    left = lake.log(on_corrupt="skip").spans
    assert left.equals(
        whole[whole["start"].dt.strftime("%Y-%m-%d") != part.day].reset_index(drop=True)
    )
    assert lake.verify()["day"].tolist() == [part.day]


@pytest.mark.parametrize("suffix", [".parquet", ".ids"])
def test_a_broken_day_is_taken_out_and_read_again(tmp_path: Path, suffix: str) -> None:
    lake = Lake(tmp_path, redact=None, clock=Clock())
    spans = spans_of(400)
    read = Interval(start=DAY, end=DAY + pd.Timedelta("5D"), read_at=Clock().now)
    lake.take({"spans": spans}, source="demo", rebuild=assembled, coverage=[read])
    whole = tables(lake.store)
    part = lake.store.parts(lake.store.head(), "spans")[1]
    flipped((tmp_path / part.path).with_suffix(suffix), 9, 3)
    assert lake.repair()["day"].tolist() == [part.day]
    assert lake.verify().empty
    day = pd.Timestamp(part.day, tz="UTC")
    unread = gaps(lake.coverage("demo"), DAY, DAY + pd.Timedelta("5D"))
    assert unread == [(day, day + pd.Timedelta("1D"))]
    lake.take({"spans": spans}, source="demo", rebuild=assembled)
    for name, frame in tables(lake.store).items():
        pd.testing.assert_frame_equal(frame, whole[name])
    assert lake.repair().empty


def test_a_newer_lake_is_refused_with_both_versions(tmp_path: Path) -> None:
    lake = Lake(tmp_path, redact=None)
    lake.take({"spans": spans_of(4)}, source="demo")
    copytree(tmp_path, tmp_path.with_name(f"{tmp_path.name}-copy"))
    path = tmp_path / "lake.json"
    path.write_bytes(sealed({**unsealed(path.read_bytes(), "lake.json"), "format": 7}))
    with pytest.raises(BadInputError, match="has format 7; this AgentLens knows format 1"):
        Lake(tmp_path)
    other = Store(tmp_path.with_name(f"{tmp_path.name}-copy"))
    content = unsealed(other.path(1).read_bytes(), "")
    other.path(1).write_bytes(sealed({**content, "schema": 4, "unheard_of": 1}))
    with pytest.raises(AgentLensError, match="schema 4; this AgentLens knows schema 2"):
        other.head()


def test_a_folder_of_other_things_is_no_lake(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(BadInputError, match=r"is no lake: it has no lake.json, and holds 'holiday"):
        Lake(tmp_path)
    with pytest.raises(BadInputError, match="is a file; a lake is a folder"):
        Lake(tmp_path / "holiday.jpg")
    assert Lake(tmp_path / "new").log().traces.empty
