"""agentlens demo: what does all this look like on a log that needs nothing?"""

import argparse
from pathlib import Path
from time import perf_counter

import agentlens as al
from agentlens.cli.base import command, say

__all__ = ["add"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    demo = command(
        commands,
        "demo",
        _demo,
        "simulate a log, chart it and write its weekly report",
        "agentlens demo --days 28 --out out",
    )
    demo.add_argument("--out", type=Path, default=Path("out"), help="folder (default: out)")
    demo.add_argument("--days", type=int, default=28, help="length of the log (default: 28)")
    demo.add_argument("--traces-per-day", type=int, default=600, help="mean traffic (default: 600)")
    demo.add_argument("--seed", type=int, default=7, help="same seed, same log (default: 7)")


def _demo(given: argparse.Namespace) -> int:
    began = perf_counter()
    say(f"Simulating {given.days} days of a support agent …")
    log = al.demo(days=given.days, traces_per_day=given.traces_per_day, seed=given.seed)
    say(f"{log!r}, with {len(log.truth) if log.truth is not None else 0} planted facts")
    files = log.save(given.out / "demo.parquet")
    report = al.weekly(log)
    page = report.save(given.out / "weekly.html")
    chart = al.control_chart(log, "strong_completion", every="6h")
    say("")
    say(repr(chart))
    for signal in chart.signals():
        ids = ", ".join(signal.trace_ids[:3])
        say(f"  {signal.start:%d %b %H:%M} to {signal.end:%d %b %H:%M}: look at {ids}")
    say("")
    say(f"This week: {report.lead}")
    say(f"Report    {page.resolve()}")
    say(f"Log       {', '.join(str(file) for file in files)}")
    say(f"Done in {perf_counter() - began:.1f} s.")
    return 0
