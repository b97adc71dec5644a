"""How often are explanations right: coverage, false verdicts, verdicts on what was planted, speed?

`python benchmarks/explain.py [RUNS] [SEEDS]` prints the tables of docs/calibration.md.
"""

import sys
from time import process_time

import numpy as np
import pandas as pd

import agentlens as al
from agentlens.analysis.arms.dimensions import Dimension
from agentlens.analysis.arms.periods import periods_of
from agentlens.analysis.explain.answer import Explained
from agentlens.analysis.explain.explained import explained
from agentlens.analysis.explain.judge.change import judge_change
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows

HOUR = 3_600_000_000
RATE = Metric("served", "rate", "higher", "share", "served")
EASE = np.array([0.9, 0.85, 0.8, 0.7])
CALM = np.full(4, 0.25)
PUSHED = np.array([0.15, 0.15, 0.25, 0.45])


def world(
    seed: int, sizes: tuple[int, int], *, size: float = 1.0, weather: float = 0.0
) -> Explained:
    """Return the parts of one made-up change: mix and rate of `size`, users in both periods."""
    rng = np.random.default_rng(seed)
    n = sum(sizes)
    arm = np.repeat([1, 0], sizes)
    now = CALM + size * (PUSHED - CALM)
    task = np.where(arm == 1, rng.choice(4, n, p=now), rng.choice(4, n, p=CALM))
    hour = np.where(arm == 1, rng.integers(14 * 24, 15 * 24, n), rng.integers(0, 14 * 24, n))
    moved = np.zeros(15 * 24)
    for t in range(1, moved.size):
        moved[t] = 0.6 * moved[t - 1] + 0.8 * rng.normal()
    user = rng.integers(0, max(40, n // 4), n)
    chance = EASE[task] - 0.1 * size * (task == 2) * arm
    chance = chance + rng.choice([-0.1, 0.1], user.max() + 1)[user] + weather * np.tanh(moved[hour])
    rows = Rows(
        metric=RATE,
        positions=np.arange(n),
        at=np.arange(n),
        time=(hour + 490_000) * HOUR,
        numerator=(rng.random(n) < np.clip(chance, 0, 1)).astype(float),
        denominator=np.ones(n),
        weight=np.ones(n),
        cluster=user,
        ids=pd.Series(dtype=object),
        notes=(),
        absent=(),
    )
    dims = [
        Dimension("task", tuple("abcd"), task),
        Dimension("device", tuple("xyz"), rng.integers(0, 3, n)),
        Dimension("region", tuple("uvw"), rng.integers(0, 3, n)),
    ]
    return explained(rows, dims, arm, times=False)


def coverage(runs: int) -> None:
    print("| rows now / before | weather | mix | mix of task | rate | change |")
    print("|---|---|---|---|---|---|")
    truth = {"mix": -0.035, "task": -0.035, "rate": -0.025, "change": -0.06}
    for sizes in ((250, 250), (250, 2000), (1000, 4000), (2500, 2500)):
        for weather in (0.0, 0.05):
            held = []
            for seed in range(runs):
                found = world(seed, sizes, weather=weather)
                lines = found.totals.to_dict("index")
                lines["task"] = found.parts.set_index("name").to_dict("index")["task"]
                held.append([lines[k]["low"] <= v <= lines[k]["high"] for k, v in truth.items()])
            shown = " | ".join(f"{one:.3f}" for one in np.mean(held, axis=0))
            print(f"| {sizes[0]:,} / {sizes[1]:,} | {weather} | {shown} |", flush=True)
    print(f"n = {runs} runs a line; standard error {np.sqrt(0.95 * 0.05 / runs):.3f}.\n")


def power(runs: int) -> None:
    print("| rows now / before | level | size of the change | no change | mix | rate | both |")
    print("|---|---|---|---|---|---|---|")
    for sizes in ((250, 2000), (1000, 4000)):
        for size in (0.0, 0.5, 1.0):
            words = pd.Series([world(9000 + s, sizes, size=size).verdict for s in range(runs)])
            share = [(words == one).mean() for one in ("no change", "mix", "rate", "both")]
            shown = " | ".join(f"{one:.3f}" for one in share)
            print(f"| {sizes[0]:,} / {sizes[1]:,} | .95 | {size} | {shown} |", flush=True)
    print(f"n = {runs} runs a line; standard error at .05: {np.sqrt(0.0475 / runs):.3f}.\n")


def planted(seeds: int) -> None:
    print("| planted | verdicts | judge by labels alone (p < .05) | by both |")
    print("|---|---|---|---|")
    for incident, metric in (
        ("campaign", "strong_completion"),
        ("broken_refunds", "strong_completion"),
        ("lenient_judge", "score:goal_completion"),
        (None, "strong_completion"),
        (None, "score:goal_completion"),
    ):
        words, labels, both = [], [], []
        for seed in range(100, 100 + seeds):
            log = al.demo(seed=seed, incidents=[incident] if incident else ())
            row = log.truth[log.truth["start"].notna()]
            current = (row["start"].iloc[0], row["end"].iloc[0]) if len(row) else "7D"
            periods = periods_of(log, current)
            rows = metric_rows(periods.log, metric)
            words.append(al.explain(log, metric, current=current).verdict)
            judge = judge_change(periods.log, rows, periods.of(rows))
            if judge is not None and judge.known:
                labels.append(abs(judge.value / judge.error) > 1.96)
                both.append(judge.splits(0.95))
        told = pd.Series(words).value_counts().to_dict()
        alone = f"{np.mean(labels):.2f} | {np.mean(both):.2f}" if labels else "- | -"
        print(f"| {incident or 'nothing'}: {metric} | {told} | {alone} |", flush=True)
    print(f"n = {seeds} seeds a line.\n")


def speed() -> None:
    log = al.demo(days=28, traces_per_day=3600)
    periods = periods_of(log, "7D")
    rows = metric_rows(periods.log, "strong_completion")
    al.explain(log, "strong_completion", current="7D")
    taken = []
    for _ in range(3):
        began = process_time()
        al.explain(log, "strong_completion", current="7D")
        taken.append(process_time() - began)
    print(
        f"{rows.positions.size:,} rows: {min(taken):.2f} s of CPU (3 runs, max {max(taken):.2f})."
    )


if __name__ == "__main__":
    RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    SEEDS = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    speed()
    coverage(RUNS)
    power(RUNS)
    planted(SEEDS)
