"""A process that syncs a lake from a loopback Langfuse, and may be killed at any time."""

import sys

import pandas as pd

from agentlens.lake.lake import Lake
from tests.loopback.clock import Clock

__all__ = ["KEY", "lake_at", "main"]

KEY = "the key of these tests"


def lake_at(path: str, now: float) -> Lake:
    """Return a lake whose clock stands still."""
    return Lake(path, key=KEY, clock=lambda: pd.Timestamp(now, unit="s", tz="UTC"))


def main() -> None:
    """Sync once: folder, address and time are the arguments."""
    path, host, now = sys.argv[1:4]
    done = lake_at(path, float(now)).sync(
        "langfuse",
        since="30D",
        host=host,
        public_key="pk-lf-loopback",
        secret_key="sk-lf-loopback",  # noqa: S106 - opens nothing
        clock=Clock(float(now)),
    )
    sys.exit(0 if done.complete else 3)


if __name__ == "__main__":
    main()
