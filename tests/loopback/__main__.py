"""How is a loopback Langfuse tried by hand?

`python -m tests.loopback --traces-per-day 400 --days 14` serves days that end now, until Ctrl-C.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from threading import Event

from tests.loopback.clock import Clock
from tests.loopback.rows import iso
from tests.loopback.server import LangfuseServer
from tests.loopback.world.world import World

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None, stop: Event | None = None) -> int:
    """Serve a world until stopped, and say where.

    Args:
        arguments: of the command line.
        stop: set to stop it; else Ctrl-C does.
    """
    parser = argparse.ArgumentParser(prog="tests.loopback", description=__doc__)
    parser.add_argument("--traces-per-day", type=int, default=400)
    parser.add_argument("--days", type=float, default=14.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", default="", help="a time; the given days before now if not said")
    parser.add_argument("--mode", default="v4", choices=["v4", "events_only", "v3", "neither"])
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args(arguments)
    start = given.start or iso(int((time.time() - given.days * 86_400) * 1e6))
    world = World(given.seed, days=given.days, traces_per_day=given.traces_per_day, start=start)
    server = LangfuseServer(world, given.mode, clock=_WallClock())
    server.start(given.port)
    lines = (
        f"LANGFUSE_BASE_URL={server.url}",
        f"LANGFUSE_PUBLIC_KEY={server.public_key}",
        f"LANGFUSE_SECRET_KEY={server.secret_key}",
    )
    sys.stdout.write("\n".join((*lines, "")))
    sys.stdout.flush()
    try:
        (stop or Event()).wait()
    except KeyboardInterrupt:
        return 130
    finally:
        server.stop()
    return 0


class _WallClock(Clock):
    """The machine's own time."""

    def now(self) -> float:
        """Return seconds since 1970."""
        return time.time()


if __name__ == "__main__":
    raise SystemExit(main())
