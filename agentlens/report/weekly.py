"""What happened this week, on one page?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from agentlens import text
from agentlens.analysis.slos.slo import SLO
from agentlens.analysis.slos.written import promise
from agentlens.errors import BadInputError
from agentlens.lake.lake import Lake
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.progress import Progress
from agentlens.report.report import Report
from agentlens.report.sharing.choice import Sharing, shareable, sharing_of
from agentlens.report.sharing.shared import shared
from agentlens.report.since.read import read_known
from agentlens.report.stamps import kept_for, stamps
from agentlens.report.week.actions import actions_of
from agentlens.report.week.answers import Answers, answers_of
from agentlens.report.week.history import past_of
from agentlens.report.week.people import labelled, promoted_cases
from agentlens.report.week.reading import checked, linked
from agentlens.report.week.refusal import Refusal
from agentlens.report.week.sections import sections_of
from agentlens.report.week.span import Span, Week, span_of
from agentlens.report.week.top import highlights, lead
from agentlens.tables.log import Log
from agentlens.tables.period import Moment

__all__ = ["Weekly", "weekly"]

_METRICS = (
    "strong_completion",
    "error_rate",
    "latency_p95",
    "cost_per_success",
    "escalation",
    "tool_success",
)
_WITHHELD = Refusal("what to read", "single traces are left out of what is shared.")


@dataclass(frozen=True, eq=False, repr=False)
class Weekly(Report):
    """The report of a week, and what it was made of, for cells of one's own.

    Attributes:
        log: the week and the year that led to it.
        current: from and until when the week lasts.
        baseline: the time that it is compared with.
        metric: the name of the metric that changed most.
        read_first: traces that show the changes, the worst first.
    """

    log: Log | None = None
    current: tuple[pd.Timestamp, pd.Timestamp] | None = None
    baseline: tuple[pd.Timestamp, pd.Timestamp] | None = None
    metric: str = ""
    read_first: tuple[str, ...] = ()


def weekly(  # noqa: PLR0913 - each is a word of the command line, too
    source: Log | Lake,
    *,
    week: Week = "7D",
    against: Week | None = None,
    slos: SLO | str | Sequence[SLO | str] = (),
    metrics: Sequence[str | Metric] = _METRICS,
    every: str | None = None,
    as_of: Moment | None = None,
    previous: str | Path | None = None,
    promoted: str | Path | None = None,
    link: str = "",
    share: bool | Sharing = False,
) -> Weekly:
    """Return the report of a week: what changed and why, what was promised, what to do and to read.

    Args:
        source: a log, or a lake: the week and the history that it is judged by, at most a year. Of
            a log whose rows are on an engine, as many weeks as it brings at once.
        week: "7D", a length that ends with the last hour of the log; "2026-W47"; "last" for the
            last whole calendar week; or a pair of times.
        against: what it is compared with, written likewise; by default the time just before.
        slos: what was promised, as SLOs or as texts such as "error_rate <= 0.02 over 28D".
        metrics: what is charted, the most important first.
        every: length of a bin. Default: "6h" for a log of two weeks or more, else "1h".
        as_of: of a lake, the time whose knowledge counts, so that an old week can be printed again.
        previous: the file of the last report, .html or .ipynb, to say what changed since.
        promoted: the folder in which `promote` keeps regression cases.
        link: the address of a trace, such as "https://langfuse.example/project/p/traces/{trace_id}".
        share: whether small slices are merged and texts redacted, so that the page may leave the
            team; `Sharing(least=20)` says how.

    Example:
        >>> import agentlens as al
        >>> report = al.weekly(al.demo(), slos="error_rate <= 0.02")
        >>> report.band, len(report.actions) <= 5
        ('act', True)
    """
    promises, choice = _promises(slos), sharing_of(share)
    asked: dict[str, Any] = {
        "week": week,
        "against": against,
        "every": every,
        "as_of": as_of,
        "share": choice,
        "link": checked(link),
        "metrics": [getattr(one, "name", one) for one in metrics],
        "slos": [one.name for one in promises],
    }
    log = _log_of(source, as_of)
    span = span_of(week, against, log.start, log.stop)
    past = past_of(log, span)
    recorded = past.near
    history, audit = (
        (recorded, "") if choice is None else shared(recorded, choice, (span.now, span.before))
    )
    earlier = None if previous is None else read_known(previous)
    if choice is not None and earlier is not None and not shareable(earlier):
        message = (
            f"previous={str(previous)!r} was not made to be shared, and what it says of small slices"
            " would come back in what changed since. Name a file that was made with share=True."
        )
        raise BadInputError(message)
    whole = past.whole if choice is None else history
    seven = history.between(*span.now)
    n_seven = len(whole.between(*span.now))
    with Progress() as progress:
        answers = answers_of(
            history,
            seven,
            span,
            whole=whole,
            metrics=metrics,
            slos=promises,
            every=every,
            fewest=0 if choice is None else choice.least,
            say=lambda what: progress.say(lambda: f"{span.title}: {what} …"),
        )
    hidden = choice is not None and not choice.traces
    answers = replace(answers, worst=_WITHHELD if hidden else linked(answers.worst, link))
    causes = answers.causes
    notes = (
        _size(n_seven, len(whole)),
        past.said,
        str(audit),
        kept_for(log, f"weekly report of {_dates(span)}"),
    )
    return Weekly(
        span.title,
        sections_of(
            history,
            answers,
            people=(labelled(history, span), promoted_cases(promoted, span, quoted=choice is None)),
            previous=earlier,
            link=link,
        ),
        period=span.words,
        lead=lead(answers),
        notes=tuple(filter(None, notes)),
        highlights=highlights(answers, n_seven, len(whole.between(*span.before))),
        actions=actions_of(answers),
        stamps=stamps(recorded, metrics=_measured(history, answers), parameters=asked),
        log=history,
        current=span.now,
        baseline=span.before,
        metric=causes[0].metric.name if causes else str(asked["metrics"][0]),
        read_first=tuple(dict.fromkeys(one for cause in causes for one in cause.read)),
    )


def _measured(history: Log, answers: Answers) -> list[Metric]:
    """Return every metric that the report speaks of."""
    if isinstance(answers.changes, Refusal):
        return []
    return [find_metric(history, name) for name in answers.changes.frame["metric"]]


def _log_of(source: Log | Lake, as_of: Moment | None) -> Log:
    if isinstance(source, Lake):
        log: Log = source.log(as_of=as_of)
    elif isinstance(source, Log):
        log = source
    else:
        message = f"weekly() takes a Log or a Lake, not {type(source).__name__}."
        raise BadInputError(message)
    if log is source and as_of is not None:
        message = "as_of= picks what a lake knew at a time; a Log has no memory. Pass the Lake."
        raise BadInputError(message)
    if not len(log):
        message = "There are no traces in this log, so there is no week to report."
        raise BadInputError(message)
    return log


def _promises(slos: SLO | str | Sequence[SLO | str]) -> list[SLO]:
    given = [slos] if isinstance(slos, SLO | str) else list(slos)
    return [promise(one) if isinstance(one, str) else one for one in given]


def _size(week: int, history: int) -> str:
    return (
        f"{text.plural(week, 'trace')} this week, {text.count(history)} in the history behind it."
    )


def _dates(span: Span) -> str:
    return f"{span.start:%Y-%m-%d} to {span.end:%Y-%m-%d}"
