"""Has this metric left its own normal, since when, and which traces show it?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.errors import BadInputError
from agentlens.measures.builtin import find_metric
from agentlens.measures.metric import Metric
from agentlens.measures.rows import Rows, metric_rows
from agentlens.measures.series import Bins, binned, tabulate
from agentlens.result import Fact, Result, Signal
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.baseline import InControl, fit_in_control
from agentlens.stats.ewma import episodes, ewma
from agentlens.stats.run_length import limit_for, run_length
from agentlens.tables.log import Log
from agentlens.tables.period import Moment, length, window
from agentlens.theme import Band

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["ControlChart", "control_chart"]

_LEAST_BASELINE = 24
_LONGEST_BASELINE = pd.Timedelta(28, "D")
_MOST_IDS = 500
_Z = 1.959964
_MAD = 1.4826
_OUTLIER = 3.5
_ROUNDING = 1e-9


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
    baseline: "str | tuple[Moment, Moment] | Log | None" = None,
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
            frame=frame.assign(**dict.fromkeys(_DRAWN, np.nan), beyond=0, baseline=normal),
            caveats=rows.notes,
            baseline=learnt,
        )
    drawn, model = _chart(frame, normal, wanted, lam, width)
    signals = _signals(drawn, rows, bins, wanted)
    band = _band(drawn, signals, wanted)
    design = _Design(lam, width, run_length(lam, width), bins.width)
    return ControlChart(
        **blank,
        band=band,
        headline=_headline(drawn, signals, wanted, band),
        frame=drawn,
        caveats=_caveats(rows, model, drawn, design),
        known=_facts(drawn, model, wanted, design, len(signals)),
        found=signals,
        baseline=learnt,
    )


_DRAWN = ("ewma", "centre", "lower", "upper")


@dataclass(frozen=True)
class _Design:
    """How the chart is set up, and what that promises for independent bins."""

    lam: float
    width: float
    run_length: float
    bin: pd.Timedelta


def _baseline(
    log: Log, bins: Bins, baseline: "str | tuple[Moment, Moment] | Log | None"
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


def _chart(
    frame: pd.DataFrame, normal: Flags, metric: Metric, lam: float, width: float
) -> tuple[pd.DataFrame, InControl]:
    """Return the series with its EWMA, centre and limits, in the metric's own unit."""
    log_scale = metric.unit in {"s", "USD"}
    points, sampling, level = _points(frame, normal, metric, log_scale=log_scale)
    model = fit_in_control(
        np.where(normal, points, np.nan), np.where(normal, sampling, np.nan), level=level
    )
    variances = model.variance(sampling)
    reach = _OUTLIER * np.sqrt(variances)
    points = np.clip(points, model.level - reach, model.level + reach)
    z, v = np.empty_like(points), np.empty_like(points)
    for part in (normal, ~normal):
        z[part], v[part] = ewma(points[part], variances[part], lam, model.level)
    half = width * np.sqrt(v * model.inflation(lam) + model.level_variance)
    half = np.maximum(half, _ROUNDING * max(abs(model.level), 1e-9))
    beyond = np.where(normal, 0, (z > model.level + half).astype(int) - (z < model.level - half))
    centre = np.full_like(z, model.level)
    lines = {"ewma": z, "centre": centre, "lower": centre - half, "upper": centre + half}
    if log_scale:
        lines = {name: np.exp(line) for name, line in lines.items()}
    if metric.unit == "share":
        lines["lower"], lines["upper"] = (
            np.maximum(lines["lower"], 0),
            np.minimum(lines["upper"], 1),
        )
    return frame.assign(**lines, beyond=beyond, baseline=normal), model


