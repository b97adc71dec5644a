"""How many questions came to what, and what was paid for it?"""

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, label
from agentlens.text import number, share
from agentlens.theme import CATEGORIES, GREY

__all__ = ["judged_figure"]

_ROW = 30
_COLOURS = {"pass": CATEGORIES[0], "fail": CATEGORIES[1]}
_UNSENT = frozenset({"not_sent", "pending"})


def judged_figure(rows: pd.DataFrame, *, title: str) -> go.Figure:
    """Return a bar for each outcome: verdicts in colour, everything else grey, unsent hatched.

    Args:
        rows: outcome, verdict (whether it is one), n, share and usd.
        title: of the figure.
    """
    figure = blank(title, height=150 + _ROW * max(len(rows), 2))
    total, asked = rows["usd"].sum(), int(rows["n"].sum())
    places = list(range(len(rows)))
    for row, place in zip(rows.to_dict("records"), places, strict=True):
        money = f", {number(row['usd'], 'USD')}" if row["usd"] > 0 else ""
        colour = _COLOURS.get(row["outcome"], CATEGORIES[2]) if row["verdict"] else GREY
        figure.add_bar(
            x=[row["n"]],
            y=[place],
            orientation="h",
            text=[f"{row['n']:,} ({share(row['share'], asked)}{money})"],
            textposition="auto" if row["verdict"] else "outside",
            cliponaxis=False,
            marker={
                "color": colour,
                "pattern": {"shape": "/" if row["outcome"] in _UNSENT else ""},
            },
            hovertemplate=f"{label(_said(row['outcome']))}: %{{x}}<extra></extra>",
            showlegend=False,
        )
    figure.update_layout(barmode="overlay")
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[label(_said(name)) for name in rows["outcome"]],
        autorange="reversed",
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    spent = f"; these answers cost {number(float(total), 'USD')}" if total > 0 else ""
    figure.update_xaxes(
        title_text=f"questions{spent}", gridcolor=SOFT, rangemode="tozero", title_standoff=4
    )
    return figure


def _said(outcome: object) -> str:
    return str(outcome).replace("_", " ")
