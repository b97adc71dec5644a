"""What does it cost to calibrate a judge, to run one, to find its answers again and to plan labels?

    python -m benchmarks.speed_judges [items]

CPU seconds, and ratios of what ran in turn: with the two durable writes a call that any store that is
paid for needs, and with one pattern over the same texts. Beside judgy: `python -m benchmarks --only
P11 --peers FOLDER`. The judge is a function that answers at once, free and, once, at a price: answers that cost
nothing are written down many at a time.
"""

import sqlite3
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import agentlens as al
from benchmarks.clock import spent, told
from benchmarks.yardsticks.ways.judging import post_stratified, stable, whole
from tests.scoring.judging.worlds import RUBRIC, lenient, log_of

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS, SLOW, DAYS, CHECKED = 7, 3, 28, 100_000
FIRST, PAID = "judge, free, first run", "judge, paid, first run"
WRITES, LEAST = "two durable writes a call", 100


def main(items: int) -> None:
    """Print one line a yardstick."""
    large = al.demo(days=DAYS, traces_per_day=round(CHECKED / DAYS))
    answers()
    paying(items)
    checking(large)


def answers() -> None:
    """Print what a calibration and its answers cost."""
    log = al.demo()
    made = al.calibrate(log, "goal_completion")
    evidence = made.basis.evidence
    print(
        f"# calibrate: {len(log):,} traces, {evidence.verdict.size:,} judged, {evidence.n} labels"
    )
    jobs: dict[str, Callable[[], object]] = {
        "calibrate, all facts and its frame": lambda: whole(log),
        "corrected_rate": made.corrected_rate,
        "gate": made.gate,
        "interval alone, post-stratified": lambda: post_stratified(evidence),
        "interval alone, stable errors": lambda: stable(evidence),
    }
    spent_on = {name: [spent(job) for _ in range(RUNS + 1)][1:] for name, job in jobs.items()}
    for name, each in spent_on.items():
        print(f"{name}: {told(each, 1000)} ms")
    print(f"stable errors {stable(evidence)}; post-stratified {post_stratified(evidence)}")


def paying(n: int) -> None:
    """Print what a run costs besides its judge, and what comes before and after it."""
    log, judge = log_of(n), lenient(strict)
    less = max(n // 5, LEAST)
    few, priced = log_of(less), lenient(strict, price=1e-6)
    took: dict[str, list[tuple[float, float]]] = {}
    with TemporaryDirectory() as folder:
        for i in range(SLOW):
            store, calls = Path(folder) / f"{i}.sqlite", []
            jobs: dict[str, Callable[[], object]] = {
                "preview, nothing stored": partial(al.preview, log, RUBRIC, judge, store=store),
                FIRST: lambda: calls.append(al.judge(log, RUBRIC, judge, store=store)),  # noqa: B023 - called at once
                PAID: partial(al.judge, few, RUBRIC, priced, store=f"{store}.paid", budget_usd=1.0),
                WRITES: partial(bare, less, Path(folder) / f"{i}.bare"),
                "judge again, all stored": partial(al.judge, log, RUBRIC, judge, store=store),
                "preview, all stored": partial(al.preview, log, RUBRIC, judge, store=store),
                "plan_labels, 150 labels": lambda: al.plan_labels(calls[0].log, RUBRIC, judge, n=150, store=store),  # noqa: B023 - as above
            }  # fmt: skip
            for name, job in jobs.items():
                wall = time.perf_counter()
                used = spent(job)
                took.setdefault(name, []).append((used, time.perf_counter() - wall))
    print(f"\n# {n:,} items, {SLOW} rounds; {less:,} where each is paid for or written alone")
    for name, each in took.items():
        cpu, clock = np.array(each).T
        per = 1e6 * median(cpu) / (less if name in {PAID, WRITES} else n)
        print(
            f"{name}: {told(list(cpu))} CPU s, {told(list(clock))} s; {per:.0f} us of CPU an item"
        )
    against = dict.fromkeys(took, FIRST) | {PAID: WRITES}
    for ours in [name for name in took if name not in {FIRST, WRITES}]:
        cpu, clock = (np.array(took[ours]) / np.array(took[against[ours]])).T
        print(f"{ours} / {against[ours]}: {told(list(cpu))} CPU, {told(list(clock))} time")


def strict(prompt: str) -> str:
    """Return what a judge that reads the truth would answer."""
    said = "fail" if "truth=fail" in prompt else "pass"
    return f'{{"evidence": "step 1", "verdict": "{said}", "confidence": 75}}'


def bare(n: int, path: Path) -> None:
    """Write an intent and an answer for each of n calls, each safe on the disk before the next."""
    with closing(sqlite3.connect(path, isolation_level=None)) as held:
        held.execute("pragma journal_mode = wal")
        held.execute("pragma synchronous = full")
        held.execute("create table attempt (key text primary key, outcome text, raw text)")
        for i in range(n):
            held.execute("insert into attempt values (?, 'in_flight', '')", (f"{i:064x}",))
            held.execute(
                "update attempt set outcome = 'paid', raw = ? where key = ?",
                ("x" * 200, f"{i:064x}"),
            )


def checking(log: al.Log) -> None:
    """Print what the default checks cost, beside one pattern over the same two texts."""
    texts = [log.traces[name] for name in ("input", "output")]

    def pattern() -> object:
        return [one.str.contains(r"[\w.+-]+@[\w-]+\.[\w.]+", regex=True) for one in texts]

    each = [(spent(lambda: al.check(log)), spent(pattern)) for _ in range(SLOW)]
    ours, theirs = np.array(each).T
    print(f"\n# check: {len(log):,} traces, {len(log.spans):,} spans, {SLOW} rounds")
    print(f"check(log): {told(list(ours))} CPU s, {len(log) / median(ours):,.0f} traces a second; "
          f"of one pattern {told(list(ours / theirs))}")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
