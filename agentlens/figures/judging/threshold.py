"""What does deciding by each threshold cost, and which one was chosen?"""

from collections.abc import Hashable, Mapping
from math import isnan

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, under_title
from agentlens.text import share
from agentlens.theme import CATEGORIES, GREY

__all__ = ["threshold_figure"]

_ZONE = "#E6EDF5"
_WORDS = {"training": "training score", "folds": "in folds", "test": "on test labels"}


def threshold_figure(
    curve: pd.DataFrame,
    told: pd.DataFrame,
    *,
    title: str,
    chosen: float | None,
    between: tuple[float, float] | None,
) -> go.Figure:
    """Return the cost a trace by threshold on the labels that chose, the chosen one marked.

    Args:
        curve: threshold and cost.
        told: how, agreement, low, high and n, by which the choice was measured.
        title: of the figure.
        chosen: the threshold.
        between: its interval.
    """
    figure = blank(title, height=340)
    figure.update_layout(margin={"t": 96}, showlegend=False)
    if between is not None:
        figure.add_vrect(x0=between[0], x1=between[1], fillcolor=_ZONE, line_width=0, layer="below")
    figure.add_scatter(
        x=curve["threshold"],
        y=curve["cost"],
        mode="lines",
        line={"shape": "vh", "color": CATEGORIES[0], "width": 2},
        hovertemplate="pass from %{x:.3g} on: %{y:.3g} a trace<extra></extra>",
    )
    if chosen is not None:
        figure.add_vline(x=chosen, line={"color": INK, "width": 1.5, "dash": "dash"})
        figure.add_annotation(
            x=chosen,
            y=1.02,
            yref="paper",
            text=f"pass from {chosen:.3g} on",
            showarrow=False,
            yanchor="bottom",
            font={"size": 11, "color": INK},
        )
    words = " · ".join(_said(row) for row in told.to_dict("records"))
    under_title(figure, words, y=1.13, colour=GREY)
    figure.update_xaxes(title_text="threshold of the score", gridcolor=SOFT, zeroline=False)
    figure.update_yaxes(
        title_text="cost a trace, labels that chose", gridcolor=SOFT, rangemode="tozero"
    )
    return figure


def _said(row: Mapping[Hashable, object]) -> str:
    n = int(str(row["n"]))
    value, low, high = (float(str(row[name])) for name in ("agreement", "low", "high"))
    span = "" if isnan(low) else f" [{share(low, n)}–{share(high, n)}]"
    return f"{_WORDS[str(row['how'])]}: {share(value, n)}{span} agree, n={n}"
