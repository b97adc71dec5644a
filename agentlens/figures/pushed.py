"""How many pieces of a push are in which state?"""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, label
from agentlens.theme import CATEGORIES

__all__ = ["pushed_figure"]

_ROW = 28


def pushed_figure(rows: pd.DataFrame, *, title: str, states: Sequence[str]) -> go.Figure:
    """Return a bar for each state that occurs.

    Args:
        rows: with a column state.
        title: of the figure.
        states: all states, in the order in which they are shown.
    """
    counts = {state: int((rows["state"] == state).sum()) for state in states}
    shown = {state: n for state, n in counts.items() if n}
    figure = blank(title, height=150 + _ROW * max(len(shown), 2))
    figure.add_bar(
        x=list(shown.values()),
        y=[label(state) for state in shown],
        orientation="h",
        text=[f"{n:,}" for n in shown.values()],
        textposition="auto",
        marker={"color": CATEGORIES[0]},
        hovertemplate="%{y}: %{x}<extra></extra>",
        showlegend=False,
    )
    figure.update_yaxes(autorange="reversed", automargin=True, showgrid=False)
    figure.update_xaxes(gridcolor=SOFT, rangemode="tozero")
    return figure
