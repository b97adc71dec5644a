"""P5: what does it cost to bring the newest hundredth of the steps into a lake again, changed?"""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

from benchmarks.yardsticks.yardstick import Goal, Way, Yardstick

__all__ = ["YARDSTICKS"]

HERE = __name__


def ours(folder: Path) -> Callable[[], object]:
    """Bring them into a lake, and rebuild the traces that they touch."""
    from agentlens.lake.store.history import Store  # noqa: PLC0415 - a way loads what it needs
    from agentlens.lake.store.upsert import upsert  # noqa: PLC0415 - likewise
    from benchmarks.lake import assembled  # noqa: PLC0415 - likewise

    changed = pd.read_parquet(folder / "changed.parquet")
    copy = Path(mkdtemp(dir=folder)) / "lake"
    shutil.copytree(folder / "lake", copy)

    def brought() -> object:
        done = upsert(Store(copy), {"spans": changed}, rebuild=assembled)
        shutil.rmtree(copy.parent)
        return done

    return brought


def rewritten(folder: Path) -> Callable[[], object]:
    """Read, merge, sort and write the steps with pandas."""
    from benchmarks.lake import rewritten as rewrite  # noqa: PLC0415 - a way loads what it needs

    changed = pd.read_parquet(folder / "changed.parquet")
    copy = Path(mkdtemp(dir=folder)) / "pandas.parquet"
    shutil.copy(folder / "pandas.parquet", copy)

    def wrote() -> None:
        rewrite(copy, changed)
        shutil.rmtree(copy.parent)

    return wrote


YARDSTICKS = (
    Yardstick(
        "P5", "upsert", "steps",
        Way("the newest 1 % into a Lake of n traces, 8n steps", f"{HERE}:ours", once=True),
        Way("reading, merging, writing with pandas", f"{HERE}:rewritten", once=True),
        Goal(ratio=1 / 50, at=1_000_000),
    ),
)  # fmt: skip
