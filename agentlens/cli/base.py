"""How does a command describe itself, and how does it speak?"""

import argparse
import sys
from collections.abc import Callable

__all__ = ["command", "say"]


def command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    what: str,
    example: str,
) -> argparse.ArgumentParser:
    """Return the parser of one command, with its example at the end of its help.

    Args:
        commands: where it is added.
        name: the word that a person types.
        run: does it and returns its exit code.
        what: a phrase.
        example: the whole line.
    """
    parser = commands.add_parser(
        name, help=what, description=what[0].upper() + what[1:] + ".", epilog=f"example: {example}"
    )
    parser.set_defaults(run=run)
    return parser


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
