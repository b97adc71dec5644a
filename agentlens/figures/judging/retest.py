"""How many traces did a judge pass in how many of its runs?"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank
from agentlens.theme import CATEGORIES

__all__ = ["retest_figure"]

_STEADY, _BOTH = "#9AA3AF", CATEGORIES[1]


def retest_figure(items: pd.DataFrame, *, title: str) -> go.Figure:
    """Return bars of traces by the share of runs that passed; between the ends stand the unstable.

    Args:
        items: runs, passes, share and unstable, a row for each trace.
        title: of the figure.
    """
    figure = blank(title, height=320)
    figure.update_layout(margin={"t": 72}, bargap=0.15)
    counted = items.assign(words=_words(items)).groupby("share", sort=True)
    rows = counted.agg(n=("share", "size"), words=("words", "first")).reset_index()
    for name, colour, pattern, chosen in (
        ("always the same verdict", _STEADY, "", rows["share"].isin([0.0, 1.0])),
        ("both verdicts", _BOTH, "/", ~rows["share"].isin([0.0, 1.0])),
    ):
        part = rows[chosen]
        figure.add_bar(
            x=part["words"],
            y=part["n"],
            name=f"{name}: {int(part['n'].sum())} traces",
            text=part["n"],
            textposition="outside",
            cliponaxis=False,
            marker={"color": colour, "pattern": {"shape": pattern}},
            hovertemplate="passed in %{x} runs: %{y} traces<extra></extra>",
        )
    figure.update_xaxes(
        title_text="passed in so many of its runs",
        type="category",
        categoryorder="array",
        categoryarray=rows["words"].tolist(),
        title_standoff=6,
    )
    most = float(rows["n"].max()) if len(rows) else 1.0
    figure.update_yaxes(title_text="traces", gridcolor=SOFT, range=[0, 1.15 * most])
    return figure


def _words(items: pd.DataFrame) -> pd.Series:
    """Return how many of how many runs passed; as percent where traces have different numbers."""
    if items["runs"].min() == items["runs"].max():
        return items["passes"].astype(str) + " of " + items["runs"].astype(str)
    percent = np.rint(items["share"] * 100).astype("int64") if len(items) else items["share"]
    return percent.astype(str) + "%"
