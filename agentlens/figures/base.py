"""What do all figures share: paper, fonts, margins, and the one road for text from outside?"""

from typing import Any

import plotly.graph_objects as go
import plotly.io as pio

from agentlens.theme import CATEGORIES, FIGURE_CONFIG

__all__ = ["INK", "SOFT", "blank", "label", "short", "tick_format"]

INK = "#1F2937"
SOFT = "#E5E7EB"
_CUT = 80


def blank(title: str, *, height: int = 380) -> go.Figure:
    """Return an empty figure in the house style, on light paper that reads on any page."""
    _nothing_is_uploaded()
    return go.Figure(
        layout={
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
            "legend": {
                "orientation": "h",
                "y": 1.0,
                "yanchor": "bottom",
                "x": 1,
                "xanchor": "right",
            },
        }
    )


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


def _nothing_is_uploaded() -> None:
    """Take plotly's cloud button out of every renderer of this session."""
    for name in ("plotly_mimetype", "jupyterlab", "notebook", "vscode"):
        if name in pio.renderers and hasattr(renderer := pio.renderers[name], "config"):
            renderer.config = {**(renderer.config or {}), **FIGURE_CONFIG}
