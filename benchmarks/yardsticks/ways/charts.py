"""P8, P9, P10: what do run lengths, calibrated limits and policies cost?"""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import agentlens as al
from benchmarks.yardsticks.yardstick import Goal, Way, Yardstick

if TYPE_CHECKING:
    from agentlens.analysis.alerting.replay import Replay

__all__ = ["YARDSTICKS"]

HERE = __name__
LAMS, WIDTHS = np.linspace(0.05, 0.6, 50), np.linspace(2.2, 3.4, 50)
NODES, CHARTS, QUARTER = 60, 40, 90


def run_lengths(_: Path) -> Callable[[], object]:
    """Compute one mean run length."""
    from agentlens.stats.charts.run_length import run_length  # noqa: PLC0415 - a way loads it

    return lambda: run_length(0.1, 2.8)


def limits(_: Path) -> Callable[[], object]:
    """Find the limit for a run length, not remembered from before."""
    from agentlens.stats.charts.run_length import limit_for  # noqa: PLC0415 - a way loads it

    return lambda: limit_for.__wrapped__(0.1, 370.0)


def designs(_: Path) -> Callable[[], object]:
    """Compute the run lengths of fifty memories by fifty widths."""
    from agentlens.stats.charts.run_length import run_length  # noqa: PLC0415 - a way loads it

    return lambda: [run_length(float(lam), float(one)) for lam in LAMS for one in WIDTHS]


def solved(_: Path) -> Callable[[], object]:
    """Solve one linear system of the same size with NumPy."""
    system = np.eye(NODES) + np.random.default_rng(0).random((NODES, NODES)) / NODES
    return lambda: np.linalg.solve(system, np.ones(NODES))


def chart(folder: Path) -> Callable[[], object]:
    """Chart a rate by the hour over a fortnight, its limits drawn from its own history."""
    log = _fortnight(folder)
    return lambda: al.control_chart(log, "weak_completion", every="1h").headline


def knob(folder: Path) -> Callable[[], object]:
    """Move one knob of that chart by hand, a new place each time."""
    tuner = al.tune(
        al.control_chart, _fortnight(folder), "weak_completion", every="1h", width=(2.0, 4.0)
    )
    places = cycle(np.linspace(2.05, 3.95, 39))
    return lambda: tuner.turn(width=round(float(next(places)), 2))


def series(folder: Path) -> Callable[[], object]:
    """Compute the hourly rate alone, without limits."""
    log = _fortnight(folder)
    return lambda: al.series(log, "weak_completion", every="1h")


def policy(folder: Path) -> Callable[[], object]:
    """Run another policy over forty charts of ninety days."""
    replay, policies = _quarter(folder), cycle([al.Policy(sustained=2, of=3), al.Policy()])
    replay.run(al.Policy(sustained=2, of=2))  # there is an answer before a knob is moved
    return lambda: replay.run(next(policies))


def rolled(folder: Path) -> Callable[[], object]:
    """Count the bins beyond the limit among each three, with pandas, and nothing else."""
    stand, _, _ = _quarter(folder).grids
    beyond = pd.DataFrame(np.abs(stand.T) > 1)
    return lambda: beyond.rolling(3).sum() >= 2


def _fortnight(folder: Path) -> al.Log:
    return al.from_frames(pd.read_parquet(folder / "traces.parquet")).last("14D")


def _quarter(folder: Path) -> "Replay":
    """Return forty charts of ninety days by the hour; the same chart forty times."""
    from agentlens.analysis.alerting.replay import Replay  # noqa: PLC0415 - likewise

    frame = pd.read_parquet(folder / "traces.parquet")
    first = frame["start"].min()
    frame["start"] = first + (frame["start"] - first) * (QUARTER / 28)
    found = al.control_chart(al.from_frames(frame), "weak_completion", every="1h")
    return Replay((found,) * CHARTS)


SOLVE = Way("one NumPy solve of that size", f"{HERE}:solved")
SMALL = (10_000,)
YARDSTICKS = (
    Yardstick("P8", "run-length", "", Way("a mean run length", f"{HERE}:run_lengths"), SOLVE,
              Goal(seconds=1e-4)),
    Yardstick("P8", "limit", "", Way("the limit for a run length", f"{HERE}:limits"), SOLVE,
              Goal(seconds=1e-3)),
    Yardstick("P8", "design-map", "", Way("a map of 50 × 50 designs", f"{HERE}:designs"), SOLVE,
              Goal(seconds=0.3)),
    Yardstick("P9", "chart", "traces", Way("a calibrated chart, 14 days hourly", f"{HERE}:chart"),
              Way("its `series` alone", f"{HERE}:series"), Goal(seconds=1.0), sizes=SMALL),
    Yardstick("P9", "chart-knob", "traces", Way("a knob of it, moved", f"{HERE}:knob"),
              Way("its `series` alone", f"{HERE}:series"), Goal(seconds=0.02), sizes=SMALL),
    Yardstick("P10", "backtest-knob", "traces",
              Way("a policy over 40 charts of 90 days", f"{HERE}:policy"),
              Way("pandas `rolling(3).sum()` of the same grid", f"{HERE}:rolled"),
              Goal(seconds=0.05), sizes=SMALL),
)  # fmt: skip
