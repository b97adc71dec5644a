"""Which log does a world of the simulated shop hold?"""

import pickle
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentlens.tables.log import Log

__all__ = ["log_of"]


def log_of(folder: Path) -> "Log":
    """Return the log; `worlds.demo` wrote the file."""
    with (folder / "log.pickle").open("rb") as held:
        log: Log = pickle.load(held)  # noqa: S301 - our own file
    return log
