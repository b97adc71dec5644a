"""P1: what does `import agentlens` cost, against `import pandas`? In a new interpreter each."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.yardsticks.yardstick import Goal, Way, Yardstick

__all__ = ["YARDSTICKS"]

HERE = __name__
TABLES = "agentlens; agentlens.Log; agentlens.from_frames"
PANDAS = Way("`import pandas`", f"{HERE}:pandas")
LEAST = Goal(ratio=1.15)


def alone(_: Path) -> Callable[[], object]:
    """Import the package."""
    return _imports("agentlens")


def tables(_: Path) -> Callable[[], object]:
    """Import the package, and what a log needs."""
    return _imports(TABLES)


def pandas(_: Path) -> Callable[[], object]:
    """Import pandas."""
    return _imports("pandas")


def _imports(what: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, "-c", f"import {what}"], check=True)


YARDSTICKS = (
    Yardstick("P1", "import", "", Way("`import agentlens`", f"{HERE}:alone"), PANDAS, LEAST),
    Yardstick(
        "P1", "import-tables", "",
        Way("`import agentlens`, its tables loaded", f"{HERE}:tables"), PANDAS, LEAST,
    ),
)  # fmt: skip
