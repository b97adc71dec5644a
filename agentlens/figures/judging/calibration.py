"""How does a judge agree with people, and which way does it err?"""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from agentlens.figures.base import INK, SOFT, blank, whiskers
from agentlens.text import interval, share
from agentlens.theme import BANDS, CATEGORIES, GREY

__all__ = ["calibration_figure"]

_NAMES = {
    "agreement": "agreement",
    "sensitivity": "passes what people pass<br>(sensitivity)",
    "specificity": "fails what people fail<br>(specificity)",
    "ppv": "people pass<br>what it passes",
    "false_omission": "people pass<br>what it fails",
}
_LEFT, _RIGHT = (0.0, 0.46), (0.7, 1.0)
_FEW = 20
_RIGHT_COLOUR, _WRONG_COLOUR = "#DCE8F2", "#F7E3D8"


def calibration_figure(
    frame: pd.DataFrame, *, title: str, target: float, ceiling: float | None
) -> go.Figure:
    """Return the judge's rates with target and ceiling, and beside them the counts of both verdicts.

    Args:
        frame: what, name, n, k, value, low and high: rows of what "rate" and of what "table".
        title: of the figure.
        target: the agreement that is wanted.
        ceiling: how often two people agree, where that is known.
    """
    figure = blank(title, height=420)
    rates = frame[frame["what"] == "rate"].reset_index(drop=True)
    _rates(figure, rates)
    _lines(figure, target, ceiling)
    counts = frame[frame["what"] == "table"]
    _table(figure, [int(n) for n in counts["n"]])
    figure.update_layout(
        showlegend=False,
        margin={"l": 64, "r": 16, "t": 96, "b": 48},
        xaxis={
            "domain": _LEFT,
            "range": [0, 1.02],
            "tickformat": ".0%",
            "gridcolor": SOFT,
            "zeroline": False,
        },
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(_NAMES))),
            "ticktext": list(_NAMES.values()),
            "range": [len(_NAMES) - 0.5, -0.5],
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
        },
    )
    return figure


def _rates(figure: go.Figure, rates: pd.DataFrame) -> None:
    known = rates[rates["value"].notna()]
    places = known.index.tolist()
    figure.add_scatter(
        x=known["value"],
        y=places,
        mode="markers",
        marker={"size": 10, "color": CATEGORIES[0]},
        error_x=whiskers(
            known["value"], known["low"], known["high"], color=CATEGORIES[0], thickness=2, width=5
        ),
        customdata=[_words(row) for row in known.to_dict("records")],
        hovertemplate="%{customdata}<extra></extra>",
    )
    for place, row in zip(rates.index, rates.to_dict("records"), strict=True):
        figure.add_annotation(
            x=_LEFT[1] + 0.01,
            xref="paper",
            xanchor="left",
            y=place,
            text=_words(row),
            align="left",
            showarrow=False,
            font={"size": 11, "color": INK if pd.notna(row["value"]) else GREY},
        )


def _words(row: dict[Any, Any]) -> str:
    n = int(row["n"])
    if not n:
        return "unknown<br>no such label"
    if n < _FEW:
        return f"{int(row['k'])} of {n}<br>too few for a rate"
    ends = interval(row["low"], row["high"], "share", n=n)
    return f"{share(row['value'], n)} {ends}<br>n = {n:,}"


def _lines(figure: go.Figure, target: float, ceiling: float | None) -> None:
    """Draw the target through the row of agreement, and the human ceiling."""
    marks = [(target, f"target {share(target, 1)}", BANDS["watch"][0], "dot", 1.02)]
    if ceiling is not None:
        words = f"two people {share(ceiling, 1)}"
        marks.append((ceiling, words, BANDS["pass"][0], "dash", 1.08))
    for value, words, colour, dash, above in marks:
        figure.add_shape(
            type="line",
            x0=value,
            x1=value,
            y0=-0.5,
            y1=0.45,
            line={"color": colour, "dash": dash, "width": 2},
        )
        figure.add_annotation(
            x=value,
            y=above,
            yref="paper",
            yanchor="bottom",
            xanchor="right" if above < 1.05 else "center",  # noqa: PLR2004 - the lower of the two
            text=words,
            showarrow=False,
            font={"size": 11, "color": colour},
        )


def _table(figure: go.Figure, counts: list[int]) -> None:
    """Draw the four counts: rows what people said, columns what the judge said."""
    names = ("both pass", "only people<br>pass", "only the judge<br>passes", "both fail")
    left, right = _RIGHT
    width, top, height = (right - left) / 2, 0.82, 0.36
    for place, (name, n) in enumerate(zip(names, counts, strict=True)):
        row, column = divmod(place, 2)
        x0, y1 = left + column * width, top - row * height
        figure.add_shape(
            type="rect",
            xref="paper",
            yref="paper",
            x0=x0,
            x1=x0 + width,
            y0=y1 - height,
            y1=y1,
            fillcolor=_RIGHT_COLOUR if place in {0, 3} else _WRONG_COLOUR,
            line={"color": "#FFFFFF", "width": 3},
        )
        figure.add_annotation(
            x=x0 + width / 2,
            y=y1 - height / 2,
            xref="paper",
            yref="paper",
            xanchor="center",
            yanchor="middle",
            text=f"<b>{n:,}</b><br>{name}",
            showarrow=False,
            font={"size": 12, "color": INK},
        )
    for column, word in enumerate(("judge passes", "judge fails")):
        figure.add_annotation(
            x=left + (column + 0.5) * width,
            y=top + 0.02,
            xref="paper",
            yref="paper",
            xanchor="center",
            yanchor="bottom",
            text=word,
            showarrow=False,
            font={"size": 11, "color": GREY},
        )
    figure.add_annotation(
        x=left + width,
        y=top - 2 * height - 0.02,
        xref="paper",
        yref="paper",
        xanchor="center",
        yanchor="top",
        text=f"{sum(counts):,} labels, as drawn (not weighted)",
        showarrow=False,
        font={"size": 11, "color": GREY},
    )
