"""agentlens demo: what does all this look like on a log that needs nothing?"""

import argparse
import webbrowser
from pathlib import Path
from time import perf_counter

import agentlens as al
from agentlens.cli.base import command, say
from agentlens.cli.week import week_of
from agentlens.errors import BadInputError

__all__ = ["add"]

_PROMISES = ("error_rate <= 0.02", "strong_completion >= 0.8", "latency_p95 <= 20")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    demo = command(
        commands,
        "demo",
        _demo,
        "simulate a log, keep it in a lake and write its weekly report",
        "agentlens demo --days 28 --out out",
    )
    demo.add_argument("--out", type=Path, default=Path("out"), help="folder (default: out)")
    demo.add_argument("--days", type=int, default=28, help="length of the log (default: 28)")
    demo.add_argument("--traces-per-day", type=int, default=600, help="mean traffic (default: 600)")
    demo.add_argument("--open", action="store_true", help="open the report in the browser")
    demo.add_argument("--seed", type=int, default=7, help="same seed, same log (default: 7)")


def _demo(given: argparse.Namespace) -> int:
    began = perf_counter()
    say(f"Simulating {given.days} days of a support agent …")
    log = al.demo(days=given.days, traces_per_day=given.traces_per_day, seed=given.seed)
    say(f"{log!r}, with {len(log.truth) if log.truth is not None else 0} planted facts")
    lake = al.Lake(given.out / "lake", redact=None)  # what was simulated is nobody's
    lake.sync(log)
    if len(lake.log()) != len(log):
        message = f"{str(lake.path)!r} holds another log already; name another folder with --out."
        raise BadInputError(message)
    say("Writing the report of its last week …")
    report = week_of([str(lake.path)], {"week": "7D", "slos": list(_PROMISES)})
    page = report.save(given.out / "weekly.html")
    say("")
    say(report.lead or repr(report))
    for action in report.actions:
        say(f"  - {getattr(action, 'says', action)}")
    say("")
    say(f"Report    {page.resolve()}")
    say(f"Lake      {Path(lake.path).resolve()}")
    say(f"Done in {perf_counter() - began:.1f} s.")
    if given.open:
        webbrowser.open(page.resolve().as_uri())
    return 0
