"""How large is the share of traces that fails each check?"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label, short
from agentlens.text import count, share
from agentlens.theme import BANDS, CATEGORIES, GREY

__all__ = ["checks_figure"]

_LINE = 34
_LEAST = 1e-4
_CUT = 40
_NAMES = {
    "never": ("must never fail", BANDS["act"][0], "diamond"),
    "failure": ("may fail at times", CATEGORIES[0], "circle"),
    "fact": ("a fact, no fault", GREY, "square"),
}


def checks_figure(frame: pd.DataFrame, *, title: str) -> go.Figure:
    """Return a row a check: the share that fails and its interval, on a scale of powers of ten.

    Args:
        frame: check, n, failed, share, low, high, severity, claims_meaning.
        title: of the figure.
    """
    figure = blank(short(title, 70), height=150 + _LINE * max(len(frame), 3))
    places = np.arange(len(frame))
    checked = (frame["n"] > 0).to_numpy()
    for severity, (words, colour, symbol) in _NAMES.items():
        here = checked & (frame["severity"] == severity).to_numpy()
        if here.any():
            _dots(figure, frame[here], places[here], (words, colour, symbol))
    _beside(figure, frame, places)
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[label(short(str(name), _CUT)) for name in frame["check"]],
        range=[max(len(frame), 1) - 0.5, -0.5],
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(
        type="log",
        title_text="share of the traces checked that fail; 0.01% and less stands at the left edge",
        range=[np.log10(_LEAST) - 0.05, 0.05],
        tickvals=[0.0001, 0.001, 0.01, 0.1, 1],
        ticktext=["0.01%", "0.1%", "1%", "10%", "100%"],
        gridcolor=SOFT,
        title_standoff=4,
    )
    figure.update_layout(margin={"r": 200, "t": 78})
    return figure


def _dots(figure: go.Figure, part: pd.DataFrame, places: Any, drawn: tuple[str, str, str]) -> None:
    words, colour, symbol = drawn
    at = part["share"].clip(lower=_LEAST)
    low, high = part["low"].clip(lower=_LEAST), part["high"].clip(lower=_LEAST)
    none = (part["failed"] == 0).to_numpy()
    figure.add_scatter(
        x=at,
        y=places,
        mode="markers",
        name=words,
        marker={
            "color": colour,
            "size": 10,
            "symbol": [f"{symbol}-open" if empty else symbol for empty in none],
        },
        error_x={
            "type": "data",
            "array": (high - at).fillna(0.0).to_numpy(),
            "arrayminus": (at - low).fillna(0.0).to_numpy(),
            "color": colour,
            "width": 4,
        },
        hovertext=[label(_said(row)) for row in part.to_dict("records")],
        hoverinfo="text",
    )


def _said(row: dict[Any, Any]) -> str:
    held = f"{share(row['share'], row['n'])} fail" if row["n"] else "not checked"
    return f"{row['check']}: {held}, {count(row['failed'])} of {count(row['n'])}"


def _beside(figure: go.Figure, frame: pd.DataFrame, places: Any) -> None:
    for place, row in zip(places, frame.to_dict("records"), strict=True):
        words = f"{count(row['failed'])} of {count(row['n'])}" if row["n"] else "nothing to check"
        figure.add_annotation(
            text=words + (" · as a judge" if row["claims_meaning"] and row["n"] else ""),
            x=1.01,
            xref="paper",
            xanchor="left",
            y=place,
            showarrow=False,
            font={"size": 11, "color": INK if row["n"] else GREY},
        )
