"""How long does a hand wait while it looks into a large log?

    python benchmarks/explore.py [traces in memory] [traces in a lake]

A log is opened, a period is brushed, a slice is clicked. Printed is what Python needs for each
answer, in the order in which the view asks for them; drawing comes on top. Wall-clock and CPU
seconds, the goal beside them, and the most memory that was ever held. A lake is read by a process
of its own, so that its memory is its own.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd

import agentlens as al
from agentlens.lake.entry.changes import changes_of
from agentlens.lake.lake import Lake
from agentlens.tables.log import Log

DAYS, SEEDS, COPIED = 30, 1, 100_000
PANELS = ("table", "heatmap", "waterfall", "clusters", "before")
RUNS = 3
BLOCK = 3
Took = tuple[float, float]


def main(memory: int, lake: int) -> None:
    """Print what a log in memory takes, then one in a lake."""
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}; medians of {RUNS} brushes, seconds (CPU seconds)")
    log = al.demo(days=DAYS, traces_per_day=memory // DAYS, seed=SEEDS)
    print(f"in memory: {len(log):,} traces, {len(log.spans):,} spans")
    looked(log, first="table ≤ 0.3, all ≤ 2")
    if lake:
        with TemporaryDirectory() as folder:
            base = log if memory <= COPIED else log.last("9D")
            print(f"bringing about {lake:,} traces into a lake", flush=True)
            filled(Path(folder), base, max(1, round(lake / len(base))))
            subprocess.run([sys.executable, __file__, "--lake", folder], check=True)


def looked(log: Log, first: str) -> None:
    """Print what opening, brushing and clicking cost."""
    views: list[Any] = []  # a notebook keeps each view that it ever showed: one is opened
    told("open, chart included", [spent(lambda: views.append(opened(log)))])
    view, step = views[0], pd.Timedelta("1D")
    periods = [(log.stop - (number + 2) * step, log.stop - number * step) for number in range(RUNS)]
    acts = [{"act": "period", "from": str(a), "until": str(b)} for a, b in periods]
    told_all(view, "brush", acts, first)
    cells = view.answers["panel"]({"panel": "heatmap"})["rows"]["rows"]
    told_all(view, "click", [one["do"] for one in cells if one["do"]][:RUNS], "")
    told(
        "page 2 of the table", [spent(lambda: view.answers["panel"]({"panel": "table", "page": 1}))]
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{peak:8.2f} GiB at most")


def opened(log: Log) -> Any:
    """Return the view with its first chart told."""
    view = al.explore(log, store=None)
    view.answers["panel"]({"panel": "chart"})
    return view


def told_all(view: Any, name: str, acts: list[dict[str, Any]], goal: str) -> None:
    """Print what each answer after an act costs, and all of them together."""
    asked = ["do", *(() if name == "brush" else ("chart",)), *PANELS]
    times: dict[str, list[Took]] = {one: [] for one in asked}
    for act in acts:
        for one in asked:
            times[one].append(spent(_call(view, one, act)))
    for one, took in times.items():
        told(f"{name}: {one}", took)
    every = [
        (sum(a), sum(b))
        for a, b in (zip(*one, strict=True) for one in zip(*times.values(), strict=True))
    ]
    told(f"{name}: all", every, goal)


def _call(view: Any, name: str, act: dict[str, Any]) -> Callable[[], object]:
    answers = view.answers
    if name == "do":
        return lambda: answers["do"](act)
    return lambda: answers["panel"]({"panel": name})


def told(name: str, took: list[Took], goal: str = "") -> None:
    """Print the medians of some times."""
    wall, cpu = (median(one) for one in zip(*took, strict=True))
    print(f"{wall:8.2f} ({cpu:5.2f})  {name}{'   goal: ' + goal if goal else ''}", flush=True)


def spent(call: Callable[[], object]) -> Took:
    """Return the wall-clock and CPU seconds of a call."""
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - wall, time.process_time() - cpu


def filled(folder: Path, log: Log, copies: int) -> None:
    """Bring copies of a log into a lake, some days at a time."""
    lake = Lake(folder, redact=None)
    first = log.start
    while first < log.stop:
        part = log.between(first, first + pd.Timedelta(days=BLOCK))
        lake.take(
            {n: pd.concat(copied(f, copies)) for n, f in changes_of(part).items()}, source="demo"
        )
        first += pd.Timedelta(days=BLOCK)


def copied(frame: pd.DataFrame, copies: int) -> Iterator[pd.DataFrame]:
    """Yield a frame again and again, each time with traces of its own."""
    for number in range(copies):
        yield frame.assign(trace_id=frame["trace_id"] + f"-{number}")


if __name__ == "__main__":
    if "--lake" in sys.argv:
        lake_log = Lake(sys.argv[-1], redact=None).log(text="traces")
        print(f"in a lake: {len(lake_log):,} traces, {lake_log.facts()['spans']} spans")
        looked(lake_log, first="first chart ≤ 3, each ≤ 0.5, 2 GiB")
    else:
        sizes = [int(one) for one in sys.argv[1:]] + [100_000, 300_000][len(sys.argv) - 1 :]
        main(*sizes)
