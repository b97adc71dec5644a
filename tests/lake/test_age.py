"""Does a lake of many days and commits cost no more than one of few, for who asks for the newest?"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import agentlens as al
from agentlens.lake import Lake
from agentlens.lake.log import LakeLog
from agentlens.lake.store.leads import earliest, noted
from agentlens.lake.store.reader import Reader
from tests.lake.worlds import Clock

DAY = pd.Timestamp("2026-03-20", tz="UTC")
WEEK = pd.Timedelta("7D")
TIME: Any = "datetime64[us, UTC]"


def day_of(number: int, *, late: str = "0h", n: int = 4) -> dict[str, pd.DataFrame]:
    """Return the rows of one day; its steps and scores begin so much later than its traces."""
    ids = pd.Series([f"t{number}-{at}" for at in range(n)], dtype="str")
    start = pd.Series(DAY + pd.Timedelta(number, "D") + pd.to_timedelta(np.arange(n), "h"))
    traces = pd.DataFrame({"trace_id": ids, "start": start, "status": "ok", "device": "mobile"})
    after = (start + pd.Timedelta(late)).astype(TIME)
    spans = pd.DataFrame({"trace_id": ids, "span_id": "s" + ids, "start": after})
    spans = spans.assign(kind="tool", name="search", status="ok")
    text = pd.DataFrame({"trace_id": ids, "span_id": "", "start": start.astype(TIME)})
    scores = pd.DataFrame({"score_id": "j" + ids, "trace_id": ids, "time": after})
    scores = scores.assign(name="goal", source="judge", value=1.0)
    tables = {"traces": traces.astype({"start": TIME}), "spans": spans, "scores": scores}
    return tables | {"text": text.assign(input="Where is " + ids, output="Here.")}


def lake_of(path: Path, days: int) -> Lake:
    """Return a lake that was given one day after the other."""
    clock = Clock(DAY)
    lake = Lake(path, redact=None, clock=clock)
    for number in range(days):
        clock.tick("1D")
        lake.take(day_of(number), source="demo")
    return lake


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of all files of lakes that are opened from now on."""
    seen: list[str] = []
    real, whole = Path.read_bytes, pq.ParquetFile

    def read_bytes(path: Path) -> bytes:
        seen.append(str(path))
        return real(path)

    def parquet(path: Path, **how: Any) -> Any:
        seen.append(str(path))
        return whole(path, **how)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    monkeypatch.setattr(pq, "ParquetFile", parquet)
    return seen


ASKED: dict[str, Callable[[Lake, pd.Timestamp], object]] = {
    "the newest day": lambda lake, _: len(lake.log().last("24h")),
    "when it ends": lambda lake, _: lake.log().stop,
    "how many": lambda lake, since: len(lake.log(since=since)),
    "a rate": lambda lake, since: al.series(lake.log(since=since), "error_rate", "1D"),
    "a rate of steps": lambda lake, since: al.series(lake.log(since=since), "tool_success", "1D"),
    "a score": lambda lake, since: al.series(lake.log(since=since), "score:goal", "1D"),
    "what was said": lambda lake, since: lake.log(since=since).traces,
    "as it was known": lambda lake, since: lake.log(since=since, as_of=since + WEEK).scores,
}


def test_last_week_opens_as_many_files_in_a_year_as_in_a_month(
    tmp_path: Path, opened: list[str]
) -> None:
    counts: dict[str, dict[int, int]] = {name: {} for name in ASKED}
    for days in (8, 30):  # the last week of both lies within a month
        lake = lake_of(tmp_path / str(days), days)
        since = DAY + pd.Timedelta(days, "D") - WEEK
        for name, ask in ASKED.items():
            opened.clear()
            ask(lake, since)
            counts[name][days] = sum("snapshots" not in one for one in opened)
    assert {name: one[30] - one[8] for name, one in counts.items()} == dict.fromkeys(ASKED, 0)


def test_of_a_whole_lake_only_the_days_of_both_periods_are_opened(
    tmp_path: Path, opened: list[str]
) -> None:
    counts = []
    for days in (8, 30):
        log = lake_of(tmp_path / str(days), days).log()
        opened.clear()
        al.drift(log, current="24h", baseline="3D", columns=["device"])
        counts.append(sum("snapshots" not in one for one in opened))
    assert counts[1] - counts[0] <= 2  # the first day and its month, as the log begins there


def test_snapshots_are_opened_by_halves(tmp_path: Path, opened: list[str]) -> None:
    lake = lake_of(tmp_path, 20)
    opened.clear()
    _ = lake.log()
    assert len([one for one in opened if "snapshots" in one]) == 1
    opened.clear()
    _ = lake.log(as_of=DAY + pd.Timedelta("9D"))
    assert len([one for one in opened if "snapshots" in one]) <= 6


