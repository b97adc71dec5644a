"""Which data are the yardsticks held against, at any size? Always the same for a name and a size."""

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree

import numpy as np
import pandas as pd

import agentlens as al

__all__ = ["START", "WARM", "WORLDS", "made"]

START = pd.Timestamp("2026-10-01", tz="UTC")
WARM = 500
DAYS, HALF = 28, 14
COLUMNS, PER_USER = 20, 5
BLOCK, COPIED = 3, 100_000
SLICES = (6, 3, 3, 2, 4, 8, 5, 10)
"""How many values each of the eight columns has in which slices are looked for."""


def made(root: Path, name: str, size: int) -> Path:
    """Return the folder of a world at a size, made if it is not there yet."""
    folder = root / f"{name}-{size}"
    if not (folder / "done").exists():
        rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        WORLDS[name](folder, size)
        (folder / "done").touch()
    return folder


def traces(folder: Path, n: int) -> None:
    """Write n traces of four weeks, with outcomes, costs, times and eight columns of slices."""
    rng = np.random.default_rng(0)
    frame = _visits(rng, n, DAYS)
    for place, many in enumerate(SLICES):
        words = np.array([f"{chr(97 + place)}{one}" for one in range(many)])
        frame[f"s{place}"] = words[rng.choice(many, n, p=rng.dirichlet(np.full(many, 4.0)))]
    late = (frame["start"] >= START + pd.Timedelta(days=DAYS - 7)).to_numpy()
    fallen = late & (frame["s0"] == "a1").to_numpy() & (frame["s3"] == "d0").to_numpy()
    frame["completed"] = rng.random(n) < np.where(fallen, 0.55, 0.8)
    frame["escalated"] = rng.random(n) < 0.05
    frame["user_corrected"] = rng.random(n) < 0.1
    frame["latency_s"] = rng.lognormal(1, 0.6, n)
    frame["cost_usd"] = rng.lognormal(-5, 1, n)
    frame["task_type"], frame["segment"] = frame["s5"], frame["s4"]
    frame.to_parquet(folder / "traces.parquet")


def moved(folder: Path, n: int) -> None:
    """Write n traces of a fortnight and n of the next, with twenty numbers, four of which moved."""
    rng = np.random.default_rng(1)
    frame = _visits(rng, 2 * n, HALF, HALF)
    late = np.arange(2 * n) >= n
    for place in range(COLUMNS):
        values = rng.normal(size=2 * n) + (0.15 * late if place < 4 else 0.0)
        frame[f"x{place}"] = values if place % 2 else np.exp(values)
    frame.to_parquet(folder / "both.parquet")
    numbers = frame[[f"x{place}" for place in range(COLUMNS)]]
    numbers[~late].to_parquet(folder / "before.parquet")
    numbers[late].to_parquet(folder / "after.parquet")


def exports(folder: Path, n: int) -> None:
    """Write n observations, of eight a trace, as Langfuse's blob export (JSON lines, packed)."""
    from benchmarks.made.blob import blob  # noqa: PLC0415 - long texts are made as it is loaded

    blob(folder / "blob", n)


def demo(folder: Path, n: int) -> None:
    """Write a log of about n traces of the simulated shop, with eight steps each."""
    log = al.demo(days=DAYS, traces_per_day=max(round(n / DAYS), 1))
    with (folder / "log.pickle").open("wb") as out:
        pickle.dump(log, out, protocol=5)


def lake(folder: Path, n: int) -> None:
    """Bring about n traces of the simulated shop into a lake, and their steps."""
    from agentlens.lake.entry.changes import changes_of  # noqa: PLC0415 - likewise

    log = al.demo(days=DAYS, traces_per_day=max(round(min(n, COPIED) / DAYS), 1))
    copies = max(round(n / COPIED), 1)
    held, first = al.Lake(folder / "lake", redact=None), log.start
    while first < log.stop:
        part = changes_of(log.between(first, first + pd.Timedelta(days=BLOCK)))
        held.take({one: pd.concat(_copied(rows, copies)) for one, rows in part.items()}, source="x")
        first += pd.Timedelta(days=BLOCK)


def steps(folder: Path, n: int) -> None:
    """Write the steps of n traces, eight each, into a lake and one file; the last, changed, alone."""
    from agentlens.lake.store.history import Store  # noqa: PLC0415 - loaded where it is needed
    from agentlens.lake.store.upsert import upsert  # noqa: PLC0415 - likewise
    from benchmarks.lake import SPANS, assembled, spans_of  # noqa: PLC0415 - likewise

    spans = spans_of(n)
    upsert(Store(folder / "lake"), {"spans": spans}, rebuild=assembled)
    spans.to_parquet(folder / "pandas.parquet")
    newest = spans.tail(max(n // 100, 1) * SPANS).reset_index(drop=True)
    newest.assign(cost=newest["cost"] + 1).to_parquet(folder / "changed.parquet")


def _copied(frame: pd.DataFrame, copies: int) -> Iterator[pd.DataFrame]:
    """Yield a frame again and again, each time with traces of its own."""
    for number in range(copies):
        yield frame.assign(trace_id=frame["trace_id"] + f"-{number}")


def _visits(rng: np.random.Generator, n: int, *days: int) -> pd.DataFrame:
    """Return who came when, as many in each stretch of days; one at its first and last second."""
    each, parts, begin = n // len(days), [], 0
    for many in days:
        seconds = np.sort(rng.uniform(0, many * 86_400, each))
        seconds[0], seconds[-1] = 0, many * 86_400 - 1
        parts.append(begin + seconds)
        begin += many * 86_400
    seconds = np.concatenate(parts)
    return pd.DataFrame(
        {
            "trace_id": pd.Series(np.arange(n)).astype("str"),
            "user_id": pd.Series(rng.integers(0, n // PER_USER + 1, n)).astype("str"),
            "start": (START + pd.to_timedelta(seconds, unit="s")).as_unit("us"),
        }
    )


WORLDS: dict[str, Callable[[Path, int], None]] = {
    one.__name__: one for one in (traces, moved, exports, demo, lake, steps)
}
"""By name."""
