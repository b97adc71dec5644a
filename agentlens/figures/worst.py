"""How common is each failure pattern, and how much of it has been taken up?"""

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, label, short
from agentlens.theme import CATEGORIES

__all__ = ["patterns_figure"]

_MOST = 20
_ROW = 24
_CUT = 56
_REST = "#C7CCD4"


def patterns_figure(rows: pd.DataFrame, *, title: str, part: str) -> go.Figure:
    """Return a bar for each pattern, commonest on top, and within it the part that is told.

    Args:
        rows: pattern, n and part, the commonest first.
        title: of the figure.
        part: what the dark part of a bar is called.
    """
    shown = rows.head(_MOST)
    hidden = len(rows) - len(shown)
    figure = blank(title, height=150 + _ROW * max(len(shown), 3))
    places = list(range(len(shown)))
    names = [label(name) for name in shown["pattern"]]
    for words, column, colour in (("traces alike", "n", _REST), (part, "part", CATEGORIES[1])):
        figure.add_bar(
            x=shown[column],
            y=places,
            orientation="h",
            name=words,
            marker={"color": colour},
            customdata=names,
            hovertemplate=f"%{{customdata}}<br>%{{x}} {words}<extra></extra>",
        )
    figure.update_layout(barmode="overlay", bargap=0.25)
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[label(short(str(name), _CUT)) for name in shown["pattern"]],
        autorange="reversed",
        automargin=True,
        showgrid=False,
    )
    rest = f"traces; {hidden:,} rarer patterns not drawn" if hidden else "traces"
    figure.update_xaxes(title_text=rest, gridcolor=SOFT, rangemode="tozero", title_standoff=4)
    return figure
