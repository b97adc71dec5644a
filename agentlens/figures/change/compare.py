"""How far is each metric from its margin?"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label, short
from agentlens.text import count, number, significant
from agentlens.theme import BANDS, CATEGORIES, GREY

__all__ = ["forest_figure"]

_ROW, _AROUND = 46, 150
_LONGEST, _WIDEST = 26, 4.0
_ZONE = "#E6EDF5"
_STYLES = {
    "better": (BANDS["pass"][0], "circle", "✓ better"),
    "no worse": (CATEGORIES[0], "circle", "✓ no worse"),
    "undecided": (BANDS["watch"][0], "diamond-open", "◇ undecided"),
    "worse": (BANDS["act"][0], "triangle-left", "▲ worse"),
    "unknown": (GREY, "x-thin", "? unknown"),
}


def forest_figure(frame: pd.DataFrame, *, title: str) -> go.Figure:
    """Return each metric's difference and interval in units of its margin, better to the right.

    Args:
        frame: metric, verdict, n, n_baseline, current, baseline, difference, low, high, margin,
            better and unit, a row for each metric.
        title: of the figure.
    """
    figure = blank(title, height=_AROUND + _ROW * len(frame))
    rows = _scaled(frame)
    places = list(range(len(rows)))
    edge = _edge(rows)
    figure.add_vrect(x0=-1, x1=1, fillcolor=_ZONE, line_width=0, layer="below")
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    figure.add_vline(x=-1, line={"color": BANDS["act"][0], "width": 1.5, "dash": "dot"})
    for verdict, (colour, symbol, words) in _STYLES.items():
        chosen = rows[rows["verdict"] == verdict]
        if len(chosen):
            _add(figure, chosen, edge, (colour, symbol, words))
    for place, row in zip(places, rows.to_dict("records"), strict=True):
        for text, y in zip(_numbers(row), (0.17, -0.19), strict=True):
            figure.add_annotation(
                x=1.02,
                xref="paper",
                xanchor="left",
                y=place - y,
                text=text,
                showarrow=False,
                align="left",
                font={"size": 11, "color": INK if y > 0 else GREY},
            )
    names = [label(short(str(name), _LONGEST)) for name in rows["metric"]]
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=names,
        range=[len(rows) - 0.5, -0.5],
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(
        range=[-edge, edge],
        title_text="← worse · difference in margins (shaded: within one) · better →",
        gridcolor=SOFT,
        zeroline=False,
        title_standoff=6,
    )
    figure.update_layout(margin={"l": 64, "r": 304, "t": 78, "b": 52})
    return figure


def _scaled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with positions in margins, turned so that better lies to the right."""
    turned = np.where(frame["better"] == "lower", -1.0, 1.0)
    ends = [turned * frame[name] / frame["margin"] for name in ("low", "high")]
    return frame.assign(
        place=np.arange(len(frame)),
        at=(turned * frame["difference"] / frame["margin"]).where(
            frame["verdict"] != "unknown", 0.0
        ),
        worst=np.minimum(*ends),
        best=np.maximum(*ends),
    )


def _edge(rows: pd.DataFrame) -> float:
    """Return how far the axis goes; longer intervals end in an arrow."""
    ends = rows[["worst", "best", "at"]].abs().to_numpy()
    known = ends[np.isfinite(ends)]
    return float(np.clip(known.max() * 1.08, 1.6, _WIDEST)) if known.size else 1.6


def _add(figure: go.Figure, rows: pd.DataFrame, edge: float, style: tuple[str, str, str]) -> None:
    colour, symbol, words = style
    for row in rows.to_dict("records"):
        for end, arrow in (("worst", "triangle-left"), ("best", "triangle-right")):
            if abs(row[end]) > edge:
                figure.add_scatter(
                    x=[np.sign(row[end]) * edge * 0.985],
                    y=[row["place"]],
                    mode="markers",
                    marker={"symbol": arrow, "size": 9, "color": colour},
                    showlegend=False,
                    hoverinfo="skip",
                )
        figure.add_scatter(
            x=np.clip([row["worst"], row["best"]], -edge, edge),
            y=[row["place"]] * 2,
            mode="lines",
            line={"color": colour, "width": 3},
            showlegend=False,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=rows["at"].fillna(0.0).clip(-edge, edge),
        y=rows["place"],
        mode="markers",
        name=words,
        marker={
            "symbol": symbol,
            "size": 11,
            "color": colour,
            "line": {"color": colour, "width": 2},
        },
        customdata=[label(name) for name in rows["metric"]],
        hovertemplate="%{customdata}<br>%{x:.2f} margins<extra></extra>",
    )


def _numbers(row: Mapping[Hashable, Any]) -> tuple[str, str]:
    """Return the two lines beside a metric: its difference, and where it comes from."""
    unit = str(row["unit"])
    low, high, apart = (_signed(row[name], unit) for name in ("low", "high", "difference"))
    sizes = f"n={count(_float(row['n']))} | {count(_float(row['n_baseline']))}"
    if row["verdict"] == "unknown":
        return "? unknown", sizes
    now, then = (number(_float(row[name]), unit) for name in ("current", "baseline"))
    word = _STYLES[str(row["verdict"])][2]
    points = " pts" if unit == "share" else ""
    return f"{word}: {apart} [{low}, {high}]{points}", f"{now} against {then}, {sizes}"


def _signed(value: object, unit: str) -> str:
    """Return a difference with its sign, of shares in points."""
    size = _float(value)
    sign = "+" if size > 0 else ""
    return f"{sign}{significant(100 * size, 2)}" if unit == "share" else sign + number(size, unit)


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
