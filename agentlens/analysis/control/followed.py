"""What does a chart need of a log: a metric over time, and the traces behind a stretch of it?"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.measures.series import Bins, followed_elsewhere, tabulate
from agentlens.measures.tally import Tallying
from agentlens.stats.arrays import Flags
from agentlens.tables.log import Log

__all__ = ["Followed", "Strongest", "behind", "followed", "strongest_of"]

_MOST_IDS = 500
Strongest = Callable[[int, int, int, float], tuple[str, ...]]
"""From the first and the last bin of a stretch, a side and a centre to the traces behind it."""


@dataclass(frozen=True, eq=False)
class Followed:
    """A metric over time.

    Attributes:
        metric: what is charted.
        frame: a bin a row.
        notes: sentences on weights and on rows left out.
        absent: columns that the metric needs and the log does not record.
        strongest: gives the traces behind a stretch of bins.
    """

    metric: Metric
    frame: pd.DataFrame
    notes: tuple[str, ...]
    absent: tuple[str, ...]
    strongest: Strongest


def followed(log: Log, metric: Metric, bins: Bins, rows: Rows | None = None) -> Followed:
    """Return a metric over time, counted where the rows of the log are.

    Args:
        log: the traces.
        metric: what is charted.
        bins: of time.
        rows: what the metric counts, where that is not simply what the log holds.
    """
    if rows is None and isinstance(log, Tallying):
        frame, tally = followed_elsewhere(log, metric, bins)

        def strongest(first: int, last: int, side: int, centre: float) -> tuple[str, ...]:
            return log.strongest(metric, bins.grid.span(first, last), side, centre, _MOST_IDS)

        return Followed(metric, frame, tally.notes, tally.absent, strongest)
    rows = metric_rows(log, metric) if rows is None else rows
    frame = tabulate(log, rows, bins)
    return Followed(metric, frame, rows.notes, rows.absent, strongest_of(rows, bins))


def strongest_of(rows: Rows, bins: Bins) -> Strongest:
    """Return what gives the traces behind a stretch of bins, of rows that are at hand.

    Args:
        rows: of the metric.
        bins: of time.
    """
    bin_of = bins.of(rows.time)

    def strongest(first: int, last: int, side: int, centre: float) -> tuple[str, ...]:
        return behind(rows, (bin_of >= first) & (bin_of <= last), side, centre)

    return strongest


def behind(rows: Rows, inside: Flags, side: int, centre: float) -> tuple[str, ...]:
    """Return the traces that pull some rows to a side, the strongest first.

    Args:
        rows: of the metric.
        inside: which of them are meant.
        side: 1 above the centre, -1 below it.
        centre: where the metric was expected.
    """
    number = rows.numerator
    if rows.metric.kind == "rate":
        pulling = number == (1.0 if side > 0 else 0.0)
    elif rows.metric.kind in {"mean", "quantile"}:
        pulling = number > centre if side > 0 else number < centre
    else:
        pulling = np.ones(number.size, dtype=bool)
    chosen = np.flatnonzero(inside & pulling)
    if not chosen.size:
        chosen = np.flatnonzero(inside)
    order = np.lexsort((-rows.time[chosen], -side * number[chosen]))
    return tuple(dict.fromkeys(rows.ids.iloc[rows.positions[chosen[order]][:_MOST_IDS]]))
