"""What does a control chart look like?"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, house, label, tick_format
from agentlens.figures.control_traces import traces_of
from agentlens.figures.unshared import nothing_is_uploaded
from agentlens.theme import GREY

__all__ = ["add_chart", "control_drawing", "control_figure", "focus", "marked"]

_MOST_MARKS = 12
_AROUND = 0.6
_PANEL = {"xref": "x", "yref": "y domain"}
Span = tuple[pd.Timestamp, pd.Timestamp]


def control_figure(
    frame: pd.DataFrame,
    *,
    title: str,
    unit: str,
    baseline: Span | None,
    marks: pd.DataFrame,
) -> go.Figure:
    """Return the chart of a frame with time, value, n, centre, lower, upper, beyond, baseline.

    An EWMA is drawn where the frame has one; the arms of a CUSUM, in standard deviations, in its
    place. Every bin carries its start as `id`, so that a click says which bin it was.
    """
    nothing_is_uploaded()
    return go.Figure(control_drawing(frame, title=title, unit=unit, baseline=baseline, marks=marks))


def control_drawing(
    frame: pd.DataFrame,
    *,
    title: str,
    unit: str,
    baseline: Span | None,
    marks: pd.DataFrame,
) -> dict[str, Any]:
    """Return the same chart as data, which plotly has not read yet."""
    learnt = []
    if baseline is not None:
        learnt.append((max(baseline[0], frame["time"].iloc[0]), baseline[1]))
    lines, names = marked(marks)
    scale = {"title": {"text": "σ"}} if "up" in frame else tick_format(unit)
    layout = {
        **house(title),
        "shapes": [*(_stretch(*one) for one in learnt), *lines],
        "annotations": [*(_called(first) for first, _ in learnt), *names],
        "xaxis": {
            "title": {"text": "UTC", "standoff": 4}, "showgrid": False, "linecolor": SOFT,
        },
        "yaxis": {"gridcolor": SOFT, "zeroline": False, **scale, **focus(frame)},
    }  # fmt: skip
    return {"data": traces_of(frame, unit), "layout": layout}


def _stretch(first: pd.Timestamp, last: pd.Timestamp) -> dict[str, Any]:
    """Return the bins that normal was learnt from, as a band behind the lines."""
    return {
        "type": "rect",
        **_PANEL,
        "x0": first,
        "x1": last,
        "y0": 0,
        "y1": 1,
        "fillcolor": SOFT,
        "opacity": 0.45,
        "line": {"width": 0},
        "layer": "below",
    }


def _called(first: pd.Timestamp) -> dict[str, Any]:
    return {
        **_PANEL,
        "text": "baseline",
        "x": first,
        "xanchor": "left",
        "y": 0,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 11, "color": GREY},
    }


def focus(frame: pd.DataFrame) -> dict[str, Any]:
    """Return a range of the axis in which the line and its limits fill half of the picture.

    Single bins of few rows lie far outside; a double click shows them all.
    """
    if "ewma" not in frame or frame["upper"].isna().all():
        return {}
    lines = frame[["ewma", "lower", "upper"]].to_numpy()
    low, high = float(np.nanmin(lines)), float(np.nanmax(lines))
    low, high = low - (high - low) * _AROUND, high + (high - low) * _AROUND
    least, most = frame["value"].min(), frame["value"].max()
    margin = 0.03 * (high - low)
    return {"range": [max(low, least - margin), min(high, most + margin)]}


def add_chart(
    figure: go.Figure, frame: pd.DataFrame, *, unit: str, legend: bool = True, **where: Any
) -> None:
    """Add the traces of one chart to a figure, at a row and column if they are given."""
    more = {} if legend else {"showlegend": False}
    for trace in traces_of(frame, unit):
        figure.add_trace({**trace, **more}, **where)


def marked(
    marks: pd.DataFrame, *, panel: int = 1, named: bool = True
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the dotted lines and the names of the marks of a chart, for plotly's layout.

    Args:
        marks: time and label of each.
        panel: which of several charts, counted from one.
        named: whether each has its name at the top.
    """
    axis = "" if panel == 1 else str(panel)
    where = {"xref": f"x{axis}", "yref": f"y{axis} domain"}
    # Laid at once: plotly's own way to add a line copies the layout each time.
    shown = marks.tail(_MOST_MARKS)
    lines = [
        {
            "type": "line",
            **dict.fromkeys(("x0", "x1"), time),
            **where,
            "y0": 0,
            "y1": 1,
            "line": {"color": GREY, "width": 1, "dash": "dot"},
        }
        for time in shown["time"]
    ]
    names = [
        {
            **where,
            "text": label(name),
            "x": time,
            "xanchor": "right",
            "y": 1,
            "yanchor": "top",
            "showarrow": False,
            "textangle": -90,
            "font": {"size": 10, "color": GREY},
        }
        for time, name in zip(shown["time"], shown["label"], strict=True)
        if named
    ]
    return lines, names
