"""What is expected to be paid, and what at most, one by one and as a batch?"""

from math import isnan

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label
from agentlens.text import duration, number
from agentlens.theme import CATEGORIES

__all__ = ["preview_figure"]

_ROW = 70
_RANGE = "#C7CCD4"


def preview_figure(rows: pd.DataFrame, *, title: str) -> go.Figure:
    """Return for each way of sending a bar up to the worst, and marks at expected and p95.

    Args:
        rows: mode, calls, expected_usd, p95_usd, worst_usd and takes_s.
        title: of the figure.
    """
    figure = blank(title, height=150 + _ROW * max(len(rows), 1))
    places = list(range(len(rows)))
    known = not rows["worst_usd"].isna().all()
    free = known and bool((rows["worst_usd"] == 0).all())
    if not known or free:
        words = "nothing to pay" if free else "no price is known"
        figure.add_annotation(text=words, showarrow=False, x=0.5, y=0.5,
                              xref="paper", yref="paper", font={"color": INK, "size": 14})  # fmt: skip
    if free:
        return figure.update_xaxes(visible=False).update_yaxes(visible=False)
    figure.add_bar(
        x=rows["worst_usd"],
        y=places,
        orientation="h",
        width=0.45,
        marker={"color": _RANGE},
        name="at most",
        text=[f"at most {number(one, 'USD')}" for one in rows["worst_usd"]] if known else None,
        textposition="outside",
        cliponaxis=False,
        hovertemplate="at most %{x:$.4f}<extra></extra>",
    )
    for name, column, symbol, colour in (
        ("expected", "expected_usd", "diamond", CATEGORIES[0]),
        ("p95", "p95_usd", "line-ns-open", CATEGORIES[1]),
    ):
        figure.add_scatter(
            x=rows[column],
            y=places,
            mode="markers",
            name=name,
            marker={"symbol": symbol, "color": colour, "size": 13, "line": {"width": 3}},
            hovertemplate=f"{name} %{{x:$.4f}}<extra></extra>",
        )
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[label(_way(row)) for row in rows.to_dict("records")],
        autorange="reversed",
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_layout(legend_y=-0.3, legend_yanchor="top")
    most = float(rows["worst_usd"].max()) if known else 1.0
    figure.update_xaxes(
        tickprefix="$", gridcolor=SOFT, range=[0, max(most * 1.25, 1e-9)], title_text="USD"
    )
    return figure


def _way(row: dict[object, object]) -> str:
    seconds = float(str(row["takes_s"]))
    if row["mode"] == "batch":
        return "batch, up to 24 h"
    return "one by one" if isnan(seconds) else f"one by one, about {duration(seconds)}"
