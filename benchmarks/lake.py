"""How fast is the lake, as ratios against writing the rows themselves?

    python -m benchmarks.lake [traces]      (200,000 by default; 1,000,000 takes some minutes)

Each pair runs in turn, and the median of the ratios of CPU time is printed with the range: on a
shared machine only ratios can be trusted.
"""

import sys
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from agentlens.lake.store.compact import compact
from agentlens.lake.store.history import Store
from agentlens.lake.store.reader import Reader
from agentlens.lake.store.upsert import upsert
from benchmarks.clock import spent, told

RUNS = 5
SPANS = 8
DAYS = 30
START = pd.Timestamp("2026-10-01", tz="UTC")


def main(n: int) -> None:
    """Print one line a yardstick."""
    print(f"{n:,} traces, {n * SPANS:,} spans, {DAYS} days, {RUNS} runs; median [min-max]")
    with TemporaryDirectory() as folder:
        root = Path(folder)
        spans = spans_of(n)
        store = Store(root / "lake")
        first = spent(lambda: upsert(store, {"spans": spans}, rebuild=assembled))
        print(f"{first:8.2f} CPU s  to bring them in")
        size = sum(one.stat().st_size for one in (root / "lake").rglob("*") if one.is_file())
        print(f"{size / n:8.0f} bytes a trace on disk, indexes and {DAYS} days of lists included")
        upserts(store, spans, root)
        days(root)
        pieces(root, n // DAYS)


def upserts(store: Store, spans: pd.DataFrame, root: Path) -> None:
    """Print what bringing in the newest 1 % costs."""
    newest = spans.tail(len(spans) // 100 // SPANS * SPANS).reset_index(drop=True)
    other = Store(root / "alone")
    whole = root / "pandas.parquet"
    spans.to_parquet(whole)
    ratios: dict[str, list[float]] = {"writing": [], "pandas": [], "nothing": []}
    for at in range(RUNS):
        changed = newest.assign(cost=newest["cost"] + 1 + at)
        rmtree(other.root, ignore_errors=True)
        ours = spent(lambda: upsert(store, {"spans": changed}, rebuild=assembled))  # noqa: B023
        alone = spent(lambda: upsert(other, {"spans": changed}, rebuild=assembled))  # noqa: B023
        again = spent(lambda: upsert(store, {"spans": changed}, rebuild=assembled))  # noqa: B023
        ratios["writing"].append(ours / alone)
        ratios["nothing"].append(again / alone)
        if at < 2:
            ratios["pandas"].append(ours / spent(lambda: rewritten(whole, changed)))  # noqa: B023
        compact(store)
    say("upsert of 1 % with its traces / writing that 1 % into an empty lake", ratios["writing"])
    say("the same 1 % again, without news / writing it", ratios["nothing"])
    say("upsert of 1 % / reading, merging and writing the spans with pandas", ratios["pandas"])


def days(root: Path) -> None:
    """Print what opening costs with the number of days."""
    times = {}
    for count in (10, 100, 365):
        store = Store(root / f"days{count}")
        upsert(store, {"spans": spans_of(count * 10, days=count)}, rebuild=assembled)
        times[count] = [
            spent(lambda: Store(store.root).parts(store.head(), "spans"))  # noqa: B023
            for _ in range(RUNS)
        ]
    for count in (100, 365):
        ratio = [a / b for a, b in zip(times[count], times[10], strict=True)]
        say(f"opening a lake of {count} days / of 10 days", ratio)


def pieces(root: Path, n: int) -> None:
    """Print what reading a hot day costs in eight parts."""
    store = Store(root / "hot")
    spans = spans_of(n, days=1)
    upsert(store, {"spans": spans})
    for at in range(7):
        few = spans.iloc[at::15].assign(cost=-1.0).reset_index(drop=True)
        upsert(store, {"spans": few})
    scattered = store.head()
    whole = compact(store)
    assert whole.n == scattered.n + 1  # noqa: S101 - a benchmark of nothing is worse than none
    pairs = []
    for _ in range(RUNS):
        hot = spent(lambda: Reader(store, scattered).read("spans"))
        pairs.append(hot / spent(lambda: Reader(store, whole).read("spans")))
    say("reading a day in 8 parts / compacted", pairs)


def rewritten(path: Path, changed: pd.DataFrame) -> None:
    """Do what a user would without a lake."""
    old = pd.read_parquet(path)
    every = pd.concat([old, changed]).drop_duplicates(["trace_id", "span_id"], keep="last")
    every.sort_values("start").to_parquet(path)


def assembled(reader: Reader, ids: pd.Series) -> pd.DataFrame:
    """Return the traces of spans."""
    spans = reader.read("spans", columns=["trace_id", "start", "cost"], ids=ids)
    found = spans.groupby("trace_id", as_index=False, sort=False).agg(
        start=("start", "min"), steps=("cost", "size"), cost=("cost", "sum")
    )
    return found.astype({"trace_id": "str"})


def spans_of(n: int, *, days: int = DAYS) -> pd.DataFrame:
    """Return the spans of n traces, evenly over some days, with random ids."""
    rng = np.random.default_rng(0)
    size = n * SPANS
    traces = pd.Series([rng.bytes(16).hex() for _ in range(n)], dtype="str")
    start = START + pd.to_timedelta(np.sort(rng.uniform(0, days * 86400, n)), unit="s")
    steps = pd.to_timedelta(np.tile(np.arange(SPANS), n), unit="s")
    return pd.DataFrame(
        {
            "trace_id": traces.repeat(SPANS).to_numpy(),
            "span_id": pd.Series([rng.bytes(8).hex() for _ in range(size)], dtype="str"),
            "start": pd.Series(start.repeat(SPANS) + steps).astype("datetime64[us, UTC]"),
            "kind": pd.Series(rng.choice(["llm", "tool", "agent"], size), dtype="str"),
            "name": pd.Series(rng.choice([f"step {i}" for i in range(30)], size), dtype="str"),
            "status": pd.Series(rng.choice(["ok", "error"], size, p=[0.98, 0.02]), dtype="str"),
            "latency_s": rng.lognormal(0, 1, size),
            "input_tokens": pd.array(rng.integers(0, 5000, size), dtype="Int64"),
            "cost": rng.lognormal(-5, 1, size),
        }
    )


def say(name: str, ratios: list[float]) -> None:
    """Print the median of ratios with their range."""
    print(f"{told(ratios):24}  {name}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
