"""Does a question to a lake read the columns that it needs, and none of what was said?"""

from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.lake import Lake
from agentlens.lake.files import picked
from agentlens.lake.files.manifest import BrokenFileError
from agentlens.lake.log import LakeLog
from agentlens.lake.store import look as reading
from agentlens.tables.log import Log
from tests.lake.test_held import built, corrected, demo, plain

PARTS: tuple[Callable[[Log], Log], ...] = (
    lambda log: log,
    lambda log: log.last("60h"),
    lambda log: log.where(device="mobile").last("4D"),
)
METRICS = ("strong_completion", "tool_success", "score:goal_completion", "traffic")


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_over_time_opens_nothing_of_what_was_said(metric: str, tmp_path: Path) -> None:
    log = plain(tmp_path).log()
    rmtree(tmp_path / "data" / "text")
    ours = al.series(log, metric, every="12h", by="task_type")
    pd.testing.assert_frame_equal(ours, al.series(demo(), metric, every="12h", by="task_type"))
    assert "traces" not in vars(log)
    with pytest.raises(BrokenFileError, match="text of"):
        _ = log.traces


@pytest.mark.parametrize("make", [plain, corrected, built])
@pytest.mark.parametrize("part", PARTS)
def test_columns_stand_in_the_order_of_the_table(
    make: Callable[[Path], Lake], part: Callable[[Log], Log], tmp_path: Path
) -> None:
    lake = make(tmp_path / "lake")
    kind = (lambda log: log) if make is built else part
    ours, whole = kind(lake.log()), kind(lake.log())
    for table, asked in {
        "traces": (["start", "trace_id"], ["status", "start"], ["input", "none such"], []),
        "spans": (["span_id"], ["trace_id", "status"], ["output"]),
        "scores": (["value", "name"], ["score_id"]),
    }.items():
        wanted = getattr(whole, table)
        for names in asked:
            found = ours.columns(table, names)
            there = [name for name in names if name in wanted]
            assert set(there) <= set(found)
            assert len(found) == len(wanted)
            pd.testing.assert_frame_equal(found[there], wanted[there])


def test_a_column_is_read_once_and_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, frozenset[str]]] = []
    real = picked.read_part

    def read_part(root: Path, table: str, part: Any, columns: Any, **more: Any) -> Any:
        read.append((table, frozenset(columns)))
        return real(root, table, part, columns, **more)

    log = plain(tmp_path).log()
    monkeypatch.setattr(reading, "read_part", read_part)
    al.series(log, "error_rate")
    who = {"trace_id", "start", "user_id", "session_id"}
    needs = {"status", "weight", "inclusion_p", "sampled_by"}
    assert {table for table, _ in read} == {"traces"}
    assert who < frozenset().union(*(names for _, names in read)) <= who | needs
    read.clear()
    al.series(log, "error_rate", by="device")
    assert set(read) == {("traces", frozenset(["device"]))}
    assert (len(log), len(log.columns("traces", ["start"]))) == (len(demo()), len(demo()))
    read.clear()
    al.series(log, "error_rate", by="device")
    assert read == []


def test_what_is_lost_between_two_readings_is_missing_from_both(tmp_path: Path) -> None:
    log = plain(tmp_path).log(on_corrupt="skip")
    before = log.columns("spans", ["span_id"])
    next((tmp_path / "data" / "spans").rglob("*.parquet")).unlink()
    after = log.columns("spans", ["name"])
    assert 0 < len(after) < len(before)
    assert after[["span_id", "name"]].notna().all(axis=None)


def test_a_table_that_a_lake_has_nothing_of_has_its_columns(tmp_path: Path) -> None:
    lake = Lake(tmp_path, redact=None)
    lake.take({"traces": demo().traces.drop(columns=["input", "output"])}, source="demo")
    log = lake.log()
    assert len(log.columns("spans", ["name"])) == 0
    assert al.series(log, "tool_success", every="1D")["n"].sum() == 0


def test_an_ordinary_log_has_all_at_hand() -> None:
    log = demo()
    assert log.columns("traces", ["start"]) is log.traces
    changed = LakeLog(traces=log.traces, spans=log.spans, scores=log.scores)
    assert changed.columns("spans", ["name"]) is log.spans
