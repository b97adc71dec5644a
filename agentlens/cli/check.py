"""agentlens check: is anything wrong that somebody must be called for?"""

import argparse
import sys
from html import unescape

import agentlens as al
from agentlens.analysis.slos.written import promise
from agentlens.cli.base import command, say, sender
from agentlens.cli.source import WHAT, log_of
from agentlens.errors import BadInputError

__all__ = ["add"]

_ACT, _UNKNOWN = 2, 3


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    check = command(
        commands,
        "check",
        _check,
        "check charts and SLOs of log files, for cron; exit code 0 pass, 2 act, 3 unknown",
        "agentlens check 'exports/*.jsonl.gz' --slo 'error_rate <= 0.02' --since 1h"
        " --webhook-env AGENTLENS_WEBHOOK",
    )
    check.add_argument("files", nargs="+", help=WHAT)
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


def _check(given: argparse.Namespace) -> int:
    send = sender(given.webhook_env)
    policy = _policy(given)
    slos = [promise(one) for one in given.slo]
    log = log_of(given.files)
    say(repr(log))
    how = {"by": given.by, "every": given.every, "baseline": given.baseline}
    if given.metric:
        how["metrics"] = given.metric
    results: list[al.Result] = [al.charts(log, **how, false_alarms=given.false_alarms)]
    if slos:
        results.append(al.check_slos(log, slos))
    found = al.alert(results, policy, since=given.since)
    for one in [*results, found]:
        say(repr(one))
    for message in found.messages():
        say(f"  {unescape(message['text'])}")  # a channel wants its text escaped, a terminal not
    failed = [one for one in (found.send(send) if send else ()) if not one.delivered]
    for one in failed:
        sys.stderr.write(f"agentlens: a message was not delivered: {one.problem}\n")
    worst = {one.band for one in (*results, found)}
    if "act" in worst:
        return _ACT
    return _UNKNOWN if "unknown" in worst or failed else 0


def _policy(given: argparse.Namespace) -> al.Policy:
    parts = given.sustained.split("/")
    if len(parts) != 2 or not all(part.isdigit() for part in parts):  # noqa: PLR2004 - k of m
        message = f"--sustained is written like 2/3, two of three bins, not {given.sustained!r}."
        raise BadInputError(message)
    return al.Policy(
        sustained=int(parts[0]), of=int(parts[1]), owner=given.owner, runbook=given.runbook
    )
