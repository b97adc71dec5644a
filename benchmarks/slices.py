"""How often does a search for slices find what is there, and what is not, and what does it cost?

    python benchmarks/slices.py [noise|power|cells|demo] …   (all but demo by default)

noise: logs of users with many rows each in which no slice changed. power: the same with a planted
fall, and how often the interval of the slice found holds it. cells: coverage of the drawn-in
intervals of `slices`. demo: incidents of the demo, seeds 0 to 19. For the cost: `python -m
benchmarks --only P7`.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import agentlens as al
from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.slices.cells import cells_of
from agentlens.analysis.slices.found import found_slices
from agentlens.analysis.slices.told import found_frame
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.stats.slicing.sample import Sample, inside
from agentlens.stats.slicing.search import search
from tests.stats.slicing_samples import drawn, planted

RATE = Metric("met", "rate", "higher", "share", "completed")
REGIMES: dict[str, dict[str, object]] = {
    "400 users of 7 rows, icc .3": {},
    "150 users of 20 rows": {"users": 150},
    "weights 1 and 3.3": {"weighted": True},
    "hours move all, AR .9": {"hourly": 0.4, "n": 8000},
    "cost, log-normal": {"money": True},
    "cost, weighted": {"money": True, "weighted": True},
    "900 rows": {"n": 900, "users": 200},
    "20,000 rows": {"n": 20_000, "users": 3000},
}


def noise(runs: int = 400) -> None:
    """Print how often a log without change gives a slice."""
    print("\n| noise | alpha .05 | alpha .2 | runs | s.e. |\n|---|---|---|---|---|")
    for name, kind in REGIMES.items():
        rng = np.random.default_rng(1)
        best = []
        for _ in range(runs):
            found = search(drawn(rng, **kind), alpha=0.2).found  # type: ignore[arg-type]
            best.append(min((one.p for one in found), default=1.0))
        false = np.mean(np.array(best) <= 0.05)
        more = np.mean(np.array(best) <= 0.2)
        print(f"| {name} | {false:.3f} | {more:.3f} | {runs} | {error(false, runs):.3f} |")


def power(runs: int = 60) -> None:
    """Print how often a planted fall is found, in its own words, and whether its interval holds."""
    print("\n| rows | place | current rows | fall | found | exactly | covered | runs |")
    print("|---|---|---|---|---|---|---|---|")
    for n in (6000, 30_000):
        for place in (((1, 0),), ((0, 1), (1, 0))):
            for fall in (0.05, 0.1, 0.2, 0.4):
                told = [_planted(seed, n, place, fall) for seed in range(runs)]
                here = [one for one in told if one[1] is not None]
                any_, exact = (np.mean([one[at] for one in told]) for at in (2, 3))
                covered = np.mean([one[1] for one in here]) if here else np.nan
                size = np.mean([one[0] for one in told])
                print(
                    f"| {n:,} | {place} | {size:.0f} | {fall} | {any_:.2f} | {exact:.2f} |"
                    f" {covered:.2f} ({len(here)}) | {runs} |"
                )


def _planted(
    seed: int, n: int, place: tuple[tuple[int, int], ...], fall: float
) -> tuple[int, bool | None, bool, bool]:
    """Return the slice's current rows, whether it was covered, whether any was found, and it."""
    rng = np.random.default_rng(seed)
    sample = planted(rng, drawn(rng, n=n, users=n // 5), place, fall)
    rows, dims, arm = as_rows(sample)
    found = found_slices(rows, dims, arm)
    frame = found_frame(rows, arm, found, dims, level=0.95, alpha=0.05)
    size = int((inside(sample.codes, place) & (sample.arm == 1)).sum())
    at = [number for number, one in enumerate(found.slices) if one.place == place]
    if not at:
        return size, None, bool(found.slices), False
    row = frame.iloc[at[0] + 1]
    return size, bool(row["low"] <= -fall <= row["high"]), True, True


def as_rows(sample: Sample) -> tuple[Rows, list[Dimension], np.ndarray]:
    """Return a sample as the rows of a metric, with columns named by letters."""
    n = sample.arm.size
    every = np.arange(n)
    rows = Rows(
        metric=RATE, positions=every, at=every, time=every, numerator=sample.number,
        denominator=sample.base, weight=sample.weight, cluster=sample.cluster,
        ids=pd.Series(every.astype(str)), notes=(), absent=(),
    )  # fmt: skip
    dims = [
        Dimension(chr(97 + at), tuple(str(code) for code in range(size)), codes)
        for at, (size, codes) in enumerate(zip(sample.sizes, sample.codes, strict=True))
    ]
    return rows, dims, sample.arm


def cells(runs: int = 150) -> None:
    """Print how often the intervals of cells hold the truth, as measured and drawn in."""
    print("\n| cells differ by sd | n | measured | drawn in | cells |\n|---|---|---|---|---|")
    for sd in (0.0, 0.05, 0.15):
        held: list[tuple[int, bool, bool]] = []
        for seed in range(runs):
            held += _cells(np.random.default_rng(seed), sd)
        table = pd.DataFrame(held, columns=["n", "measured", "drawn"])
        parts = pd.cut(
            table["n"], [19, 60, 200, 2500, 10**6], labels=["20-60", "61-200", "201-2,500", "more"]
        )
        for name, part in [("all", table), *table.groupby(parts, observed=True)]:
            print(
                f"| {sd} | {name} | {part['measured'].mean():.3f} | {part['drawn'].mean():.3f} |"
                f" {len(part):,} |"
            )


def _cells(rng: np.random.Generator, sd: float) -> list[tuple[int, bool, bool]]:
    """Return n of each cell and which interval holds its change; users in both periods."""
    users, many = 1500, 20
    user = np.repeat(np.arange(users), rng.geometric(0.2, users))
    cell = rng.choice(many, users, p=rng.dirichlet(np.full(many, 0.8)))[user]
    arm = (rng.random(user.size) < 0.3).astype(np.int64)
    own = rng.beta(4.2, 1.4, users)[user]  # rows of a user correlate by about .15
    change = rng.normal(-0.03, sd, many)
    rate = np.clip(own + arm * change[cell], 0, 1)
    truth = np.array([np.clip(B + one, 0, 1).mean() - B.mean() for one in change])
    n = user.size
    every = np.arange(n)
    rows = Rows(
        metric=RATE, positions=every, at=every, time=every,
        numerator=(rng.random(n) < rate).astype(float), denominator=np.ones(n), weight=np.ones(n),
        cluster=user, ids=pd.Series(every.astype(str)), notes=(), absent=(),
    )  # fmt: skip
    labels = tuple(f"{one:02d}" for one in range(many))
    frame = cells_of(rows, arm, [Dimension("cell", labels, cell)], None, level=0.95, fdr=0.05).frame
    known = frame[~frame["few"]]
    told = []
    row: Any
    for row in known.itertuples():
        real = truth[int(row.cell)]
        told.append((row.n, row.low <= real <= row.high, row.shrunk_low <= real <= row.shrunk_high))
    return told


B = np.random.default_rng(0).beta(4.2, 1.4, 200_000)


def demo(seeds: int = 20) -> None:
    """Print in how many seeds of the demo an incident is the slice, or nothing is."""
    cases = {
        "broken_refunds": ("strong_completion", ("task_type=refund, device=mobile",)),
        "slow_model": ("latency_p95", ("model=aspen-large-2",)),
        "schema_error": ("tool_success", ("tool=search_orders",)),
        "campaign": ("strong_completion", ()),
    }
    print("\n| incident | metric | exactly that | seeds |\n|---|---|---|---|")
    for name, (metric, wanted) in cases.items():
        right = 0
        for seed in range(seeds):
            log = al.demo(seed=seed, incidents=[name])
            truth: Any = log.truth
            row = truth.loc[truth["incident"] == name].iloc[0]
            found = al.find_slices(log, metric, current=(row["start"], row["end"]))
            right += tuple(found.frame["slice"].iloc[1:]) == wanted
        print(f"| {name} | {metric} | {right} | {seeds} |", flush=True)
    for current in ("24h", "7D"):
        false = sum(
            len(
                al.find_slices(
                    al.demo(seed=seed, incidents=()), "strong_completion", current=current
                ).slices
            )
            > 0
            for seed in range(seeds)
        )
        print(
            f"| none, {current} | strong_completion | {seeds - false} without a slice | {seeds} |"
        )


def error(share: Any, runs: int) -> float:
    """Return the standard error of a share; of none that of half a case."""
    held = max(share, 0.5 / runs)
    return float((held * (1 - held) / runs) ** 0.5)


if __name__ == "__main__":
    parts = {"noise": noise, "power": power, "cells": cells, "demo": demo}
    for name in sys.argv[1:] or ["noise", "power", "cells"]:
        parts[name]()
