"""Which small rows do tests put into lakes, and what do they know of them?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from agentlens.lake.files.disk import Disk
from agentlens.lake.store.history import Store
from agentlens.lake.store.reader import Reader

__all__ = [
    "DAY",
    "Clock",
    "Killed",
    "ShortDisk",
    "assembled",
    "plain",
    "spans_of",
    "tables",
    "texts_of",
]

DAY = pd.Timestamp("2026-11-01", tz="UTC")
TIME = "datetime64[us, UTC]"


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: pd.Timestamp = DAY + pd.Timedelta(20, "D")

    def __call__(self) -> pd.Timestamp:
        return self.now

    def tick(self, span: str) -> pd.Timestamp:
        self.now += pd.Timedelta(span)
        return self.now


class Killed(BaseException):
    """The process is no more: nothing that would clean up runs either."""


@dataclass
class ShortDisk(Disk):
    """A disk that does so many steps and then stops for good, half a write done."""

    left: int = 10**9
    error: OSError | None = None
    done: list[str] = field(default_factory=list)

    def _step(self, what: str) -> None:
        if self.left <= 0:
            raise self.error or Killed(what)
        self.left -= 1
        self.done.append(what)

    def write(self, path: Path, data: bytes) -> None:
        if self.left <= 0 and self.error is None:
            path.write_bytes(data[: len(data) // 2])
        self._step("write")
        super().write(path, data)

    def sync(self, path: Path) -> None:
        del path  # what a test may lose, it may lose
        self._step("sync")

    def rename(self, source: Path, target: Path) -> None:
        self._step("rename")
        super().rename(source, target)

    def link(self, source: Path, target: Path) -> None:
        self._step("link")
        super().link(source, target)

    def remove(self, path: Path) -> None:
        self._step("remove")
        super().remove(path)

    def folder(self, path: Path) -> None:
        self._step("folder")
        super().folder(path)

    def touch(self, path: Path) -> None:
        self._step("touch")
        super().touch(path)


def spans_of(
    n: int, *, first: int = 0, per_trace: int = 4, start: pd.Timestamp = DAY, cost: float = 1.0
) -> pd.DataFrame:
    """Return n spans, ten minutes apart, so many a trace."""
    number = np.arange(first, first + n)
    frame = pd.DataFrame(
        {
            "trace_id": [f"t{i // per_trace}" for i in number],
            "span_id": [f"s{i}" for i in number],
            "user_id": [f"u{i // per_trace % 7}" for i in number],
            "start": start + pd.to_timedelta(number * 10, unit="min"),
            "updated_at": start + pd.to_timedelta(number * 10 + 1, unit="min"),
            "kind": pd.Series(["llm", "tool"] * n).head(n),
            "tokens": pd.array([1, None] * n, dtype="Int64")[:n],
            "ok": pd.array([True, None, False] * n, dtype="boolean")[:n],
            "cost": number * cost,
        }
    )
    times = {"start": TIME, "updated_at": TIME}
    return frame.astype({"trace_id": "str", "span_id": "str", "user_id": "str"} | times)


def texts_of(spans: pd.DataFrame) -> pd.DataFrame:
    """Return what was said in these spans."""
    said = spans[["trace_id", "span_id", "start", "updated_at"]].copy()
    said["input"] = ("question of " + said["span_id"]).astype("str")
    said["output"] = ("answer to " + said["span_id"] + " of " + said["trace_id"]).astype("str")
    return said


def assembled(reader: Reader, ids: pd.Series) -> pd.DataFrame:
    """Return the traces of spans: when each began, how many steps, what it cost."""
    names = ["trace_id", "start", "cost"]
    spans = reader.read("spans", columns=names, ids=ids)
    found = spans.groupby("trace_id", as_index=False).agg(
        start=("start", "min"), steps=("cost", "size"), cost=("cost", "sum")
    )
    return found.astype({"trace_id": "str", "start": TIME})


def tables(store: Store, n: int | None = None) -> dict[str, pd.DataFrame]:
    """Return all that a snapshot holds, in an order of its own, to be compared."""
    snapshot = store.head() if n is None else store.snapshot(n)
    reader = Reader(store, snapshot)
    return {name: plain(reader.read(name)) for name in ("spans", "text", "scores", "traces")}


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows by their ids, so that two tables can be compared."""
    keys = [name for name in ("score_id", "trace_id", "span_id") if name in frame]
    return frame.sort_values(keys, ignore_index=True) if keys else frame


def same(one: Mapping[str, pd.DataFrame], other: Mapping[str, pd.DataFrame]) -> bool:
    """Return whether two sets of tables are equal."""
    return all(one[name].equals(other[name]) for name in one)
