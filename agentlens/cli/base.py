"""How does a command describe itself, and how does it speak?"""

import argparse
import os
import sys
from collections.abc import Callable

import agentlens as al
from agentlens.errors import BadInputError

__all__ = ["command", "say", "sender"]


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


def sender(variable: str | None) -> al.Webhook | None:
    """Return what posts to the address in an environment variable; None where none is named.

    Args:
        variable: its name; the address is a secret, and no word of a command line.
    """
    if variable is None:
        return None
    if not os.environ.get(variable):
        message = f"--webhook-env {variable}: this environment variable is not set."
        raise BadInputError(message)
    return al.webhook(os.environ[variable])
