"""Is what is to go really gone, from every file, and is it written down without naming anyone?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.lake import Lake
from agentlens.lake.store.reader import Reader
from agentlens.lake.store.upsert import upsert
from agentlens.tables.redact.ids import stored_id
from tests.lake.worlds import (
    DAY,
    TIME,
    Clock,
    Killed,
    ShortDisk,
    assembled,
    plain,
    same,
    spans_of,
    tables,
    texts_of,
)

KEY = "correct horse battery staple"
DAYS = 60


def month(path: Path, clock: Clock) -> Lake:
    """Return a lake with two traces a day for sixty days, every third in error."""
    lake = Lake(path, redact=None, clock=clock)
    number = np.arange(2 * DAYS)
    start = DAY + pd.to_timedelta(number * 12, unit="h")
    ids = {"trace_id": [f"t{i}" for i in number], "span_id": [f"s{i}" for i in number]}
    spans = pd.DataFrame({**ids, "start": start, "cost": 1.0})
    said = pd.DataFrame({**ids, "span_id": "", "start": start, "input": ids["span_id"]})
    scores = pd.DataFrame(
        {
            "score_id": [f"c{i}" for i in number],
            "trace_id": ids["trace_id"],
            "name": "good",
            "source": ["human" if i % 10 == 0 else "judge" for i in number],
            "time": start,
            "comment": [f"because {i}" for i in number],
        }
    )
    traces = pd.DataFrame(
        {"trace_id": ids["trace_id"], "start": start, "status": np.where(number % 3, "ok", "error")}
    )
    texts = dict.fromkeys(["trace_id", "span_id", "input", "score_id", "name", "source"], "str")
    changes = {"spans": spans, "text": said, "scores": scores, "traces": traces}
    typed = {
        name: frame.astype(
            {one: kind for one, kind in texts.items() if one in frame}
            | {one: TIME for one in ("start", "time") if one in frame}
        )
        for name, frame in changes.items()
    }
    lake.take(typed, source="demo")
    return lake


def days_of(frame: pd.DataFrame, time: str = "start") -> set[int]:
    return set((frame[time] - DAY).dt.days)


def test_each_class_of_rows_goes_at_its_age_and_failures_keep_their_text(tmp_path: Path) -> None:
    clock = Clock(DAY + pd.Timedelta(DAYS, "D"))
    lake = month(tmp_path, clock)
    removed = lake.retain(text="10D", spans="20D", rows="40D", keep_text="30D")
    log = lake.log()
    assert days_of(log.traces) == set(range(20, DAYS))
    assert days_of(log.spans) == set(range(40, DAYS))
    assert days_of(log.scores, "time") == set(range(20, DAYS))
    traces, age = log.traces, DAYS - (log.traces["start"] - DAY).dt.days
    number = traces["trace_id"].str[1:].astype(int)
    kept = (age <= 10) | ((age <= 30) & ((number % 3 == 0) | (number % 10 == 0)))
    assert traces["input"].notna().tolist() == kept.tolist()
    scored = log.scores["trace_id"].str[1:].astype(int)
    told = (
        (DAYS - (log.scores["time"] - DAY).dt.days <= 10) | (scored % 3 == 0) | (scored % 10 == 0)
    )
    assert log.scores["comment"].notna().tolist() == told.tolist()
    assert "rows of text" in repr(removed)
    assert "outside" in repr(removed)
    assert lake.verify().empty


def test_what_expired_is_in_no_file_and_each_file_has_a_row_in_the_ledger(tmp_path: Path) -> None:
    clock = Clock(DAY + pd.Timedelta(DAYS, "D"))
    lake = month(tmp_path, clock)
    before = set(tmp_path.rglob("*.parquet"))
    lake.retain(text="10D", spans="20D", rows="40D", keep_text="30D")
    gone = {path.relative_to(tmp_path).as_posix() for path in before if not path.exists()}
    (act,) = lake.acts()["facts"].map(json.loads)
    assert {one["path"] for one in act["files"]} == gone
    assert gone
    assert not any(b"because 1\x00" in path.read_bytes() for path in tmp_path.rglob("*.json"))
    listed = {
        part.path
        for n in lake.store.numbers()
        for name in ("spans", "text", "scores", "traces")
        for part in lake.store.parts(lake.store.snapshot(n), name)
    }
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.parquet")} == listed


def test_an_older_snapshot_stays_readable_and_says_what_expired(tmp_path: Path) -> None:
    clock = Clock(DAY + pd.Timedelta(DAYS, "D"))
    lake = month(tmp_path, clock)
    then = clock()
    open_log = lake.log()  # not a row read yet
    clock.tick("1h")
    lake.retain(text="10D", spans="20D", rows="40D", keep_text="30D")
    for log in (lake.log(as_of=then), open_log):
        assert days_of(log.spans) == set(range(40, DAYS))
        told = log.report[log.report["table"] == "text"]["detail"].tolist()
        assert told == ["text expired before 2026-12-21"]
    assert lake.snapshots()["amended_by"].tolist() == [2, 0]


def test_retention_is_off_until_it_is_called_and_then_goes_on_by_itself(tmp_path: Path) -> None:
    clock = Clock(DAY + pd.Timedelta(DAYS, "D"))
    lake = month(tmp_path, clock)
    clock.tick("1D")
    lake.take({"spans": spans_of(4, first=4000, start=DAY + pd.Timedelta(34, "D"))}, source="demo")
    assert len(lake.log().spans) == 2 * DAYS + 4
    lake.retain(spans="20D")
    assert days_of(lake.log().spans) == {*range(41, DAYS), 61}
    clock.tick("5D")
    lake.take({"spans": spans_of(8, first=4000, start=DAY + pd.Timedelta(38, "D"))}, source="demo")
    assert min(days_of(lake.log().spans)) == 46
    assert lake.retain(spans="20D").files == 0


def test_a_late_text_of_an_old_day_goes_too(tmp_path: Path) -> None:
    clock = Clock(DAY + pd.Timedelta(DAYS, "D"))
    lake = month(tmp_path, clock)
    lake.retain(text="10D", keep_text="30D")
    late = spans_of(4, first=0, start=DAY + pd.Timedelta(45, "D"))
    lake.take({"text": texts_of(late)}, source="demo")
    assert len(Reader(lake.store, lake.store.head()).read("text", ids=late["trace_id"])) > 0
    lake.retain(text="10D", keep_text="30D")
    left = Reader(lake.store, lake.store.head()).read("text", ids=late["trace_id"])
    assert not set(left["span_id"]) & set(late["span_id"]) or (left["trace_id"] == "t0").all()


def test_classes_that_contradict_one_another_are_refused(tmp_path: Path) -> None:
    lake = month(tmp_path, Clock())
    with pytest.raises(BadInputError, match=r"text <= keep_text <= rows"):
        lake.retain(text="100D", keep_text="90D")
    with pytest.raises(UnknownNameError, match=r"'escalted'. Did you mean 'escalated'"):
        lake.retain(keep_if=["escalted"])
    assert lake.store.head().n == 1


def people(path: Path, clock: Clock) -> Lake:
    """Return a redacted lake of several commits with seven users."""
    lake = Lake(path, key=KEY, clock=clock)
    for at in range(3):
        spans = spans_of(112, first=28 * at, cost=float(at))
        spans["session_id"] = spans["trace_id"].map("chat-{}".format).astype("str")
        rejected = pd.DataFrame(
            {
                "table": "spans",
                "key": spans["span_id"].tail(30),
                "reason": "no start",
                "where": "x",
                "row": "trace " + spans["trace_id"].tail(30) + " said hello",
            }
        ).astype("str")
        lake.take(
            {"spans": spans, "text": texts_of(spans)},
            source="demo",
            rebuild=assembled,
            rejected=rejected,
        )
        clock.tick("1h")
    return lake


def bytes_of(path: Path) -> list[tuple[str, bytes]]:
    """Return all that the files of a folder hold, Parquet unpacked."""
    found = []
    for one in path.rglob("*"):
        if one.is_file():
            found.append((one.name, one.read_bytes()))
            if one.suffix == ".parquet":
                rows = pd.read_parquet(one, engine="pyarrow", dtype_backend="pyarrow")
                found.append((one.name, rows.astype(str).to_csv().encode()))
    return found


@pytest.mark.parametrize("how", ["user", "session", "trace"])
def test_after_forgetting_no_byte_of_any_file_knows_them(tmp_path: Path, how: str) -> None:
    clock = Clock()
    lake = people(tmp_path, clock)
    user = stored_id("u3", "user", KEY.encode())
    theirs = {f"t{i}" for i in range(42) if i % 7 == 3}
    marks = [user] + [f"{one} " for one in theirs]
    if how != "user":
        theirs = {"t10"}
        marks = [stored_id("chat-t10", "session", KEY.encode())]
    marks += [f" of {one}\n" for one in theirs] + [f",{one}," for one in theirs]
    words = [one.encode() for one in marks]
    before = tables(lake.store)
    assert all(any(word in data for _, data in bytes_of(tmp_path)) for word in words[:1])
    named = {"user": ("user_id", "u3"), "session": ("session_id", "chat-t10")}
    kind, value = named.get(how, ("trace_id", "t10"))
    done = lake.forget(
        user_id=value if kind == "user_id" else None,
        session_id=value if kind == "session_id" else None,
        trace_id=value if kind == "trace_id" else None,
    )
    assert set(done.trace_ids) == theirs
    assert not [name for name, data in bytes_of(tmp_path) for word in words if word in data]
    for name, frame in tables(lake.store).items():
        if "trace_id" in frame:
            left = before[name][~before[name]["trace_id"].isin(theirs)].reset_index(drop=True)
            pd.testing.assert_frame_equal(frame, left)
    for n in lake.store.numbers():
        reader = Reader(lake.store, lake.store.snapshot(n))
        assert not set(reader.read("spans")["trace_id"]) & theirs
    assert lake.verify().empty
    assert not any(one in repr(done) for one in theirs)
    assert "saved as HTML" in repr(done)
    facts = lake.acts()["facts"].str.cat()
    assert user not in facts
    assert '"traces"' in facts


def test_no_sync_brings_them_back_whatever_row_comes_first(tmp_path: Path) -> None:
    clock = Clock()
    lake = people(tmp_path, clock)
    lake.forget(user_id="u3")
    lake.take({"spans": spans_of(112)}, source="demo", rebuild=assembled)
    user = stored_id("u3", "user", KEY.encode())
    assert not (lake.log().spans["user_id"] == user).any()
    assert lake.snapshots()["act"].tolist().count("forgetting") == 1  # they never came in
    new = spans_of(8, first=7 * 4 * 20 + 12)  # a new trace of the same user, a child first
    assert new["user_id"].iloc[0] == "u3"
    child = new.head(1).assign(user_id=pd.Series([None], dtype="str"))
    lake.take({"spans": child}, source="demo", rebuild=assembled)
    assert len(lake.log().trace(new["trace_id"].iloc[0]).spans) == 1
    lake.take({"spans": new.iloc[1:].reset_index(drop=True)}, source="demo", rebuild=assembled)
    with pytest.raises(UnknownNameError):
        lake.log().trace(new["trace_id"].iloc[0])
    assert len(lake.log().trace(new["trace_id"].iloc[4]).spans) == 4


def test_a_commit_under_way_cannot_bring_them_back(tmp_path: Path) -> None:
    from tests.lake.test_writers import Overtaken

    clock = Clock()
    lake = people(tmp_path, clock)
    disk = Overtaken(others=[lambda: lake.forget(user_id="u3")])
    late = Lake(tmp_path, key=KEY, clock=clock, disk=disk)
    late.take({"spans": spans_of(112, cost=9.0)}, source="demo", rebuild=assembled)
    user = stored_id("u3", "user", KEY.encode())
    assert (lake.log().spans["cost"] >= 9.0).any()
    assert not [name for name, data in bytes_of(tmp_path) if user.encode() in data]
    assert lake.verify().empty


def test_forgetting_that_was_cut_off_can_be_asked_again(tmp_path: Path) -> None:
    clock = Clock()
    people(tmp_path, clock)
    user = stored_id("u3", "user", KEY.encode()).encode()
    left = 0
    while True:
        lake = Lake(tmp_path, key=KEY, clock=clock, disk=ShortDisk(left))
        try:
            lake.forget(user_id="u3")
        except Killed:
            assert Lake(tmp_path, key=KEY).verify().empty
            left += 25
            continue
        break
    assert left > 25
    assert not [name for name, data in bytes_of(tmp_path) if user in data]
    assert lake.verify().empty


def test_forgetting_twice_or_nobody_changes_nothing_else(tmp_path: Path) -> None:
    lake = people(tmp_path, Clock())
    lake.forget(user_id="u3")
    before = tables(lake.store)
    assert lake.forget(user_id="u3").rows == {}
    assert lake.forget(user_id="stranger").trace_ids == ()
    assert same(tables(lake.store), before)
    with pytest.raises(BadInputError, match="exactly one of"):
        lake.forget(user_id="a", trace_id="b")


def test_the_quarantine_is_kept_thirty_days_and_holds_a_row_once(tmp_path: Path) -> None:
    clock = Clock()
    lake = people(tmp_path, clock)
    rows = lake.quarantine()
    assert len(rows) == 30 + 28 + 28  # two of each later thirty were refused before
    lake.take({"spans": spans_of(4, cost=77.0)}, source="demo", rejected=rows, redacted=True)
    assert len(lake.quarantine()) == len(rows)
    clock.tick("32D")
    lake.take({"spans": spans_of(4, cost=78.0)}, source="demo")
    assert lake.quarantine().empty


def test_an_upsert_of_nothing_known_makes_no_lake(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "new", redact=None)
    with pytest.raises(UnknownNameError):
        upsert(lake.store, {"nothing": pd.DataFrame()})
    assert not (tmp_path / "new").exists()
    assert plain(lake.log().spans).empty
