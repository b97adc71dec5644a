"""What do incidents and calls look like on one axis of time?"""

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, label
from agentlens.theme import CATEGORIES, GREY

__all__ = ["backtest_figure"]

_LOOKS = {
    "hit": (CATEGORIES[2], "star", "hit"),
    "again": (GREY, "circle", "again in the same incident"),
    "false": (CATEGORIES[1], "x", "false"),
}
_ROW = 26


def backtest_figure(incidents: pd.DataFrame, pages: pd.DataFrame, *, title: str) -> go.Figure:
    """Return a bar for each incident, a line from its onset to the call, and the calls by chart.

    Args:
        incidents: incident, start, end, called.
        pages: time, chart, verdict.
        title: of the figure.
    """
    names = [label(name) for name in incidents["incident"]]
    charts = [label(name) for name in dict.fromkeys(pages["chart"])]
    rows = [*dict.fromkeys(names), *charts]
    figure = blank(title, height=150 + _ROW * max(len(rows), 3))
    x, y = [], []
    for name, one in zip(names, incidents.itertuples(), strict=True):
        x += [one.start, one.end, None]
        y += [name, name, None]
    figure.add_scatter(
        x=x,
        y=y,
        name="incident",
        mode="lines",
        line={"color": CATEGORIES[4], "width": 12},
        opacity=0.7,
        hoverinfo="x+y",
    )
    for verdict, (colour, symbol, words) in _LOOKS.items():
        own = pages[pages["verdict"] == verdict]
        figure.add_scatter(
            x=own["time"],
            y=[label(name) for name in own["chart"]],
            name=words,
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 11},
            hovertemplate=f"{words}, %{{x|%d %b %H:%M}}<extra></extra>",
        )
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=list(reversed(rows)),
        automargin=True,
        gridcolor=SOFT,
        range=[-0.6, max(len(rows), 1) - 0.4],
    )
    figure.update_xaxes(showgrid=False, title_text="UTC", title_standoff=4)
    return figure
