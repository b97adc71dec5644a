"""How did the values of one column spread before, and how do they now?"""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, label, short, tick_format
from agentlens.theme import CATEGORIES

__all__ = ["column_figure"]

_ROW = 40
_CUT = 30
_SHORT = ("share", "USD", "s")
_ARMS = (("baseline", "#9AA3AF", "dot"), ("current", CATEGORIES[1], "solid"))


def column_figure(rows: pd.DataFrame, told: Mapping[str, object]) -> go.Figure:
    """Return the shares of both periods: steps for a number, bars for categories.

    Args:
        rows: label, low, high, baseline, current, scale and unit, by place.
        told: column, words, n and n_baseline of the column.
    """
    words = f": {told['words']}" if told["words"] else ""
    counts = {"baseline": told["n_baseline"], "current": told["n"]}
    bars = rows["scale"].iloc[0] == "bars"
    figure = blank(
        f"{told['column']}{words}", height=130 + _ROW * max(len(rows), 3) if bars else 340
    )
    figure.update_layout(margin={"t": 72})
    names = {arm: f"{arm}, n = {int(str(counts[arm])):,}" for arm in counts}
    return _bars(figure, rows, names) if bars else _steps(figure, rows, names)


def _bars(figure: go.Figure, rows: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    for arm, colour, pattern in _ARMS:
        figure.add_bar(
            x=rows[arm],
            y=rows["place"],
            orientation="h",
            name=names[arm],
            text=[f"{share:.1%}" for share in rows[arm]],
            textposition="outside",
            cliponaxis=False,
            marker={"color": colour, "pattern": {"shape": "/" if pattern == "dot" else ""}},
            hovertemplate="%{x:.1%}<extra></extra>",
        )
    figure.update_layout(barmode="group", bargap=0.3)
    figure.update_yaxes(
        tickmode="array",
        tickvals=rows["place"],
        ticktext=[label(short(str(one), _CUT)) for one in rows["label"]],
        autorange="reversed",
        automargin=True,
        showgrid=False,
    )
    most = float(rows[["baseline", "current"]].to_numpy().max())
    figure.update_xaxes(
        title_text="share of traces", tickformat=".0%", gridcolor=SOFT, range=[0, 1.15 * most]
    )
    return figure


def _steps(figure: go.Figure, rows: pd.DataFrame, names: Mapping[str, str]) -> go.Figure:
    log = rows["scale"].iloc[0] == "log"
    edges = [*rows["low"], rows["high"].iloc[-1]]
    for arm, colour, dash in _ARMS:
        figure.add_scatter(
            x=edges,
            y=[*rows[arm], rows[arm].iloc[-1]],
            mode="lines",
            name=names[arm],
            line={"shape": "hv", "color": colour, "width": 2, "dash": dash},
            fill="tozeroy" if arm == "baseline" else "none",
            fillcolor="rgba(154,163,175,0.25)",
            hovertemplate="%{x:.3g}: %{y:.1%}<extra></extra>",
        )
    unit = str(rows["unit"].iloc[0])
    plain = unit not in _SHORT
    figure.update_xaxes(
        title_text=f"{unit + '; ' if plain and unit else ''}the outermost bins hold all beyond"
        + (", log scale" if log else ""),
        gridcolor=SOFT,
        type="log" if log else "linear",
        **(tick_format("" if plain else unit) | ({"nticks": 8, "dtick": "D2"} if log else {})),
    )
    figure.update_yaxes(
        title_text="share in each bin", tickformat=".0%", gridcolor=SOFT, rangemode="tozero"
    )
    return figure
