"""Has this metric left its own normal, since when, and which traces show it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.control.choices import Choices, Seasonal, choices_of
from agentlens.analysis.control.design import Design
from agentlens.analysis.control.draw import draw, drawn_columns
from agentlens.analysis.control.ground import Ground, ground_of
from agentlens.analysis.control.signals import band_of, signals_of
from agentlens.analysis.control.words import caveats, facts, headline
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows
from agentlens.result import Result
from agentlens.stats.charts.arms import Method
from agentlens.tables.log import Log
from agentlens.tables.period import Period

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["ControlChart", "chart_of", "charted", "control_chart"]

_NAMES = {"ewma": "", "cusum": "CUSUM of ", "shewhart": "Shewhart chart of "}


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class ControlChart(Result):
    """A control chart: the metric, its limits, and the episodes beyond them.

    Attributes:
        metric: what is charted.
        every: length of a bin.
        method: ewma, cusum or shewhart.
        design: how it is set up and what that achieves; None where nothing could be learnt.
        baseline: what normal was learnt from.
        marks: releases and changes of definition on the way.
        part: the slice that is charted, if any.
    """

    verb: ClassVar[str] = "control_chart"

    metric: Metric
    every: str
    method: Method
    design: Design | None
    baseline: tuple[pd.Timestamp, pd.Timestamp] | None
    marks: pd.DataFrame
    part: str = ""

    def figure(self) -> "go.Figure":
        """Return the chart: bins, line, limits, baseline, releases, and the bins beyond."""
        from agentlens.figures.control import control_figure  # noqa: PLC0415 - plotly on first use

        return control_figure(self.frame, **self._pictured)

    def drawing(self) -> dict[str, Any]:
        """Return the same as data, for what only sends it; plotly would read it first."""
        from agentlens.figures.control import control_drawing  # noqa: PLC0415 - likewise

        return control_drawing(self.frame, **self._pictured)

    @property
    def _pictured(self) -> dict[str, Any]:
        when = {"baseline": self.baseline, "marks": self.marks}
        return {"title": self.title, "unit": self.metric.unit, **when}


def control_chart(  # noqa: PLR0913 - each is a knob that someone turns
    log: Log,
    metric: str | Metric,
    *,
    every: str = "1h",
    baseline: Period | None = None,
    method: Method = "ewma",
    lam: float = 0.1,
    allowance: float = 0.5,
    width: float | None = None,
    arl: float = 370.0,
    false_alarms: str | None = None,
    family: int = 1,
    seasonal: Seasonal = "auto",
    head_start: float = 0.0,
    rules: str | Sequence[str] = (),
    seed: int = 0,
) -> ControlChart:
    """Return a control chart of a metric whose false-alarm rate is true on this log.

    Normal is learnt from a frozen baseline that ends before what is tested: the level, its daily
    and weekly cycle, the spread beyond sampling, the memory. Histories in which nothing changes
    are then drawn from it, each is learnt from anew, and the limits are those at which they call
    as rarely as asked. Alarms name when the change began and the traces behind it.

    Args:
        log: the traces.
        metric: a name, or a Metric.
        every: length of a bin.
        baseline: what is normal: a pair of times, a length from the start of the log such as
            "14D", or a Log. Default: the first half of the log, four weeks at most.
        method: "ewma" finds small lasting shifts, "cusum" shifts of a size known beforehand,
            "shewhart" large ones in a single bin.
        lam: weight of the newest bin in an EWMA; small values find small shifts.
        allowance: k of a CUSUM in standard deviations, half the shift that it is made for.
        width: of the limits, in standard deviations; h for a CUSUM. Default: solved for `arl`.
        arl: bins between two false alarms to aim for.
        false_alarms: the same as a rate, such as "1 per month"; it replaces `arl`.
        family: number of charts that share the false alarms.
        seasonal: cycles to take out: "auto", "daily", "weekly" or "none".
        head_start: share of its limit at which a CUSUM starts.
        rules: run rules of a Shewhart chart: "western_electric", "nelson" or single names.
        seed: of the simulated histories.

    Example:
        >>> import agentlens as al
        >>> chart = al.control_chart(al.demo(), "strong_completion", every="6h")
        >>> chart.band
        'act'
    """
    choices = choices_of(
        every=every,
        baseline=baseline,
        method=method,
        lam=lam,
        allowance=allowance,
        width=width,
        arl=arl,
        false_alarms=false_alarms,
        family=family,
        seasonal=seasonal,
        head_start=head_start,
        rules=rules,
        seed=seed,
    )
    return chart_of(log, find_metric(log, metric), choices)


def chart_of(
    log: Log, metric: Metric, choices: Choices, *, part: str = "", rows: Rows | None = None
) -> ControlChart:
    """Return the chart of a metric, of a part of the log if its name is given.

    Args:
        log: the traces.
        metric: what is charted.
        choices: how.
        part: the name of the slice, where the log is one.
        rows: what the metric counts, where that is not simply what the log holds.
    """
    return charted(ground_of(log, metric, choices, rows), choices, part=part)


def charted(ground: Ground, choices: Choices, *, part: str = "") -> ControlChart:
    """Return the chart that stands on this ground.

    Args:
        ground: the metric over time, and what its baseline taught.
        choices: as those of the ground, but for the limits.
        part: the name of the slice, where the log is one.
    """
    metric, found, bins, learnt = ground.metric, ground.found, ground.bins, ground.learnt
    of = f", {part}" if part else ""
    subject = metric.title if choices.method != "ewma" else text.capital(metric.title)
    blank: dict[str, Any] = {
        "title": f"{_NAMES[choices.method]}{subject}{of}, every {choices.every}",
        "metric": metric,
        "every": choices.every,
        "method": choices.method,
        "baseline": ground.baseline,
        "marks": ground.marks,
        "part": part,
    }
    if isinstance(learnt, str):
        columns = dict.fromkeys((*drawn_columns(choices.method), "stand"), np.nan)
        blank_frame = found.frame.assign(**columns, beyond=0, episode=0)
        return ControlChart(
            **blank,
            band="unknown",
            headline=learnt,
            frame=blank_frame.assign(baseline=ground.normal, learnt=False),
            caveats=found.notes,
            design=None,
        )
    design = ground.rehearsal.design(choices)
    drawn = draw(found.frame, learnt, design)
    signals = signals_of(drawn, learnt, metric, bins, found.strongest)
    band = band_of(drawn, signals, metric)
    return ControlChart(
        **blank,
        band=band,
        headline=headline(drawn, signals, metric, band),
        frame=drawn,
        caveats=caveats(found, learnt, drawn, design, bins.width),
        known=facts(drawn, learnt, metric, design, bins.width, signals),
        found=signals,
        design=design,
    )
