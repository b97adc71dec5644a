"""What is asked, and what of the log speaks to it?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from agentlens.analysis.arms.dimensions import Dimension, dimensions
from agentlens.analysis.arms.periods import Periods, Span, bounds, periods_in
from agentlens.analysis.arms.stretches import Stretches
from agentlens.analysis.failures.events import Events, events_of
from agentlens.errors import BadInputError
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.stats.arrays import Flags
from agentlens.tables.log import Log

__all__ = ["Question", "question_of"]


@dataclass(frozen=True, eq=False)
class Question:
    """A metric of a log, when something was noticed, and what to tell its rows apart by.

    Attributes:
        log: the traces.
        rows: what the metric counts.
        dims: by what the rows can be told apart.
        notes: what was left out of that.
        at: when something was noticed; None asks for the newest change.
        seed: of everything that is drawn.
        failures: tells every failure of the log; it takes long, and not every case asks.
    """

    log: Log
    rows: Rows
    dims: tuple[Dimension, ...]
    notes: tuple[str, ...]
    at: pd.Timestamp | None
    seed: int
    failures: Callable[[], Events]

    @property
    def metric(self) -> Metric:
        """What is asked about."""
        return self.rows.metric

    @cached_property
    def events(self) -> Events:
        """Every failure of the log; an investigation may compare several periods of it."""
        return self.failures()

    def inside(self, span: Span) -> Flags:
        """Return which rows began in a stretch of time."""
        time = self.rows.time
        first, end = bounds(span)
        return np.asarray((time >= first) & (time < end))

    def periods(self, current: Span, baseline: Span) -> Periods:
        """Return the traces of both stretches, which may be empty; where both claim one, current."""
        return periods_in(self.log, Stretches(current=current, baseline=baseline))


def question_of(
    log: Log,
    metric: str | Metric,
    at: pd.Timestamp | None,
    columns: str | Sequence[str] | None,
    seed: int,
    failures: Callable[[], Events] | None = None,
) -> Question:
    """Return the question, with the rows and columns that speak to it.

    Args:
        log: the traces.
        metric: what is asked about.
        at: when something was noticed; None asks for the newest change.
        columns: to search for slices; None takes all that are known.
        seed: of everything that is drawn.
        failures: tells every failure of the log, where others ask for them, too.
    """
    if seed < 0:
        message = f"seed is a whole number from 0, not {seed!r}."
        raise BadInputError(message)
    rows = metric_rows(log, metric)
    dims, notes = dimensions(log, rows, columns)
    varied = tuple(one for one in dims if one.varies)
    told = partial(events_of, log) if failures is None else failures
    return Question(log, rows, varied, tuple(notes), at, seed, told)
