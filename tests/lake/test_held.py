"""Are the parts of a log held in memory those that the lake would give, with nothing read twice?"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from shutil import rmtree
from typing import cast

import numpy as np
import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import UnknownNameError
from agentlens.lake import Lake
from agentlens.lake.entry.changes import changes_of
from agentlens.lake.held import HeldLog
from agentlens.lake.log import LakeLog
from agentlens.tables.log import Log
from tests.sources.dialects import langfuse_write
from tests.sources.dialects.shared import SHARED

KEY = "the key of these tests"
STEPS = ("span_id", "kind", "name", "status", "error_type", "error_message")


@lru_cache(maxsize=1)
def demo() -> Log:
    return al.demo(days=7, traces_per_day=60, seed=5)


def plain(path: Path) -> Lake:
    lake = Lake(path, redact=None)
    lake.take(changes_of(demo()), source="demo")
    return lake


def corrected(path: Path) -> Lake:
    """A lake in which newer rows say of some steps otherwise than older ones whether they failed."""
    lake = Lake(path, redact=None)
    spans = demo().spans
    flipped = pd.Series(spans.index % 40 == 0, index=spans.index)
    status = spans["status"].mask(flipped, spans["status"].map({"ok": "error", "error": "ok"}))
    first = replace(demo(), spans=spans.assign(status=status.astype("str")))
    lake.take(changes_of(first), source="demo")
    lake.take({"spans": changes_of(demo())["spans"][flipped.to_numpy()]}, source="demo")
    return lake


def built(path: Path) -> Lake:
    """A lake whose traces are told only by all of their steps."""
    file = path.parent / "observations_v2.jsonl"
    langfuse_write.write(SHARED, file)
    lake = Lake(path, key=KEY, clock=lambda: pd.Timestamp("2026-11-20", tz="UTC"))
    lake.sync(file)
    assert lake.log().built
    return lake


KINDS = (plain, corrected, built)


def held(log: LakeLog, *, failed: bool = True) -> HeldLog:
    return HeldLog.of(log, STEPS, failed=failed)


def same(ours: Log, theirs: Log, *, failed: bool = True) -> None:
    """Hold a part against the same part of the lake."""
    wanted = theirs.traces.drop(columns=["input", "output"], errors="ignore")
    pd.testing.assert_frame_equal(ours.traces, wanted)
    pd.testing.assert_frame_equal(by_id(ours.scores), by_id(theirs.scores))
    spans = theirs.spans
    if failed:
        spans = spans[(spans["status"] == "error").fillna(value=False).astype(bool)]
    pd.testing.assert_frame_equal(by_id(ours.spans), by_id(spans)[list(ours.spans)])


def by_id(frame: pd.DataFrame) -> pd.DataFrame:
    key = "score_id" if "score_id" in frame else "span_id"
    return frame.sort_values(key, ignore_index=True)


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("failed", [True, False])
def test_parts_are_those_of_the_lake(
    make: Callable[[Path], Lake], tmp_path: Path, *, failed: bool
) -> None:
    log = make(tmp_path / "lake").log()
    ours, draw = held(log, failed=failed), np.random.default_rng(4)
    same(ours, log, failed=failed)
    assert 0 < len(ours.spans) < len(log.spans) or not failed
    covers = (log.stop - log.start) / 10
    for _ in range(4):
        first, length = int(draw.integers(0, 8)), int(draw.integers(1, 6))
        since, until = log.start + first * covers, log.start + (first + length) * covers
        column = str(draw.choice(["model", "task_type", "status"]))
        values = log.traces[column].drop_duplicates().head(2).tolist()
        parts = [one.between(since, until).where(**{column: values}) for one in (ours, log)]
        same(parts[0], parts[1], failed=failed)


def test_what_newer_rows_say_decides_which_steps_failed(tmp_path: Path) -> None:
    spans = demo().spans
    failed = spans.loc[spans["status"] == "error", "span_id"]
    assert sorted(held(corrected(tmp_path).log()).spans["span_id"]) == sorted(failed)


def test_all_is_read_once_and_parts_need_no_lake(tmp_path: Path) -> None:
    log = plain(tmp_path).log()
    ours = held(log)
    n_failed = len(ours.spans)
    assert len(ours.scores) == len(demo().scores)
    rmtree(tmp_path)
    part = ours.where(device="mobile").last("48h")
    wanted = demo().where(device="mobile").last("48h")
    assert part.traces["trace_id"].tolist() == wanted.traces["trace_id"].tolist()
    assert 0 < len(part.spans) < n_failed
    assert len(part.scores) == len(wanted.scores)
    assert "traces" not in vars(log)


def test_users_are_named_as_they_are_known(tmp_path: Path) -> None:
    lake = Lake(tmp_path, key=KEY)
    lake.take(changes_of(demo()), source="demo")
    user = demo().traces["user_id"].iloc[0]
    log = lake.log()
    assert user not in set(log.traces["user_id"])
    ours = held(log).where(user_id=user)
    assert ours.traces["trace_id"].tolist() == log.where(user_id=user).traces["trace_id"].tolist()
    assert len(ours) > 0


@pytest.mark.parametrize("make", KINDS)
def test_texts_are_read_of_the_traces_that_are_named(
    make: Callable[[Path], Lake], tmp_path: Path
) -> None:
    log = make(tmp_path / "lake").log()
    part = cast("HeldLog", held(log).where(status="ok"))
    ids = part.traces["trace_id"].iloc[::3]
    told = part.told("input", ids).traces.set_index("trace_id")["input"]
    wanted = log.traces.set_index("trace_id")["input"]
    assert wanted[ids].notna().any()
    pd.testing.assert_series_equal(told[ids], wanted[ids])
    assert told.drop(ids).isna().all()
    assert part.told("input", ids.iloc[:0]).traces["input"].isna().all()


def test_where_texts_are_not_to_be_read_none_are(tmp_path: Path) -> None:
    part = held(plain(tmp_path).log(text=False))
    assert part.told("input", part.traces["trace_id"]).traces["input"].isna().all()


def test_it_is_a_log_like_any_other(tmp_path: Path) -> None:
    log = plain(tmp_path).log()
    ours = held(log)
    one = cast("str", demo().traces["trace_id"].iloc[3])
    assert len(ours.trace(one).spans) == len(demo().trace(one).spans)
    assert repr(ours).startswith(f"Log({len(demo()):,} traces")
    copy = replace(ours, spans=ours.spans.iloc[:0])
    assert len(copy.where(device="mobile").spans) == 0
    assert len(copy.trace(one).spans) == 0
    assert (len(ours.report), len(ours.rejected)) == (len(log.report), len(log.rejected))
    with pytest.raises(UnknownNameError, match="devise"):
        ours.where(devise="mobile")


@pytest.mark.parametrize("make", [plain, built])
def test_a_part_without_a_trace_has_no_step_and_no_score(
    make: Callable[[Path], Lake], tmp_path: Path
) -> None:
    log = make(tmp_path / "lake").log()
    held = HeldLog.of(log, STEPS, failed=True)
    nothing = held.where(trace_id="no such trace")
    assert (len(nothing), len(nothing.spans), len(nothing.scores)) == (0, 0, 0)
    assert [*nothing.scores] == [*held.scores]
    assert nothing.spans.dtypes.equals(held.spans.dtypes)


@pytest.mark.parametrize("make", KINDS)
def test_steps_that_failed_come_in_order_of_their_ids_which_need_not_be_read(
    make: Callable[[Path], Lake], tmp_path: Path
) -> None:
    log = make(tmp_path / "lake").log()
    ours = HeldLog.of(log, STEPS[1:], failed=True).spans
    theirs = HeldLog.of(log, STEPS, failed=True).spans
    assert ("span_id" in ours) == log.built
    pd.testing.assert_frame_equal(ours, theirs[list(ours)])
    if not log.built:
        day = theirs["start"].dt.floor("D")
        keys = ["start", "trace_id", "span_id"]
        wanted = theirs.assign(day=day).sort_values(["day", *keys], ignore_index=True)
        pd.testing.assert_frame_equal(theirs, wanted[list(theirs)])


def test_a_part_takes_no_column_that_is_not_asked_for(tmp_path: Path) -> None:
    log = plain(tmp_path).log()
    part = held(log).where(device="mobile")
    asked = part.columns("traces", ["start", "status", "no such column"])
    assert [*asked] == ["start", "status"]
    pd.testing.assert_frame_equal(asked, log.where(device="mobile").traces[["start", "status"]])
    later = part.between(log.start + (log.stop - log.start) / 2, log.stop)
    assert 0 < len(later) < len(part) == len(asked)
    assert part.start <= later.start < later.stop == part.stop
    assert all("traces" not in vars(one) for one in (part, later))
    assert later.traces["trace_id"].isin(part.traces["trace_id"]).all()
    assert [*later.traces] == [*part.traces] == [*held(log).traces]
