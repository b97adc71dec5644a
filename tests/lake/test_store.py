"""Does a lake give back what was put into it, each row once and the newest?"""

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.lake.files.parts import Limits
from agentlens.lake.store.compact import compact
from agentlens.lake.store.history import Store
from agentlens.lake.store.reader import Reader
from agentlens.lake.store.upsert import upsert
from tests.lake.worlds import DAY, TIME, Clock, assembled, plain, spans_of, tables, texts_of


def read(store: Store, table: str) -> pd.DataFrame:
    return Reader(store, store.head()).read(table)


def test_a_frame_comes_back_equal_with_its_types_and_its_order(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(400).assign(whole=np.arange(400), flag=True, nothing=np.nan, none="")
    spans["none"] = pd.Series([None] * 400, dtype="str")
    upsert(store, {"spans": spans, "text": texts_of(spans)})
    pd.testing.assert_frame_equal(read(store, "spans"), spans)
    pd.testing.assert_frame_equal(read(store, "text"), texts_of(spans))


def test_a_category_comes_back_as_text(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(8)
    upsert(store, {"spans": spans.astype({"kind": "category"})})
    pd.testing.assert_frame_equal(read(store, "spans"), spans)


def test_reading_again_without_news_writes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(300)
    first = upsert(store, {"spans": spans, "text": texts_of(spans)}, rebuild=assembled)
    before = sorted(tmp_path.rglob("*"))
    again = upsert(store, {"spans": spans, "text": texts_of(spans)}, rebuild=assembled)
    assert again == first
    assert sorted(tmp_path.rglob("*")) == before


def test_newer_rows_win_and_older_ones_do_not_come_back(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    old = spans_of(40)
    newer = old.assign(cost=7.0, updated_at=old["updated_at"] + pd.Timedelta("1h"))
    upsert(store, {"spans": old}, rebuild=assembled)
    upsert(store, {"spans": newer.head(10)}, rebuild=assembled)
    upsert(store, {"spans": old}, rebuild=assembled)
    wanted = pd.concat([newer.head(10), old.tail(30)], ignore_index=True)
    pd.testing.assert_frame_equal(plain(read(store, "spans")), plain(wanted))
    assert read(store, "traces")["cost"].sum() == wanted["cost"].sum()


def test_a_row_without_a_time_of_its_source_loses_to_one_with_it(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(4)
    upsert(store, {"spans": spans.drop(columns="updated_at").assign(cost=5.0)})
    upsert(store, {"spans": spans})
    upsert(store, {"spans": spans.assign(cost=9.0, updated_at=pd.Series(pd.NaT, dtype=TIME))})
    assert read(store, "spans")["cost"].tolist() == spans["cost"].tolist()


def test_of_rows_with_one_key_in_one_commit_the_newest_is_kept(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(4)
    older = spans.assign(cost=-1.0, updated_at=spans["updated_at"] - pd.Timedelta("1h"))
    upsert(store, {"spans": pd.concat([spans, older], ignore_index=True)})
    pd.testing.assert_frame_equal(read(store, "spans"), spans)


@pytest.mark.parametrize("days", [1, -3, 40])
def test_a_row_that_moved_to_another_day_is_there_once(tmp_path: Path, days: int) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(40)
    upsert(store, {"spans": spans, "text": texts_of(spans)}, rebuild=assembled)
    moved = spans.head(3).assign(start=spans["start"].head(3) + pd.Timedelta(days, "D"))
    upsert(store, {"spans": moved, "text": texts_of(moved)}, rebuild=assembled)
    wanted = pd.concat([moved, spans.tail(37)], ignore_index=True)
    pd.testing.assert_frame_equal(plain(read(store, "spans")), plain(wanted))
    pd.testing.assert_frame_equal(plain(read(store, "text")), plain(texts_of(wanted)))
    traces = read(store, "traces")
    assert traces["trace_id"].is_unique
    assert len(traces) == 10
    upsert(store, {"spans": spans}, rebuild=assembled)
    pd.testing.assert_frame_equal(plain(read(store, "spans")), plain(spans))
    compact(store)
    pd.testing.assert_frame_equal(plain(read(store, "spans")), plain(spans))


def test_a_trace_that_loses_its_last_step_is_gone(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(40)
    upsert(store, {"spans": spans}, rebuild=assembled)
    upsert(store, {}, gone={"spans": spans.head(4)}, rebuild=assembled)
    assert "t0" not in set(read(store, "traces")["trace_id"])
    assert len(read(store, "spans")) == 36
    upsert(store, {"spans": spans.head(2)}, rebuild=assembled)
    assert read(store, "traces").set_index("trace_id").loc["t0", "steps"] == 2


def test_rebuilding_sees_the_old_rows_and_the_new_ones(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(400)
    for part in (spans.iloc[1::2], spans.iloc[::2]):
        upsert(store, {"spans": part.reset_index(drop=True)}, rebuild=assembled)
    pd.testing.assert_frame_equal(
        plain(read(store, "traces")),
        plain(assembled(Reader(store, store.head()), spans["trace_id"])),
    )
    assert (read(store, "traces")["steps"] == 4).all()


def test_compaction_changes_nothing_that_can_be_read(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(400)
    upsert(store, {"spans": spans, "text": texts_of(spans)}, rebuild=assembled)
    for at in range(10):
        changed = spans.iloc[at :: 10 + at].assign(cost=float(at)).reset_index(drop=True)
        moved = changed.assign(start=changed["start"] + pd.Timedelta(at % 3, "D"))
        upsert(store, {"spans": moved, "text": texts_of(moved)}, rebuild=assembled)
    before, n = tables(store), store.head().n
    assert compact(store).n == n + 1
    assert max(_pieces(store).values()) == 1
    for name, frame in tables(store).items():
        pd.testing.assert_frame_equal(frame, before[name])
    assert compact(store).n == n + 1
    for name, frame in tables(store, n).items():
        pd.testing.assert_frame_equal(frame, before[name])


def _pieces(store: Store) -> dict[str, int]:
    days = [part.day for part in store.parts(store.head(), "spans")]
    return {day: days.count(day) for day in days}


def test_a_window_a_choice_of_columns_and_of_ids_read_no_more(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(1000)
    upsert(store, {"spans": spans})
    upsert(store, {"spans": spans.iloc[::9].assign(cost=3.0)})
    whole = read(store, "spans")
    reader = Reader(store, store.head())
    since, until = DAY + pd.Timedelta("36h"), DAY + pd.Timedelta("61h")
    inside = whole[(whole["start"] >= since) & (whole["start"] < until)].reset_index(drop=True)
    found = reader.read("spans", since=since, until=until, columns=["cost", "span_id"])
    pd.testing.assert_frame_equal(found, inside[["cost", "span_id"]])
    ids = pd.Series(["t3", "t77", "nobody"])
    chosen = whole[whole["trace_id"].isin(ids)].reset_index(drop=True)
    pd.testing.assert_frame_equal(reader.read("spans", ids=ids), chosen)


def test_a_large_day_is_written_in_several_parts_and_read_as_one(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock(), limits=Limits(rows=30))
    spans = spans_of(140)
    upsert(store, {"spans": spans})
    assert _pieces(store) == {"2026-11-01": 5}
    pd.testing.assert_frame_equal(read(store, "spans"), spans)
    upsert(store, {"spans": spans.head(1).assign(cost=9.0)})
    assert read(store, "spans")["cost"].iloc[0] == 9.0


def test_a_column_that_comes_later_is_missing_in_older_rows(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(8)
    later = spans_of(8, first=8).assign(tries=np.arange(8), cached=True)
    upsert(store, {"spans": spans})
    upsert(store, {"spans": later})
    found = read(store, "spans")
    assert str(found["tries"].dtype) == "Int64"
    assert str(found["cached"].dtype) == "boolean"
    assert found["tries"].isna().tolist() == [True] * 8 + [False] * 8


def test_a_column_with_no_value_yet_takes_the_type_of_its_first_value(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    upsert(store, {"spans": spans_of(8).assign(note=np.nan)})
    upsert(store, {"spans": spans_of(8, first=8).assign(note="seen")})
    assert read(store, "spans")["note"].tolist()[-1] == "seen"
    upsert(store, {"spans": spans_of(8, first=16).assign(note=np.nan)})
    assert str(read(store, "spans")["note"].dtype) == "str"


def test_a_column_does_not_change_its_type(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    upsert(store, {"spans": spans_of(8)})
    with pytest.raises(BadInputError, match="'cost' of spans holds float64 in this lake, and str"):
        upsert(store, {"spans": spans_of(8).assign(cost="much")})
    assert store.head().n == 1


def test_rows_that_cannot_be_kept_are_refused_by_name(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(8)
    with pytest.raises(BadInputError, match="need the column 'span_id'"):
        upsert(store, {"spans": spans.drop(columns="span_id")})
    with pytest.raises(BadInputError, match="1 of 8 rows of spans have no 'start'"):
        upsert(store, {"spans": spans.assign(start=spans["start"].mask(spans.index == 2))})
    with pytest.raises(BadInputError, match="'extra' of spans is held as object"):
        upsert(store, {"spans": spans.assign(extra=pd.Series([{"a": 1}] * 8, dtype=object))})
    with pytest.raises(BadInputError, match="'_own' of spans cannot be kept"):
        upsert(store, {"spans": spans.assign(_own=1)})
    with pytest.raises(BadInputError, match="'kind' holds a value that is no string"):
        upsert(store, {"spans": spans.assign(kind=pd.Series(["half \ud83d"] * 8, dtype=object))})
    with pytest.raises(UnknownNameError, match="Did you mean 'spans'"):
        upsert(store, {"span": spans})
    upsert(store, {"spans": spans})
    with pytest.raises(UnknownNameError, match="Did you mean 'cost'"):
        Reader(store, store.head()).read("spans", columns=["costs"])
    assert store.head().n == 1


def test_numbers_grow_wider_and_keep_their_values(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    upsert(store, {"spans": spans_of(4).assign(n=np.arange(4))})
    upsert(store, {"spans": spans_of(4, first=4).assign(n=0.5)})
    assert read(store, "spans")["n"].tolist() == [0, 1, 2, 3, 0.5, 0.5, 0.5, 0.5]
    again = upsert(store, {"spans": spans_of(4).assign(n=np.arange(4))})
    assert again.n == 2


def test_no_time_of_a_commit_goes_back_with_the_clock(tmp_path: Path) -> None:
    clock = Clock()
    store = Store(tmp_path, clock)
    upsert(store, {"spans": spans_of(4)})
    clock.tick("-2h")
    upsert(store, {"spans": spans_of(4).assign(cost=5.0)})
    assert store.snapshot(2).committed_at > store.snapshot(1).committed_at
    assert (read(store, "spans")["cost"] == 5.0).all()


def test_an_old_snapshot_reads_as_it_did(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    spans = spans_of(40)
    seen = []
    for at in range(6):
        upsert(
            store, {"spans": spans.iloc[: 10 + 5 * at].assign(cost=float(at))}, rebuild=assembled
        )
        seen.append(tables(store))
    for at, was in enumerate(seen):
        for name, frame in tables(store, at + 1).items():
            pd.testing.assert_frame_equal(frame, was[name])


def test_unchanged_months_share_their_lists(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    upsert(store, {"spans": spans_of(10), "text": texts_of(spans_of(10))})
    upsert(store, {"spans": spans_of(10, start=DAY - pd.Timedelta(20, "D"), first=100)})
    one, two = (store.snapshot(n).lists for n in (1, 2))
    assert set(one) <= set(two)
    assert len(two) == len(one) + 1


def test_file_systems_without_links_commit_by_claims(tmp_path: Path) -> None:
    from agentlens.lake.files.disk import Disk

    class NoLinks(Disk):
        def link(self, source: Path, target: Path) -> None:
            raise OSError(95, "Operation not supported", str(source), None, str(target))

        def wait(self) -> None:
            pass

    store = Store(tmp_path, Clock(), NoLinks())
    for at in range(3):
        upsert(store, {"spans": spans_of(4).assign(cost=float(at))})
    assert store.numbers() == [1, 2, 3]
    claim = tmp_path / "claims" / "00000004.json"
    claim.touch()  # its maker died, or is at work
    with pytest.raises(BadInputError, match=r"Snapshot 4 of .* is claimed"):
        upsert(store, {"spans": spans_of(4).assign(cost=9.0)})
    os.utime(claim, (claim.stat().st_atime, claim.stat().st_mtime - 700))
    assert upsert(store, {"spans": spans_of(4).assign(cost=9.0)}).n == 4


def test_a_day_larger_than_memory_should_hold_is_joined_stretch_by_stretch(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock(), limits=Limits(size=16_000))
    spans = _of_one_day(900)
    order = np.random.default_rng(7).permutation(900)
    late, early = np.sort(order[:40]), np.sort(order[40:])
    for rows in np.array_split(early, 9):
        upsert(store, {"spans": spans.iloc[rows].reset_index(drop=True)})
    changed = spans.iloc[late].assign(cost=9.0).reset_index(drop=True)
    upsert(store, {"spans": pd.concat([changed, spans.iloc[:1].assign(cost=7.0)])})
    compact(store)
    parts = store.parts(store.head(), "spans")
    assert all(part.base for part in parts)
    assert len(parts) >= 8
    assert all(one.last < two.first for one, two in pairwise(parts))
    expected = spans.copy()
    expected.loc[late, "cost"] = 9.0
    expected.loc[0, "cost"] = 7.0
    pd.testing.assert_frame_equal(read(store, "spans"), expected)


def test_parts_that_no_change_speaks_of_are_not_written_again(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock(), limits=Limits(size=16_000))
    spans = _of_one_day(900)
    upsert(store, {"spans": spans})
    before = {part.path for part in store.parts(store.head(), "spans")}
    for at in range(8):
        upsert(store, {"spans": spans.iloc[at * 3 : at * 3 + 3].assign(cost=9.0)})
        compact(store)
    after = {part.path for part in store.parts(store.head(), "spans")}
    assert not any(not part.base for part in store.parts(store.head(), "spans"))
    assert len(before & after) == len(before) - 1
    assert (read(store, "spans")["cost"].head(24) == 9.0).all()


def test_rows_that_moved_or_came_between_are_joined_in_order_of_time(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock(), limits=Limits(size=16_000))
    every = _of_one_day(900)
    between = every["span_id"] == "s450"
    upsert(store, {"spans": every[~between].reset_index(drop=True)})
    moved = every.iloc[:1].assign(start=every["start"].iloc[-1] + pd.Timedelta("1s"))
    upsert(store, {"spans": moved})
    upsert(store, {"spans": every[between].reset_index(drop=True)})
    for at in range(6):
        upsert(store, {"spans": every.iloc[[800]].assign(cost=float(at))})
    compact(store)
    assert all(part.base for part in store.parts(store.head(), "spans"))
    expected = pd.concat([every.iloc[1:], moved], ignore_index=True)
    expected.loc[expected["span_id"] == "s800", "cost"] = 5.0
    pd.testing.assert_frame_equal(read(store, "spans"), expected)


def test_what_was_reported_stays_when_a_day_is_joined(tmp_path: Path) -> None:
    store = Store(tmp_path, Clock())
    for at in range(12):
        told = pd.DataFrame({"source": [f"file {at}"], "n": [at]})
        upsert(store, {"spans": spans_of(4, first=4 * at)}, aside={"report": told})
    compact(store)
    assert all(part.base for part in store.parts(store.head(), "report"))
    assert read(store, "report")["n"].tolist() == list(range(12))


def _of_one_day(n: int) -> pd.DataFrame:
    times = (DAY + pd.to_timedelta(np.arange(n) * 90, unit="s")).as_unit("us")
    return spans_of(n).assign(start=times)
