"""What is asked, and what of the log speaks to it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from agentlens.analysis.arms.dimensions import Dimension, dimensions
from agentlens.analysis.arms.periods import Periods, Span, arm_of, bounds
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
    """

    log: Log
    rows: Rows
    dims: tuple[Dimension, ...]
    notes: tuple[str, ...]
    at: pd.Timestamp | None
    seed: int

    @property
    def metric(self) -> Metric:
        """What is asked about."""
        return self.rows.metric

    @cached_property
    def events(self) -> Events:
        """Every failure of the log; an investigation may compare several periods of it."""
        return events_of(self.log)

    def inside(self, span: Span) -> Flags:
        """Return which rows began in a stretch of time."""
        time = self.rows.time
        first, end = bounds(span)
        return np.asarray((time >= first) & (time < end))

    def periods(self, current: Span, baseline: Span) -> Periods:
        """Return the traces of both stretches, which may be empty; where both claim one, current."""
        start = self.log.traces["start"]
        now, then = (
            ((start >= one[0]) & (start < one[1])).to_numpy(dtype=bool)
            for one in (current, baseline)
        )
        return Periods(self.log, arm_of(now, then), current, baseline)


def question_of(
    log: Log,
    metric: str | Metric,
    at: pd.Timestamp | None,
    columns: str | Sequence[str] | None,
    seed: int,
) -> Question:
    """Return the question, with the rows and columns that speak to it."""
    if seed < 0:
        message = f"seed is a whole number from 0, not {seed!r}."
        raise BadInputError(message)
    rows = metric_rows(log, metric)
    dims, notes = dimensions(log, rows, columns)
    return Question(log, rows, tuple(one for one in dims if one.varies), tuple(notes), at, seed)
