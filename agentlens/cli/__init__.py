"""What can be done without a notebook?"""

import argparse
import sys
from collections.abc import Callable, Sequence

import agentlens as al
from agentlens.cli import check, demo, lab, promote, pull, report
from agentlens.errors import AgentLensError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused with a sentence."""
    given = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = given.run
    try:
        return run(given)
    except AgentLensError as error:
        sys.stderr.write(f"agentlens: {error}\n")
        return 1
    except KeyboardInterrupt as stop:
        said = str(stop) or "stopped; files already written are whole."
        sys.stderr.write(f"agentlens: {said}\n")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="agentlens",
        description="Find out what happened to a deployed LLM agent.",
        epilog="example: agentlens demo --out out",
    )
    parser.add_argument("--version", action="version", version=f"agentlens {al.__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    for one in (demo, pull, report, check, promote, lab):
        one.add(commands)
    return parser
