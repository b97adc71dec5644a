"""What of a control chart stays as it is while its knobs are turned?"""

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from agentlens import text
from agentlens.analysis.control.baseline import baseline_of, inside, shortfall, unfinished
from agentlens.analysis.control.choices import Choices
from agentlens.analysis.control.design import Rehearsal
from agentlens.analysis.control.followed import Followed, followed
from agentlens.analysis.control.learn import Learnt, learn
from agentlens.analysis.control.marks import marks_of
from agentlens.errors import BadInputError
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.measures.series import Bins, binned
from agentlens.stats.arrays import Flags
from agentlens.tables.log import Log

__all__ = ["Ground", "ground_for", "ground_of"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Ground:
    """A metric over time and what its baseline taught: a chart before it is given limits.

    Attributes:
        log: the traces.
        metric: what is charted.
        choices: for which it was learnt; any width and any run rules stand on the same ground.
        bins: of time.
        found: the metric in them.
        marks: releases and changes of definition on the way.
        baseline: what normal is learnt from.
        normal: which bins that are.
        learnt: what they taught, or why they cannot teach.
    """

    log: Log
    metric: Metric
    choices: Choices
    bins: Bins
    found: Followed
    marks: pd.DataFrame
    baseline: tuple[pd.Timestamp, pd.Timestamp] | None
    normal: Flags
    learnt: Learnt | str

    @cached_property
    def rehearsal(self) -> Rehearsal:
        """The chart on futures in which nothing happens."""
        if isinstance(self.learnt, str):
            raise BadInputError(self.learnt)
        return Rehearsal(self.learnt, self.choices, self.metric)


def ground_of(log: Log, metric: Metric, choices: Choices, rows: Rows | None = None) -> Ground:
    """Return the ground on which a chart stands.

    Args:
        log: the traces.
        metric: what is charted.
        choices: how.
        rows: what the metric counts, where that is not simply what the log holds.
    """
    bins = binned(log, choices.every)
    found = followed(log, metric, bins, rows)
    found.frame["provisional"] = unfinished(found.frame, bins, log.stop)
    return _taught(log, metric, choices, bins, found, marks_of(log, metric))


def ground_for(log: Log, metric: Metric, choices: Choices, before: Ground | None) -> Ground:
    """Return the ground on which a chart stands, with all of an earlier one's that is the same.

    Args:
        log: the traces.
        metric: what is charted.
        choices: how.
        before: of the chart as it was before a knob was turned.
    """
    if before is None or before.log is not log or before.metric != metric:
        return ground_of(log, metric, choices)
    known = before.choices
    if known.every != choices.every:
        return ground_of(log, metric, choices)
    if known.rehearsed == choices.rehearsed:
        return before
    if known.taught == choices.taught:
        return replace(before, choices=choices)
    return _taught(log, metric, choices, before.bins, before.found, before.marks)


def _taught(
    log: Log, metric: Metric, choices: Choices, bins: Bins, found: Followed, marks: pd.DataFrame
) -> Ground:
    """Return the ground of a metric that was followed already."""
    baseline = baseline_of(log, bins, choices.baseline)
    normal = inside(found.frame, bins, baseline)
    learnt = shortfall(found, normal, choices.every) or _learnt(found, normal, metric, choices)
    return Ground(
        log=log,
        metric=metric,
        choices=choices,
        bins=bins,
        found=found,
        marks=marks,
        baseline=baseline,
        normal=normal,
        learnt=learnt,
    )


def _learnt(found: Followed, normal: Flags, metric: Metric, choices: Choices) -> Learnt | str:
    learnt = learn(found.frame, normal, metric, choices)
    if isinstance(learnt, Learnt):
        return learnt
    return f"{text.capital(metric.title)} is unknown: {learnt}."
