"""What does a control chart look like?"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, tick_format
from agentlens.text import count, number
from agentlens.theme import CATEGORIES, GREY

__all__ = ["control_figure"]

_BLUE, _ORANGE = CATEGORIES[0], CATEGORIES[1]


def control_figure(
    frame: pd.DataFrame,
    *,
    title: str,
    unit: str,
    baseline: tuple[pd.Timestamp, pd.Timestamp] | None,
) -> go.Figure:
    """Return the chart of a frame with time, value, n, ewma, centre, lower, upper, beyond, baseline.

    Every bin carries its start as `id`, so that a click says which bin it was.
    """
    figure = blank(title)
    time = frame["time"]
    for name, side in (("upper limit", "upper"), ("lower limit", "lower")):
        figure.add_scatter(
            x=time,
            y=frame[side],
            name="limits" if side == "upper" else name,
            showlegend=side == "upper",
            legendgroup="limits",
            mode="lines",
            line={"color": GREY, "width": 1.2, "dash": "dash", "shape": "hv"},
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=time,
        y=frame["centre"],
        name="baseline level",
        mode="lines",
        line={"color": GREY, "width": 1},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=time,
        y=frame["value"],
        name="bins",
        mode="markers",
        marker={"color": "#9CA3AF", "size": 5},
        **_carried(frame, unit),
    )
    figure.add_scatter(
        x=time,
        y=frame["ewma"],
        name="EWMA",
        mode="lines",
        line={"color": _BLUE, "width": 2},
        hoverinfo="skip",
    )
    out = frame[frame["beyond"] != 0]
    figure.add_scatter(
        x=out["time"],
        y=out["ewma"],
        name="beyond limits",
        mode="markers",
        marker={
            "color": _ORANGE,
            "size": 9,
            "symbol": np.where(out["beyond"] > 0, "triangle-up", "triangle-down"),
            "line": {"color": "#FFFFFF", "width": 1},
        },
        **_carried(out, unit),
    )
    if baseline is not None:
        figure.add_vrect(
            x0=max(baseline[0], time.iloc[0]),
            x1=baseline[1],
            fillcolor=SOFT,
            opacity=0.45,
            line_width=0,
            layer="below",
            annotation_text="baseline",
            annotation_position="bottom left",
            annotation_font={"size": 11, "color": GREY},
        )
    figure.update_xaxes(showgrid=False, title_text="UTC", title_standoff=4, linecolor=SOFT)
    figure.update_yaxes(gridcolor=SOFT, zeroline=False, **tick_format(unit))
    return figure


def _carried(frame: pd.DataFrame, unit: str) -> dict[str, Any]:
    """Return what a point says when it is pointed at, and what it says to a click."""
    words = [
        f"{start:%a %d %b %H:%M}<br>{number(value, unit, n=n)} · n = {count(n)}"
        for start, value, n in zip(frame["time"], frame["value"], frame["n"], strict=True)
    ]
    return {
        "ids": frame["time"].map(pd.Timestamp.isoformat).tolist(),
        "customdata": frame["n"].to_numpy(),
        "hovertext": words,
        "hoverinfo": "text",
    }
