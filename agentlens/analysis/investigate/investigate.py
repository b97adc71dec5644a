"""What happened to a metric: since when, why, where, with what, and what to read first?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from agentlens import text
from agentlens.analysis.arms.periods import Span
from agentlens.analysis.investigate.answer import answered
from agentlens.analysis.investigate.case import Case, Cause
from agentlens.analysis.investigate.question import Question, question_of
from agentlens.analysis.investigate.tell.markdown import markdown_of
from agentlens.analysis.investigate.tell.picture import picture_of
from agentlens.errors import BadInputError
from agentlens.measures.metric import Metric
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.tables.period import Moment, Period, moment

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Investigation", "investigate", "investigated"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Investigation(Result):
    """An incident brief: what changed, since when, why, where, with what, and what to read first.

    Attributes:
        metric: what was investigated.
        cause: slice, mix, both, everywhere, judge, sampling, burst or none; None where unknown.
        began: when it most likely began.
        began_between: the interval that holds that time.
        slices: the slices that changed, the surest first, as column and value.
        read_first: up to twenty traces and why they are here.
        undecided: what could not be decided, and what would be needed.
        course: the metric over time, where it changed and elsewhere.
        marks: releases on the way.
    """

    verb: ClassVar[str] = "investigate"
    quotes: ClassVar[bool] = True

    metric: Metric
    cause: Cause | None
    began: pd.Timestamp | None
    began_between: Span | None
    slices: tuple[dict[str, str], ...]
    read_first: pd.DataFrame
    undecided: tuple[str, ...]
    course: pd.DataFrame
    marks: pd.DataFrame

    def figure(self) -> "go.Figure":
        """Return the picture: the metric where it changed and elsewhere, and when it began."""
        from agentlens.figures.change.incident import incident_figure  # noqa: PLC0415 - first use

        return incident_figure(
            self.course,
            title=self.title,
            unit=self.metric.unit,
            began=self.began_between,
            marks=self.marks,
        )

    def to_markdown(self) -> str:
        """Return the brief as Markdown, to be pasted into a ticket."""
        return markdown_of(self, self.read_first, self.undecided)


def investigate(
    log: Log,
    metric: str | Metric,
    *,
    at: Moment | None = None,
    baseline: Period | None = None,
    every: str | None = None,
    columns: str | Sequence[str] | None = None,
    seed: int = 0,
) -> Investigation:
    """Return what happened to a metric, from its alarm to its cause, as a short brief.

    A chart says whether the metric, or the mix of traffic behind it, left its normal, and when.
    That stretch is compared with normal: the change in parts, the slices that changed more than the
    rest, failures that are new, other metrics that moved, what was deployed about then. Where
    nothing changed it says so, and what would have been seen.

    Args:
        log: the traces.
        metric: a name, or a Metric; not a count.
        at: when something was noticed. Default: the newest alarm is looked into.
        baseline: what is normal: a pair of times, a length from the start of the log, or a Log.
            Default: the first half of the log.
        every: length of a bin of the chart. Default: some hundred rows each.
        columns: to search for slices. Default: all circumstances that the log knows.
        seed: of everything that is drawn.

    Example:
        >>> import agentlens as al
        >>> found = al.investigate(al.demo(), "strong_completion")
        >>> found.cause, found.slices[0]
        ('slice', {'task_type': 'refund', 'device': 'mobile'})
    """
    when = None if at is None else _within(log, moment(at))
    return investigated(question_of(log.at_hand(), metric, when, columns, seed), baseline, every)


def investigated(
    question: Question, baseline: Period | None = None, every: str | None = None
) -> Investigation:
    """Return what `investigate` does, for a question that stands already.

    Args:
        question: what is asked.
        baseline: as in `investigate`.
        every: as in `investigate`.
    """
    when = question.at
    if question.metric.kind == "count":
        message = (
            f"{question.metric.name} is a count: no trace of it is good or bad. Investigate a rate,"
            " a mean, a quantile or a ratio; al.drift(log) tells what changed in the traffic."
        )
        raise BadInputError(message)
    brief, case, courses = answered(question, baseline, every)
    near = f" near {when:%Y-%m-%d %H:%M}" if when is not None else ""
    course, marks = picture_of(question, case, courses)
    return Investigation(
        title=f"{text.capital(question.metric.title)}: what happened{near}",
        band=brief.band,
        headline=brief.headline,
        frame=brief.evidence,
        caveats=(*question.log.drawn, *brief.caveats),
        known=brief.facts(),
        found=brief.found,
        metric=question.metric,
        cause=brief.cause,
        began=brief.began,
        began_between=brief.between,
        slices=_slices(case),
        read_first=brief.reading,
        undecided=brief.undecided,
        course=course,
        marks=marks,
    )


def _within(log: Log, at: pd.Timestamp) -> pd.Timestamp:
    if len(log) and not log.start <= at <= log.stop:
        message = (
            f"at={at:%Y-%m-%d %H:%M} lies outside the log, which covers"
            f" {log.start:%Y-%m-%d %H:%M} to {log.stop:%Y-%m-%d %H:%M}. Choose a time within."
        )
        raise BadInputError(message)
    return at


def _slices(case: Case | None) -> tuple[dict[str, str], ...]:
    if case is None:
        return ()
    return tuple(dict(one.values) for one in case.slices)
