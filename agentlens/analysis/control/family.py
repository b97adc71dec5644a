"""Which of many metrics and slices left their own normal, at one shared rate of false alarms?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from agentlens import text
from agentlens.analysis.control.chart import ControlChart, chart_of
from agentlens.analysis.control.choices import Choices, Seasonal, named_rules, run_length_of
from agentlens.errors import BadInputError
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.result import Fact, Result
from agentlens.stats.charts.arms import Method
from agentlens.tables.log import Log
from agentlens.tables.period import Period
from agentlens.theme import Band

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Charts", "charts"]

USUAL = ("strong_completion", "error_rate", "latency_p95", "cost_per_success")
_MOST_CHARTS = 100
_MOST_MARKS = 10
_WORST: tuple[Band, ...] = ("act", "watch", "unknown", "pass")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Charts(Result):
    """Control charts that share their false alarms, the worst first.

    Attributes:
        charts: each of them, a Result of its own.
        false_alarms: a month, expected over all charts together.
    """

    verb: ClassVar[str] = "charts"

    charts: tuple[ControlChart, ...]
    false_alarms: float

    def figure(self) -> "go.Figure":
        """Return one small chart each, on a common axis of time."""
        from agentlens.figures.family import family_figure  # noqa: PLC0415 - plotly on first use

        panels = [
            (
                f"{chart.title.rsplit(', every', 1)[0]}",
                chart.band,
                chart.metric.unit,
                chart.frame,
                chart.marks,
            )
            for chart in self.charts
        ]
        return family_figure(panels, title=self.title)


def charts(  # noqa: PLR0913 - each is a knob that someone turns
    log: Log,
    metrics: str | Metric | Sequence[str | Metric] = USUAL,
    *,
    by: str | None = None,
    most: int = 6,
    every: str = "1h",
    baseline: Period | None = None,
    method: Method = "ewma",
    lam: float = 0.1,
    false_alarms: str = "1 per month",
    seasonal: Seasonal = "auto",
    seed: int = 0,
) -> Charts:
    """Return control charts of metrics, and of slices, that together call as rarely as one should.

    Twenty charts that each call once a month falsely are twenty false alarms a month. Here the
    rate is for all of them; each gets an equal part.

    Args:
        log: the traces.
        metrics: names or Metrics.
        by: a trace column; every metric is charted for each of its values, too.
        most: values of it, those with the most traces.
        every: length of a bin.
        baseline: as in `control_chart`.
        method: as in `control_chart`.
        lam: as in `control_chart`.
        false_alarms: expected over all charts.
        seasonal: as in `control_chart`.
        seed: as in `control_chart`.

    Example:
        >>> import agentlens as al
        >>> found = al.charts(al.demo(), ["strong_completion", "latency_p50"], every="6h")
        >>> len(found.charts)
        2
    """
    names = [metrics] if isinstance(metrics, str | Metric) else list(metrics)
    wanted = [find_metric(log, one) for one in names]
    parts = _parts(log, by, most)
    size = len(wanted) * len(parts)
    if not 0 < size <= _MOST_CHARTS:
        message = (
            f"A family has 1 to {_MOST_CHARTS} charts, not {size}. Name fewer metrics or values."
        )
        raise BadInputError(message)
    choices = Choices(
        every=every,
        baseline=baseline,
        method=method,
        lam=lam,
        allowance=0.5,
        width=None,
        arl=run_length_of(0.0, false_alarms, every, size),
        seasonal=seasonal,
        head_start=0.0,
        rules=named_rules(()),
        seed=seed,
    )
    made = [chart_of(part, metric, choices, part=name) for name, part in parts for metric in wanted]
    return _together(made, choices, by)


def _parts(log: Log, by: str | None, most: int) -> list[tuple[str, Log]]:
    if by is None:
        return [("", log)]
    values = log.frequent(by)[:most]
    return [("", log), *((f"{by} {value}", log.where(**{by: value})) for value in values)]


def _together(made: list[ControlChart], choices: Choices, by: str | None) -> Charts:
    """Return the charts as one Result, the worst first."""
    order = sorted(made, key=lambda chart: _WORST.index(chart.band))
    counts = {band: sum(chart.band == band for chart in made) for band in _WORST}
    seconds = pd.Timedelta(choices.every).total_seconds()
    month = pd.Timedelta("30D").total_seconds()
    known = [chart.design.achieved.run_length for chart in made if chart.design is not None]
    achieved = sum(month / seconds / one for one in known)
    signals = sorted((s for chart in made for s in chart.signals()), key=lambda s: s.start)
    of = f" by {by}" if by else ""
    blank: dict[str, Any] = {"charts": tuple(order), "false_alarms": achieved}
    return Charts(
        **blank,
        title=f"{text.plural(len(made), 'control chart')}{of}, every {choices.every}",
        band=order[0].band if counts["act"] or counts["watch"] or not known else "pass",
        headline=_headline(order, counts, len(made)),
        frame=_rows(order),
        caveats=(*_caveats(choices, achieved, len(made)), *_marked(order)),
        known={
            "expected false alarms": Fact(
                value=f"{text.significant(achieved, 2)} a month over all"
            ),
            **{band: Fact(value=float(number)) for band, number in counts.items()},
        },
        found=tuple(signals),
    )


def _headline(order: list[ControlChart], counts: dict[Band, int], size: int) -> str:
    calling = [chart.title.rsplit(", every", 1)[0] for chart in order if chart.band == "act"]
    if calling:
        return (
            f"{counts['act']} of {size} charts are beyond their limits now:"
            f" {text.listed(calling)}.{_earlier(counts['watch'])}"
        )
    if counts["watch"]:
        return f"No chart is beyond its limits now; {counts['watch']} of {size} {_were(counts['watch'])} at some time."
    if counts["unknown"] == size:
        return f"None of {size} charts could be learnt: {order[0].headline}"
    return f"All of {size - counts['unknown']} charts stayed within their limits."


def _earlier(n: int) -> str:
    return f" {n} more {_were(n)} at some time." if n else ""


def _were(n: int) -> str:
    return "was" if n == 1 else "were"


def _rows(order: list[ControlChart]) -> pd.DataFrame:
    """Return the frames of all charts, one below the other."""
    frames = [
        chart.frame.assign(chart=chart.title.rsplit(", every", 1)[0], metric=chart.metric.name)
        for chart in order
    ]
    found = pd.concat(frames, ignore_index=True)
    return found[["chart", "metric", *(c for c in found if c not in {"chart", "metric"})]]


def _caveats(choices: Choices, achieved: float, size: int) -> tuple[str, ...]:
    per_chart = text.significant(choices.arl)
    return (
        (
            f"Each of the {size} charts is solved for one false alarm in {per_chart} bins, so that"
            f" together they make {text.significant(achieved, 2)} a month; charts that move together"
            " call together."
        ),
        "Each chart's own card says what it was learnt from and how sure its rate is.",
    )


def _marked(order: list[ControlChart]) -> tuple[str, ...]:
    """Return what the dotted lines are; a small chart has no room for their names."""
    every = pd.concat([chart.marks for chart in order]).drop_duplicates().sort_values("time")
    if every.empty:
        return ()
    rows = every.tail(_MOST_MARKS)
    names = [
        f"{name} on {time:%d %b %H:%M}"
        for name, time in zip(rows["label"], rows["time"], strict=True)
    ]
    return (f"Dotted lines: {text.listed(names)}.",)
