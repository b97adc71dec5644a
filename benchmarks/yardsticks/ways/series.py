"""P4: what does `series` cost by hour and slice, against the groupby that anyone would write?

n traces of four weeks, by hour, task and segment: three rates, the cost per success and three
quantiles. Ours have intervals; theirs are values only.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import agentlens as al
from benchmarks.yardsticks.yardstick import Goal, Way, Yardstick

__all__ = ["YARDSTICKS"]

HERE = __name__
BY = ["task_type", "segment"]
RATES = {"weak_completion": "completed", "escalation": "escalated", "correction": "user_corrected"}
QUANTILES = {"latency_p50": 0.5, "latency_p95": 0.95, "latency_p99": 0.99}
COLD = ("weak_completion", "latency_p95")
SCAN = """
select epoch_us("start") // 3600000000 as hour, task_type, count(*),
       count(*) filter (completed), quantile_cont(latency_s, 0.95)
from read_parquet({files!r}) group by all
"""
ROUGH = [*RATES, "cost_per_trace"]


def ours(folder: Path) -> Callable[[], object]:
    """Compute all seven with intervals, the log in memory."""
    return _series(folder, [*ROUGH, *QUANTILES])


def one_rate(folder: Path) -> Callable[[], object]:
    """Compute one rate with intervals."""
    return _series(folder, ["weak_completion"])


def one_quantile(folder: Path) -> Callable[[], object]:
    """Compute one quantile with intervals."""
    return _series(folder, ["latency_p95"])


def grouped(folder: Path) -> Callable[[], object]:
    """Compute all seven with pandas, categories and sums known to be quick."""
    frame = _frame(folder)

    def group() -> object:
        groups = _groups(frame)
        means = groups[[*RATES.values(), "cost_usd"]].mean()
        return means, groups["latency_s"].quantile(np.array([*QUANTILES.values()]))

    return group


def grouped_rate(folder: Path) -> Callable[[], object]:
    """Compute one rate with pandas."""
    frame = _frame(folder)
    return lambda: _groups(frame)["completed"].mean()  # noqa: PLW0108 - grouping is timed, too


def grouped_quantile(folder: Path) -> Callable[[], object]:
    """Compute one quantile with pandas."""
    frame = _frame(folder)
    return lambda: _groups(frame)["latency_s"].quantile(0.95)


def cold(folder: Path) -> Callable[[], object]:
    """Open a lake, and compute a rate and a quantile by hour and task."""

    def opened() -> object:
        log = al.Lake(folder / "lake", redact=None).log()
        return [al.series(log, one, every="1h", by="task_type") for one in COLD]

    return opened


def scanned(folder: Path) -> Callable[[], object]:
    """Compute the same two with DuckDB from the lake's own files."""
    import duckdb  # noqa: PLC0415 - others do without it

    from agentlens.lake.store.history import Store  # noqa: PLC0415 - only to find the files

    store = Store(folder / "lake")
    files = [str(store.root / one.path) for one in store.parts(store.head(), "traces")]
    query = SCAN.format(files=files)

    def scan() -> object:
        with duckdb.connect(config={"threads": 2}) as base:
            return base.sql(query).to_arrow_table()

    return scan


def _series(folder: Path, metrics: list[str]) -> Callable[[], object]:
    known = al.Metric("correction", "rate", "lower", "share", "user_corrected")
    log = al.from_frames(pd.read_parquet(folder / "traces.parquet"))
    asked = [known if one == "correction" else one for one in metrics]
    return lambda: [al.series(log, one, every="1h", by=BY) for one in asked]


def _frame(folder: Path) -> pd.DataFrame:
    frame = pd.read_parquet(folder / "traces.parquet")
    return frame.astype(dict.fromkeys(BY, "category"))


def _groups(frame: pd.DataFrame) -> Any:
    return frame.groupby([frame["start"].dt.floor("1h"), *BY], observed=True)


YARDSTICKS = (
    Yardstick(
        "P4", "series", "traces",
        Way("`series` of 7 metrics, hour × task × segment, with intervals", f"{HERE}:ours"),
        Way("pandas groupby, values only", f"{HERE}:grouped"), Goal(ratio=1 / 3, at=1_000_000), growth=True,
    ),
    Yardstick(
        "P4", "series-rate", "traces", Way("`series` of one rate, likewise", f"{HERE}:one_rate"),
        Way("pandas groupby, values only", f"{HERE}:grouped_rate"),
    ),
    Yardstick(
        "P4", "series-quantile", "traces", Way("`series` of one p95, likewise", f"{HERE}:one_quantile"),
        Way("pandas groupby, values only", f"{HERE}:grouped_quantile"),
    ),
    Yardstick(
        "P4", "series-cold", "lake", Way("a rate and a p95 by hour and task, cold from the Lake", f"{HERE}:cold"),
        Way("DuckDB on the lake's files", f"{HERE}:scanned"), Goal(ratio=1.5, at=1_000_000),
    ),
)  # fmt: skip
