"""What do cost, agreement and the worth of a score look like?"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, under_title, whiskers
from agentlens.stats.agreement.cumulative import prices_paid
from agentlens.text import share
from agentlens.theme import CATEGORIES, GREY
from agentlens.widgets.calibrated.counts import Counts, Spread

__all__ = ["curves", "reliability_figure"]

_TOP, _BOTTOM = (0.6, 1.0), (0.0, 0.44)
_ZONE = "rgba(0,114,178,0.25)"


def curves(
    counts: Counts,
    agreement: Spread,
    *,
    place: int,
    prices: tuple[float, float],
    ceiling: float | None,
    bare: bool,
) -> go.Figure:
    """Return cost and agreement by threshold; the browser moves the line and redraws the cost.

    Args:
        counts: of the labels that choose.
        agreement: at each threshold.
        place: where the threshold stands.
        prices: of a wrong pass and of a wrong fail.
        ceiling: how often two people agree; None where that is unknown.
        bare: whether the labels also chose, so that there is no interval.
    """
    known = np.isfinite(counts.steps.cuts)
    cuts = counts.steps.cuts[known]
    cost = prices_paid(counts.weighted, *prices) / counts.total
    colour = GREY if bare else CATEGORIES[0]
    figure = blank("", height=430)
    figure.update_layout(margin={"l": 58, "r": 12, "t": 30, "b": 44}, showlegend=False)
    figure.layout.title = None
    line = {"shape": "vh", "width": 2}
    hover = "pass from %{x:.3g} on: %{y:"
    figure.add_scatter(
        x=cuts, y=cost[known], mode="lines", name="cost", line={**line, "color": CATEGORIES[1]},
        hovertemplate=f"{hover}.3g}} a trace<extra></extra>",
    )  # fmt: skip
    for limit, fill in ((agreement.low, None), (agreement.high, "tonexty")):
        figure.add_scatter(
            x=cuts, y=limit[known], mode="lines", yaxis="y2", hoverinfo="skip", fill=fill,
            fillcolor=_ZONE, line={"shape": "vh", "width": 0, "color": colour}, visible=not bare,
            name="interval",
        )  # fmt: skip
    figure.add_scatter(
        x=cuts, y=agreement.value[known], mode="lines", name="agreement", yaxis="y2",
        line={**line, "color": colour}, hovertemplate=f"{hover}.1%}} agree<extra></extra>",
    )  # fmt: skip
    # The first shape and the first annotation are moved by the browser.
    at = float(counts.steps.cuts[place]) if np.isfinite(counts.steps.cuts[place]) else None
    figure.add_shape(
        type="line", xref="x", yref="paper", x0=at, x1=at, y0=0, y1=1, visible=at is not None,
        line={"color": "#808080", "width": 2, "dash": "dash"},
    )  # fmt: skip
    _lines(figure, ceiling)
    figure.update_layout(
        xaxis={"title": {"text": "threshold of the score"}, "gridcolor": SOFT, "zeroline": False,
               "anchor": "y2"},
        yaxis={"domain": _TOP, "title": {"text": "cost a trace"}, "gridcolor": SOFT,
               "rangemode": "tozero", "zeroline": False},
        yaxis2={"domain": _BOTTOM, "title": {"text": "agreement"}, "gridcolor": SOFT,
                "tickformat": ".0%", "zeroline": False, "anchor": "x"},
        uirevision="curves",
    )  # fmt: skip
    return figure


def reliability_figure(bins: pd.DataFrame) -> go.Figure:
    """Return the share that people pass by what the score said.

    Args:
        bins: said, right, low, high and n.
    """
    figure = blank("", height=300)
    figure.layout.title = None
    figure.update_layout(margin={"l": 58, "r": 12, "t": 16, "b": 44}, showlegend=False)
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", hoverinfo="skip", name="as said",
        line={"color": GREY, "dash": "dot", "width": 1.5},
    )  # fmt: skip
    figure.add_scatter(
        x=bins["said"], y=bins["right"], mode="lines+markers", name="people pass",
        marker={"size": 9, "color": CATEGORIES[0]}, line={"color": CATEGORIES[0], "width": 1.5},
        error_y=whiskers(
            bins["right"], bins["low"], bins["high"], color=CATEGORIES[0], thickness=1.5, width=4
        ),
        customdata=bins["n"],
        hovertemplate="said %{x:.2f}: people pass %{y:.0%}, n = %{customdata}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title_text="score, mean of each bin", gridcolor=SOFT, range=[0, 1.02])
    figure.update_yaxes(
        title_text="share people pass", gridcolor=SOFT, tickformat=".0%", range=[0, 1.04]
    )
    return figure


def _lines(figure: go.Figure, ceiling: float | None) -> None:
    """Draw how often two people agree, or say that nobody knows."""
    colour = CATEGORIES[2]
    if ceiling is None:
        under_title(figure, "no ceiling known", y=0.455, colour=GREY)
        return
    figure.add_shape(
        type="line", xref="paper", yref="y2", x0=0, x1=1, y0=ceiling, y1=ceiling,
        line={"color": colour, "dash": "dot", "width": 2},
    )  # fmt: skip
    under_title(figure, f"dotted: two people agree on {share(ceiling, 1)}", y=0.455, colour=GREY)
