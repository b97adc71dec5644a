"""From which score on is the error small enough, and how much traffic is left to review?"""

from math import isnan

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, under_title
from agentlens.text import share
from agentlens.theme import CATEGORIES

__all__ = ["bands_figure"]

_SIDES = {
    "auto-pass": ("bound of wrong passes", CATEGORIES[0], "circle"),
    "page": ("bound of wrong pages", CATEGORIES[1], "diamond"),
}
_LEAST_TOP = 0.3
_ZONES = {"auto-pass": "#E3F1EC", "page": "#F9E7DD"}


def bands_figure(
    steps: pd.DataFrame, rows: pd.DataFrame, *, errors: tuple[float, float], title: str
) -> go.Figure:
    """Return the upper bound of each side's error by threshold, and the bands as zones.

    Args:
        steps: side, threshold, labels, wrong, bound and accepted.
        rows: band, from, to, share and a_day.
        errors: allowed above and below.
        title: of the figure.
    """
    figure = blank(title, height=380)
    figure.update_layout(margin={"t": 104, "r": 84})
    top = min(max(4 * max(errors), _LEAST_TOP), 1.0)
    low, high = float(steps["threshold"].min()), float(steps["threshold"].max())
    edge = 0.02 * (high - low) if high > low else 0.5
    for row in rows.to_dict("records"):
        name = str(row["band"])
        start, end = float(row["from"]), float(row["to"])
        if name in _ZONES and not (isnan(start) and isnan(end)):
            ends = (
                low - edge if isnan(start) else start - edge / 2,
                high + edge if isnan(end) else end + edge / 2,
            )
            figure.add_annotation(
                x=(ends[0] + ends[1]) / 2,
                y=0.84,
                yref="paper",
                text=f"<b>{name}</b>",
                showarrow=False,
                yanchor="top",
                font={"size": 12, "color": INK},
            )
            figure.add_vrect(
                x0=ends[0],
                x1=ends[1],
                fillcolor=_ZONES[name],
                line_width=0,
                layer="below",
            )
    for (side, (words, colour, symbol)), error in zip(_SIDES.items(), errors, strict=True):
        part = steps[(steps["side"] == side) & (steps["labels"] > 0)]
        figure.add_scatter(
            x=part["threshold"],
            y=part["bound"].clip(upper=top),
            mode="lines+markers",
            name=words,
            line={"color": colour, "width": 1.5},
            marker={
                "symbol": [symbol if one else f"{symbol}-open" for one in part["accepted"]],
                "size": 8,
                "color": colour,
            },
            customdata=part[["wrong", "labels", "bound"]],
            hovertemplate="%{x:.3g}: %{customdata[0]} of %{customdata[1]} wrong,"
            " at most %{customdata[2]:.1%}<extra></extra>",
        )
        figure.add_hline(
            y=error,
            line={"color": colour, "width": 1, "dash": "dot"},
        )
        figure.add_annotation(
            x=1.01,
            xref="paper",
            y=error,
            text=f"{'pass' if side == 'auto-pass' else 'page'}: {share(error, 1)}",
            xanchor="left",
            showarrow=False,
            font={"size": 10, "color": colour},
        )
    words = " · ".join(
        f"{row['band']} {share(float(row['share']), 1)} ({float(row['a_day']):,.0f} a day)"
        for row in rows.to_dict("records")
    )
    under_title(figure, words, y=1.14, colour=INK)
    figure.update_xaxes(title_text="threshold of the score (filled: certified)", gridcolor=SOFT)
    figure.update_yaxes(
        title_text="error at most", tickformat=".0%", gridcolor=SOFT, range=[0, 1.04 * top]
    )
    return figure
