"""P13: how long does a hand wait that looks into n traces and 8n steps of a lake?"""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import agentlens as al
from benchmarks.yardsticks.yardstick import Goal, Way, Yardstick

__all__ = ["YARDSTICKS"]

HERE = __name__
GIB = 1024.0


def first(folder: Path) -> Callable[[], object]:
    """Open the lake, the view, and tell the first chart."""
    return lambda: _opened(folder)


def click(folder: Path) -> Callable[[], object]:
    """Click a slice, and tell the chart and the table."""
    view = _opened(folder)
    cells = view.answers["panel"]({"panel": "heatmap"})["rows"]["rows"]
    acts = cycle([one["do"] for one in cells if one["do"]][:4])

    def clicked() -> object:
        view.answers["do"](next(acts))
        return [view.answers["panel"]({"panel": one}) for one in ("chart", "table")]

    return clicked


def scanned(folder: Path) -> Callable[[], object]:
    """Count the traces by hour, task and outcome with DuckDB, from the lake's own files."""
    from benchmarks.yardsticks.ways.series import scanned as scan  # noqa: PLC0415 - likewise

    return scan(folder)


def _opened(folder: Path) -> Any:
    log = al.Lake(folder / "lake", redact=None).log(text="traces")
    view: Any = al.explore(log, store=None)
    view.answers["panel"]({"panel": "chart"})
    return view


SCAN = Way("DuckDB counting the lake by hour and task", f"{HERE}:scanned")
YARDSTICKS = (
    Yardstick("P13", "explore-first", "lake", Way("`explore`, to the first chart", f"{HERE}:first"),
              SCAN, Goal(seconds=3.0, memory=2 * GIB, at=1_000_000)),
    Yardstick("P13", "explore-click", "lake", Way("the first click on a slice, chart and table", f"{HERE}:click"), SCAN,
              Goal(seconds=0.5, memory=2 * GIB, at=1_000_000)),
)  # fmt: skip
