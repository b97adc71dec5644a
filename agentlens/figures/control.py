"""What does a control chart look like?"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, label, tick_format
from agentlens.text import count, number
from agentlens.theme import CATEGORIES, GREY

__all__ = ["add_chart", "add_marks", "control_figure", "focus", "marked"]

_BLUE, _ORANGE, _GREEN = CATEGORIES[0], CATEGORIES[1], CATEGORIES[2]
_DOT = "#868E9B"
_MOST_MARKS = 12
_AROUND = 0.6
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
    figure = blank(title)
    add_chart(figure, frame, unit=unit)
    if baseline is not None:
        figure.add_vrect(
            x0=max(baseline[0], frame["time"].iloc[0]),
            x1=baseline[1],
            fillcolor=SOFT,
            opacity=0.45,
            line_width=0,
            layer="below",
            annotation_text="baseline",
            annotation_position="bottom left",
            annotation_font={"size": 11, "color": GREY},
        )
    add_marks(figure, marks)
    figure.update_xaxes(showgrid=False, title_text="UTC", title_standoff=4, linecolor=SOFT)
    scale = {"title_text": "σ"} if "up" in frame else tick_format(unit)
    figure.update_yaxes(gridcolor=SOFT, zeroline=False, **scale, **focus(frame))
    return figure


def focus(frame: pd.DataFrame) -> dict[str, Any]:
    """Return a range of the axis in which the line and its limits fill half of the picture.

    Single bins of few rows lie far outside; a double click shows them all.
    """
    if "ewma" not in frame or frame["upper"].isna().all():
        return {}
    lines = frame[[name for name in ("ewma", "lower", "upper") if name in frame]]
    low, high = float(lines.min().min()), float(lines.max().max())
    low, high = low - (high - low) * _AROUND, high + (high - low) * _AROUND
    seen = frame["value"].agg(["min", "max"])
    margin = 0.03 * (high - low)
    return {"range": [max(low, seen["min"] - margin), min(high, seen["max"] + margin)]}


def add_chart(
    figure: go.Figure, frame: pd.DataFrame, *, unit: str, legend: bool = True, **where: Any
) -> None:
    """Add the traces of one chart to a figure, at a row and column if they are given."""
    for trace in _traces(frame, unit):
        if not legend:
            trace.showlegend = False
        figure.add_trace(trace, **where)


def _traces(frame: pd.DataFrame, unit: str) -> list[go.Scatter]:
    time, arms = frame["time"], "up" in frame
    dashed = {"color": GREY, "width": 1.2, "dash": "dash", "shape": "hv"}
    line: dict[str, Any] = {"x": time, "mode": "lines", "hoverinfo": "skip"}
    traces = [
        go.Scatter(**line, y=frame["upper"], name="limits", legendgroup="limits", line=dashed),
        go.Scatter(
            **line,
            y=frame["lower"],
            name="lower limit",
            legendgroup="limits",
            showlegend=False,
            line=dashed,
        ),
    ]
    solid = {"color": _BLUE, "width": 2}
    if arms:
        traces += [
            go.Scatter(**line, y=frame["up"], name="CUSUM upwards", line=solid),
            go.Scatter(
                **line, y=frame["down"], name="CUSUM downwards", line={**solid, "color": _GREEN}
            ),
        ]
    else:
        thin = {"color": GREY, "width": 1}
        traces.append(go.Scatter(**line, y=frame["centre"], name="expected", line=thin))
        dots = {"color": _DOT, "size": 5 if len(frame) <= 400 else 3.5}  # noqa: PLR2004 - crowded
        traces.append(
            go.Scatter(
                x=time,
                y=frame["value"],
                name="bins",
                mode="markers",
                marker=dots,
                **_carried(frame, unit),
            )
        )
    if "ewma" in frame:
        traces.append(go.Scatter(**line, y=frame["ewma"], name="EWMA", line=solid))
    out = frame[frame["beyond"] != 0]
    traces.append(
        go.Scatter(
            x=out["time"],
            y=_height(out),
            name="beyond limits",
            mode="markers",
            marker={
                "color": _ORANGE,
                "size": 8,
                "symbol": np.where(out["beyond"] > 0, "triangle-up", "triangle-down"),
                "line": {"color": "#FFFFFF", "width": 1},
            },
            **_carried(out, unit),
        )
    )
    return traces


def _height(out: pd.DataFrame) -> pd.Series:
    """Return where the marker of a bin beyond its limits stands: on the line that left them."""
    if "up" in out:
        return out["up"].where(out["beyond"] > 0, out["down"])
    return out["ewma"] if "ewma" in out else out["value"]


def add_marks(
    figure: go.Figure, marks: pd.DataFrame, *, panel: int = 1, named: bool = True
) -> None:
    """Add a dotted line for each release and change of definition.

    Args:
        figure: to which they are added.
        marks: time and label of each.
        panel: which of several charts, counted from one.
        named: whether each has its name at the top.
    """
    lines, names = marked(marks, panel=panel, named=named)
    layout = figure.layout
    figure.update_layout(shapes=[*layout.shapes, *lines], annotations=[*layout.annotations, *names])


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


def _carried(frame: pd.DataFrame, unit: str) -> dict[str, Any]:
    """Return what a point says when it is pointed at, and what it says to a click."""
    words = [
        f"{start:%a %d %b %H:%M}<br>{number(value, unit, n=n)} · n = {count(n)}"
        f"<br>expected {number(centre, unit, n=n)}"
        for start, value, n, centre in zip(
            frame["time"], frame["value"], frame["n"], frame["centre"], strict=True
        )
    ]
    return {
        "ids": frame["time"].map(pd.Timestamp.isoformat).tolist(),
        "customdata": frame["n"].to_numpy(),
        "hovertext": words,
        "hoverinfo": "text",
    }
