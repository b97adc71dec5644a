"""How is a loopback Langfuse tried by hand?

`python -m tests.loopback --traces-per-day 400 --days 14` serves until Ctrl-C.
"""

import argparse
import sys
from collections.abc import Sequence
from threading import Event

from tests.loopback.clock import Clock
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
    parser.add_argument("--start", default="2026-05-04T00:00:00Z")
    parser.add_argument("--mode", default="v4", choices=["v4", "events_only", "v3", "neither"])
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args(arguments)
    world = World(
        given.seed, days=given.days, traces_per_day=given.traces_per_day, start=given.start
    )
    server = LangfuseServer(world, given.mode, clock=Clock(world.end))
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


if __name__ == "__main__":
    raise SystemExit(main())
