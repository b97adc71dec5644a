"""P12: what do the two long answers cost, an incident and the week?"""

from collections.abc import Callable
from pathlib import Path

import agentlens as al
from benchmarks.yardsticks.ways.demo import log_of
from benchmarks.yardsticks.yardstick import Goal, Way, Yardstick

__all__ = ["YARDSTICKS"]

HERE = __name__
NAMES = ("traces", "spans", "scores")


def incident(folder: Path) -> Callable[[], object]:
    """Investigate the fall of the demo's own incident."""
    log = log_of(folder)
    return lambda: al.investigate(log, "strong_completion").headline


def week(folder: Path) -> Callable[[], object]:
    """Write the weekly report into a file."""
    log = log_of(folder)
    return lambda: al.weekly(log).save(folder / "week.html")


def read(folder: Path) -> Callable[[], object]:
    """Read the same three tables from Parquet with pandas, and nothing else."""
    import pandas as pd  # noqa: PLC0415 - a way loads what it needs

    if not (folder / "spans.parquet").exists():
        log = log_of(folder)
        for name in NAMES:
            getattr(log, name).to_parquet(folder / f"{name}.parquet")
    return lambda: [pd.read_parquet(folder / f"{name}.parquet") for name in NAMES]


TABLES = Way("reading the three tables with pandas", f"{HERE}:read")
YARDSTICKS = (
    Yardstick("P12", "investigate", "demo", Way("`investigate`", f"{HERE}:incident"), TABLES,
              Goal(seconds=3.0, at=100_000), growth=True),
    Yardstick("P12", "weekly", "demo", Way("`weekly`, to a file", f"{HERE}:week"), TABLES,
              Goal(seconds=10.0, at=100_000), growth=True),
)  # fmt: skip
