"""P7: what does the search for slices cost, eight columns to depth three, every look paid for?"""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pandas as pd

import agentlens as al
from benchmarks.yardsticks.yardstick import Goal, Way, Yardstick

__all__ = ["YARDSTICKS"]

HERE = __name__
NAMES = [f"s{place}" for place in range(8)]
WEEK = pd.Timedelta("7D")


def ours(folder: Path) -> Callable[[], object]:
    """Search the last week of a log against the three before."""
    log = al.from_frames(pd.read_parquet(folder / "traces.parquet"))
    return lambda: (
        al.find_slices(log, "weak_completion", current="7D", baseline="21D", columns=NAMES).headline
    )


def grouped(folder: Path) -> Callable[[], object]:
    """Count and sum every set of up to three columns with pandas, and nothing else."""
    frame = pd.read_parquet(folder / "traces.parquet")
    frame["late"] = frame["start"] >= frame["start"].max() - WEEK
    frame = frame.astype(dict.fromkeys(NAMES, "category"))
    sets = [list(one) for deep in (1, 2, 3) for one in combinations(NAMES, deep)]

    def group() -> None:
        for columns in sets:
            frame.groupby([*columns, "late"], observed=True)["completed"].agg(["size", "sum"])

    return group


OURS = Way("`find_slices`, 8 columns, depth 3, with its honesty test", f"{HERE}:ours")
YARDSTICKS = (
    Yardstick(
        "P7", "slices-pandas", "traces", OURS,
        Way("pandas groupby of the same sets alone", f"{HERE}:grouped"), Goal(memory=450.0, at=1_000_000),
        growth=True,
    ),
    Yardstick(
        "P7", "slices-sliceline", "traces", OURS,
        Way("sliceline", "benchmarks.peers.sliceline:theirs", peer="sliceline", most=320_000),
        Goal(ratio=1 / 50, at=100_000),
    ),
    Yardstick(
        "P7", "slices-wise-pizza", "traces", OURS,
        Way("wise-pizza", "benchmarks.peers.wise_pizza:theirs", peer="wise-pizza", most=320_000),
    ),
)  # fmt: skip
