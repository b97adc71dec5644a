"""How common is each failure, of which kind is it, and on which days did it occur?"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label
from agentlens.theme import CATEGORIES, GREY

__all__ = ["failures_figure"]

_MOST = 20
_ROW = 26
_CUT = 44
_WRITTEN = 16
_DAY = pd.Timedelta("1D")
_KINDS = {
    "timeout": CATEGORIES[0],
    "rate limit": CATEGORIES[4],
    "tool failure": CATEGORIES[5],
    "schema or argument": CATEGORIES[1],
    "model or provider": CATEGORIES[2],
    "policy": "#000000",
    "failed check": "#000000",
    "user-side signal": CATEGORIES[3],
    "judged": "#8C6BB1",
}
_PALE = [[0.0, "#F7F8FA"], [0.001, "#DCE6F0"], [1.0, "#08306B"]]


def failures_figure(rows: pd.DataFrame, over_time: pd.DataFrame, *, title: str) -> go.Figure:
    """Return a bar for each failure with its number, and beside it how many there were when.

    Args:
        rows: id, name, kind and n, the commonest first.
        over_time: id, time and n.
        title: of the figure.
    """
    shown = rows.head(_MOST)
    figure = blank(title, height=170 + _ROW * max(len(shown), 3))
    if not len(shown):
        figure.add_annotation(text="no failure", showarrow=False, x=0.5, y=0.5)
        return figure.update_layout(xaxis_visible=False, yaxis_visible=False)
    place = list(range(len(shown)))
    for kind in shown["kind"].unique():
        own = np.flatnonzero((shown["kind"] == kind).to_numpy())
        figure.add_bar(
            x=shown["n"].iloc[own],
            y=own,
            orientation="h",
            width=0.7,
            name=label(kind),
            marker={"color": _KINDS.get(str(kind), GREY)},
            text=[f"{many:,}" for many in shown["n"].iloc[own]],
            textposition="outside",
            cliponaxis=False,
            customdata=[label(name) for name in shown["name"].iloc[own]],
            hovertemplate="%{customdata}<br>%{x} traces<extra></extra>",
        )
    _course(figure, shown, over_time)
    figure.update_layout(
        barmode="overlay",
        legend={"y": -0.06, "yanchor": "top", "x": 0, "xanchor": "left", "yref": "paper"},
        margin={"b": 96},
        xaxis={
            "domain": [0.0, 0.34],
            "title": {"text": "traces", "standoff": 4},
            "gridcolor": SOFT,
            "range": [0, float(shown["n"].max()) * 1.25],
            "nticks": 4,
        },
        xaxis2={"domain": [0.38, 1.0], "anchor": "y", "showgrid": False, "nticks": 6},
    )
    figure.update_yaxes(
        tickmode="array",
        tickvals=place,
        ticktext=[_tick(str(name)) for name in shown["name"]],
        range=[len(shown) - 0.5, -0.5],
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    return figure


def _course(figure: go.Figure, shown: pd.DataFrame, over_time: pd.DataFrame) -> None:
    """Draw how many there were when, darker for more; none is nearly white."""
    grid = over_time.pivot_table(index="id", columns="time", values="n", aggfunc="sum")
    grid = grid.reindex(shown["id"])
    counts = grid.to_numpy(dtype=float)
    times = pd.DatetimeIndex(grid.columns)
    weekly = len(times) > 1 and times[1] - times[0] > _DAY
    figure.add_heatmap(
        z=np.sqrt(counts),
        x=list(grid.columns),
        y=list(range(len(shown))),
        xaxis="x2",
        colorscale=_PALE,
        zmin=0,
        showscale=False,
        xgap=1,
        ygap=3,
        text=[[f"{one:,.0f}" if one else "" for one in row] for row in counts],
        texttemplate="%{text}" if counts.shape[1] <= _WRITTEN else None,
        textfont={"size": 9},
        customdata=counts,
        hovertemplate="%{x|%a %d %b}: %{customdata:,.0f}<extra></extra>",
    )
    figure.add_annotation(
        text="traces a week" if weekly else "traces a day",
        x=0.38,
        xref="paper",
        y=1.0,
        yref="paper",
        yanchor="bottom",
        xanchor="left",
        showarrow=False,
        font={"size": 11, "color": INK},
    )


def _tick(name: str) -> str:
    return label(name if len(name) <= _CUT else f"{name[: _CUT - 1]}…")
