"""What does it cost to calibrate a judge, to run one, to find its answers again and to plan labels?

    python benchmarks/speed_judges.py [items] [python of an environment that has judgy]

CPU seconds, and ratios of what ran in turn: with `judgy` on the same labels and verdicts (each times
its computation alone, in a process of its own), with the two durable writes a call that any store
that is paid for needs, and with one pattern over the same texts. Without the second argument judgy is
left out. The judge is a function that answers at once, free and, once, at a price: answers that cost
nothing are written down many at a time.
"""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import agentlens as al
from agentlens.analysis.calibrate.evidence.evidence import Evidence
from agentlens.stats.corrected.errors import drawn_quadrants, errors, point_quadrants
from agentlens.stats.corrected.poststrat import DRAWS, draws, point, rates
from agentlens.stats.corrected.stable import Traffic, carried, drawn_shares
from tests.scoring.judging.worlds import RUBRIC, lenient, log_of

RUNS, SLOW, DAYS, CHECKED = 7, 3, 28, 100_000
ENDS = (0.025, 0.975)
FIRST, PAID = "judge, free, first run", "judge, paid, first run"
WRITES, LEAST = "two durable writes a call", 100

JUDGY = """
import json, sys, time
import numpy as np
from judgy import estimate_success_rate
told = json.load(sys.stdin)
given = [np.array(told[name]) for name in ("people", "judge", "rest")]
spent = {}
for n in (4000, 20000):
    np.random.seed(0)
    begun = time.process_time()
    found = estimate_success_rate(*given, bootstrap_iterations=n)
    spent[str(n)] = time.process_time() - begun
print(json.dumps({"spent": spent, "found": [float(one) for one in found]}))
"""


def main(items: int, judgy: str) -> None:
    """Print one line a yardstick."""
    large = al.demo(days=DAYS, traces_per_day=round(CHECKED / DAYS))
    answers(judgy)
    print(
        f"the same of {len(large):,} traces: {shown([seconds(lambda: whole(large)) for _ in range(SLOW)], 1000)} ms"
    )
    paying(items)
    checking(large)


def answers(judgy: str) -> None:
    """Print what a calibration and its answers cost, and its interval beside judgy's."""
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
    spent = {name: [seconds(job) for _ in range(RUNS + 1)][1:] for name, job in jobs.items()}
    for name, each in spent.items():
        print(f"{name}: {shown(each, 1000)} ms")
    if judgy:
        beside(judgy, evidence, {name: jobs[name] for name in jobs if name != "gate"})


def beside(judgy: str, evidence: Evidence, jobs: dict[str, Callable[[], object]]) -> None:
    """Print the ratios to judgy, with the draws it makes by default and with as many as ours."""
    ratios: dict[tuple[str, str], list[float]] = {}
    theirs: list[float] = []
    for _ in range(RUNS):
        told = asked(judgy, evidence)
        theirs.append(told["spent"]["20000"])
        for name, job in jobs.items():
            mine = seconds(job)
            for n, each in told["spent"].items():
                ratios.setdefault((name, n), []).append(mine / each)
    print(f"judgy, 20,000 draws: {shown(theirs, 1000)} ms")
    for (name, n), each in ratios.items():
        print(f"{name} / judgy with {int(n):,} draws: {shown(each)}, 1/{1 / median(each):.0f}")
    value, low, high = told["found"]
    print(f"judgy says {value:.3f} [{low:.3f}-{high:.3f}]; stable errors {stable(evidence)}; "
          f"post-stratified {post_stratified(evidence)}")  # fmt: skip


def asked(judgy: str, evidence: Evidence) -> dict[str, Any]:
    """Return what judgy says of the same labels and verdicts, and the CPU seconds of saying it."""
    kept = evidence.label_verdict >= 0
    given = {
        "people": evidence.passed[kept].astype(int).tolist(),
        "judge": evidence.label_verdict[kept].tolist(),
        "rest": evidence.verdict[evidence.verdict >= 0].tolist(),
    }
    done = subprocess.run(
        [judgy, "-c", JUDGY], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def whole(log: al.Log) -> object:
    """Return all that a calibration tells."""
    made = al.calibrate(log, "goal_completion")
    return made.facts(), made.frame, made.headline


def post_stratified(evidence: Evidence) -> str:
    """Return the rate and its interval from the labels and verdicts of one window."""
    cells = replace(evidence).cells  # a copy counts them anew
    low, high = np.quantile(rates(draws(cells, np.random.default_rng(0))), ENDS)
    return f"{point(cells):.3f} [{low:.3f}-{high:.3f}]"


def stable(evidence: Evidence) -> str:
    """Return the rate and its interval by the assumption that judgy makes."""
    cells, rng = replace(evidence).cells, np.random.default_rng(0)
    found = errors(drawn_quadrants(draws(cells, rng), evidence.verdicts))
    passed, judged = int((evidence.verdict == 1).sum()), int((evidence.verdict >= 0).sum())
    shares = drawn_shares(Traffic(passed, judged, 0.0, judged), rng, DRAWS)[0]
    low, high = np.quantile(carried(shares, found.sensitivity, found.specificity), ENDS)
    about = errors(point_quadrants(cells, evidence.verdicts))
    value = carried(np.array([passed / judged]), about.sensitivity, about.specificity)[0]
    return f"{value:.3f} [{low:.3f}-{high:.3f}]"


def paying(n: int) -> None:
    """Print what a run costs besides its judge, and what comes before and after it."""
    log, judge = log_of(n), lenient(strict)
    less = max(n // 5, LEAST)
    few, priced = log_of(less), lenient(strict, price=1e-6)
    spent: dict[str, list[tuple[float, float]]] = {}
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
                used = seconds(job)
                spent.setdefault(name, []).append((used, time.perf_counter() - wall))
    print(f"\n# {n:,} items, {SLOW} rounds; {less:,} where each is paid for or written alone")
    for name, each in spent.items():
        cpu, clock = np.array(each).T
        per = 1e6 * median(cpu) / (less if name in {PAID, WRITES} else n)
        print(
            f"{name}: {shown(list(cpu))} CPU s, {shown(list(clock))} s; {per:.0f} us of CPU an item"
        )
    against = dict.fromkeys(spent, FIRST) | {PAID: WRITES}
    for ours in [name for name in spent if name not in {FIRST, WRITES}]:
        cpu, clock = (np.array(spent[ours]) / np.array(spent[against[ours]])).T
        print(f"{ours} / {against[ours]}: {shown(list(cpu))} CPU, {shown(list(clock))} time")


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

    each = [(seconds(lambda: al.check(log)), seconds(pattern)) for _ in range(SLOW)]
    ours, theirs = np.array(each).T
    print(f"\n# check: {len(log):,} traces, {len(log.spans):,} spans, {SLOW} rounds")
    print(f"check(log): {shown(list(ours))} CPU s, {len(log) / median(ours):,.0f} traces a second; "
          f"of one pattern {shown(list(ours / theirs))}")  # fmt: skip


def shown(values: list[float], scale: float = 1.0) -> str:
    """Return the median and the range."""
    low, mid, high = (scale * one for one in (min(values), median(values), max(values)))
    return f"{mid:.3g} [{low:.3g}-{high:.3g}]"


def seconds(job: Callable[[], object]) -> float:
    """Return the CPU seconds of a call, in all its threads."""
    begun = time.process_time()
    job()
    return time.process_time() - begun


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, sys.argv[2] if len(sys.argv) > 2 else ""
    )
