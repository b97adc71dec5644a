"""Has a judge left its own noise, and has anybody grown rich betting against it?"""

from math import log10

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank
from agentlens.theme import CATEGORIES, GREY

__all__ = ["watch_figure"]

_CHARTS = {
    "anchors: agreement": (CATEGORIES[0], "circle", "agreement below its baseline"),
    "anchors: pass rate": (CATEGORIES[5], "diamond", "pass rate above (minus) or below (plus)"),
}
_FRESH = "fresh labels"


def watch_figure(rows: pd.DataFrame, *, title: str) -> go.Figure:
    """Return the anchor charts by run above, and the bet against agreement by label below.

    Args:
        rows: chart, step, value, distance, limit and alarm.
        title: of the figure.
    """
    figure = blank(title, height=520)
    figure.update_layout(
        margin={"t": 76, "b": 52},
        yaxis={"domain": [0.58, 1.0], "title": {"text": "run-to-run errors"}, "gridcolor": SOFT},
        yaxis2={
            "domain": [0.0, 0.36],
            "title": {"text": "wealth of the bet"},
            "type": "log",
            "dtick": 1,
            "gridcolor": SOFT,
            "anchor": "x2",
        },
        xaxis={
            "title": {"text": "anchor run", "standoff": 4},
            "dtick": max(1, len(set(rows["step"][rows["chart"] != _FRESH])) // 12),  # whole runs
            "anchor": "y",
            "gridcolor": SOFT,
        },
        xaxis2={"title": {"text": "fresh label", "standoff": 4}, "anchor": "y2", "gridcolor": SOFT},
    )
    anchored = rows[rows["chart"] != _FRESH]
    for name, (colour, symbol, words) in _CHARTS.items():
        part = anchored[(anchored["chart"] == name) & anchored["distance"].notna()]
        if len(part):
            figure.add_scatter(
                x=part["step"],
                y=part["distance"],
                name=words,
                mode="lines+markers",
                line={"color": colour},
                marker={
                    "symbol": [symbol if one else f"{symbol}-open" for one in part["alarm"]],
                    "size": 8,
                    "color": colour,
                },
                customdata=part["value"],
                hovertemplate="run %{x}: %{customdata:.1%}<extra></extra>",
            )
            _limits(figure, name, float(part["limit"].iloc[0]), colour)
    if not anchored["distance"].notna().any():
        _note(figure, 0.79, f"no watched anchor run yet ({_runs(anchored)} runs)")
    labels = rows[rows["chart"] == _FRESH]
    if len(labels):
        figure.add_scatter(
            x=labels["step"],
            y=labels["distance"],
            xaxis="x2",
            yaxis="y2",
            name="bet that agreement is below its target",
            mode="lines",
            line={"color": CATEGORIES[2], "width": 2},
            customdata=labels["value"],
            hovertemplate="label %{x}: wealth %{y:.2g}, %{customdata:.1%} agree<extra></extra>",
        )
        _line(figure, "y2", float(labels["limit"].iloc[0]), CATEGORIES[2], "page")
    else:
        _note(figure, 0.18, "no fresh labels drawn from all alike")
    return figure


def _limits(figure: go.Figure, name: str, limit: float, colour: str) -> None:
    both = name != "anchors: agreement"
    _line(figure, "y", limit, colour, "" if both else "alarm")
    if both:
        _line(figure, "y", -limit, colour, "alarm")


def _line(figure: go.Figure, axis: str, at: float, colour: str, words: str) -> None:
    domain = "x2 domain" if axis == "y2" else "x domain"
    figure.add_shape(
        type="line",
        xref=domain,
        yref=axis,
        x0=0,
        x1=1,
        y0=at,
        y1=at,
        line={"color": colour, "width": 1, "dash": "dot"},
    )
    if words:
        figure.add_annotation(
            xref=domain,
            yref=axis,
            x=1,
            y=at if axis == "y" else log10(at),  # a log axis takes the exponent
            text=words,
            showarrow=False,
            xanchor="right",
            yanchor="bottom",
            font={"size": 10, "color": INK},
        )


def _note(figure: go.Figure, height: float, words: str) -> None:
    figure.add_annotation(
        xref="paper",
        yref="paper",
        x=0.5,
        y=height,
        text=words,
        showarrow=False,
        font={"size": 13, "color": GREY},
    )


def _runs(rows: pd.DataFrame) -> int:
    return int(rows["step"].max()) if len(rows) else 0
