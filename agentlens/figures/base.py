"""What do all figures share: paper, fonts, margins, and the one road for text from outside?"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from agentlens.figures.unshared import nothing_is_uploaded
from agentlens.theme import CATEGORIES

__all__ = [
    "INK",
    "SOFT",
    "blank",
    "house",
    "label",
    "short",
    "tick_format",
    "under_title",
    "whiskers",
    "written",
]

INK = "#1F2937"
SOFT = "#E5E7EB"
_CUT = 80


def blank(title: str, *, height: int = 380) -> go.Figure:
    """Return an empty figure in the house style, on light paper that reads on any page."""
    nothing_is_uploaded()
    return go.Figure(layout=house(title, height=height))


def house(title: str, *, height: int = 380) -> dict[str, Any]:
    """Return the layout of an empty figure in the house style."""
    return {
        "title": {"text": label(title), "font": {"size": 15}, "x": 0, "xref": "paper"},
        "height": height,
        "margin": {"l": 64, "r": 16, "t": 48, "b": 44},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": INK},
        "colorway": list(CATEGORIES),
        "hovermode": "closest",
        "clickmode": "event+select",
        "uirevision": title,
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1, "xanchor": "right"},
    }


def label(words: object) -> str:
    """Return text that plotly shows as it is: no markup, at most eighty characters.

    >>> label("<b>refund</b> & more")
    '&lt;b>refund&lt;/b> &amp; more'
    """
    whole = str(words)
    cut = whole if len(whole) <= _CUT else whole[: _CUT - 1] + "…"
    return cut.replace("&", "&amp;").replace("<", "&lt;")


def short(name: str, most: int) -> str:
    """Return a name of at most so many characters, an ellipsis standing for the rest.

    >>> short("task_type=refund", 9)
    'task_typ…'
    """
    return name if len(name) <= most else name[: most - 1] + "…"


def tick_format(unit: str) -> dict[str, Any]:
    """Return how an axis writes numbers of this unit."""
    if unit == "share":
        return {"tickformat": ".0%"}
    if unit == "USD":
        return {"tickprefix": "$"}
    return {"ticksuffix": f" {unit}"} if unit else {}


def written(figure: go.Figure, notes: Iterable[Mapping[str, Any]]) -> None:
    """Write several words into a figure at once: plotly reads all that are there each time."""
    figure.update_layout(annotations=[*figure.layout.annotations, *notes])


def whiskers(value: ArrayLike, low: ArrayLike, high: ArrayLike, **look: object) -> dict[str, Any]:
    """Return the bars of an interval around values, one or many, for `error_x` or `error_y`.

    Args:
        value: what is drawn as a point or a bar.
        low: limits below it.
        high: limits above it.
        look: color, thickness and width.
    """
    middle, least, most = (np.atleast_1d(np.asarray(one, np.float64)) for one in (value, low, high))
    sides = {"array": most - middle, "arrayminus": middle - least}
    return {"type": "data", "symmetric": False, **sides, **look}


def under_title(figure: go.Figure, words: str, *, y: float, colour: str) -> None:
    """Put a line of words under the title, its lower edge at this height of the paper."""
    figure.add_annotation(
        x=0, y=y, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
        showarrow=False, text=words, font={"size": 12, "color": colour},
    )  # fmt: skip
