"""How does an answer reach a panel of the explorer?"""

import json
from typing import TYPE_CHECKING, Any

from agentlens.page.plotlyjs import drawing
from agentlens.result import Result

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Panel", "told_of"]

Panel = dict[str, Any]


def told_of(result: Result, figure: "go.Figure | None", **more: object) -> Panel:
    """Return what a panel shows of a result: its words, its picture and what is added.

    Args:
        result: the answer.
        figure: its picture; None where a table is enough.
        more: what stands beside.
    """
    drawn = None if figure is None else json.loads(drawing(figure))
    return {
        "title": result.title,
        "band": result.band,
        "headline": result.headline,
        "caveats": list(result.caveats),
        "figure": drawn,
        "height": int(figure.layout.height or 380) if figure is not None else 0,
        **more,
    }
