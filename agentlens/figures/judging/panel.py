"""Which member of a panel agrees with people how often, and which err together?"""

from math import isnan

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, label, short, whiskers
from agentlens.text import share
from agentlens.theme import CATEGORIES, GREY

__all__ = ["panel_figure"]

_ROW, _CUT = 34, 28
_TOGETHER = ("majority", "any objection")


def panel_figure(rows: pd.DataFrame, together: pd.DataFrame, *, title: str) -> go.Figure:
    """Return the agreement of each judge and of the panel, and on the right whom each errs with.

    Args:
        rows: judge, value, low, high and n.
        together: the correlation of errors of each two judges.
        title: of the figure.
    """
    figure = blank(title, height=140 + _ROW * len(rows))
    figure.update_layout(margin={"t": 56, "r": 260}, showlegend=False)
    for place, row in enumerate(rows.to_dict("records")):
        name = str(row["judge"])
        one = name not in _TOGETHER
        value, low, high = (float(row[key]) for key in ("value", "low", "high"))
        colour = CATEGORIES[0] if one else CATEGORIES[1]
        figure.add_scatter(
            x=[value],
            y=[place],
            mode="markers",
            error_x=whiskers(value, low, high, thickness=2, width=4),
            marker={"size": 10, "color": colour, "symbol": "circle" if one else "diamond"},
            hovertemplate=f"{label(name)}: %{{x:.1%}}<extra></extra>",
        )
        figure.add_annotation(
            x=1.02,
            xref="paper",
            y=place,
            xanchor="left",
            showarrow=False,
            align="left",
            text=_beside(name, value, int(row["n"]), together),
            font={"size": 11, "color": GREY},
        )
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=[label(short(str(name), _CUT)) for name in rows["judge"]],
        range=[len(rows) - 0.5, -0.5],
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    known = rows["low"].dropna()
    least = float(known.min()) if len(known) else 0.0
    figure.update_xaxes(
        title_text="agrees with people",
        tickformat=".0%",
        gridcolor=SOFT,
        range=[max(least - 0.05, 0.0), 1.005],
        title_standoff=6,
    )
    return figure


def _beside(name: str, value: float, n: int, together: pd.DataFrame) -> str:
    """Return the number beside a row, and with whom that judge errs most."""
    if isnan(value):
        return "? no labels"
    said = f"{share(value, n)}, n={n:,}"
    if name not in together:
        return said
    others = together[name].drop(name).dropna()
    if others.empty:
        return said
    nearest = str(others.idxmax())
    return f"{said}; errs with {label(short(nearest, 16))} (ρ {others.max():.2f})"
