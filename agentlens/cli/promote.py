"""agentlens promote: how do labelled failures become regression cases?"""

import argparse
from pathlib import Path

import pandas as pd

import agentlens as al
from agentlens.cli.base import command, say
from agentlens.cli.source import WHAT, log_of
from agentlens.errors import BadInputError

__all__ = ["add"]

_UNKNOWN = 3
_FORMATS = ("jsonl", "pytest", "promptfoo", "inspect", "deepeval")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    promote = command(
        commands,
        "promote",
        _promote,
        "write one regression case for each failure pattern among labelled traces; exit code 3"
        " where no mark is a failure",
        "agentlens promote 'exports/*.jsonl.gz' --marks marks.csv --to regressions",
    )
    promote.add_argument("files", nargs="+", help=WHAT)
    promote.add_argument(
        "--marks", type=Path, required=True, help="CSV with trace_id, label and, if any, note"
    )
    promote.add_argument("--to", type=Path, required=True, help="the folder of the cases")
    promote.add_argument("--dataset", help="what the cases are called (default: the folder)")
    promote.add_argument("--format", action="append", choices=_FORMATS, help="may be given again")


def _promote(given: argparse.Namespace) -> int:
    if not given.marks.is_file():
        message = (
            f"There is no file {str(given.marks)!r}; --marks is a CSV with trace_id and label."
        )
        raise BadInputError(message)
    marks = pd.read_csv(given.marks, dtype="str", keep_default_na=False)
    done = al.promote(
        log_of(given.files),
        marks,
        to=given.to,
        dataset=given.dataset,
        formats=tuple(given.format or _FORMATS[:2]),
    )
    say(repr(done))
    for file in done.files:
        say(f"  {file}")
    return _UNKNOWN if done.band == "unknown" else 0
