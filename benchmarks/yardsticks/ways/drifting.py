"""P6: what does `drift` cost, twenty numbers, n traces against n?

Ours has users, stretches of time, intervals, p-values and a false discovery rate; theirs know rows.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

import agentlens as al
from benchmarks.yardsticks.yardstick import Goal, Way, Yardstick

__all__ = ["YARDSTICKS"]

HERE = __name__
NAMES = [f"x{place}" for place in range(20)]


def ours(folder: Path) -> Callable[[], object]:
    """Compare the columns of a log."""
    log = al.from_frames(pd.read_parquet(folder / "both.parquet"))
    return lambda: al.drift(log, current="14D", baseline="14D", columns=NAMES).headline


def scipy(folder: Path) -> Callable[[], object]:
    """Compare the same columns with SciPy's Kolmogorov-Smirnov test and Wasserstein distance."""
    from scipy.stats import ks_2samp, wasserstein_distance  # noqa: PLC0415 - likewise

    before, after = (pd.read_parquet(folder / f"{one}.parquet") for one in ("before", "after"))
    return lambda: [
        (ks_2samp(before[one], after[one], method="asymp"),
         wasserstein_distance(before[one], after[one]))
        for one in NAMES
    ]  # fmt: skip


OURS = Way("`drift`, 20 columns, n against n", f"{HERE}:ours")
YARDSTICKS = (
    Yardstick("P6", "drift-scipy", "moved", OURS, Way("SciPy's KS and Wasserstein", f"{HERE}:scipy"),
              growth=True),
    Yardstick(
        "P6", "drift-evidently", "moved", OURS,
        Way("Evidently's drift report", "benchmarks.peers.evidently:theirs", peer="evidently"),
        Goal(ratio=1 / 40, of_peak=0.5, at=1_000_000),
    ),
    Yardstick(
        "P6", "drift-nannyml", "moved", OURS,
        Way("NannyML's univariate drift", "benchmarks.peers.nannyml:theirs", peer="nannyml"),
        Goal(ratio=1 / 10, of_peak=0.5, at=1_000_000),
    ),
)  # fmt: skip
