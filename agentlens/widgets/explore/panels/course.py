"""How did the metric run, for the scope and for everything, and which alarms were there?"""

from typing import Any

import pandas as pd

from agentlens import text
from agentlens.analysis.control.chart import ControlChart, control_chart
from agentlens.result import Signal
from agentlens.tables.log import Log
from agentlens.tables.period import length
from agentlens.theme import GREY
from agentlens.widgets.explore.panels.panel import Panel, told_of
from agentlens.widgets.explore.scene import Scene
from agentlens.widgets.explore.selection import Selection
from agentlens.widgets.explore.words import period_words

_KEYS = (
    "Drag over the chart to select a period; [ and ] move it, - and = widen and narrow it, Z takes"
    " back."
)

__all__ = ["alarm", "bin_length", "course_panel", "course_result", "opening", "period_of"]

_STEPS = ("1h", "2h", "6h", "12h", "1D", "7D")
_MOST_BINS = 400
_FEWEST = 24
_FULL = 30
_HEIGHT = 330


def bin_length(log: Log) -> str:
    """Return a length of bins that are not too many to be drawn, and not too empty to say much.

    Args:
        log: what will be drawn.
    """
    covers = log.stop - log.start if len(log) else pd.Timedelta(0)
    bins = {one: max(covers / length(one), 1.0) for one in _STEPS}
    drawn = [one for one, many in bins.items() if many <= _MOST_BINS] or [_STEPS[-1]]
    full = [one for one in drawn if len(log) / bins[one] >= _FULL and bins[one] >= _FEWEST]
    return (full or drawn)[0]


def course_result(scene: Scene, log: Log) -> ControlChart:
    """Return the control chart of a log.

    Args:
        scene: which metric, bins and baseline.
        log: of which traces.
    """
    return control_chart(log, scene.metric, every=scene.every, baseline=scene.baseline)


def alarm(chart: ControlChart) -> Signal | None:
    """Return the latest bad news of a chart, if there is any.

    Args:
        chart: of everything.
    """
    bad = [one for one in chart.signals() if one.bad]
    return max(bad, key=lambda one: one.end) if bad else None


def period_of(signal: Signal, every: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the time that a signal means: from when the change began to when it was last seen.

    Args:
        signal: of a chart.
        every: length of its bins.
    """
    first = signal.start if signal.began is None else min(signal.began, signal.start)
    return first, max(signal.end, signal.start + length(every))


def opening(chart: ControlChart, log: Log) -> Selection:
    """Return the latest alarm, else the last day, or quarter of a short log.

    Args:
        chart: of everything.
        log: all of it.
    """
    signal = alarm(chart)
    if signal is not None:
        return Selection(current=period_of(signal, chart.every))
    last = min(length("24h"), (log.stop - log.start) / 4)
    return Selection(current=((log.stop - last).floor("min"), log.stop.ceil("min")))


def course_panel(scene: Scene, total: ControlChart, shown: ControlChart) -> Panel:
    """Return the chart of the scope, over that of everything where they differ.

    Args:
        scene: the selection.
        total: the chart of everything.
        shown: the chart of the scope.
    """
    figure = _drawn(scene, total, shown)
    rows = [_row(one, scene) for one in shown.signals()]
    coarse = f" {scene.every} bins analysed, coarser ones shown." if _crowded(shown) else ""
    return told_of(
        shown,
        figure,
        note=f"{_KEYS}{coarse}",
        rows={
            "caption": f"{text.plural(len(rows), 'signal')}: Enter selects the time of one",
            "columns": ["what", "when", "value", "expected", "n"],
            "rows": rows,
        },
    )


def _drawn(scene: Scene, total: ControlChart, shown: ControlChart) -> dict[str, Any]:
    if _crowded(shown):
        every = bin_length(scene.scope.whole)
        # Signals are those of the bins asked for; only the picture is coarser.
        shown = control_chart(scene.scope.log, scene.metric, every=every, baseline=scene.baseline)
    drawn = shown.drawing()
    below = [_all_traffic(total)] if scene.scope.narrow and not _crowded(total) else []
    # A drag selects a stretch of time, and the modebar still offers the zoom.
    layout = {
        **drawn["layout"],
        "title": {},
        "height": _HEIGHT,
        "dragmode": "select",
        "selectdirection": "h",
        "uirevision": scene.metric.name,
        "margin": {**drawn["layout"]["margin"], "t": 34},
    }
    return {"data": [*below, *drawn["data"]], "layout": layout}


def _all_traffic(total: ControlChart) -> dict[str, Any]:
    """Return the line of everything, to be drawn below that of the scope."""
    line = "ewma" if "ewma" in total.frame and total.frame["ewma"].notna().any() else "value"
    return {
        "type": "scatter",
        "x": total.frame["time"].dt.tz_localize(None).to_numpy(),
        "y": total.frame[line].to_numpy(),
        "mode": "lines",
        "name": "all traffic",
        "line": {"color": GREY, "width": 3},
        "opacity": 0.45,
        "hoverinfo": "skip",
    }


def _crowded(chart: ControlChart) -> bool:
    return len(chart.frame) > _MOST_BINS


def _row(signal: Signal, scene: Scene) -> dict[str, object]:
    first, last = period_of(signal, scene.every)
    unit = scene.metric.unit
    return {
        "cells": [
            signal.what,
            period_words((first, last)),
            text.number(signal.value, unit, n=signal.n),
            text.number(signal.expected, unit),
            text.count(signal.n),
        ],
        "do": {"act": "period", "from": first.isoformat(), "until": last.isoformat()},
        "bad": signal.bad,
    }
