"""agentlens report: what happened this week, in one file?"""

import argparse
import sys
from pathlib import Path

import agentlens as al
from agentlens.cli.base import command, say, sender
from agentlens.cli.source import WHAT, is_lake
from agentlens.cli.week import week_of
from agentlens.errors import BadInputError
from agentlens.report.saving import kind_of

__all__ = ["add"]

_WEEKLY = "weekly"
_INCOMPLETE = 3


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    report = command(
        commands,
        "report",
        _report,
        "run the weekly report, or any notebook, and write it as one offline page; exit code 3"
        " where it is written but its digest was not delivered",
        "agentlens report weekly --lake lake --week 2026-W47 --out week-47.html",
    )
    report.add_argument("what", help="weekly, or a notebook whose results become a page")
    report.add_argument("files", nargs="*", help=f"{WHAT}; of weekly, instead of --lake")
    report.add_argument("--lake", type=Path, help="the folder of a lake")
    report.add_argument("--week", help="2026-W47, a length such as 7D, or last (default: last)")
    report.add_argument("--against", help="what it is compared with (default: the week before)")
    report.add_argument("--as-of", help="what the lake knew then, such as 2026-11-23")
    report.add_argument(
        "--slo", action="append", help="such as 'error_rate <= 0.02 over 28D'; may be given again"
    )
    report.add_argument("--previous", type=Path, help="last week's file: says what changed since")
    report.add_argument("--promoted", type=Path, help="the folder of regression cases")
    report.add_argument("--link", help="address of a trace, with {trace_id} in it")
    report.add_argument(
        "--share", action="store_true", help="merge small slices, redact, and say so on the page"
    )
    report.add_argument(
        "--out",
        type=Path,
        action="append",
        help="file to write, .html, .ipynb, .md or .pdf; may be given again (default: week.html)",
    )
    report.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a notebook's parameter"
    )
    report.add_argument("--code", action="store_true", help="show the cells' code, folded")
    report.add_argument("--webhook-env", help="environment variable with the address of a channel")
    report.add_argument("--url", default="", help="where readers of the channel find the page")


def _report(given: argparse.Namespace) -> int:
    send = sender(given.webhook_env)
    outs = given.out or [Path("week.html" if given.what == _WEEKLY else _page_of(given.what))]
    for out in outs:
        kind_of(out, f"--out {out}")
    made = _weekly(given) if given.what == _WEEKLY else _notebook(given)
    for out in outs:
        say(f"Report    {made.save(out)}")
    say(made.lead or repr(made))
    if send is None:
        return 0
    done = send(made.digest(link=given.url))
    if done.delivered:
        return 0
    sys.stderr.write(f"agentlens: the digest was not delivered: {done.problem}\n")
    return _INCOMPLETE


def _weekly(given: argparse.Namespace) -> al.Report:
    if given.lake is not None and given.files:
        message = (
            f"Give --lake or files, not both: found {str(given.lake)!r} and {given.files[0]!r}."
        )
        raise BadInputError(message)
    if given.lake is None and not given.files:
        message = "Name what is reported: --lake FOLDER, or log files. agentlens demo makes a lake."
        raise BadInputError(message)
    if given.lake is not None and not is_lake(given.lake):
        message = (
            f"{str(given.lake)!r} is no lake. agentlens pull {given.lake} makes one of Langfuse."
        )
        raise BadInputError(message)
    places = given.files if given.lake is None else [str(given.lake)]
    return week_of(places, _words(given), code=given.code)


def _words(given: argparse.Namespace) -> dict[str, object]:
    """Return what was asked of the week, in the words of `weekly`; what was not asked is left out."""
    told = {
        "week": given.week or "last",
        "against": given.against,
        "as_of": given.as_of,
        "slos": given.slo,
        "previous": _absolute(given.previous),
        "promoted": _absolute(given.promoted),
        "link": given.link,
        "share": given.share,
    }
    return {name: value for name, value in told.items() if value}


def _notebook(given: argparse.Namespace) -> al.Report:
    if given.files or given.lake:
        message = (
            f"{given.what!r} is a notebook: it reads its own data. Use --set lake=… if it asks."
        )
        raise BadInputError(message)
    return al.render(Path(given.what), _parameters(given.set), code=given.code)


def _parameters(said: list[str]) -> dict[str, str]:
    found = {}
    for one in said:
        name, sign, value = one.partition("=")
        if not sign or not name.isidentifier():
            message = f"--set is written like week=2026-W47, not {one!r}."
            raise BadInputError(message)
        found[name] = value
    return found


def _page_of(what: str) -> str:
    return f"{Path(what).stem}.html"


def _absolute(path: Path | None) -> str | None:
    return None if path is None else str(path.resolve())
