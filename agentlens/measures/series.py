"""How does a metric run over time?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.errors import BadInputError
from agentlens.measures.builtin import find_metric
from agentlens.measures.estimate import check_finite, estimate, estimated
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.measures.tally import Grid, Tally, Tallying
from agentlens.stats.arrays import Ints
from agentlens.tables.log import Log
from agentlens.tables.period import length, microseconds

__all__ = ["Bins", "binned", "followed_elsewhere", "series", "tabulate"]

_MOST_BINS = 200_000


@dataclass(frozen=True, eq=False)
class Bins:
    """A grid of time: the start of each bin, and how long one lasts."""

    starts: pd.DatetimeIndex
    width: pd.Timedelta

    @property
    def grid(self) -> Grid:
        """The same in microseconds since 1970; of an empty log, bins of nothing."""
        first = microseconds(self.starts[0]) if len(self.starts) else 0
        return Grid(first, int(self.width / pd.Timedelta(1, "us")), len(self.starts))

    def of(self, times: Ints) -> Ints:
        """Return the bin of each time, given in microseconds since 1970.

        Steps may begin just after the last trace did, or by another clock before the first: they
        count in the nearest bin.
        """
        return self.grid.of(times)


def series(
    log: Log,
    metric: str | Metric,
    every: str | None = "1h",
    by: str | list[str] | tuple[str, ...] = (),
    *,
    level: float = 0.95,
    finite: bool = False,
) -> pd.DataFrame:
    """Return a metric over time: time, slices, n, n_eff, value, low, high and the sums behind them.

    Every bin of every slice is there; one without rows has n = 0 and a missing value, never zero.
    Weights, and users or sessions with several traces, are in the interval.

    Args:
        log: where the rows come from.
        metric: a name, or a Metric.
        every: length of a bin; bins start at multiples of it since 1970 UTC. None takes the whole
            log as one bin.
        by: trace columns that slice the series.
        level: how often the intervals must hold the truth.
        finite: False asks what the process does, which is what charts and comparisons ask; True
            asks what happened among the traces that a sample was drawn from, a narrower question.

    Example:
        >>> import agentlens as al
        >>> al.series(al.demo(days=7, traces_per_day=50), "error_rate", every="1D").shape
        (7, 10)
    """
    bins = binned(log, every)
    names = (by,) if isinstance(by, str) else tuple(by)
    wanted = find_metric(log, metric)
    if isinstance(log, Tallying):
        frame, _ = followed_elsewhere(log, wanted, bins, names, level=level, finite=finite)
    else:
        rows = metric_rows(log, wanted)
        frame = tabulate(log, rows, bins, names, level=level, finite=finite)
    correction = wanted.correction
    return frame if correction is None else correction.widened(frame, level)


def tabulate(
    log: Log,
    rows: Rows,
    bins: Bins,
    by: tuple[str, ...] = (),
    *,
    level: float = 0.95,
    finite: bool = False,
) -> pd.DataFrame:
    """Return the series of rows that are already at hand.

    What a correction leaves open moves all bins together, and is in no bin's own interval.
    """
    codes, slices = rows.codes(log, by)
    n_slices = max(len(slices), 1)
    group = bins.of(rows.time) * n_slices + codes if len(bins.starts) else codes
    n_groups = len(bins.starts) * n_slices
    found = estimate(rows, group.astype(np.int64), n_groups, level, finite=finite)
    return _laid_out(bins, slices, by, found)


def followed_elsewhere(
    log: Tallying,
    metric: Metric,
    bins: Bins,
    by: tuple[str, ...] = (),
    *,
    level: float = 0.95,
    finite: bool = False,
) -> tuple[pd.DataFrame, Tally]:
    """Return the series of a metric that is summed where the rows are, and what was said there."""
    check_finite(metric, finite=finite)
    tally = log.tally(metric, bins.grid, by, finite=finite)
    return _laid_out(bins, tally.slices, by, estimated(tally.moments, level)), tally


def _laid_out(
    bins: Bins, slices: pd.DataFrame, by: tuple[str, ...], found: pd.DataFrame
) -> pd.DataFrame:
    """Return the estimates beside the times and the slices that they are of."""
    parts = {"time": pd.Series(bins.starts.repeat(max(len(slices), 1)), name="time")}
    for name in by:
        parts[name] = pd.Series(np.tile(slices[name].to_numpy(), len(bins.starts)))
    return pd.concat([pd.DataFrame(parts), found], axis=1)


def binned(log: Log, every: str | None) -> Bins:
    """Return the bins from the log's first trace to its last.

    Args:
        log: what is to be covered.
        every: length of a bin; None makes one bin of the whole log.

    Raises:
        BadInputError: a bin is longer than the log, or there would be too many.
    """
    width = length("1h" if every is None else every).as_unit("us")
    if not len(log):
        return Bins(pd.DatetimeIndex([], dtype="datetime64[us, UTC]"), width)
    covered = log.stop - log.start
    if every is None:
        return Bins(pd.DatetimeIndex([log.start], dtype="datetime64[us, UTC]"), covered)
    if width > covered and len(log) > 1:
        message = (
            f"every={every!r} is longer than the log, which covers {covered}. Choose a shorter bin."
        )
        raise BadInputError(message)
    first = log.start.floor(width)
    n = int((log.stop - first) / width) + 1
    if n > _MOST_BINS:
        message = f"every={every!r} would make {n:,} bins of {covered}. Choose a longer bin."
        raise BadInputError(message)
    starts = pd.date_range(first, periods=n, freq=width, unit="us")
    return Bins(starts[starts < log.stop], width)
