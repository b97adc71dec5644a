"""What does judging cost besides the judge, and is anything paid twice after kills?

python benchmarks/judging.py [items] [seeds]
"""

import sys
from pathlib import Path
from platform import python_version
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from agentlens.scoring.judging.stored import stored
from tests.scoring.judging.test_crashes import after_three_kills
from tests.scoring.judging.worlds import RUBRIC, lenient, log_of, run


def overhead(n: int) -> None:
    """Print how long answers take that cost nothing, and how long it takes to find them again."""
    log = log_of(n)
    with TemporaryDirectory() as folder:
        store = Path(folder) / "judge.sqlite"
        rows = []
        for what in ("first run", "again, all stored"):
            wall, used = perf_counter(), process_time()
            told = run(log, store, judge=lenient())
            rows.append((what, perf_counter() - wall, process_time() - used))
            assert told.facts()["verdicts"].value == n  # noqa: S101 - a benchmark checks itself
        wall, used = perf_counter(), process_time()
        stored(log, RUBRIC, lenient(), store=store)
        rows.append(("stored()", perf_counter() - wall, process_time() - used))
        size = store.stat().st_size / n
    print(f"\n{n:,} items, 8 workers, python {python_version()}, pandas {pd.__version__}\n")
    print("| | wall s | CPU s | items/s |\n|---|---|---|---|")
    for what, wall, used in rows:
        print(f"| {what} | {wall:.2f} | {used:.2f} | {n / wall:,.0f} |")
    print(f"\n{size:,.0f} bytes an item on the disk")


def kills(seeds: int) -> None:
    """Print how many answers were paid twice and not flagged, after three kills a seed."""
    print("\n| on_unknown | worlds | kills | paid twice and not flagged, worst world |")
    print("|---|---|---|---|")
    for said in ("retry", "skip"):
        with TemporaryDirectory() as folder:
            worst = max(after_three_kills(Path(folder) / str(i), i, said) for i in range(seeds))
        print(f"| {said} | {seeds} | {3 * seeds} | {max(worst, 0)} |")
    with TemporaryDirectory() as folder:
        found = [
            after_three_kills(Path(folder) / str(i), i, "retry", mutant="yes") for i in range(4)
        ]
    print(f"| mutant: intent after the call | 4 | 12 | {max(found)} |")


if __name__ == "__main__":
    overhead(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    kills(int(sys.argv[2]) if len(sys.argv) > 2 else 12)
