"""What can be done without a notebook?"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from subprocess import call
from time import perf_counter

import agentlens as al
from agentlens.errors import AgentLensError, BadInputError

__all__ = ["main"]

_ACT, _UNKNOWN = 2, 3
_PROMISE = re.compile(r"(\S+)\s*(<=|>=)\s*([0-9.eE+-]+)(?:\s+over\s+(\S+))?")
_NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused with a sentence."""
    given = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = given.run
    try:
        return run(given)
    except AgentLensError as error:
        sys.stderr.write(f"agentlens: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("agentlens: stopped; files already written are whole.\n")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="agentlens",
        description="Find out what happened to a deployed LLM agent.",
        epilog="example: agentlens demo --out out",
    )
    parser.add_argument("--version", action="version", version=f"agentlens {al.__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    demo = _command(
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
    report = _command(
        commands,
        "report",
        _report,
        "write the weekly report of log files",
        "agentlens report 'exports/*.jsonl.gz' --out week.html",
    )
    report.add_argument("files", nargs="+", help="log files, folders or patterns")
    report.add_argument("--out", type=Path, default=Path("week.html"), help="the HTML file")
    _add_check(commands)
    lab = _command(
        commands,
        "lab",
        _lab,
        "open JupyterLab on the notebooks",
        "agentlens lab --no-browser",
    )
    lab.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    lab.add_argument("--port", type=int, default=8888, help="first port to try (default: 8888)")
    return parser


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = _command(
        commands,
        "check",
        _check,
        "check charts and SLOs of log files, for cron; exit code 0 pass, 2 act, 3 unknown",
        "agentlens check 'exports/*.jsonl.gz' --slo 'error_rate <= 0.02' --since 1h"
        " --webhook-env AGENTLENS_WEBHOOK",
    )
    check.add_argument("files", nargs="+", help="log files, folders or patterns")
    check.add_argument("--metric", action="append", help="chart this; may be given again")
    check.add_argument("--by", help="chart the values of this trace column, too")
    check.add_argument("--every", default="1h", help="length of a bin (default: 1h)")
    check.add_argument("--baseline", help="what is normal, from the start, such as 14D")
    check.add_argument(
        "--false-alarms", default="1 per month", help="over all charts (default: 1 per month)"
    )
    check.add_argument("--slo", action="append", default=[], help="such as 'error_rate <= 0.02'")
    check.add_argument("--sustained", default="1/1", help="bins beyond to act, such as 2/3")
    check.add_argument("--since", help="tell only calls of the last so long, such as 1h")
    check.add_argument("--owner", default="", help="who is called")
    check.add_argument("--runbook", default="", help="where it says what to do")
    check.add_argument(
        "--webhook-env", help="environment variable that holds the address to post to"
    )


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    what: str,
    example: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=what, description=what[0].upper() + what[1:] + ".", epilog=f"example: {example}"
    )
    parser.set_defaults(run=run)
    return parser


def _demo(given: argparse.Namespace) -> int:
    began = perf_counter()
    _say(f"Simulating {given.days} days of a support agent …")
    log = al.demo(days=given.days, traces_per_day=given.traces_per_day, seed=given.seed)
    _say(f"{log!r}, with {len(log.truth) if log.truth is not None else 0} planted facts")
    files = log.save(given.out / "demo.parquet")
    report = al.weekly(log)
    page = report.save(given.out / "weekly.html")
    chart = al.control_chart(log, "strong_completion", every="6h")
    _say("")
    _say(repr(chart))
    for signal in chart.signals():
        ids = ", ".join(signal.trace_ids[:3])
        _say(f"  {signal.start:%d %b %H:%M} to {signal.end:%d %b %H:%M}: look at {ids}")
    _say("")
    _say(f"This week: {report.lead}")
    _say(f"Report    {page.resolve()}")
    _say(f"Log       {', '.join(str(file) for file in files)}")
    _say(f"Done in {perf_counter() - began:.1f} s.")
    return 0


def _report(given: argparse.Namespace) -> int:
    log = al.read_files(given.files)
    _say(repr(log))
    report = al.weekly(log)
    page = report.save(given.out)
    _say(report.lead)
    _say(f"Report    {page}")
    return 0


def _check(given: argparse.Namespace) -> int:
    send = _sender(given.webhook_env)
    policy = _policy(given)
    slos = [_promise(one) for one in given.slo]
    log = al.read_files(given.files)
    _say(repr(log))
    how = {"by": given.by, "every": given.every, "baseline": given.baseline}
    if given.metric:
        how["metrics"] = given.metric
    results: list[al.Result] = [al.charts(log, **how, false_alarms=given.false_alarms)]
    if slos:
        results.append(al.check_slos(log, slos))
    found = al.alert(results, policy, since=given.since)
    for one in [*results, found]:
        _say(repr(one))
    for message in found.messages():
        _say(f"  {message['text']}")
    failed = [one for one in (found.send(send) if send else ()) if not one.delivered]
    for one in failed:
        sys.stderr.write(f"agentlens: a message was not delivered: {one.problem}\n")
    worst = {one.band for one in (*results, found)}
    if "act" in worst:
        return _ACT
    return _UNKNOWN if "unknown" in worst or failed else 0


def _sender(variable: str | None) -> al.Webhook | None:
    if variable is None:
        return None
    if not os.environ.get(variable):
        message = f"--webhook-env {variable}: this environment variable is not set."
        raise BadInputError(message)
    return al.webhook(os.environ[variable])


def _policy(given: argparse.Namespace) -> al.Policy:
    parts = given.sustained.split("/")
    if len(parts) != 2 or not all(part.isdigit() for part in parts):  # noqa: PLR2004 - k of m
        message = f"--sustained is written like 2/3, two of three bins, not {given.sustained!r}."
        raise BadInputError(message)
    return al.Policy(
        sustained=int(parts[0]), of=int(parts[1]), owner=given.owner, runbook=given.runbook
    )


def _promise(said: str) -> al.SLO:
    """Return the SLO that a text such as "error_rate <= 0.02 over 7D" means."""
    found = _PROMISE.fullmatch(said.strip())
    if not found:
        message = f"--slo is written like 'error_rate <= 0.02' or '… over 7D', not {said!r}."
        raise BadInputError(message)
    metric, _, objective, window = found.groups()
    return al.SLO(said, metric, float(objective), window=window or "28D")


def _lab(given: argparse.Namespace) -> int:
    if find_spec("jupyterlab") is None:
        message = "JupyterLab is not installed. Install it with: pip install 'agentlens[notebook]'"
        raise BadInputError(message)
    root = _NOTEBOOKS if _NOTEBOOKS.is_dir() else Path.cwd()
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}"]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={given.port}"]
    command.append("--LabApp.extension_manager=readonly")
    if given.no_browser:
        command.append("--no-browser")
    if os.name != "nt" and os.geteuid() == 0:
        # Containers run as root; the server listens to this machine only and asks for its token.
        command.append("--allow-root")
    return call(command)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
