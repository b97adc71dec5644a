"""How fast is the ground floor, as ratios against work that anyone would do instead?

    python benchmarks/speed.py [traces]

Each pair runs in turn, and the median of the ratios is printed with the range: on a shared machine
only ratios can be trusted.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import agentlens as al
from agentlens.analysis.alerting.replay import Replay
from benchmarks.clock import spent, told

RUNS = 7


def main(n: int) -> None:
    """Print one line a yardstick."""
    log = frame_log(n)
    print(f"{n:,} traces, {RUNS} paired runs; ratio of CPU time, median [min-max]")
    report("import agentlens / import pandas", imports("agentlens"), imports("pandas"))
    first = "agentlens; agentlens.Log; agentlens.from_frames"
    report("import agentlens and its tables / import pandas", imports(first), imports("pandas"))
    report(
        "Log of frames / one pandas duplicated() of its ids",
        lambda: al.from_frames(log.traces),
        log.traces["trace_id"].duplicated,
    )
    for metric, column, how in (
        ("weak_completion", "completed", "mean"),
        ("latency_p95", "latency_s", "p95"),
    ):
        report(
            f"series {metric}, 1h by task, with intervals / pandas groupby, values only",
            lambda metric=metric: al.series(log, metric, every="1h", by="task_type"),
            lambda column=column, how=how: grouped(log.traces, column, how),
        )
    report(
        "control_chart / its series alone",
        lambda: al.control_chart(log, "weak_completion", every="1h"),
        lambda: al.series(log, "weak_completion", every="1h"),
    )
    tried = al.backtest(al.Policy(), log, metrics=["weak_completion", "latency_p50"])
    report(
        "another policy on charts at hand / the backtest that made the charts",
        lambda: al.backtest(al.Policy(sustained=2, of=3), tried.replay),
        lambda: al.backtest(al.Policy(), log, metrics=["weak_completion", "latency_p50"]),
    )
    chart = tried.replay.charts[0]
    report(
        "policy over 40 charts of 30 days / series of one rate by hour",
        lambda: Replay((chart,) * 40).run(al.Policy(sustained=2, of=3)),
        lambda: al.series(log, "weak_completion", every="1h"),
    )
    report(
        "check_slos, 3 promises / series of one rate by hour",
        lambda: al.check_slos(
            log,
            [
                al.SLO("a", "weak_completion", 0.8),
                al.SLO("b", "latency_p95", 9.0),
                al.SLO("c", "latency_p50", 5.0),
            ],
        ),
        lambda: al.series(log, "weak_completion", every="1h"),
    )


def grouped(traces: pd.DataFrame, column: str, how: str) -> object:
    """Return what a user would write with pandas."""
    groups = traces.groupby([traces["start"].dt.floor("1h"), "task_type"])[column]
    return groups.mean() if how == "mean" else groups.quantile(0.95)


def frame_log(n: int) -> al.Log:
    """Return a log of n traces over thirty days, by task and user."""
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2026-10-01", tz="UTC")
    return al.from_frames(
        pd.DataFrame(
            {
                "trace_id": pd.Series(np.arange(n)).astype("str"),
                "user_id": pd.Series(rng.integers(0, n // 4 + 1, n)).astype("str"),
                "start": start + pd.to_timedelta(np.sort(rng.uniform(0, 30 * 86400, n)), unit="s"),
                "latency_s": rng.lognormal(1, 0.6, n),
                "completed": rng.random(n) < 0.9,
                "task_type": rng.choice([f"task {i}" for i in range(8)], n),
                "output": pd.Series(["an answer of some length " * 20]).repeat(n).to_numpy(),
            }
        )
    )


def imports(what: str) -> Callable[[], object]:
    """Return a call that imports a package in a new interpreter."""
    return lambda: subprocess.run([sys.executable, "-c", f"import {what}"], check=True)


def report(name: str, ours: Callable[[], object], theirs: Callable[[], object]) -> None:
    """Print the ratio of two calls, run in turn after one warm-up each."""
    ours(), theirs()
    ratios = [spent(ours) / spent(theirs) for _ in range(RUNS)]
    print(f"{told(ratios):24}  {name}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
