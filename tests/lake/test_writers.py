"""Do several processes that write one lake at once lose or double anything?"""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from agentlens.lake.files.disk import Disk
from agentlens.lake.store.compact import compact
from agentlens.lake.store.history import Store
from agentlens.lake.store.reader import Reader
from agentlens.lake.store.upsert import upsert
from agentlens.lake.upkeep.verify import verify
from tests.lake.worlds import Clock, assembled, plain, same, spans_of, tables

COMMITS = 10


@dataclass
class Overtaken(Disk):
    """A disk on which somebody else commits just before each of the first commits."""

    others: list[Callable[[], object]] = field(default_factory=list)

    def link(self, source: Path, target: Path) -> None:
        if self.others:
            self.others.pop(0)()
        super().link(source, target)


def test_two_writers_that_each_saw_half_of_a_trace_end_with_the_whole_trace(
    tmp_path: Path,
) -> None:
    spans = spans_of(80)
    halves = [spans.iloc[at::2].reset_index(drop=True) for at in (0, 1)]
    for first in (0, 1):
        path = tmp_path / str(first)
        plainly = Store(path, Clock())
        other = partial(upsert, plainly, {"spans": halves[first]}, rebuild=assembled)
        disk = Overtaken(others=[other])
        upsert(Store(path, Clock(), disk), {"spans": halves[1 - first]}, rebuild=assembled)
        assert plainly.numbers() == [1, 2]
        traces = Reader(plainly, plainly.head()).read("traces")
        assert (traces["steps"] == 4).all()
        assert len(traces) == 20
    assert same(tables(Store(tmp_path / "0")), tables(Store(tmp_path / "1")))


@pytest.mark.parametrize("first", [0, 1])
def test_two_writers_of_one_row_end_with_the_newer_whoever_came_first(
    tmp_path: Path, first: int
) -> None:
    spans = spans_of(8)
    later = spans.assign(cost=9.0, updated_at=spans["updated_at"] + pd.Timedelta("1h"))
    moved = later.assign(start=later["start"] + pd.Timedelta("3D"))
    versions = [spans.assign(start=spans["start"] + pd.Timedelta("1D")), moved]
    plainly = Store(tmp_path, Clock())
    upsert(plainly, {"spans": spans.assign(updated_at=spans["updated_at"] - pd.Timedelta("1h"))})
    disk = Overtaken(others=[lambda: upsert(plainly, {"spans": versions[first]})])
    upsert(Store(tmp_path, Clock(), disk), {"spans": versions[1 - first]})
    found = Reader(plainly, plainly.head()).read("spans")
    pd.testing.assert_frame_equal(plain(found), plain(moved))


def test_a_compaction_that_was_overtaken_keeps_what_came(tmp_path: Path) -> None:
    plainly = Store(tmp_path, Clock())
    for at in range(3):
        upsert(plainly, {"spans": spans_of(80, cost=float(at))}, rebuild=assembled)
    disk = Overtaken(
        others=[lambda: upsert(plainly, {"spans": spans_of(80, cost=7.0)}, rebuild=assembled)]
    )
    compact(Store(tmp_path, Clock(), disk))
    assert plainly.head().act == "compaction"
    found = Reader(plainly, plainly.head()).read("spans")
    assert found["cost"].tolist() == spans_of(80, cost=7.0)["cost"].tolist()


@pytest.mark.simulation
def test_four_processes_end_with_what_one_after_the_other_would_have(tmp_path: Path) -> None:
    script = Path(__file__).with_name("writer.py")
    root = Path(__file__).parents[2]
    running = [
        subprocess.Popen(
            [sys.executable, str(script), str(tmp_path), str(100 * at), str(COMMITS)],
            cwd=root,
            stdout=subprocess.PIPE,
        )
        for at in range(4)
    ]
    said = [process.communicate()[0].split() for process in running]
    assert all(process.returncode == 0 for process in running)
    store = Store(tmp_path)
    assert verify(store).empty
    assert store.head().n >= max(int(one) for every in said for one in every)
    reader = Reader(store, store.head())
    spans = reader.read("spans")
    assert not spans.duplicated(["trace_id", "span_id"]).any()
    versions = [
        spans_of(10, first=6 * (number % 50), cost=float(number)).assign(version=number)
        for first in range(0, 400, 100)
        for number in range(first, first + COMMITS)
    ]
    newest = pd.concat(versions).sort_values("version").drop_duplicates("span_id", keep="last")
    wanted = newest.drop(columns=["version", "updated_at"])
    pd.testing.assert_frame_equal(plain(spans.drop(columns="updated_at")), plain(wanted))
    pd.testing.assert_frame_equal(
        plain(reader.read("traces")), plain(assembled(reader, spans["trace_id"]))
    )
    compact(store)
    after = Reader(store, store.head())
    pd.testing.assert_frame_equal(plain(after.read("spans")), plain(spans))
