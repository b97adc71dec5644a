"""How likely does a judge pass a gate, by how good it truly is?"""

from collections.abc import Sequence
from typing import Protocol

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, whiskers
from agentlens.text import share
from agentlens.theme import BANDS, CATEGORIES, GREY

__all__ = ["gate_figure"]

_OTHERS = ("#9CA3AF", "#B6BCC6", "#8A94A3", "#A5ADBA")
_DASHES = ("dot", "dash", "longdash", "dashdot")


class _Bound(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def target(self) -> float: ...
    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def gate_figure(frame: pd.DataFrame, bounds: Sequence[_Bound], *, title: str) -> go.Figure:
    """Return the chance to be certified against the true rate, for these labels and for others.

    Args:
        frame: asked, truth, labels, certified and here.
        bounds: what was asked and found: name, target, value, low and high.
        title: of the figure.
    """
    figure = blank(title, height=400)
    others = 0
    for n, rows in frame.groupby("labels", sort=True):
        here = bool(rows["here"].iloc[0])
        figure.add_scatter(
            x=rows["truth"],
            y=rows["certified"],
            mode="lines",
            name=f"{n:,} labels" + (" (these)" if here else ""),
            line={
                "color": CATEGORIES[0] if here else _OTHERS[others % len(_OTHERS)],
                "width": 3 if here else 1.5,
                "dash": "solid" if here else _DASHES[others % len(_DASHES)],
            },
            hovertemplate="true rate %{x:.0%}: passes %{y:.0%}<extra></extra>",
        )
        others += not here
    if bounds:
        _found(figure, bounds[0])
    figure.update_xaxes(
        tickformat=".0%",
        title_text="true rate of the judge",
        gridcolor=SOFT,
        range=[0.695, 1.005],
        title_standoff=6,
    )
    figure.update_yaxes(
        tickformat=".0%", title_text="chance to be certified", gridcolor=SOFT, range=[-0.16, 1.02]
    )
    figure.update_layout(margin={"l": 64, "r": 16, "t": 84, "b": 52})
    return figure


def _found(figure: go.Figure, bound: _Bound) -> None:
    """Draw the target as a line, and the judge's own interval beneath the curves."""
    figure.add_vline(x=bound.target, line={"color": BANDS["watch"][0], "dash": "dot", "width": 2})
    figure.add_annotation(
        x=bound.target,
        y=0.97,
        xanchor="right",
        xshift=-4,
        text=f"asked {share(bound.target, 1)}",
        showarrow=False,
        font={"size": 11, "color": BANDS["watch"][0]},
    )
    figure.add_scatter(
        x=[bound.value],
        y=[-0.08],
        mode="markers",
        name=f"this judge: {bound.name}",
        marker={"size": 10, "color": INK},
        error_x=whiskers(bound.value, bound.low, bound.high, color=INK, thickness=2),
        hovertemplate=f"{bound.name} %{{x:.1%}}<extra></extra>",
    )
    figure.add_hline(y=0, line={"color": GREY, "width": 1})
