"""Are the days of months that are over asked only when they may hold what is looked for?"""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pandas as pd
import pytest

from agentlens.lake import Lake
from agentlens.lake.store.months import month_path, month_sums, over
from agentlens.lake.store.reader import Reader
from tests.lake.test_age import DAY, day_of, opened
from tests.lake.worlds import Clock, plain

__all__ = ["opened"]
DAYS = (0, 30, 60, 90, 120)
NOW = DAY + pd.Timedelta(DAYS[-1] + 1, "D")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where a lake is with a day in each of five months."""
    path, clock = tmp_path_factory.mktemp("months"), Clock(DAY)
    lake = Lake(path, redact=None, clock=clock)
    for number in DAYS:
        clock.now = NOW - pd.Timedelta(DAYS[-1] - number, "D")
        lake.take(day_of(number), source="demo")
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def lake(whole: Path, tmp_path: Path, clock: Clock) -> Lake:
    copytree(whole, tmp_path / "lake")
    return Lake(tmp_path / "lake", redact=None, clock=clock)


def notes(lake: Lake) -> list[Path]:
    return sorted((lake.store.root / "lists").glob("*.ids"))


def read(lake: Lake, table: str = "traces") -> pd.DataFrame:
    return Reader(lake.store, lake.store.head()).read(table)


def test_months_that_are_over_are_written_down_once(lake: Lake, clock: Clock) -> None:
    done = over(lake.store, lake.store.head())
    assert {ref.month for ref in done} == {"2026-03", "2026-04", "2026-05"}
    assert {ref.table for ref in done} == {"traces", "spans", "text", "scores"}
    before = {path: path.stat().st_mtime_ns for path in notes(lake)}
    clock.tick("1D")
    lake.take(day_of(121), source="demo")
    assert {path: path.stat().st_mtime_ns for path in notes(lake)} == before


def test_a_commit_of_today_opens_nothing_of_the_days_of_old_months(
    lake: Lake, clock: Clock, opened: list[str]
) -> None:
    clock.tick("1D")
    opened.clear()
    lake.take(day_of(121), source="demo")
    days = {one.split("day=")[1][:7] for one in opened if "day=" in one}
    assert days == {"2026-06", "2026-07"}
    assert any(one.endswith(".ids") and "/lists/" in one for one in opened)


def break_one(lake: Lake) -> None:
    for path in notes(lake):
        path.write_bytes(path.read_bytes()[:-1] + b"?")


def lose(lake: Lake) -> None:
    for path in notes(lake):
        path.unlink()


def swap(lake: Lake) -> None:
    one, *others = notes(lake)
    for path in others:
        path.write_bytes(one.read_bytes())


@pytest.mark.parametrize("harm", [lambda _lake: None, break_one, lose, swap])
@pytest.mark.parametrize("later", [1, 45, 120])
def test_rows_of_old_months_are_found_whatever_became_of_the_notes(
    harm: Callable[[Lake], None], later: int, lake: Lake, clock: Clock
) -> None:
    harm(lake)
    clock.tick("1D")
    rows = day_of(0)
    moved = rows["traces"].assign(start=rows["traces"]["start"] + pd.Timedelta(later, "D"))
    lake.take({"traces": moved, "spans": rows["spans"].assign(name="other")}, source="demo")
    every = pd.concat([moved, *(day_of(number)["traces"] for number in DAYS[1:])])
    every = every.sort_values("start", ignore_index=True)
    pd.testing.assert_frame_equal(plain(read(lake)[list(every)]), plain(every))
    spans = read(lake, "spans")
    assert len(spans) == 4 * len(DAYS)
    assert (spans["name"] == "other").sum() == 4


def test_what_is_forgotten_leaves_no_check_sum(lake: Lake, clock: Clock) -> None:
    before = notes(lake)
    lake.forget(trace_id="t30-1")
    assert before
    assert notes(lake) == []
    clock.tick("1D")
    lake.take(day_of(121), source="demo")
    assert len(notes(lake)) == len(before)
    assert "t30-1" not in set(read(lake)["trace_id"])


def test_notes_go_with_their_lists(lake: Lake, clock: Clock) -> None:
    rows = day_of(0)["traces"].assign(device="desktop")
    lake.take({"traces": rows}, source="demo")
    head = lake.store.head()
    named = {month_path(ref) for ref in over(lake.store, head)}
    assert len(notes(lake)) == len(named) + 1
    clock.now = pd.Timestamp.now("UTC") + pd.Timedelta("500D")
    lake.clean()
    assert {path.relative_to(lake.store.root).as_posix() for path in notes(lake)} == named
    ref = min(over(lake.store, head), key=lambda one: one.month)
    assert month_sums(lake.store.root, ref) is not None


def test_a_day_of_an_old_month_is_joined_when_it_lies_in_pieces(lake: Lake, clock: Clock) -> None:
    for number in range(3):
        clock.tick("1h")
        rows = day_of(0)["traces"].head(2).assign(device=f"device {number}")
        lake.take({"traces": rows}, source="demo")
    old = [part for part in lake.store.parts(lake.store.head(), "traces") if part.day < "2026-04"]
    assert len(old) == 1
    assert (read(lake)["device"] == "device 2").sum() == 2
