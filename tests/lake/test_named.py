"""Does a report know which snapshot it was made from, and is that snapshot kept for it?"""

import errno
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import BadInputError
from agentlens.lake import Lake
from agentlens.lake.entry.changes import changes_of
from agentlens.lake.log import LakeLog
from agentlens.lake.store.compact import compact
from agentlens.lake.upkeep.clean import clean
from agentlens.tables.log import Log
from tests.lake.worlds import Clock, ShortDisk
from tests.logs import plain_log

WHY = "the report of week 47"


def lake_of(path: Path, clock: Clock | None = None) -> Lake:
    """Return a lake with some traces of some users."""
    return taken(Lake(path, redact=None, clock=clock or Clock()), plain_log(60, hours=48))


def taken(lake: Lake, log: Log) -> Lake:
    lake.take(changes_of(log), source="demo")
    return lake


def number(log: LakeLog) -> int:
    assert log.snapshot is not None
    return log.snapshot.n


def later(log: Log) -> Log:
    """Return the same traces, again and a week later."""
    traces = log.traces.assign(
        trace_id="later-" + log.traces["trace_id"], start=log.traces["start"] + pd.Timedelta("7D")
    )
    return al.from_frames(traces)


def test_to_name_a_snapshot_does_not_change_which_one_it_is(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    first = number(lake.log())
    assert lake.log().keep(WHY) == ""
    assert lake.store.head().n > first
    assert number(lake.log()) == first
    assert number(lake.log().last("24h")) == first  # type: ignore[arg-type]  # of the lake still
    assert lake.log().keep("another report") == ""
    assert number(lake.log()) == first


def test_to_put_the_pieces_of_a_day_together_does_not_change_which_one_it_is(
    tmp_path: Path,
) -> None:
    clock = Clock()
    lake = lake_of(tmp_path, clock)
    clock.tick("1min")
    taken(lake, later(plain_log(20, hours=9)))
    assert compact(lake.store).act == "rows"  # there is nothing to put together
    clock.tick("1min")
    more = plain_log(20, hours=9, seed=1).traces
    taken(lake, al.from_frames(more.assign(trace_id="more-" + more["trace_id"])))
    assert lake.store.head().act == "compaction"
    assert number(lake.log()) == lake.store.head().n - 1


def test_the_same_report_names_its_snapshot_once(tmp_path: Path) -> None:
    lake = lake_of(tmp_path)
    first = number(lake.log())
    lake.log().keep(WHY)
    after = lake.store.head().n
    lake.log().keep(WHY)
    assert lake.store.head().n == after
    lake.log().keep("the report of team B")
    assert lake.store.head().named[str(first)] == f"{WHY}; the report of team B"
    held = lake.store.head().n
    lake.log().keep(WHY)
    lake.log().keep("the report of team B")
    assert lake.store.head().n == held


def test_rows_that_came_since_are_another_snapshot_and_the_first_is_still_there(
    tmp_path: Path,
) -> None:
    clock = Clock()
    lake = lake_of(tmp_path, clock)
    lake.log().keep(WHY)
    first, then = number(lake.log()), clock.now
    clock.tick("1D")
    taken(lake, later(plain_log(60, hours=48)))
    assert number(lake.log()) > first
    assert number(lake.log(as_of=then)) == first
    assert len(lake.log(as_of=then)) == 60


def test_a_named_snapshot_is_still_there_after_years(tmp_path: Path) -> None:
    clock = Clock()
    lake = lake_of(tmp_path, clock)
    lake.log().keep(WHY)
    first, then = number(lake.log()), clock.now
    for week in range(3):
        clock.tick("400D")
        taken(lake, later(plain_log(10 + week, hours=48, seed=week)))
        clean(lake.store)
    assert first in lake.store.numbers()
    assert len(lake.store.numbers()) < 5
    assert len(lake.log(as_of=then)) == 60
    assert number(lake.log(as_of=then)) == first


def test_where_what_was_named_after_is_gone_the_name_stands_for_the_rows(tmp_path: Path) -> None:
    clock = Clock()
    lake = lake_of(tmp_path, clock)
    old = number(lake.log())
    clock.tick("1h")
    taken(lake, later(plain_log(60, hours=48)))
    rows = number(lake.log())
    lake.keep(old, WHY)  # names another one than the newest
    lake.store.path(rows).unlink()
    assert number(lake.log()) == rows + 1


def test_who_was_forgotten_since_is_told_of_the_old_snapshot_alone(tmp_path: Path) -> None:
    clock = Clock()
    lake = lake_of(tmp_path, clock)
    lake.log().keep(WHY)
    first, then = number(lake.log()), clock.now
    assert lake.log().removed == ""
    clock.tick("1h")
    lake.forget(user_id="u3")
    assert "u3" not in set(lake.log(as_of=then).traces["user_id"])
    assert number(lake.log(as_of=then)) == first
    assert lake.log(as_of=then).removed == "1 user was removed since"
    assert lake.log().removed == ""
    clock.tick("1h")
    lake.forget(user_id="u5")
    lake.forget(trace_id="t9")
    assert lake.log(as_of=then).removed == "2 users and 1 trace were removed since"


def test_of_a_snapshot_only_who_was_forgotten_after_it_counts(tmp_path: Path) -> None:
    clock = Clock()
    lake = taken(
        Lake(tmp_path, redact=None, clock=lambda: clock.tick("1s")), plain_log(60, hours=48)
    )
    first = clock.now
    lake.forget(user_id="u3")
    assert lake.log().removed == ""  # written down a moment after the snapshot without the user
    second = clock.now
    lake.forget(user_id="u5")
    assert lake.log().removed == ""
    assert lake.log(as_of=second).removed == "1 user was removed since"
    assert lake.log(as_of=first).removed == "2 users were removed since"


def test_nobody_counts_as_removed_who_was_not_there(tmp_path: Path) -> None:
    clock = Clock()
    lake = lake_of(tmp_path, clock)
    then = clock.now
    clock.tick("1h")
    lake.forget(user_id="nobody")
    assert lake.log(as_of=then).removed == ""


def test_a_lake_that_cannot_be_written_is_read_and_says_that_nothing_is_named(
    tmp_path: Path,
) -> None:
    lake_of(tmp_path)
    others = ShortDisk(left=0, error=OSError(errno.EROFS, "Read-only file system"))
    lake = Lake(tmp_path, redact=None, clock=Clock(), disk=others)
    assert len(lake.log()) == 60
    said = lake.log().keep(WHY)
    assert said.startswith(f"Snapshot {number(lake.log())} of the lake could not be named")
    assert not lake.store.head().named
    with pytest.raises(BadInputError, match="could not be written"):
        lake.keep(1, WHY)


def test_a_changed_copy_is_of_no_snapshot(tmp_path: Path) -> None:
    log = lake_of(tmp_path).log()
    changed = replace(log, traces=log.traces.head(3))
    assert isinstance(changed, LakeLog)
    assert changed.snapshot is None
    assert changed.removed == ""
    assert changed.keep(WHY) == ""
