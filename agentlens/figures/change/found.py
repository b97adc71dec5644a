"""By how much did each slice change, against zero and against everything together?"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label, short, tick_format, whiskers
from agentlens.text import count
from agentlens.theme import GREY

__all__ = ["BETTER", "WORSE", "found_figure"]

WORSE, BETTER = "#B35806", "#542788"
"""The two ends of the colours for a change."""
_ROW = 36
_CUT = 60


def found_figure(frame: pd.DataFrame, *, title: str, unit: str, better: str) -> go.Figure:
    """Return a row a slice: its change with the interval, and a line where everything moved.

    Args:
        frame: slice, change, low, high, n, n_baseline; the first row is all rows together.
        title: of the figure.
        unit: of the metric.
        better: "higher", "lower" or "neither".
    """
    figure = blank(title, height=140 + _ROW * max(len(frame), 2))
    if "change" not in frame or frame.empty:
        figure.add_annotation(text="no answer", showarrow=False, font={"color": GREY, "size": 14})
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False)
        return figure
    places = np.arange(len(frame))
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    whole = float(frame["change"].iloc[0])
    if np.isfinite(whole):
        figure.add_vline(x=whole, line={"color": GREY, "width": 1.5, "dash": "dash"})
    for words, here, colour, symbol in _kinds(frame, better):
        part = frame[here]
        figure.add_scatter(
            x=part["change"],
            y=places[here],
            mode="markers",
            name=words,
            marker={"color": colour, "size": 11, "symbol": symbol},
            error_x=_bars(part, colour),
            hovertext=_hover(part),
            hoverinfo="text",
        )
    _names(figure, frame, places)
    figure.update_xaxes(
        title_text="change against the baseline; dashed: all rows together",
        gridcolor=SOFT,
        zeroline=False,
        title_standoff=4,
        **tick_format(unit),
    )
    return figure


def _kinds(frame: pd.DataFrame, better: str) -> list[tuple[str, Any, str, str]]:
    whole = np.arange(len(frame)) == 0
    up = (frame["change"] > 0).to_numpy() & ~whole
    down = ~up & ~whole
    rose = {"higher": ("better: rose", BETTER), "lower": ("worse: rose", WORSE)}
    fell = {"higher": ("worse: fell", WORSE), "lower": ("better: fell", BETTER)}
    kinds = [
        ("all rows", whole, GREY, "diamond"),
        (*_pick(rose.get(better, ("rose", WORSE)), up), "triangle-up"),
        (*_pick(fell.get(better, ("fell", BETTER)), down), "triangle-down"),
    ]
    return [one for one in kinds if one[1].any()]


def _pick(named: tuple[str, str], here: Any) -> tuple[str, Any, str]:
    return named[0], here, named[1]


def _bars(part: pd.DataFrame, colour: str) -> dict[str, Any]:
    return whiskers(part["change"], part["low"], part["high"], color=colour, thickness=2, width=5)


def _hover(part: pd.DataFrame) -> list[str]:
    rows: Any = part.itertuples()
    return [
        f"{label(row.slice)}<br>n = {count(row.n)} against {count(row.n_baseline)}" for row in rows
    ]


def _names(figure: go.Figure, frame: pd.DataFrame, places: Any) -> None:
    """Write the slice left of its row and n right of it."""
    ticks = [label(short(str(name), _CUT)) for name in frame["slice"]]
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[one.replace(", ", "<br>", 1) if len(one) > _CUT // 2 else one for one in ticks],
        range=[len(frame) - 0.4, -0.6],
        automargin=True,
        showgrid=False,
    )
    row: Any
    for place, row in zip(places, frame.itertuples(), strict=True):
        figure.add_annotation(
            text=f"n = {count(row.n)}",
            x=1.01,
            xref="paper",
            xanchor="left",
            y=place,
            yanchor="middle",
            showarrow=False,
            font={"size": 11, "color": INK},
        )
    figure.update_layout(margin={"r": 90})
