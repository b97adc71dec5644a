"""Does a lake that grows by a day each day stay as quick as it was?

    python benchmarks/lake_age.py [days ...]      (30 120 365 by default, which takes some minutes)

Every day of a lake is brought in by a commit of its own. Then somebody asks for the last week, in a
process that has read nothing before. Printed is for each question the CPU time and how many files
of the lake were opened; neither should grow with the age of the lake, whether the log that is
asked is the last week or all there is. Below stands what the
commits of the last days took, with the clearing up of each day.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd

import agentlens as al
from agentlens.lake.entry.changes import changes_of
from agentlens.lake.lake import Lake

START = pd.Timestamp("2026-01-01", tz="UTC")
PER_DAY, WEEK, LAST = 60, pd.Timedelta("7D"), 5
TIMES = ("start", "end", "time", "updated_at")

QUESTIONS: dict[str, Callable[[Lake, pd.Timestamp], object]] = {
    "open it": lambda lake, _: lake,
    "its last week as a log": lambda lake, since: lake.log(since=since),
    "the last day, counted from its end": lambda lake, _: len(lake.log().last("24h")),
    "a rate over time": lambda lake, since: al.series(lake.log(since=since), "error_rate"),
    "a rate of steps": lambda lake, since: al.series(lake.log(since=since), "tool_success"),
    "a score": lambda lake, since: al.series(lake.log(since=since), "score:goal_completion"),
    "a control chart": lambda lake, since: al.control_chart(
        lake.log(since=since), "strong_completion"
    ),
    "why a rate changed, of all there is": lambda lake, _: al.explain(lake.log(), "error_rate"),
    "what drifted, of all there is": lambda lake, _: al.drift(lake.log()),
    "which slices changed, of all there is": lambda lake, _: al.find_slices(
        lake.log(), "error_rate"
    ),
    "a promise over 28 days, of all there is": lambda lake, _: al.check_slos(
        lake.log(), al.SLO("errors", "error_rate", 0.05)
    ),
    "all tables with what was said": lambda lake, since: lake.log(since=since).plain(),
    "as it was known three days ago": lambda lake, since: len(
        lake.log(since=since, as_of=since + WEEK - pd.Timedelta("3D"))
    ),
}


def main(ages: list[int]) -> None:
    """Print a block for each age."""
    opened = _opened()
    warm(opened)
    for days in ages:
        with TemporaryDirectory() as folder:
            took = grown(Path(folder), days)
            files = sum(one.is_file() for one in Path(folder).rglob("*"))
            print(f"{days} days in {days} commits, {files:,} files")
            asked(Path(folder), days, opened)
            print(f"{median(took[-LAST:]):8.3f} CPU s  a commit of one day, the last {LAST}\n")


def warm(opened: list[str]) -> None:
    """Import all that the questions need, so that the first one does not pay for it."""
    with TemporaryDirectory() as folder:
        grown(Path(folder), 8)
        asked(Path(folder), 8, opened, silent=True)


def grown(folder: Path, days: int) -> list[float]:
    """Bring one day after the other into a lake and return what each commit took."""
    now = [START]
    lake = Lake(folder, redact=None, clock=lambda: now[0])
    took = []
    for number, changes in zip(range(days), each_day(), strict=False):
        now[0] = START + pd.Timedelta(number + 1, "D")
        begun = time.process_time()
        lake.take(changes, source="demo")
        took.append(time.process_time() - begun)
    return took


def each_day() -> Iterator[dict[str, pd.DataFrame]]:
    """Yield the rows of one day after the other."""
    base = al.demo(days=8, traces_per_day=PER_DAY, seed=1)
    first = base.start.ceil("D")
    tables = changes_of(base.between(first, first + pd.Timedelta("1D")))
    for number in count():
        by = START + pd.Timedelta(number, "D") - first
        yield {name: later(frame, by, f"-{number}") for name, frame in tables.items()}


def later(frame: pd.DataFrame, by: pd.Timedelta, end: str) -> pd.DataFrame:
    """Return the rows at another time, with ids of their own."""
    times = {name: (frame[name] + by).astype(frame[name].dtype) for name in TIMES if name in frame}
    ids = {name: frame[name] + end for name in ("trace_id", "score_id") if name in frame}
    return frame.assign(**times, **ids)


def asked(folder: Path, days: int, opened: list[str], *, silent: bool = False) -> None:
    """Print what each question costs."""
    since = START + pd.Timedelta(days, "D") - WEEK
    for name, ask in QUESTIONS.items():
        opened.clear()
        begun = time.process_time()
        ask(Lake(folder, redact=None), since)
        took = time.process_time() - begun
        if not silent:
            mine = sum(one.startswith(str(folder)) for one in opened)
            print(f"{took:8.3f} CPU s {mine:5d} files  {name}", flush=True)


def _opened() -> list[str]:
    """Return the list of all files that are opened from now on, Arrow's own among them."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - its opening is what is counted

    seen: list[str] = []
    whole = pq.ParquetFile

    def parquet(path: Path, **how: Any) -> pq.ParquetFile:
        seen.append(str(path))
        return whole(path, **how)

    pq.ParquetFile = parquet
    sys.addaudithook(
        lambda event, said: (
            seen.append(os.fspath(said[0]))
            if event == "open" and isinstance(said[0], str | os.PathLike)
            else None
        )
    )
    return seen


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [30, 120, 365])
