"""Does a judge's verdict follow a property of the answer, or a change to it?"""

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, whiskers
from agentlens.theme import CATEGORIES

__all__ = ["observed_figure", "rewritten_figure"]

_HUMANS = {
    "people pass": (CATEGORIES[2], "circle"),
    "people fail": (CATEGORIES[1], "diamond"),
}
_SAME, _MOVED = "#9AA3AF", CATEGORIES[1]


def observed_figure(rows: pd.DataFrame, *, title: str) -> go.Figure:
    """Return the judge's pass rate by part of the property, for each verdict of people.

    Level lines are an unbiased judge: what people say decides, and the property does not.

    Args:
        rows: human, part, at, n, passed, value, low and high.
        title: of the figure.
    """
    figure = blank(title, height=360)
    figure.update_layout(margin={"t": 76})
    for human, (colour, symbol) in _HUMANS.items():
        part = rows[(rows["human"] == human) & (rows["n"] > 0)] if len(rows) else rows
        if not len(part):
            continue
        figure.add_scatter(
            x=part["at"] + (0.05 if human == "people fail" else -0.05),
            y=part["value"],
            mode="lines+markers+text",
            name=f"{human}, n={int(part['n'].sum()):,}",
            text=[f"n={int(one):,}" for one in part["n"]],
            textposition="middle right",
            textfont={"size": 10, "color": colour},
            line={"color": colour, "width": 1.5},
            marker={"color": colour, "symbol": symbol, "size": 9},
            error_y=whiskers(part["value"], part["low"], part["high"], thickness=1.5, width=3),
            hovertemplate="%{y:.1%}<extra></extra>",
        )
    once = rows.drop_duplicates("at") if len(rows) else rows
    figure.update_xaxes(
        tickmode="array",
        tickvals=list(once["at"]) if len(rows) else [],
        ticktext=list(once["part"]) if len(rows) else [],
        title_text="labelled traces, by the property (a level line: no bias)",
        range=[-0.4, (float(once["at"].max()) if len(rows) else 0.0) + 0.6],
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(
        title_text="judge passes", tickformat=".0%", gridcolor=SOFT, range=[-0.02, 1.04]
    )
    return figure


def rewritten_figure(rows: pd.DataFrame, *, title: str) -> go.Figure:
    """Return how many traces kept their verdict when rewritten, and how many changed it each way.

    Args:
        rows: before, after and n.
        title: of the figure.
    """
    figure = blank(title, height=280)
    figure.update_layout(margin={"t": 60, "l": 110}, showlegend=False)
    if len(rows) and "before" in rows:
        names = rows["before"] + " → " + rows["after"]
        same = rows["before"] == rows["after"]
        figure.add_bar(
            x=rows["n"],
            y=names,
            orientation="h",
            text=rows["n"],
            textposition="outside",
            cliponaxis=False,
            marker={
                "color": [_SAME if one else _MOVED for one in same],
                "pattern": {"shape": ["" if one else "/" for one in same]},
            },
            hovertemplate="%{y}: %{x} traces<extra></extra>",
        )
    figure.update_xaxes(title_text="traces, as they were and rewritten", gridcolor=SOFT)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure
