"""Where do the labels of a plan come from, and how narrow do they make the rate?"""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from agentlens.figures.base import INK, SOFT, blank, label, short
from agentlens.theme import CATEGORIES

__all__ = ["plan_figure"]

_TRAFFIC = "#C7CCD4"
_MARKS = (0.02, 0.03, 0.05)
_CUT = 28


def plan_figure(cells: pd.DataFrame, widths: pd.DataFrame, n: int, *, title: str) -> go.Figure:
    """Return each cell's share of traffic beside its share of labels, and width against labels.

    Args:
        cells: cell, traces, share, labelled, planned and test.
        widths: n and half: so many labels bring half the interval to so much.
        n: labels planned.
        title: of the figure.
    """
    figure = blank(title, height=max(320, 190 + 46 * len(cells)))
    if cells.empty or widths.empty:
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False)
        figure.add_annotation(text="no plan", showarrow=False, font={"size": 14, "color": INK})
        return figure
    made = make_subplots(cols=2, column_widths=[0.5, 0.5], horizontal_spacing=0.14, figure=figure)
    _cells(made, cells)
    test = int(cells["test"].sum())
    _widths(made, widths, {f"{test:,} test labels": test, "all labels": n + _before(cells)})
    made.update_layout(barmode="group", bargap=0.28, legend={"x": 0, "xanchor": "left"})
    made.update_layout(margin={"t": 84, "l": 16})
    return made


def _before(cells: pd.DataFrame) -> int:
    return int(cells["labelled"].sum())


def _cells(figure: go.Figure, cells: pd.DataFrame) -> None:
    total = max(int(cells["planned"].sum()), 1)
    names = [label(short(str(one), _CUT)) for one in cells["cell"]]
    planned = cells["planned"] / total
    for words, values, counts, colour in (
        ("share of labels", planned, cells["planned"], CATEGORIES[1]),
        ("share of traffic", cells["share"], cells["traces"], _TRAFFIC),
    ):
        figure.add_bar(
            x=values,
            y=list(range(len(cells))),
            orientation="h",
            name=words,
            marker={"color": colour},
            text=[f"{share:.0%} ({n:,})" for share, n in zip(values, counts, strict=True)],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"%{{text}} {words}<extra></extra>",
            row=1,
            col=1,
        )
    most = max(float(cells["share"].max()), float(planned.max()))
    figure.update_yaxes(
        tickvals=list(range(len(cells))),
        ticktext=names,
        autorange="reversed",
        automargin=True,
        showgrid=False,
        zeroline=False,
        row=1,
        col=1,
    )
    figure.update_xaxes(
        tickformat=".0%",
        range=[0, 1.4 * most],
        nticks=5,
        gridcolor=SOFT,
        title_text="share (and number of traces)",
        row=1,
        col=1,
    )


def _widths(figure: go.Figure, widths: pd.DataFrame, marks: Mapping[str, int]) -> None:
    place = {"row": 1, "col": 2}
    points = 100 * widths["half"]
    figure.add_scatter(
        x=widths["n"],
        y=points,
        mode="lines",
        line={"color": CATEGORIES[0], "width": 2},
        showlegend=False,
        hovertemplate="%{x:,} labels: ±%{y:.1f} points<extra></extra>",
        **place,
    )
    for words, n in marks.items():
        nearest = widths.iloc[int((widths["n"] - n).abs().to_numpy().argmin())]
        figure.add_scatter(
            x=[nearest["n"]],
            y=[100 * nearest["half"]],
            mode="markers+text",
            marker={"color": CATEGORIES[1], "size": 9, "line": {"color": INK, "width": 1}},
            text=[words],
            textposition="top right",
            showlegend=False,
            hovertemplate="%{x:,} labels: ±%{y:.1f} points<extra></extra>",
            **place,
        )
    for half in _MARKS:
        if points.min() <= 100 * half <= points.max():
            figure.add_hline(y=100 * half, line={"color": INK, "width": 1, "dash": "dot"}, **place)
    figure.update_yaxes(title_text="half the interval, points", rangemode="tozero",
                        gridcolor=SOFT, title_standoff=6, **place)  # fmt: skip
    figure.update_xaxes(title_text="labels that enter the rate", gridcolor=SOFT, **place)
