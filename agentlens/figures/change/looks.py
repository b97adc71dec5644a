"""What could be said of a difference at every look?"""

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, tick_format
from agentlens.theme import CATEGORIES

__all__ = ["running_figure"]

_ZONE = "#E6EDF5"


def running_figure(rows: pd.DataFrame, *, title: str) -> go.Figure:
    """Return the difference so far and the interval that held at every look.

    Args:
        rows: time, n, difference, low, high, margin and unit, in order of time.
        title: of the figure.
    """
    figure = blank(title, height=360)
    unit, margin = str(rows["unit"].iloc[0]), float(rows["margin"].iloc[0])
    figure.add_hrect(y0=-margin, y1=margin, fillcolor=_ZONE, line_width=0, layer="below")
    figure.add_hline(y=0, line={"color": INK, "width": 1})
    for column, fill in (("high", None), ("low", "tonexty")):
        figure.add_scatter(
            x=rows["time"],
            y=rows[column],
            mode="lines",
            line={"color": CATEGORIES[0], "width": 1, "shape": "hv"},
            fill=fill,
            fillcolor="rgba(0,114,178,0.14)",
            name="interval at all looks",
            showlegend=column == "low",
            hovertemplate=f"{column} %{{y:.3f}}<extra></extra>",
        )
    figure.add_scatter(
        x=rows["time"],
        y=rows["difference"],
        mode="lines+markers",
        line={"color": CATEGORIES[1], "width": 2},
        marker={"size": 4},
        name="difference so far",
        customdata=rows["n"],
        hovertemplate="%{x|%d %b %H:%M}<br>%{y:.3f} after %{customdata:,} comparisons<extra></extra>",
    )
    widest = _reach(rows, margin)
    figure.update_yaxes(
        title_text="current less baseline",
        range=[-widest, widest],
        gridcolor=SOFT,
        zeroline=False,
        **tick_format(unit),
    )
    figure.update_xaxes(title_text="time (UTC); shaded: within the margin", gridcolor=SOFT)
    figure.update_layout(margin={"t": 78})
    return figure


def _reach(rows: pd.DataFrame, margin: float) -> float:
    """Return the height of the picture: that of the later looks, the first are wide."""
    later = rows.iloc[len(rows) // 5 :]
    ends = later[["low", "high"]].abs().to_numpy()
    return float(max(ends.max(), 1.5 * margin)) * 1.1
