"""By how much did each slice of one column change, and how sure is that?"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, tick_format, whiskers
from agentlens.figures.change.found import BETTER, WORSE
from agentlens.figures.change.heatmap import empty, hover, tick
from agentlens.text import count
from agentlens.theme import GREY

__all__ = ["rows_figure"]

_LINE = 30


def rows_figure(
    frame: pd.DataFrame, *, by: tuple[str, ...], title: str, unit: str, better: str
) -> go.Figure:
    """Return a row a slice: its drawn-in change with the interval, and its own change as a ring.

    Args:
        frame: a row a slice: the column of `by`, n, change, shrunk with interval, few, stands.
        by: the column.
        title: of the figure.
        unit: of the metric.
        better: "higher", "lower" or "neither".
    """
    if frame.empty:
        return empty(title)
    figure = blank(title, height=150 + _LINE * max(len(frame), 3))
    places = np.arange(len(frame))
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    figure.add_scatter(
        x=frame["change"],
        y=places,
        mode="markers",
        name="as measured",
        marker={"symbol": "circle-open", "size": 9, "color": GREY},
        hoverinfo="skip",
    )
    pointed = np.array(hover(frame, by, unit), dtype=object)
    for words, here, colour, filled in _kinds(frame, better):
        part = frame[here]
        figure.add_scatter(
            x=part["shrunk"],
            y=places[here],
            mode="markers",
            name=words,
            marker={"color": colour, "size": 11, "symbol": "diamond" if filled else "circle"},
            error_x=whiskers(
                part["shrunk"], part["shrunk_low"], part["shrunk_high"], color=colour, width=4
            ),
            hovertext=pointed[here],
            hoverinfo="text",
        )
    _right_of_rows(figure, frame, places)
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[tick(name) for name in frame[by[0]]],
        range=[len(frame) - 0.5, -0.5],
        automargin=True,
        showgrid=False,
    )
    figure.update_xaxes(
        title_text="change against the slice's own baseline",
        gridcolor=SOFT,
        zeroline=False,
        title_standoff=4,
        **tick_format(unit),
    )
    figure.update_layout(margin={"r": 110})
    return figure


def _kinds(frame: pd.DataFrame, better: str) -> list[tuple[str, Any, str, bool]]:
    stands, few = frame["stands"].to_numpy(), frame["few"].to_numpy()
    rose = (frame["change"] > 0).to_numpy()
    worse = rose if better == "lower" else ~rose
    names = ("fell", "rose") if better == "neither" else ("worse", "better")
    kinds = [
        (f"{names[0]}, stands", stands & worse, WORSE, True),
        (f"{names[1]}, stands", stands & ~worse, BETTER, True),
        ("drawn in", ~stands & ~few, GREY, False),
    ]
    return [one for one in kinds if one[1].any()]


def _right_of_rows(figure: go.Figure, frame: pd.DataFrame, places: Any) -> None:
    row: Any
    for place, row in zip(places, frame.itertuples(), strict=True):
        words = f"n={count(row.n)}, too few" if row.few else f"{row.said} · n={count(row.n)}"
        figure.add_annotation(
            text=words,
            x=1.01,
            xref="paper",
            xanchor="left",
            y=place,
            showarrow=False,
            font={"size": 11, "color": GREY if row.few else INK},
        )
