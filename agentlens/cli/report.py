"""agentlens report: what happened this week, in one file?"""

import argparse
from pathlib import Path

import agentlens as al
from agentlens.cli.base import command, say
from agentlens.cli.source import WHAT, log_of

__all__ = ["add"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    report = command(
        commands,
        "report",
        _report,
        "write the weekly report of log files",
        "agentlens report 'exports/*.jsonl.gz' --out week.html",
    )
    report.add_argument("files", nargs="+", help=WHAT)
    report.add_argument("--out", type=Path, default=Path("week.html"), help="the HTML file")


def _report(given: argparse.Namespace) -> int:
    log = log_of(given.files)
    say(repr(log))
    report = al.weekly(log)
    page = report.save(given.out)
    say(report.lead)
    say(f"Report    {page}")
    return 0
