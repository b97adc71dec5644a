"""Is a lake of before read as it is, and does it take new rows beside the old?

With schema 1, check sums of ids had four bytes. What wrote them is gone: `aged` writes them here as
it did, from the ids themselves, and not by cutting those of today.
"""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any
from zlib import crc32

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlens.lake import Lake
from agentlens.lake.files import index
from agentlens.lake.files.manifest import ListRef, digest, sealed, unsealed
from agentlens.lake.files.sound import sums_of
from agentlens.lake.files.tables import kept
from agentlens.lake.store.months import month_path, month_sums, note_months, over
from agentlens.lake.store.reader import Reader
from agentlens.lake.upkeep.verify import verify
from tests.lake.test_age import DAY, day_of
from tests.lake.worlds import Clock, plain

DAYS = (0, 30, 60, 90)
TABLES = ("spans", "text", "scores", "traces")


def narrow(values: list[Any]) -> bytes:
    """Return check sums as schema 1 wrote them."""
    return np.array(sorted({crc32(one.encode()) for one in values}), "<u4").tobytes()


def aged(root: Path) -> Path:
    """Turn a lake into what schema 1 would have written."""
    refs: dict[str, str] = {}
    for path in sorted((root / "snapshots").glob("*.json")):
        content = unsealed(path.read_bytes(), path.name)
        for ref in content["lists"]:
            ref["path"] = refs.get(ref["path"]) or refs.setdefault(ref["path"], listed(root, ref))
            ref["sha256"] = digest((root / ref["path"]).read_bytes())
        path.write_bytes(sealed({**content, "schema": 1}))
    for name in refs:
        for one in (root / name, (root / name).with_suffix(".ids")):
            one.unlink(missing_ok=True)
    for one in (root / "data").rglob("*-2.*"):
        one.unlink()
    return root


