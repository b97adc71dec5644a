"""Has this metric left its own normal, since when, and which traces show it?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.control.limits import DRAWN, Design, draw
from agentlens.analysis.control.signals import band_of, signals_of
from agentlens.analysis.control.words import caveats, facts, headline
from agentlens.errors import BadInputError
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.measures.series import Bins, binned, tabulate
from agentlens.result import Result
from agentlens.stats.arrays import Flags
from agentlens.stats.run_length import limit_for, run_length
from agentlens.tables.log import Log
from agentlens.tables.period import Period, length, window

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["ControlChart", "control_chart"]

_LEAST_BASELINE = 24
_LONGEST_BASELINE = pd.Timedelta(28, "D")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class ControlChart(Result):
    """An EWMA control chart: the smoothed metric, its limits, and the episodes beyond them.

    Attributes:
        metric: what is charted.
        every: length of a bin.
        lam: weight of the newest bin.
        width: of the limits, in standard deviations of the EWMA.
        baseline: what normal was learnt from.
    """

    verb: ClassVar[str] = "control_chart"

    metric: Metric
    every: str
    lam: float
    width: float
    baseline: tuple[pd.Timestamp, pd.Timestamp] | None

    def figure(self) -> "go.Figure":
        """Return the chart: bins, EWMA, limits, baseline, and a marker for each bin beyond."""
        from agentlens.figures.control import control_figure  # noqa: PLC0415 - plotly on first use

        return control_figure(
            self.frame, title=self.title, unit=self.metric.unit, baseline=self.baseline
        )


def control_chart(
    log: Log,
    metric: str | Metric,
    *,
    every: str = "6h",
    baseline: Period | None = None,
    lam: float = 0.1,
    width: float | None = None,
    arl: float = 370.0,
) -> ControlChart:
    """Return an EWMA control chart of a metric, with its alarms and the traces behind them.

    The limits follow each bin's own n, the spread between bins that sampling does not explain, and
    the memory of the series; normal is learnt from a frozen baseline that ends before what is
    tested.

    Args:
        log: the traces.
        metric: a name, or a Metric.
        every: length of a bin.
        baseline: what is normal: a pair of times, a length from the start of the log such as
            "14D", or a Log. Default: the first half of the log, four weeks at most.
        lam: weight of the newest bin; small values find small, lasting shifts.
        width: of the limits in standard deviations of the EWMA. Default: solved for `arl`.
        arl: bins between two false alarms to aim for.

    Example:
        >>> import agentlens as al
        >>> chart = al.control_chart(al.demo(), "strong_completion", every="6h")
        >>> chart.band
        'act'
    """
    wanted = find_metric(log, metric)
    width = limit_for(lam, arl) if width is None else width
    rows = metric_rows(log, wanted)
    bins = binned(log, every)
    frame = tabulate(log, rows, bins)
    learnt = _baseline(log, bins, baseline)
    title = f"{text.capital(wanted.title)}, every {every}"
    blank: dict[str, Any] = {
        "title": title,
        "metric": wanted,
        "every": every,
        "lam": lam,
        "width": width,
    }
    normal = _in(frame, bins, learnt)
    short = _shortfall(rows, frame, normal)
    if short:
        return ControlChart(
            **blank,
            band="unknown",
            headline=short,
            frame=frame.assign(**dict.fromkeys(DRAWN, np.nan), beyond=0, baseline=normal),
            caveats=rows.notes,
            baseline=learnt,
        )
    drawn, model = draw(frame, normal, wanted, lam, width)
    signals = signals_of(drawn, rows, bins, wanted)
    band = band_of(drawn, signals, wanted)
    design = Design(lam, width, run_length(lam, width), bins.width)
    return ControlChart(
        **blank,
        band=band,
        headline=headline(drawn, signals, wanted, band),
        frame=drawn,
        caveats=caveats(rows, model, drawn, design),
        known=facts(drawn, model, wanted, design, len(signals)),
        found=signals,
        baseline=learnt,
    )


def _baseline(
    log: Log, bins: Bins, baseline: Period | None
) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    if not len(log):
        return None
    if baseline is None:
        first, half = bins.starts[0], bins.starts[len(bins.starts) // 2]
        return first, min(half, first + _LONGEST_BASELINE)
    if isinstance(baseline, str):
        return log.start, log.start + length(baseline)
    return window(baseline, log.start, log.stop)


def _in(frame: pd.DataFrame, bins: Bins, period: tuple[pd.Timestamp, pd.Timestamp] | None) -> Flags:
    """Return which bins belong to the baseline; one that reaches past its end does not."""
    if period is None:
        return np.zeros(len(frame), dtype=bool)
    ends = frame["time"] + bins.width
    return ((ends > period[0]) & (ends <= period[1])).to_numpy()


def _shortfall(rows: Rows, frame: pd.DataFrame, normal: Flags) -> str:
    """Return what is missing for a chart, or nothing."""
    name = text.capital(rows.metric.title)
    if rows.absent:
        columns = text.listed(rows.absent)
        return (
            f"{name} is unknown: {columns} is not recorded; "
            f"map it with mapping={{{rows.absent[0]!r}: …}}."
        )
    if not rows.positions.size:
        return f"{name} is unknown: no row counts towards it in this log."
    filled = int((normal & frame["value"].notna().to_numpy()).sum())
    if filled < _LEAST_BASELINE:
        return (
            f"{name} is unknown: the baseline holds {filled} bins with data and a chart needs"
            f" {_LEAST_BASELINE}. Take a shorter bin, a longer baseline or more data."
        )
    if bool(normal.all()):
        message = "The baseline covers the whole log, so that nothing is left to test. Shorten it."
        raise BadInputError(message)
    return ""
