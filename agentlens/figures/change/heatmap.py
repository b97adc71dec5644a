"""By how much did each cell of a table change, which are sure, and which hold too few rows?"""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, blank, label
from agentlens.text import count, number
from agentlens.theme import CHANGE, GREY

__all__ = ["empty", "heatmap_figure", "hover", "tick"]

_FEW = "#E3E5E9"
_ROW = 46
_CUT = 28
_CROWDED, _TIGHT = 12, 7


def heatmap_figure(
    frame: pd.DataFrame, *, by: tuple[str, ...], title: str, unit: str, better: str
) -> go.Figure:
    """Return a heatmap: colour for the change, text for change and n, a frame around what stands.

    Args:
        frame: a row a cell: the columns of `by`, n, shrunk, few, stands, said and what is pointed at.
        by: what goes down and what goes across.
        title: of the figure.
        unit: of the metric.
        better: "higher", "lower" or "neither".
    """
    if frame.empty:
        return empty(title)
    down, across = by[0], by[1]
    rows, columns = (list(dict.fromkeys(frame[name])) for name in (down, across))
    if across == "time":
        columns = sorted(columns)
    at_row = frame[down].map({name: at for at, name in enumerate(rows)}).to_numpy()
    at_column = frame[across].map({name: at for at, name in enumerate(columns)}).to_numpy()
    crowded = len(columns) > _CROWDED
    towards = -1.0 if better == "lower" else 1.0
    colour = np.full((len(rows), len(columns)), np.nan)
    words = np.full(colour.shape, "", dtype=object)
    pointed = np.full(colour.shape, "no rows", dtype=object)
    colour[at_row, at_column] = np.where(frame["few"], np.nan, towards * frame["shrunk"])
    words[at_row, at_column] = [_cell(row, crowded=crowded) for row in frame.itertuples()]
    pointed[at_row, at_column] = hover(frame, by, unit)
    far = np.nanmax(np.abs(colour)) if np.isfinite(colour).any() else 1.0
    figure = blank(title, height=170 + _ROW * len(rows))
    figure.add_heatmap(
        z=colour,
        zmin=-far,
        zmax=far,
        colorscale=CHANGE,
        xgap=3,
        ygap=3,
        text=words,
        texttemplate="%{text}",
        textfont={"size": 10 if len(columns) > _TIGHT else 12},
        hovertext=pointed,
        hoverinfo="text",
        colorbar={
            "tickvals": [-0.9 * far, 0, 0.9 * far],
            "ticktext": ["fell", "same", "rose"]
            if better == "neither"
            else ["worse", "same", "better"],
            "title": {"text": "points" if unit == "share" else label(unit), "side": "top"},
            "thickness": 12,
            "outlinewidth": 0,
        },
    )
    _few_cells(figure, frame, at_row, at_column, crowded=crowded)
    for row, column in zip(at_row[frame["stands"]], at_column[frame["stands"]], strict=True):
        figure.add_shape(
            type="rect",
            x0=column - 0.48,
            x1=column + 0.48,
            y0=row - 0.47,
            y1=row + 0.47,
            line={"color": INK, "width": 3},
        )
    _axes(figure, rows, columns, by)
    return figure


def _few_cells(
    figure: go.Figure, frame: pd.DataFrame, at_row: Any, at_column: Any, *, crowded: bool
) -> None:
    """Paint cells with too few rows grey and say how many they have."""
    few = frame["few"].to_numpy()
    for row, column, n in zip(at_row[few], at_column[few], frame["n"][few], strict=True):
        box = {"x0": column - 0.48, "x1": column + 0.48, "y0": row - 0.47, "y1": row + 0.47}
        figure.add_shape(type="rect", **box, fillcolor=_FEW, line={"width": 0}, layer="below")
        figure.add_annotation(
            text=count(n) if crowded else f"n={count(n)}",
            x=column,
            y=row,
            showarrow=False,
            font={"size": 10, "color": GREY},
        )


def _cell(row: Any, *, crowded: bool) -> str:
    if row.few:
        return ""
    mark = "◆ " if row.stands else ""
    return f"{mark}{row.said}" if crowded else f"{mark}{row.said}<br>n={count(row.n)}"


def hover(frame: pd.DataFrame, by: tuple[str, ...], unit: str) -> list[str]:
    """Return what each cell says when it is pointed at."""
    words = []
    for row in frame.to_dict("records"):
        name = "<br>".join(f"{label(one)}: {tick(row[one])}" for one in by)
        n = f"n = {count(row['n'])} against {count(row['n_baseline'])}"
        if row["few"]:
            words.append(f"{name}<br>{n}: too few")
            continue
        now, before, low, high = (
            number(row[part], unit, n=row["n"])
            for part in ("value", "baseline", "shrunk_low", "shrunk_high")
        )
        words.append(
            f"{name}<br>{now} against {before}<br>{low} to {high}<br>{n}, q = {row['q']:.2g}"
        )
    return words


def _axes(figure: go.Figure, rows: list[Any], columns: list[Any], by: tuple[str, ...]) -> None:
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=[tick(one) for one in rows],
        range=[len(rows) - 0.5, -0.5],
        automargin=True,
        showgrid=False,
        zeroline=False,
        title_text=label(by[0]),
    )
    every = -(-len(columns) // _CROWDED)
    shown = list(range(0, len(columns), every))
    figure.update_xaxes(
        tickmode="array",
        tickvals=shown,
        ticktext=[tick(columns[at]) for at in shown],
        range=[-0.5, len(columns) - 0.5],
        automargin=True,
        showgrid=False,
        zeroline=False,
        title_text="" if by[1] == "time" else label(by[1]),
    )


def tick(value: Any) -> str:
    """Return a value of a column or a time as it stands on an axis."""
    if isinstance(value, pd.Timestamp):
        whole = value == value.normalize()
        return f"{value:%d %b}" if whole else f"{value:%d %b<br>%H:%M}"
    words = str(value)
    return label(words if len(words) <= _CUT else words[: _CUT - 1] + "…")


def empty(title: str) -> go.Figure:
    """Return the picture of a question without an answer."""
    figure = blank(title, height=200)
    figure.add_annotation(text="no answer", showarrow=False, font={"color": GREY, "size": 14})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure
