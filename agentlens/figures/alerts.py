"""What do the states of many alarms look like over time?"""

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, label
from agentlens.theme import BANDS, CATEGORIES, Band, mark

__all__ = ["alerts_figure"]

_ROW = 28
_LINE = 12


def alerts_figure(spans: pd.DataFrame, calls: pd.DataFrame, *, title: str) -> go.Figure:
    """Return a row for each chart, its states as bars, and a marker for each call.

    Args:
        spans: chart, state, start and end.
        calls: chart, time and whether it is new.
        title: of the figure.
    """
    names = list(dict.fromkeys([*spans["chart"], *calls["chart"]]))
    figure = blank(title, height=130 + _ROW * max(len(names), 2))
    shown: tuple[Band, ...] = ("watch", "act", "unknown")
    for state in shown:
        own = spans[spans["state"] == state]
        x, y = [], []
        for row in own.itertuples():
            x += [row.start, row.end, None]
            y += [label(row.chart), label(row.chart), None]
        figure.add_scatter(
            x=x,
            y=y,
            name=mark(state),
            mode="lines",
            line={"color": BANDS[state][0], "width": _LINE},
            opacity=0.75,
            hoverinfo="x+name",
        )
    figure.add_scatter(
        x=calls["time"],
        y=[label(name) for name in calls["chart"]],
        name="call",
        mode="markers",
        marker={
            "symbol": ["star" if new else "star-open" for new in calls["new"]],
            "size": 13,
            "color": CATEGORIES[0],
            "line": {"color": "#FFFFFF", "width": 1},
        },
        hovertemplate="called %{x|%d %b %H:%M}<extra></extra>",
    )
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=[label(name) for name in reversed(names)],
        automargin=True,
        showgrid=False,
        range=[-0.6, max(len(names), 1) - 0.4],
    )
    figure.update_xaxes(gridcolor=SOFT, title_text="UTC", title_standoff=4)
    if len(spans):
        figure.update_xaxes(range=[spans["start"].min(), spans["end"].max()])
    return figure
