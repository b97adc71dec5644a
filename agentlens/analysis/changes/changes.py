"""What changed most between two periods, of everything that can be asked?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from agentlens.analysis.arms.periods import around
from agentlens.analysis.changes.notes import caveats
from agentlens.analysis.changes.one.change import change_of
from agentlens.analysis.changes.order import band_of, frame_of, ranked
from agentlens.analysis.changes.signals import distinct, signals_of
from agentlens.analysis.changes.spans import spans_of
from agentlens.analysis.changes.together import together
from agentlens.analysis.changes.wanted import Wanted, wanted_of
from agentlens.analysis.changes.words import facts, headline, title
from agentlens.errors import BadInputError
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.tables.period import Period

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Changes", "changes"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Changes(Result):
    """What changed between two periods, the most certain bad change that matters first.

    Attributes:
        weeks: the value of each metric in each period on record: metric, start, value, low, high, n.
        called: the metrics that surely changed by what matters, those of the same columns once.
    """

    verb: ClassVar[str] = "changes"

    weeks: pd.DataFrame
    called: tuple[Metric, ...]

    def figure(self) -> "go.Figure":
        """Return each metric's change beside how far it usually moves."""
        from agentlens.figures.change.changes import changes_figure  # noqa: PLC0415 - on first use

        return changes_figure(self.frame, title=self.title)

    def top(self, n: int = 3) -> tuple[Metric, ...]:
        """Return the metrics that changed, the most certain bad change that matters first.

        Of metrics that are made of the same columns only the first is given. Fewer than `n` come
        back where fewer surely changed.

        Args:
            n: how many at most.
        """
        return self.called[:n]


def changes(
    log: Log,
    metrics: str | Metric | Sequence[str | Metric] | None = None,
    *,
    current: Period | None = None,
    baseline: Period | None = None,
    weeks: int = 52,
    level: float = 0.95,
    fdr: float = 0.05,
    most: int = 3,
) -> Changes:
    """Return what changed most between two periods, of everything that can be asked of the log.

    Each metric's change comes with an interval that holds users with several traces, weights and
    the luck of days, which is learnt from how far the metric moved before. Called is what is
    certain with all metrics paid for, and large enough to matter; a change of definition never is.

    Args:
        log: the two periods and the past that they are judged by.
        metrics: a name, a Metric or several. Default: all built-in ones and every score.
        current: a length that ends with the last hour of the log, a pair of times, or a Log, of
            which the time is meant. Default: the last seven days.
        baseline: the same; a length counts back from the start of `current`. Default: the period
            of equal length just before.
        weeks: the most periods before the current one that are looked back on.
        level: how often an interval must hold the true change.
        fdr: the share of false calls among the changes that are called.
        most: how many changes become signals, with five traces each.

    Example:
        >>> import agentlens as al
        >>> found = changes(al.demo(), ["strong_completion", "latency_p50", "escalation"])
        >>> [metric.name for metric in found.top()]
        ['strong_completion']
    """
    _refuse(weeks, level, fdr, most)
    if not len(log):
        message = "There are no traces in this log, so that nothing can have changed."
        raise BadInputError(message)
    spans = spans_of(log, current, baseline, weeks)
    log = around(log, spans.whole).at_hand()
    wanted = wanted_of(log, metrics)
    each = [(one, change_of(one.log, rows, spans, level)) for one, rows in _rows(wanted)]
    if metrics is None:
        each = [pair for pair in each if not pair[1].rows.absent] or each
    settled = together([change for _, change in each], level)
    names = [one.title for one, _ in each]
    found = ranked(list(zip(names, settled, strict=True)), fdr)
    called = [one for one in distinct(found) if one.called]
    return Changes(
        title=title(spans, None if metrics is None else [one.title for one in wanted]),
        band=band_of(found),
        headline=headline(found, spans),
        frame=frame_of(found),
        caveats=(*log.drawn, *caveats(found, spans, level, fdr)),
        known=MappingProxyType(facts(found, spans)),
        found=signals_of(called[:most], spans),
        weeks=pd.concat([one.weeks for _, one in each], ignore_index=True),
        called=tuple(one.change.metric for one in called),
    )


def _rows(wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, Rows]]:
    """Yield the rows of each metric; neighbours of one definition, such as quantiles, share them."""
    known: Rows | None = None
    for one in wanted:
        metric = one.metric
        if known is None or _defined(known.metric) != _defined(metric):
            known = metric_rows(one.log, metric)
        yield one, replace(known, metric=metric)


def _defined(metric: Metric) -> tuple[object, ...]:
    """Return what decides which rows a metric counts, and with which numbers."""
    parts = metric.numerator, metric.denominator, metric.where
    return metric.table, metric.correction, *parts


def _refuse(weeks: object, level: object, fdr: object, most: object) -> None:
    for name, value, least in (("weeks", weeks, 1), ("most", most, 1)):
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            message = f"{name}= is a whole number, {least} or more, not {value!r}."
            raise BadInputError(message)
    for name, value in (("level", level), ("fdr", fdr)):
        fine = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        if not fine or not 0 < float(str(value)) < 1:
            message = f"{name}= lies between 0 and 1, such as 0.05 or 0.95, not {value!r}."
            raise BadInputError(message)
