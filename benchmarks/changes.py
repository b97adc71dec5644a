"""How often does the interval of a change hold it, how often is a change called that is none?

    python benchmarks/changes.py [coverage|kinds|false|power|speed] …   (all by default)

Worlds whose true change is known, the last of some weeks against the one before: rows that come in
users or with weights, days with a luck of their own that the next day remembers, cycles of the day
and the week, growing traffic, a level that wanders. coverage: a rate, by weeks on record. kinds: the
other kinds of metric. false: reports of twenty metrics in which nothing changed. power: a change of
known size. speed: all metrics of a demo log of 100,000 traces.
"""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import agentlens as al
from agentlens.analysis.changes.one.change import Change, change_of
from agentlens.analysis.changes.together import together
from agentlens.measures.metric import Kind
from agentlens.stats.multiple import benjamini_hochberg
from tests.analysis.changes_worlds import World, drawn, spans_of_weeks
from tests.logs import tiny_log

WORLDS = {
    "independent rows": World(),
    "users of 5 rows": World(users=5),
    "weights 1 and 3": World(weighted=True),
    "days of luck 1": World(luck=1.0),
    "luck 1, memory .5": World(luck=1.0, memory=0.5),
    "luck 2, memory .8": World(luck=2.0, memory=0.8),
    "cycles": World(cycle=True),
    "cycles, luck 1, memory .5": World(cycle=True, luck=1.0, memory=0.5),
    "traffic grows fivefold, luck 1": World(growth=5.0, luck=1.0, memory=0.3),
    "traffic falls to a fifth, luck 1": World(growth=0.2, luck=1.0, memory=0.3),
    "the level wanders": World(wander=0.2),
    "all of it": World(
        luck=1.0, memory=0.5, cycle=True, growth=3.0, users=3, weighted=True, wander=0.1
    ),
}
NO_LOG = tiny_log()  # only scores are looked up in it
WEEKS = (2, 4, 12, 52)
QUIET = ("independent rows", "cycles", "luck 1, memory .5", "luck 2, memory .8", "all of it")
METRICS = 20


def coverage(runs: int = 400) -> None:
    """Print the share of intervals of a rate that hold its true change, by weeks on record."""
    print("\n| a rate | " + " | ".join(f"{one} weeks" for one in WEEKS) + " |")
    print("|---" * (len(WEEKS) + 1) + "|")
    for name, world in WORLDS.items():
        cells = [_held("rate", weeks, world, runs if weeks < 52 else runs // 2) for weeks in WEEKS]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def kinds(runs: int = 300) -> None:
    """Print the same for other kinds of metric, at two and at twelve weeks."""
    print("\n| world | " + " | ".join(f"{k}, {w} weeks" for k in _others() for w in (2, 12)) + " |")
    print("|---" * (2 * len(_others()) + 1) + "|")
    for name in ("independent rows", "luck 1, memory .5", "all of it"):
        cells = [_held(kind, w, WORLDS[name], runs) for kind in _others() for w in (2, 12)]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def false(runs: int = 100) -> None:
    """Print how often a report calls any of twenty metrics that did not change (and coverage)."""
    print("\n| nothing changed | " + " | ".join(f"{one} weeks" for one in WEEKS) + " |")
    print("|---" * (len(WEEKS) + 1) + "|")
    for name in QUIET:
        cells = []
        for weeks in WEEKS:
            some = runs if weeks < 52 else max(runs // 2, 1)
            rng = np.random.default_rng(7)
            called, held = 0, []
            for _ in range(some):
                alone = [_one(rng, "rate", weeks, WORLDS[name])[0] for _ in range(METRICS)]
                found = together(alone, 0.95)
                p = np.array([one.p for one in found])
                called += bool((benjamini_hochberg(p) <= 0.05).any())
                held += [one.change[1] <= 0 <= one.change[2] for one in found]
            cells.append(f"{called / some:.3f} ({np.mean(held):.3f})")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def power(runs: int = 200) -> None:
    """Print how often a change of so many standard errors of a week is told from none."""
    print(
        "\n| shift | " + " | ".join(f"{one} weeks" for one in (2, 4, 12)) + " |\n|---|---|---|---|"
    )
    for shift in (3.0, 5.0, 8.0):
        for luck in (0.0, 1.0):
            world = World(shift=shift, luck=luck, memory=0.3)
            cells = []
            for weeks in (2, 4, 12):
                rng = np.random.default_rng(3)
                p = np.array([_one(rng, "rate", weeks, world)[0].p for _ in range(runs)])
                cells.append(f"{(p < 0.05).mean():.2f}")
            print(f"| {shift:g}, luck {luck:g} | " + " | ".join(cells) + " |", flush=True)


def speed() -> None:
    """Print the seconds that all metrics of 100,000 traces take, and what reading rows takes."""
    log = al.demo(days=364, traces_per_day=275)
    al.changes(log)
    for _ in range(3):
        began, used = time.perf_counter(), time.process_time()
        found = al.changes(log)
        print(
            f"{len(log):,} traces, {len(found.frame)} metrics: {time.perf_counter() - began:.2f} s,"
            f" CPU {time.process_time() - used:.2f} s",
            flush=True,
        )


def _held(kind: Kind, weeks: int, world: World, runs: int) -> str:
    rng = np.random.default_rng(weeks)
    held = []
    for _ in range(runs):
        found, true = _one(rng, kind, weeks, world)
        _, low, high = found.relative if np.isfinite(found.relative[0]) else found.change
        if np.isfinite(low):
            held.append(low <= true <= high)
    return f"{np.mean(held):.3f}"


def _one(rng: np.random.Generator, kind: Kind, weeks: int, world: World) -> tuple[Change, float]:
    rows, true = drawn(rng, kind, weeks, world)
    return change_of(NO_LOG, rows, spans_of_weeks(weeks), 0.95), true


def _others() -> tuple[Kind, ...]:
    return ("mean", "quantile", "ratio")


if __name__ == "__main__":
    for asked in sys.argv[1:] or ("coverage", "kinds", "false", "power", "speed"):
        globals()[asked]()
