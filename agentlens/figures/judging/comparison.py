"""How far apart are two judges, by each way to estimate it, and on how many traces?"""

from math import isnan

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label, short, whiskers
from agentlens.theme import CATEGORIES, GREY

__all__ = ["comparison_figure"]

_ROW, _CUT = 44, 44
_LEAST = 0.02


def comparison_figure(rows: pd.DataFrame, cells: pd.DataFrame, *, title: str) -> go.Figure:
    """Return the difference of agreement with its interval, and beside it the four cells.

    Args:
        rows: what, judge, value, low, high, n and p; of these the differences are drawn.
        cells: comparison, cell, traces, labels and human_pass.
        title: of the figure.
    """
    drawn = rows[rows["what"].str.startswith("difference")].reset_index(drop=True)
    figure = blank(title, height=150 + _ROW * len(drawn) + 26 * cells["comparison"].nunique())
    names = cells["comparison"].drop_duplicates().tolist()
    figure.update_layout(
        margin={"t": 52 + 26 * len(names), "r": 190},
        showlegend=False,
    )
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    for place, row in enumerate(drawn.to_dict("records")):
        value, low, high = (float(row[name]) for name in ("value", "low", "high"))
        known = not isnan(value)
        apart = known and (low > 0 or high < 0)
        colour = CATEGORIES[1] if apart else CATEGORIES[0]
        figure.add_scatter(
            x=[value],
            y=[place],
            mode="markers",
            error_x=whiskers(value, low, high, thickness=2, width=4),
            marker={"size": 10, "color": colour, "symbol": "diamond" if apart else "circle"},
            hovertemplate="%{x:+.1%}<extra></extra>",
        )
        words = (
            f"{100 * value:+.1f} [{100 * low:.1f}, {100 * high:.1f}] pts, n={int(row['n']):,}"
            if known
            else f"? too few labels, n={int(row['n']):,}"
        )
        figure.add_annotation(
            x=1.02,
            xref="paper",
            y=place,
            xanchor="left",
            showarrow=False,
            text=words,
            font={"size": 11, "color": INK if known else GREY},
        )
    for place, name in enumerate(names):
        figure.add_annotation(
            x=0,
            y=1,
            xref="paper",
            yref="paper",
            yshift=8 + 22 * (len(names) - 1 - place),
            xshift=-150,
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            text=_counted(cells[cells["comparison"] == name], str(name), named=len(names) > 1),
            font={"size": 11, "color": GREY},
        )
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(drawn))),
        ticktext=[
            f"{label(short(str(one), _CUT))}<br>{label(short(str(two).partition(', ')[2], _CUT))}"
            for one, two in zip(drawn["judge"], drawn["what"], strict=True)
        ],
        range=[len(drawn) - 0.5, -0.5],
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    most = max(float(drawn[["low", "high"]].abs().max().max()) if len(drawn) else 0.0, _LEAST)
    most = _LEAST if isnan(most) else most
    figure.update_xaxes(
        title_text="difference of the shares on which each agrees with people",
        tickformat="+.0%",
        gridcolor=SOFT,
        range=[-1.15 * most, 1.15 * most],
        zeroline=False,
        title_standoff=6,
    )
    return figure


def _counted(cells: pd.DataFrame, name: str, *, named: bool) -> str:
    """Return how many traces and labels each cell holds."""
    words = cells["cell"].str.replace(r" passes$", "", regex=True).str.replace("the ", "")
    parts = [
        f"{word} {int(row['traces']):,} ({int(row['labels']):,})"
        for word, row in zip(words, cells.to_dict("records"), strict=True)
    ]
    start = label(short(name, _CUT)) if named else "traces (labelled)"
    return f"{start}: {' · '.join(parts)}"
