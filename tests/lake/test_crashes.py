"""Is the lake whole after a crash at any step, and after a disk that fails?"""

import errno
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pandas as pd
import pytest

from agentlens.errors import BadInputError
from agentlens.lake import Lake
from agentlens.lake.store.compact import compact
from agentlens.lake.store.history import Store
from agentlens.lake.store.reader import Reader
from agentlens.lake.store.upsert import upsert
from agentlens.lake.upkeep.clean import clean
from agentlens.lake.upkeep.verify import verify
from tests.lake.worlds import (
    DAY,
    Clock,
    Killed,
    ShortDisk,
    assembled,
    same,
    spans_of,
    tables,
)

KILLS = 4
"""Twenty were tried; these are enough to fail where a step is out of order."""


def change(store: Store, cost: float = 2.0) -> None:
    spans = spans_of(30, first=60, cost=cost)
    moved = spans.assign(start=spans["start"] + pd.Timedelta("1D"))
    upsert(store, {"spans": moved}, rebuild=assembled)


def filled(path: Path) -> Store:
    store = Store(path, Clock())
    upsert(store, {"spans": spans_of(140)}, rebuild=assembled)
    return store


def scattered(path: Path) -> Store:
    store = filled(path)
    for at in range(4):
        upsert(store, {"spans": spans_of(90, first=at, cost=3.0 + at)}, rebuild=assembled)
    return store


@pytest.mark.parametrize(
    "made, act", [(filled, change), (scattered, compact)], ids=["rows", "compaction"]
)
def test_a_crash_at_any_step_leaves_all_of_a_commit_or_nothing(
    tmp_path: Path, made: Callable[[Path], Store], act: Callable[[Store], object]
) -> None:
    made(tmp_path / "before")
    copytree(tmp_path / "before", tmp_path / "whole")
    counting = ShortDisk()
    act(Store(tmp_path / "whole", Clock(), counting))
    before, after = tables(Store(tmp_path / "before")), tables(Store(tmp_path / "whole"))
    n = Store(tmp_path / "before").head().n
    linked = counting.done.index("link")
    assert counting.done.count("link") == 1
    for left in range(len(counting.done)):
        path = tmp_path / str(left)
        copytree(tmp_path / "before", path)
        with pytest.raises(Killed):
            act(Store(path, Clock(), ShortDisk(left)))
        store = Store(path, Clock())
        committed = left > linked
        assert store.head().n == n + committed
        assert same(tables(store), after if committed else before)
        assert verify(store).empty
        if left % 7 == 0:
            act(store)
            assert same(tables(store), after)
            assert verify(store).empty


def test_nothing_is_named_before_it_is_durable(tmp_path: Path) -> None:
    disk = ShortDisk()
    filled(tmp_path)
    change(Store(tmp_path, Clock(), disk))
    steps = disk.done
    for at, step in enumerate(steps):
        if step in {"rename", "link"}:  # the file's own content first
            assert steps[at - 1] == "sync"
    last_name = max(at for at, step in enumerate(steps) if step == "rename")
    manifest = max(at for at, step in enumerate(steps) if step == "write")
    between = steps[last_name + 1 : manifest]
    assert set(between) >= {"sync"}  # the names too, before the manifest is even begun
    assert steps[-2:] == ["remove", "sync"]


def test_what_a_crash_leaves_is_swept_after_a_day(tmp_path: Path) -> None:
    store = filled(tmp_path)
    named = set(tmp_path.rglob("*"))
    for left in range(0, 30, 6):
        with pytest.raises(Killed):
            change(Store(tmp_path, Clock(), ShortDisk(left)), cost=left)
    orphans = {path for path in tmp_path.rglob("*") if path.is_file()} - named
    assert orphans
    young = pd.Timestamp.now(tz="UTC")
    assert clean(Store(tmp_path, lambda: young)).files == 0
    later = young + pd.Timedelta("25h")
    assert clean(Store(tmp_path, lambda: later)).files == len(orphans)
    assert not any(path.exists() for path in orphans)
    assert verify(store).empty


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_is_full_or_closed_is_said_and_changes_nothing(
    tmp_path: Path, number: int
) -> None:
    before = tables(filled(tmp_path))
    counting = ShortDisk()
    copytree(tmp_path, tmp_path.with_name(f"{tmp_path.name}-copy"))
    change(Store(tmp_path.with_name(f"{tmp_path.name}-copy"), Clock(), counting))
    for left in range(0, counting.done.index("link") - 12, 5):
        error = OSError(number, os.strerror(number))
        store = Store(tmp_path, Clock(), ShortDisk(left, error))
        sentence = f"could not be written: {os.strerror(number)}. Nothing of this commit is kept"
        with pytest.raises(BadInputError, match=sentence):
            change(store, cost=left)
        assert same(tables(Store(tmp_path)), before)


def test_a_disk_that_fails_after_the_commit_does_not_deny_it(tmp_path: Path) -> None:
    filled(tmp_path)
    counting = ShortDisk()
    copytree(tmp_path, tmp_path.with_name(f"{tmp_path.name}-copy"))
    change(Store(tmp_path.with_name(f"{tmp_path.name}-copy"), Clock(), counting))
    error = OSError(errno.EIO, os.strerror(errno.EIO))
    disk = ShortDisk(len(counting.done) - 1, error)
    with pytest.raises(BadInputError, match="is named, but perhaps not yet durable"):
        change(Store(tmp_path, Clock(), disk))
    assert Store(tmp_path).head().n == 2


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    error = OSError(errno.EROFS, os.strerror(errno.EROFS))
    lake = Lake(tmp_path / "lake", redact=None, disk=ShortDisk(0, error))
    with pytest.raises(BadInputError, match="cannot be made: Read-only file system"):
        lake.take({"spans": spans_of(4)}, source="demo")


@pytest.mark.simulation
def test_a_process_that_is_killed_leaves_a_whole_lake(tmp_path: Path) -> None:
    script = Path(__file__).with_name("writer.py")
    root = Path(__file__).parents[2]
    draw = random.Random(7)  # noqa: S311 - no secret
    lake = tmp_path / "lake"
    for at in range(KILLS):
        command = [sys.executable, str(script), str(lake), str(at * 100), "200"]
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(draw.randint(1, 12)):  # that many commits, then at some point after
                process.stdout.readline()
            os.kill(process.pid, signal.SIGKILL)
            said = process.stdout.read().split()
        store = Store(lake)
        head = store.head()
        assert verify(store).empty
        assert not said or head.n >= int(said[-1])
        reader = Reader(store, head)
        spans = reader.read("spans")
        traces = reader.read("traces")
        assert spans["trace_id"].nunique() == len(traces)
        assert spans["cost"].sum() == pytest.approx(traces["cost"].sum())
        assert spans["start"].min() >= DAY
