"""How did a metric run before and during an incident, where it changed and elsewhere?"""

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import SOFT, blank, label, tick_format, whiskers
from agentlens.theme import CATEGORIES, GREY

__all__ = ["incident_figure"]

_BAND = "rgba(230,159,0,0.25)"
_FEW = 20


def incident_figure(
    course: pd.DataFrame,
    *,
    title: str,
    unit: str,
    began: tuple[pd.Timestamp, pd.Timestamp] | None,
    marks: pd.DataFrame,
) -> go.Figure:
    """Return the metric over time, a line a part; when it began is shaded, releases are dotted.

    Args:
        course: part, time, n, value, low and high; the part that changed comes last.
        title: of the figure.
        unit: of the metric.
        began: the interval that holds the onset.
        marks: time, kind and label of releases.
    """
    figure = blank(title, height=400)
    parts = list(dict.fromkeys(course["part"]))
    for place, part in enumerate(parts):
        rows = course[course["part"] == part]
        colour = CATEGORIES[1] if place == len(parts) - 1 else GREY
        _line(figure, rows, str(part), colour, dashed=place < len(parts) - 1)
    if began is not None:
        figure.add_vrect(
            x0=began[0],
            x1=began[1],
            fillcolor=_BAND,
            line_width=1,
            line_color=CATEGORIES[5],
            layer="below",
            annotation={"text": "began in here", "font": {"size": 11}, "yanchor": "bottom"},
            annotation_position="bottom left",
        )
    for time, words in zip(marks["time"], marks["label"], strict=True):
        figure.add_vline(x=time, line={"dash": "dot", "width": 1, "color": GREY})
        figure.add_annotation(
            x=time, y=1, yref="paper", text=label(words), showarrow=False, textangle=-90,
            xanchor="right", yanchor="top", font={"size": 10, "color": GREY},
        )  # fmt: skip
    figure.update_xaxes(showgrid=False, title_text="UTC")
    figure.update_yaxes(gridcolor=SOFT, **tick_format(unit))
    return figure


def _line(figure: go.Figure, rows: pd.DataFrame, name: str, colour: str, *, dashed: bool) -> None:
    known = rows["value"].notna()
    shown = rows[known]
    figure.add_scatter(
        x=shown["time"],
        y=shown["value"],
        error_y=whiskers(
            shown["value"], shown["low"], shown["high"], color=colour, thickness=0.8, width=0
        ),
        mode="lines+markers",
        name=label(name),
        line={"color": colour, "width": 1.2 if dashed else 2, "dash": "dot" if dashed else "solid"},
        marker={"size": [4 if n < _FEW else 6 for n in shown["n"]], "color": colour},
        customdata=shown["n"],
        hovertemplate="%{x}<br>%{y} (n = %{customdata})<extra>" + label(name) + "</extra>",
    )
