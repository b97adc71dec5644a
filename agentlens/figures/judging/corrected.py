"""Where do the ways to find a rate put it, beneath one another?"""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, label, short, whiskers
from agentlens.text import interval, number, share
from agentlens.theme import CATEGORIES, GREY

__all__ = ["difference_figure", "forest_figure"]

_ROW, _AROUND = 40, 130
_LONGEST = 30
_NOTE = 40
_MAIN, _RAW = "corrected", "judge, uncorrected"
_WHOLE = ("all", "b less a")


def forest_figure(frame: pd.DataFrame, *, title: str) -> go.Figure:
    """Return a dot and an interval for each way and slice; the judge's own rate is hollow and grey.

    Args:
        frame: slice, way, value, low, high, n and remark.
        title: of the figure.
    """
    figure = _forest(frame, title, frame["value"].tolist(), difference=False)
    figure.update_xaxes(tickformat=".0%", title_text="share that people would pass")
    return figure


def difference_figure(frame: pd.DataFrame, *, title: str) -> go.Figure:
    """Return the difference of two rates in points, corrected and as the judge alone has it.

    Args:
        frame: slice, way, value, low, high, n and remark.
        title: of the figure.
    """
    both = frame[frame["slice"] == "b less a"].reset_index(drop=True)
    points = both.assign(**{name: 100 * both[name] for name in ("value", "low", "high")})
    figure = _forest(points, title, points["value"].tolist(), difference=True)
    figure.add_vline(x=0, line={"color": INK, "width": 1})
    figure.update_xaxes(title_text="← people pass fewer of b · points · more of b →")
    return figure


def _forest(frame: pd.DataFrame, title: str, values: list[float], *, difference: bool) -> go.Figure:
    figure = blank(title, height=_AROUND + _ROW * max(len(frame), 2))
    rows: list[dict[Any, Any]] = frame.to_dict("records")
    for place, (row, value) in enumerate(zip(rows, values, strict=True)):
        raw = row["way"] == _RAW
        colour = GREY if raw else CATEGORIES[0] if row["way"] == _MAIN else CATEGORIES[2]
        figure.add_scatter(
            x=[value],
            y=[place],
            mode="markers",
            marker={
                "size": 10 if row["way"] == _MAIN else 8,
                "color": colour,
                "symbol": "circle-open" if raw else "circle",
            },
            error_x=whiskers(
                value,
                row["low"],
                row["high"],
                color=colour,
                thickness=2 if row["way"] == _MAIN else 1.2,
                width=4,
            ),
            hovertext=label(row["remark"] or row["way"]),
            hoverinfo="text+x",
            showlegend=False,
        )
        figure.add_annotation(
            x=1.01,
            xref="paper",
            xanchor="left",
            y=place,
            text=_numbers(row, difference=difference),
            align="left",
            showarrow=False,
            font={"size": 11, "color": GREY if raw else INK},
        )
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=[_name(row) for row in rows],
        range=[max(len(rows), 2) - 0.5, -0.5],
        automargin=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(gridcolor=SOFT, zeroline=False, title_standoff=6)
    figure.update_layout(margin={"l": 64, "r": 250, "t": 52, "b": 52})
    return figure


def _name(row: dict[Any, Any]) -> str:
    if row["slice"] in _WHOLE:
        return label(row["way"])
    return label(short(f"{row['slice']}", _LONGEST))


def _numbers(row: dict[Any, Any], *, difference: bool) -> str:
    n = int(row["n"])
    if difference:
        first = number(row["value"], "points")
        first += f" {interval(row['low'], row['high'], 'points')}"
    else:
        first = f"{share(row['value'], n)} {interval(row['low'], row['high'], 'share', n=n)}"
    what = f"{n:,} {'verdicts' if row['way'] == _RAW else 'labels'}"
    told = row["remark"] if row["remark"] and row["slice"] not in _WHOLE else what
    return f"{first}<br>{label(short(told, _NOTE))}"
