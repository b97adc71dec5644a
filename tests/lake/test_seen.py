"""Does a commit that reads nothing twice see what stands on disk?"""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from agentlens.lake.files import picked
from agentlens.lake.files.tables import DELETED, FETCHED, kept
from agentlens.lake.store import look
from agentlens.lake.store.history import Store
from agentlens.lake.store.newest import newest, standing
from agentlens.lake.store.reader import Reader
from agentlens.lake.store.seen import Seen
from agentlens.lake.store.upsert import upsert
from tests.lake.worlds import TIME, Clock, assembled, spans_of, texts_of

TABLES = ("spans", "text", "scores", "traces")


def scores_of(spans: pd.DataFrame) -> pd.DataFrame:
    """Return a score of each span."""
    given = spans[["trace_id", "start", "updated_at"]].rename(columns={"start": "time"})
    return given.assign(score_id="c" + spans["span_id"], value=spans["cost"])


def rows_of(spans: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"spans": spans, "text": texts_of(spans), "scores": scores_of(spans)}


def odd(spans: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return some of the spans: changed, moved to other days, at one time, and some new ones."""
    some = spans.sample(60, random_state=int(rng.integers(1000))).reset_index(drop=True)
    days = pd.to_timedelta(rng.integers(-1, 2, len(some)) * rng.integers(0, 2), "D")
    start = (some["start"].dt.floor("6h") + days).astype(TIME)
    other = some["span_id"].where(rng.random(len(some)) < 0.8, some["span_id"] + "x")
    newer = some["updated_at"] + pd.Timedelta(int(rng.integers(1, 9)), "h")
    return some.assign(start=start, span_id=other, cost=rng.random(len(some)), updated_at=newer)


@pytest.mark.parametrize("room", [64 << 20, 10_000, 0])
def test_who_rebuilds_reads_what_stands_on_disk(
    room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Seen.__init__, "__defaults__", (room,))
    store, rng, asked = Store(tmp_path, Clock()), np.random.default_rng(3), Counter[str]()

    def rebuild(reader: Reader, ids: pd.Series) -> pd.DataFrame:
        bare = Reader(reader.store, reader.snapshot)
        for name in TABLES:
            for wanted in (ids, ids.head(3), pd.concat([ids, pd.Series(["t0", "t1"])])):
                if reader.columns(name):
                    found, on_disk = (one.read(name, ids=wanted) for one in (reader, bare))
                    pd.testing.assert_frame_equal(found, on_disk)
                    asked[name] += len(found)
        return assembled(reader, ids)

    spans = spans_of(400)
    for at in range(6):
        rows = rows_of(odd(spans, rng) if at else spans)
        upsert(store, rows, rebuild=rebuild, gone={"spans": spans.iloc[at::90]} if at else {})
    assert min(asked.values()) > 100
    assert set(asked) == set(TABLES)


def test_a_commit_reads_no_part_and_no_list_of_ids_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: Counter[str] = Counter()
    real, whole = Path.read_bytes, picked.read_part

    def read_bytes(path: Path) -> bytes:
        read[path.name] += path.suffix == ".ids"
        return real(path)

    def read_part(root: Path, table: str, part: Any, *rest: Any, **more: Any) -> Any:
        read[part.path] += 1
        return whole(root, table, part, *rest, **more)

    store = Store(tmp_path, Clock())
    spans = spans_of(800)
    upsert(store, {"spans": spans}, rebuild=assembled)
    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    monkeypatch.setattr(look, "read_part", read_part)
    changed = spans.tail(40).assign(cost=7.0).reset_index(drop=True)
    upsert(store, {"spans": changed}, rebuild=assembled)
    assert sum(read.values()) > 8
    assert max(read.values()) == 1


def test_there_is_only_so_much_room_for_what_was_read() -> None:
    seen, ids = Seen(room=1000), pa.array(["a", "b"])
    rows = pa.table({"trace_id": ["a"] * 20})
    seen.keep("spans", "trace_id", ids, {"large": pa.table({"trace_id": ["a"] * 900})})
    assert seen.rows("spans", "trace_id", ids) == {}
    seen.keep("spans", "trace_id", ids, {"small": rows, "none": None})
    assert set(seen.rows("spans", "trace_id", ids.slice(1))) == {"small", "none"}
    assert seen.rows("spans", "trace_id", pa.array(["a", "c"])) == {}
    assert seen.rows("text", "trace_id", ids) == {}
    counts: Counter[str] = Counter()

    def sums() -> Any:
        counts["read"] += 1
        return np.arange(200, dtype=np.uint32)

    for name in ("first", "first", "second", "second"):
        seen.sums(name, sums)
    assert counts["read"] == 3  # there is no room for the second


@pytest.mark.parametrize("seed", range(5))
def test_of_each_key_the_row_stands_that_was_committed_last(seed: int) -> None:
    rng, table = np.random.default_rng(seed), kept("spans")
    parts, settled = [], [True, True, False, False, False]
    for at in range(5):
        n = int(rng.integers(20, 60))
        pick = rng.permutation(80)[:n] if at > 1 else np.arange(at * 40, at * 40 + 40)
        frame = pd.DataFrame({"trace_id": [f"t{i // 4}" for i in pick]})
        frame = frame.assign(span_id=[f"s{i}" for i in pick], start=pd.Timestamp(0, tz="UTC"))
        late = pd.to_timedelta(rng.integers(0, 3, len(pick)) if at > 1 else 0, "s")
        frame[FETCHED] = pd.Timestamp("2026-01-01", tz="UTC") + late
        frame[DELETED] = rng.random(len(pick)) < (0.3 if at > 1 else 0)
        parts.append(pa.table({name: frame[name].tolist() for name in frame}))
    every = pd.concat([one.to_pandas().assign(part=at) for at, one in enumerate(parts)])
    ordered = every.reset_index(drop=True).sort_values([FETCHED, "part"], kind="stable")
    last = ordered.drop_duplicates(["trace_id", "span_id"], keep="last")
    wanted = np.zeros(len(every), dtype=bool)
    wanted[last.index[~last[DELETED].to_numpy(dtype=bool)]] = True
    np.testing.assert_array_equal(np.concatenate(standing(table, parts, settled)), wanted)
    assert newest(table, parts, settled).num_rows == wanted.sum() > 10
