"""Which columns moved by how much of what matters?"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label, short, written
from agentlens.theme import CATEGORIES, GREY

__all__ = ["drift_figure"]

_MOST = 24
_ROW = 22
_CUT, _CUT_WORDS = 34, 40
_FAR = 25.0
_LOOK = {
    True: ("drifted", CATEGORIES[1], "diamond"),
    False: ("not called", GREY, "circle-open"),
}


def drift_figure(rows: pd.DataFrame, *, title: str) -> go.Figure:
    """Return each column's effect in units of what matters, with interval, q and what moved.

    Args:
        rows: column, words, n, effect, low, high, times_gate, q, drifted and reading, the most
            important first.
        title: of the figure.
    """
    known = rows[rows["p"].notna()]
    shown = known.head(_MOST).reset_index(drop=True)
    hidden = len(known) - len(shown)
    figure = blank(title, height=130 + _ROW * max(len(shown), 4))
    figure.update_layout(margin={"r": 330, "t": 64})
    figure.add_vline(x=1.0, line={"color": INK, "width": 1, "dash": "dash"})
    for drifted, (name, colour, symbol) in _LOOK.items():
        part = shown[shown["drifted"] == drifted]
        if len(part):
            figure.add_scatter(**_points(part, name, colour, symbol))
    written(figure, map(_beside, shown.index, shown.to_dict("records")))
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(shown.index),
        ticktext=[label(short(str(name), _CUT)) for name in shown["column"]],
        range=[len(shown) - 0.4, -0.6],
        automargin=True,
        showgrid=True,
        gridcolor=SOFT,
        zeroline=False,
    )
    rest = f"; {hidden} smaller ones not drawn" if hidden else ""
    figure.update_xaxes(
        title_text=f"effect, in units of what matters (dashed: 1){rest}",
        gridcolor=SOFT,
        rangemode="tozero",
        title_standoff=4,
    )
    return figure


def _beside(place: int, row: Mapping[Hashable, Any]) -> dict[str, object]:
    """Return what is written beside a column's effect."""
    return {
        "x": 1.0,
        "xref": "paper",
        "y": place,
        "text": label(_told(row)),
        "xanchor": "left",
        "xshift": 8,
        "showarrow": False,
        "font": {"size": 11} if row["drifted"] else {"size": 11, "color": GREY},
    }


def _points(part: pd.DataFrame, name: str, colour: str, symbol: str) -> dict[str, object]:
    effect = part["effect"].abs()
    unit = part["times_gate"] / effect.where(effect > 0)
    turned = part["effect"] < 0
    low = part["low"].where(~turned, -part["high"]).clip(lower=0.0)
    high = part["high"].where(~turned, -part["low"])
    value = part["times_gate"].clip(upper=_FAR)
    return {
        "x": value,
        "y": part.index,
        "mode": "markers",
        "name": name,
        "marker": {"color": colour, "symbol": symbol, "size": 9, "line": {"width": 1.5}},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": (np.minimum(high * unit, _FAR) - value).clip(lower=0).fillna(0.0),
            "arrayminus": (value - np.minimum(low * unit, _FAR)).clip(lower=0).fillna(0.0),
            "thickness": 1.2,
            "width": 3,
            "color": colour,
        },
        "customdata": [
            label(f"{one}: {two}") for one, two in zip(part["column"], part["words"], strict=True)
        ],
        "hovertemplate": "%{customdata}<br>%{x:.2f} times what matters<extra></extra>",
    }


def _told(row: Mapping[Any, Any]) -> str:
    q = float(str(row["q"]))
    said = "q < 0.001" if q < 0.001 else f"q = {q:.2g}"  # noqa: PLR2004 - three digits are read
    words = short(str(row["words"]), _CUT_WORDS)
    reading = f"{row['reading']}: " if row["reading"] else ""
    return f"{said}  {reading}{words}"