def listed(root: Path, ref: dict[str, str]) -> str:
    """Write the list of a month anew, its parts and their check sums; return where it is."""
    parts, every = orjson.loads((root / ref["path"]).read_bytes()), list[Any]()
    for part in parts:
        new = part["path"].replace("-2.parquet", ".parquet")
        (root / new).write_bytes((root / part["path"]).read_bytes())
        found = pq.ParquetFile(root / new).read(list(kept(ref["table"]).ids)).columns
        ids = [one for column in found for one in column.to_pylist()]
        (root / new).with_suffix(".ids").write_bytes(narrow(ids))
        part |= {"path": new, "schema": 1, "ids": digest(narrow(ids)) if ids else ""}
        every += ids
    data = orjson.dumps(parts)
    path = root / "lists" / f"{digest(data)[:32]}.json"
    path.write_bytes(data)
    if (root / ref["path"]).with_suffix(".ids").exists():
        seal = bytes.fromhex(digest(digest(data).encode() + narrow(every)))
        path.with_suffix(".ids").write_bytes(narrow(every) + seal)
    return f"lists/{path.name}"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return where a lake is with a day in each of four months, and the same of before."""
    path, clock = tmp_path_factory.mktemp("new"), Clock(DAY)
    lake = Lake(path, redact=None, clock=clock)
    for number in DAYS:
        clock.tick("1D")
        lake.take(day_of(number), source="demo")
    old = path.with_name("old")
    copytree(path, old)
    return path, aged(old)


@pytest.fixture
def both(whole: tuple[Path, Path], tmp_path: Path) -> list[Lake]:
    """Return the lake of today and the one of before."""
    found = []
    for path, name in zip(whole, ("new", "old"), strict=True):
        copytree(path, tmp_path / name)
        found.append(Lake(tmp_path / name, redact=None, clock=Clock(DAY + pd.Timedelta("100D"))))
    return found


def read(lake: Lake, n: int | None = None) -> dict[str, pd.DataFrame]:
    snapshot = lake.store.head() if n is None else lake.store.snapshot(n)
    return {one: plain(Reader(lake.store, snapshot).read(one)) for one in TABLES}


def same(both: list[Lake], n: int | None = None) -> None:
    ours, theirs = (read(lake, n) for lake in both)
    for name in TABLES:
        pd.testing.assert_frame_equal(ours[name], theirs[name])


def parts(lake: Lake) -> list[tuple[str, Any]]:
    head = lake.store.head()
    return [(ref.table, part) for ref in head.lists for part in lake.store.listed(ref)]


def held(lake: Lake) -> dict[str, bytes]:
    root = lake.store.root
    return {str(one): one.read_bytes() for one in root.rglob("data/*/*/*")}


def test_a_lake_of_before_is_read_as_it_is(both: list[Lake]) -> None:
    new, old = both
    before = held(old)
    same(both)
    for lake in both:
        assert verify(lake.store).empty
    assert {part.schema for _, part in parts(old)} == {1}
    assert {part.schema for _, part in parts(new)} == {2}
    for lake, width in ((old, 4), (new, 8)):
        sums = [sums_of(lake.store.root, table, part) for table, part in parts(lake)]
        assert {one.itemsize for one in sums if one is not None} == {width}
    for name, number in (("t0-1", 0), ("t60-3", 60)):
        found = Reader(old.store, old.store.head()).read("traces", ids=pd.Series([name]))
        assert found["trace_id"].tolist() == [name], number
    assert held(old) == before


def take_new(lake: Lake) -> None:
    lake.take(day_of(100), source="demo")


def take_changed(lake: Lake) -> None:
    rows = day_of(30)
    moved = rows["traces"].assign(start=rows["traces"]["start"] + pd.Timedelta("45D"))
    lake.take({"traces": moved, "spans": rows["spans"].assign(name="other")}, source="demo")


def take_away(lake: Lake) -> None:
    gone = day_of(60)["spans"].head(2)
    lake.take({}, source="demo", gone={"spans": gone[["trace_id", "span_id"]]})


def in_pieces(lake: Lake) -> None:
    for at in range(3):
        few = day_of(30)["traces"].head(2).assign(device=f"device {at}")
        lake.take({"traces": few}, source="demo")


def forgotten(lake: Lake) -> None:
    take_changed(lake)
    lake.forget(trace_id="t30-1")


@pytest.mark.parametrize("do", [take_new, take_changed, take_away, in_pieces, forgotten])
def test_a_lake_of_before_takes_what_a_new_one_takes(
    do: Callable[[Lake], None], both: list[Lake]
) -> None:
    before = held(both[1])
    for lake in both:
        do(lake)
        assert verify(lake.store).empty
    same(both)
    assert {part.schema for _, part in parts(both[1])} == {1, 2}
    if do is not forgotten:
        same(both, len(DAYS))
        assert before.items() <= held(both[1]).items()


def test_a_month_with_parts_of_both_is_written_down_as_the_old_ones_are(both: list[Lake]) -> None:
    _, old = both
    refs = over(old.store, old.store.head())
    assert refs
    assert all(width(old, ref) == 4 for ref in refs)
    few = day_of(30)["traces"].head(1).assign(device="desktop")
    old.take({"traces": few}, source="demo")
    mixed = over(old.store, old.store.head()) - refs
    assert {ref.month for ref in mixed} == {"2026-04"}
    for ref in mixed:
        assert {part.schema for part in old.store.listed(ref)} == {1, 2}
        ids = [f"t30-{at}" for at in range(4)]
        sums = month_sums(old.store.root, ref)
        assert sums is not None
        assert sums.itemsize == 4
        assert index.touches(sums, index.sums(pd.Series(ids[:1])))
        assert not index.touches(sums, index.sums(pd.Series(["t31-1"])))


def width(lake: Lake, ref: ListRef) -> int:
    sums = month_sums(lake.store.root, ref)
    return 0 if sums is None else sums.itemsize


def test_a_month_of_new_parts_is_written_down_with_eight_bytes(both: list[Lake]) -> None:
    new, _ = both
    refs = over(new.store, new.store.head())
    assert {width(new, ref) for ref in refs} == {8}
    for ref in refs:  # one that says the other width is nobody's, and is asked for anew
        path = new.store.root / month_path(ref)
        body = path.read_bytes()[:-32]
        path.write_bytes(body + bytes.fromhex(digest(ref.sha256.encode() + body[:-4])))
        assert month_sums(new.store.root, ref) is None
        path.unlink()
    note_months(new.store, new.store.head())
    assert {width(new, ref) for ref in refs} == {8}


IDS = st.lists(st.text(min_size=1), max_size=30)
WIDTHS = st.sampled_from(index.SCHEMAS)


@given(IDS, IDS, WIDTHS, WIDTHS)
def test_narrow_and_wide_check_sums_find_what_is_there(
    ours: list[str], theirs: list[str], first: int, second: int
) -> None:
    def summed(ids: list[str], schema: int) -> index.Sums:
        wide = index.sums(pa.array(ids, pa.string()))
        return wide if schema > 1 else index.from_bytes(narrow(ids), 1)

    left, right = summed(ours, first), summed(theirs, second)
    both = index.joined([left, right])
    if {*ours} & {*theirs}:
        assert index.touches(left, right)
    else:
        assert index.touches(left, right) in {False, 1 in {first, second}}
    for one in (*ours, *theirs):
        assert index.touches(both, index.sums(pd.Series([one])))
    assert index.joined([both, both]).tolist() == both.tolist() == sorted({*both.tolist()})
    kept_as = index.to_bytes(both)
    assert index.from_bytes(kept_as, index.schema_of(both)).tolist() == both.tolist()


def test_ids_that_four_bytes_take_for_each_other_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    ids = [rng.bytes(8).hex() for _ in range(150_000)]
    seen: dict[int, str] = {}
    pairs = [(one, seen[crc32(one.encode())]) for one in ids if not _new(seen, one)]
    assert pairs
    for pair in pairs:
        one, other = (index.sums(pd.Series([name])) for name in pair)
        assert not index.touches(one, other)
        assert index.touches(one, index.from_bytes(narrow([pair[1]]), 1))


def _new(seen: dict[int, str], name: str) -> bool:
    return seen.setdefault(crc32(name.encode()), name) == name