def test_the_clearing_up_of_a_day_opens_each_list_once(tmp_path: Path, opened: list[str]) -> None:
    lake = lake_of(tmp_path, 6)
    opened.clear()
    lake.retain(text="60D", spans="90D", rows="365D")
    lists = [one for one in opened if "/lists/" in one]
    assert len(lists) == len(set(lists))


def steps(log: al.Log) -> list[str]:
    return sorted(log.spans["span_id"])


def wanted(lake: Lake, since: pd.Timestamp) -> list[str]:
    """Return the steps of the traces since then, found by looking through all of them."""
    log = lake.log()
    ids = log.traces.loc[log.traces["start"] >= since, "trace_id"]
    return sorted(log.spans.loc[log.spans["trace_id"].isin(ids), "span_id"])


def early(lake: Lake) -> None:
    """Steps of which clocks say that they came days before their traces."""
    lake.take(day_of(12, late="-100h"), source="demo")


def moved(lake: Lake) -> None:
    """Traces that are dated anew; what was noted of their steps stays."""
    traces = day_of(3)["traces"]
    later = traces.assign(start=traces["start"] + pd.Timedelta("9D"))
    lake.take({"traces": later}, source="demo")


def lone(lake: Lake) -> None:
    """Steps that come before anything is known of their traces."""
    rows = day_of(12, late="-100h")
    lake.take({"spans": rows["spans"]}, source="demo")
    lake.take({"traces": rows["traces"]}, source="demo")


def returned(lake: Lake) -> None:
    """Traces that were taken out and come again with another date; their steps stayed."""
    traces = day_of(3)["traces"]
    lake.take({}, source="demo", gone={"traces": traces[["trace_id"]]})
    later = traces.assign(start=traces["start"] + pd.Timedelta("9D"))
    lake.take({"traces": later}, source="demo")


@pytest.mark.parametrize("odd", [early, moved, lone, returned])
def test_steps_are_found_wherever_they_lie(odd: Callable[[Lake], None], tmp_path: Path) -> None:
    lake = lake_of(tmp_path, 8)
    odd(lake)
    since = DAY + pd.Timedelta("11D")
    log = lake.log(since=since)
    assert len(log) == 4
    assert steps(log) == wanted(lake, since)
    assert len(steps(log)) == 4
    assert isinstance(log, LakeLog)
    assert sorted(log.columns("spans", ["span_id"])["span_id"]) == steps(log)


def test_each_commit_notes_how_far_rows_lie_before_their_traces(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, 3)
    assert lake.store.head().notes["leads"] == {"loose": 0, "spans": 0, "text": 0, "scores": 0}
    lake.take(day_of(12, late="-100h"), source="demo")
    head = lake.store.head()
    assert head.notes["leads"] == {"loose": 0, "spans": 5, "text": 0, "scores": 5}
    since = DAY + pd.Timedelta("10h")
    assert earliest(head, "spans", since) == DAY - pd.Timedelta("5D")
    assert earliest(head, "spans", None) is None


def test_of_rows_from_before_there_were_notes_nothing_is_known(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, 3)
    old = replace(lake.store.head(), notes={})
    rows = pa.Table.from_pandas(day_of(1)["spans"])
    new = noted(Reader(lake.store, old), old, {"spans": rows})
    assert [earliest(new, name, DAY) for name in ("spans", "text", "scores")] == [None] * 3
    assert noted(Reader(lake.store, old), old, {}) is old


@pytest.mark.parametrize("device", ["mobile", "desktop", "none such"])
def test_the_ends_are_those_of_the_traces_that_are_meant(device: str, tmp_path: Path) -> None:
    lake = lake_of(tmp_path, 9)
    traces = day_of(2)["traces"].assign(device="desktop")
    lake.take({"traces": traces}, source="demo")
    ours, whole = (lake.log().where(device=device) for _ in range(2))
    starts = whole.traces["start"]
    if not len(starts):
        assert pd.isna(ours.start)
        assert pd.isna(ours.stop)
        assert len(ours.last("24h")) == 0
        return
    assert (ours.start, ours.stop) == (starts.min(), starts.max() + pd.Timedelta("1us"))
    assert len(ours.last("90min")) == (starts > starts.max() - pd.Timedelta("90min")).sum()


def test_counts_that_were_written_down_are_those_of_the_rows(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, 3)
    assert lake.log().facts()["spans"] == "12"
    lake.take({"spans": day_of(1)["spans"].head(2).assign(name="answer")}, source="demo")
    assert lake.log().facts()["spans"] == "12"
    assert lake.log(since=DAY + pd.Timedelta("2D")).facts()["spans"] == "4"
