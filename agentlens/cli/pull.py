"""agentlens pull: what is new in Langfuse, kept in a lake?"""

import argparse
from pathlib import Path

import agentlens as al
from agentlens.cli.base import command, say

__all__ = ["add"]

_STOPPED = 3


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    pull = command(
        commands,
        "pull",
        _pull,
        "read what is new in Langfuse into a lake, for cron; exit code 0 complete, 3 stopped early",
        "agentlens pull lake --since 28D",
    )
    pull.add_argument("lake", type=Path, help="the folder of the lake; it is made if need be")
    pull.add_argument("--since", default="7D", help="how far back, or since when (default: 7D)")
    pull.add_argument("--until", help="up to when (default: now)")
    pull.add_argument("--deep", help="read everything again so far back, such as 7D")
    pull.add_argument(
        "--verify", action="store_true", help="compare settled days with Langfuse's own counts"
    )
    pull.add_argument(
        "--text",
        choices=("roots", "all", "none"),
        default="roots",
        help="which steps bring input and output (default: roots)",
    )
    pull.add_argument("--environment", help="only traces of this environment")
    pull.add_argument(
        "--max-wait",
        type=float,
        default=120.0,
        help="longest wait in seconds that Langfuse may ask for (default: 120)",
    )


def _pull(given: argparse.Namespace) -> int:
    lake = al.Lake(given.lake)
    done = lake.sync(
        "langfuse",
        since=given.since,
        until=given.until,
        deep=given.deep,
        text=given.text,
        environment=given.environment,
        max_wait=given.max_wait,
        verify=given.verify,
    )
    for name, value in done.facts().items():
        say(f"{name:<14} {value}")
    say(repr(lake))
    return 0 if done.complete else _STOPPED