def _points(
    frame: pd.DataFrame, normal: Flags, metric: Metric, *, log_scale: bool
) -> tuple[Floats, Floats, float | None]:
    """Return the points on the scale on which they are charted, and their sampling variance.

    A rate's variance comes from the baseline's rate and each bin's n. For every other kind the
    baseline's own intervals say how the variance falls with n; the typical value of n times the
    variance is used for all bins, because a bin's own variance goes up and down with its value.
    """
    value = frame["value"].to_numpy()
    n = np.where(frame["n_eff"] > 0, frame["n_eff"], np.nan)
    if metric.kind == "count":
        n = np.where(np.isnan(n), np.nan, np.nanmean(n[normal]))
    if metric.kind == "rate":
        level = float(frame["total"][normal].sum() / frame["weight"][normal].sum())
        smoothed = np.clip(level, 0.5 / frame["n"][normal].sum(), None)
        smoothed = min(smoothed, 1 - 0.5 / frame["n"][normal].sum())
        return value, smoothed * (1 - smoothed) / n, level
    low, high = frame["low"].to_numpy(), frame["high"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        if log_scale:
            value, low, high = np.log(value), np.log(low), np.log(high)
        value = np.where(np.isfinite(value), value, np.nan)
        each = n * ((high - low) / (2 * _Z)) ** 2
    usable = normal & np.isfinite(each)
    if usable.any():
        return value, float(np.median(each[usable])) / n, None
    # No bin is large enough for an interval (p95 needs 72 rows): the scatter itself must say.
    scatter = np.nanmedian(np.abs(value[normal] - np.nanmedian(value[normal]))) * _MAD
    return value, scatter**2 * np.nanmedian(n[normal]) / n, None


def _signals(drawn: pd.DataFrame, rows: Rows, bins: Bins, metric: Metric) -> tuple[Signal, ...]:
    bin_of = bins.of(rows.time)
    found = []
    for side in (-1, 1):
        for first, last in episodes(drawn["beyond"].to_numpy() == side):
            inside = (bin_of >= first) & (bin_of <= last)
            held = drawn.iloc[first : last + 1]
            word = "above" if side > 0 else "below"
            found.append(
                Signal(
                    what=f"{metric.title} {word} its limits",
                    start=held["time"].iloc[0],
                    end=held["time"].iloc[-1] + bins.width,
                    value=_level_of(held, metric),
                    expected=float(held["centre"].iloc[0]),
                    n=int(inside.sum()),
                    trace_ids=_behind(rows, inside, side, float(held["centre"].iloc[0])),
                )
            )
    return tuple(sorted(found, key=lambda signal: signal.start))


def _level_of(held: pd.DataFrame, metric: Metric) -> float:
    if metric.kind == "ratio":
        return float(held["total"].sum() / held["below"].sum())
    if metric.kind in {"rate", "mean"}:
        return float(held["total"].sum() / held["weight"].sum())
    return float(np.average(held["value"].dropna(), weights=held["n"][held["value"].notna()]))


def _behind(rows: Rows, inside: Flags, side: int, centre: float) -> tuple[str, ...]:
    """Return the traces that pull the episode to its side, the strongest first."""
    number = rows.numerator
    if rows.metric.kind == "rate":
        pulling = number == (1.0 if side > 0 else 0.0)
    elif rows.metric.kind in {"mean", "quantile"}:
        pulling = number > centre if side > 0 else number < centre
    else:
        pulling = np.ones(number.size, dtype=bool)
    chosen = np.flatnonzero(inside & pulling)
    order = np.lexsort((-rows.time[chosen], -side * number[chosen]))
    return tuple(rows.ids.iloc[rows.positions[chosen[order]][:_MOST_IDS]])


def _bad(side: int, metric: Metric) -> bool:
    return metric.better == "neither" or (side > 0) == (metric.better == "lower")


def _band(drawn: pd.DataFrame, signals: tuple[Signal, ...], metric: Metric) -> Band:
    last = int(drawn["beyond"].iloc[-1])
    if last and _bad(last, metric):
        return "act"
    return "watch" if signals else "pass"


def _headline(drawn: pd.DataFrame, signals: tuple[Signal, ...], metric: Metric, band: Band) -> str:
    tested = drawn[~drawn["baseline"]]
    centre = text.number(float(drawn["centre"].iloc[-1]), metric.unit)
    name = text.capital(metric.title)
    if not signals:
        n, bins = text.count(tested["n"].sum()), len(tested)
        return (
            f"{name} stayed within its limits around {centre} in all {bins} bins tested (n = {n})."
        )
    ongoing = bool(drawn["beyond"].iloc[-1])
    signal = max(
        signals, key=lambda one: one.end if ongoing else one.n * abs(one.value - one.expected)
    )
    move = "rose" if signal.value > signal.expected else "fell"
    when = f"{signal.start:%d %b %H:%M}"
    until = "and still is" if ongoing else f"until {signal.end:%d %b %H:%M}"
    value = text.number(signal.value, metric.unit, n=signal.n)
    good = "" if band == "act" or _bad(1 if move == "rose" else -1, metric) else ", the good way"
    more = f" {len(signals)} episodes in all." if len(signals) > 1 else ""
    return (
        f"{name} {move} to {value} from {centre}{good}: beyond its limits from {when} UTC {until}"
        f" (n = {text.count(signal.n)}).{more}"
    )


def _facts(
    drawn: pd.DataFrame, model: InControl, metric: Metric, design: _Design, signals: int
) -> dict[str, Fact]:
    last = drawn[drawn["n"] > 0].iloc[-1]
    unit = metric.unit
    apart = text.duration(design.run_length * design.bin.total_seconds())
    return {
        "last bin": Fact(
            value=last["value"], unit=unit, low=last["low"], high=last["high"], n=int(last["n"])
        ),
        "EWMA": Fact(value=last["ewma"], unit=unit),
        "limits": Fact(value=text.interval(last["lower"], last["upper"], unit)),
        "baseline level": Fact(
            value=last["centre"], unit=unit, n=int(drawn["n"][drawn["baseline"]].sum())
        ),
        "episodes": Fact(value=float(signals)),
        "false alarms by design": Fact(
            value=f"one in {text.significant(design.run_length)} bins ({apart})"
        ),
        "design": Fact(value=f"λ {design.lam:g}, width {design.width:.3g}"),
        "bins": Fact(value=f"{model.n} baseline, {int((~drawn['baseline']).sum())} tested"),
    }


def _caveats(rows: Rows, model: InControl, drawn: pd.DataFrame, design: _Design) -> tuple[str, ...]:
    notes = [*rows.notes]
    start, end = drawn["time"][drawn["baseline"]].iloc[[0, -1]]
    notes.append(
        f"Normal was learnt from {start:%d %b %H:%M} to {end + design.bin:%d %b %H:%M} UTC,"
        f" {model.n} bins, and frozen."
    )
    inflation = model.inflation(design.lam)
    if inflation > 1:
        notes.append(
            f"Bins are alike their neighbours; the limits are {inflation**0.5:.2f} times as wide"
            " for it."
        )
    notes.append(
        "The false-alarm rate by design holds for a level without daily or weekly cycles; cycles"
        " are inside the spread here, not yet taken out."
    )
    empty = int((drawn["n"] == 0).sum())
    if empty:
        what = text.plural(empty, "bin")
        notes.append(f"{what} without data: neither line nor limits move there.")
    notes.append(
        "A single bin counts at most as 3.5 standard deviations, so that one outlier is no alarm."
    )
    if rows.metric.version > 1:
        notes.append(f"{rows.metric.name} is definition version {rows.metric.version}.")
    if rows.metric.unit in {"s", "USD"}:
        notes.append("Charted on the log scale, because the values are skewed.")
    return tuple(notes)
