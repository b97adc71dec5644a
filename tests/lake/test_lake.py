"""Is a log from a lake the log that went in, and is no more read than is asked for?"""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import agentlens as al
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.lake import Lake
from agentlens.lake.entry.changes import changes_of
from agentlens.lake.files import picked
from agentlens.lake.log import LakeLog
from agentlens.lake.store import look as reading
from agentlens.tables.log import Log
from agentlens.tables.redact.key import fingerprint
from tests.lake.worlds import DAY, Clock, assembled, spans_of

KEY = "correct horse battery staple"


@lru_cache(maxsize=1)
def demo() -> Log:
    log = al.demo(days=7, traces_per_day=40, seed=2)
    return replace(log, truth=None)


def kept(path: Path) -> Lake:
    lake = Lake(path, redact=None)
    lake.take(changes_of(demo()), source="demo")
    return lake


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table as text in one order, so that categories and order do not matter."""
    keys = [name for name in ("score_id", "trace_id", "span_id") if name in frame]
    plain = frame.sort_values(keys, ignore_index=True)
    held = plain.select_dtypes("category").columns
    return plain.astype(dict.fromkeys(held, "str")).sort_index(axis=1)


def alike(one: Log, other: Log) -> None:
    for name in ("traces", "spans", "scores"):
        pd.testing.assert_frame_equal(ordered(getattr(one, name)), ordered(getattr(other, name)))


@dataclass
class Reads:
    """What was read: table, and how many parts."""

    tables: list[str] = field(default_factory=list)
    days: set[str] = field(default_factory=set)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    seen, real = Reads(), picked.read_part

    def read_part(root: Path, table: str, part: Any, *rest: Any, **more: Any) -> Any:
        seen.tables.append(table)
        seen.days.add(part.day)
        return real(root, table, part, *rest, **more)

    monkeypatch.setattr(reading, "read_part", read_part)
    return seen


def test_the_log_that_went_in_comes_out(tmp_path: Path) -> None:
    log = kept(tmp_path).log()
    assert isinstance(log, Log)
    alike(log, demo())
    assert list(log.traces.columns) == [
        name for name in demo().traces.columns if name in log.traces
    ]


@pytest.mark.parametrize(
    "part",
    [
        lambda log: log.last("24h"),
        lambda log: log.last("3D").last("24h"),
        lambda log: log.where(device="mobile"),
        lambda log: log.where(device=["mobile", "tablet"], status="ok").last("2D"),
        lambda log: log.where(error_type=None).where(release=["none such"]),
        lambda log: log.where(trace_id=log.traces["trace_id"].iloc[7]),
        lambda log: log.last("2D").where(device="mobile").between("2026-01-01", "2100-01-01"),
        lambda log: log.where(input=log.traces["input"].iloc[3]),
    ],
)
def test_a_part_of_it_is_the_same_part(tmp_path: Path, part: Any) -> None:
    ours, plain = part(kept(tmp_path).log()), part(demo())
    alike(ours, plain)
    assert len(ours) == len(plain)
    if len(plain):
        assert (ours.start, ours.stop) == (plain.start, plain.stop)


def test_choosing_reads_nothing_and_using_reads_the_days_asked_for(
    tmp_path: Path, reads: Reads
) -> None:
    lake = kept(tmp_path)
    reads.tables.clear()
    reads.days.clear()
    middle = demo().start.ceil("D") + pd.Timedelta("2D")
    log = lake.log().between(middle, middle + pd.Timedelta("1D")).where(device="mobile")
    assert reads.tables == []
    assert len(log)
    assert set(reads.tables) == {"traces"}
    _ = lake.log(text=False).traces
    assert set(reads.tables) == {"traces"}
    reads.days.clear()
    _ = log.traces
    assert set(reads.tables) == {"traces", "text"}
    assert {f"{middle:%Y-%m-%d}"} <= reads.days
    assert len(reads.days) <= 3  # what was said may stand on a neighbouring day
    _ = log.spans
    assert "scores" not in reads.tables


def test_texts_are_left_out_on_request(tmp_path: Path) -> None:
    lake = kept(tmp_path)
    assert "input" not in lake.log(text=False).traces
    assert "input" in lake.log(text="traces").traces
    assert "input" not in lake.log(text="traces").spans
    with pytest.raises(BadInputError, match="text is True, False or 'traces'"):
        lake.log(text="some")


def test_a_lake_without_steps_has_none_and_all_else(tmp_path: Path) -> None:
    lake = Lake(tmp_path, redact=None)
    lake.take(changes_of(replace(demo(), spans=demo().spans.iloc[:0])), source="demo")
    log = lake.log()
    assert len(log.spans) == 0
    assert "trace_id" in log.spans
    assert log.traces["input"].notna().all()
    assert len(log.last("24h").spans) == 0


def test_texts_can_be_asked_for_after_a_part_was_chosen(tmp_path: Path, reads: Reads) -> None:
    log = kept(tmp_path).log(text="traces")
    part = log.told("none").where(device="mobile")
    assert "input" not in part.traces
    assert "text" not in reads.tables
    assert isinstance(part, LakeLog)
    alike(part.told("traces"), log.where(device="mobile"))
    assert log.told("traces") is log


def test_one_trace_is_whole_even_where_texts_are_left_out(tmp_path: Path) -> None:
    lake = kept(tmp_path)
    wanted = demo().traces["trace_id"].iloc[11]
    one, plain = lake.log(text=False).trace(wanted), demo().trace(wanted)
    assert one.row["input"] == plain.row["input"]
    assert sorted(one.spans["span_id"]) == sorted(plain.spans["span_id"])
    assert one.spans["output"].notna().sum() == plain.spans["output"].notna().sum()
    with pytest.raises(UnknownNameError, match="no trace 'nobody'"):
        lake.log().trace("nobody")


def test_verbs_answer_the_same_on_both(tmp_path: Path) -> None:
    ours, plain = kept(tmp_path).log(), demo()
    for metric in ("weak_completion", "latency_p95", "cost_per_trace"):
        one, other = (al.series(log, metric, every="6h", by="device") for log in (ours, plain))
        pd.testing.assert_frame_equal(one, other, check_categorical=False)
    wide = ours.wide()
    assert set(wide.columns) == set(plain.wide().columns)
    copy = replace(ours, traces=ours.traces.assign(extra=1))
    assert copy.last("24h").traces["extra"].eq(1).all()
    assert len(copy.last("24h")) == len(plain.last("24h"))
    assert "spans" in copy.facts()


def test_its_card_says_period_rows_and_snapshot(tmp_path: Path) -> None:
    lake = kept(tmp_path)
    log = lake.log()
    assert repr(log) == f"Log({len(demo()):,} traces; of the lake's snapshot 1)"
    assert f"{len(demo().spans):,}" in log._repr_html_()
    shown = lake._repr_html_()
    for word in ("period", "snapshot", "1, of", "MB", f"{len(demo()):,}"):
        assert word in shown
    assert repr(Lake(tmp_path / "none")).endswith("snapshot none yet)")
    assert "none" in Lake(tmp_path / "none").log()._repr_html_()


def test_users_are_hashed_at_the_door_and_found_by_the_name_one_knows(tmp_path: Path) -> None:
    lake = Lake(tmp_path, key=KEY)
    said = spans_of(28).assign(note="write to ann@example.com")
    lake.take({"spans": said}, source="x", rebuild=with_user)
    assert lake.log().spans["user_id"].str.startswith("u_").all()
    assert "ann@" not in lake.log().spans["note"].str.cat()
    assert lake.log().where(user_id="u3").traces["trace_id"].tolist() == ["t3"]
    audit = lake.audit()
    assert not len(audit) or int(audit["hits"].sum()) == 0
    raw = Lake(tmp_path.with_name(f"{tmp_path.name}-raw"), redact=None)
    raw.take({"spans": said}, source="x", rebuild=with_user)
    assert int(raw.audit()["hits"].sum()) >= 28


def with_user(reader: Any, ids: pd.Series) -> pd.DataFrame:
    users = reader.read("spans", columns=["trace_id", "user_id"], ids=ids).drop_duplicates()
    return assembled(reader, ids).merge(users, on="trace_id")


def test_another_key_or_another_policy_is_refused(tmp_path: Path) -> None:
    Lake(tmp_path, key=KEY).take({"spans": spans_of(4)}, source="x")
    other = "another horse and battery"
    with pytest.raises(
        BadInputError, match=f"{fingerprint(KEY.encode())!r}.*joins with the history"
    ):
        Lake(tmp_path, key=other).take({"spans": spans_of(4)}, source="x")
    with pytest.raises(BadInputError, match="joins with the history break"):
        Lake(tmp_path, key=other).log().where(user_id="u1")
    with pytest.raises(BadInputError, match="keeps redacted rows, and these would be raw"):
        Lake(tmp_path, redact=None).take({"spans": spans_of(4)}, source="x")
    assert len(Lake(tmp_path, redact=None).log().spans) == 4
    raw = tmp_path.with_name(f"{tmp_path.name}-raw")
    Lake(raw, redact=None).take({"spans": spans_of(4)}, source="x")
    with pytest.raises(BadInputError, match="keeps raw rows, and these would be redacted"):
        Lake(raw, key=KEY).take({"spans": spans_of(4)}, source="x")


def test_the_report_adds_up_and_is_written_only_with_news(tmp_path: Path) -> None:
    lake = Lake(tmp_path, redact=None, clock=Clock())
    report = demo().report.head(0)
    line = {"source": "x", "table": "spans", "action": "read", "severity": "info", "n": 4}
    report = pd.DataFrame([line]).reindex(columns=report.columns)
    report = report.astype({"n": "int64", "share": "float64"})
    lake.take({"spans": spans_of(4)}, source="x", report=report)
    lake.take({"spans": spans_of(4)}, source="x", report=report)
    lake.take({"spans": spans_of(8)}, source="x", report=report)
    assert lake.log().report["n"].tolist() == [8]
    assert list(lake.log().report.columns) == list(demo().report.columns)
    assert lake.snapshots()["act"].tolist() == ["rows", "rows", "compaction"]


def test_a_source_is_remembered_with_what_was_read_of_it(tmp_path: Path) -> None:
    from agentlens.lake.entry.coverage import Interval

    clock = Clock()
    lake = Lake(tmp_path, redact=None, clock=clock)
    hour = pd.Timedelta("1h")
    first = Interval(start=DAY, end=DAY + hour, read_at=clock())
    second = Interval(start=DAY + hour, end=DAY + 2 * hour, read_at=clock())
    lake.take({"spans": spans_of(4)}, source="x", coverage=[first], state={"probe": {"v2": True}})
    lake.take({}, source="x", coverage=[second])
    assert [(one.start, one.end) for one in lake.coverage("x")] == [(DAY, DAY + 2 * hour)]
    assert lake.state("x")["probe"] == {"v2": True}
    assert lake.coverage("y") == ()
    assert lake.take({}, source="x", coverage=[second]).n == 2
    assert "settled until 2026-11-01 02:00" in repr(lake)


def test_a_second_sync_hears_who_is_at_work(tmp_path: Path) -> None:
    lake = Lake(tmp_path, redact=None, clock=Clock())
    with lake.lock("x") as holder:
        assert holder is None
        with lake.lock("x") as other:
            assert str(other).startswith("since 2026-11-21 00:00 UTC (pid ")
        with lake.lock("y") as third:
            assert third is None
    with lake.lock("x") as holder:
        assert holder is None
