"""How does an answer reach a panel of the explorer?"""

import json
from typing import TYPE_CHECKING, Any

from agentlens.page.plotlyjs import drawing
from agentlens.result import Result
from agentlens.widgets.live.slim import sent

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Panel", "told_of"]

_HEIGHT = 380

Panel = dict[str, Any]


def told_of(result: Result, figure: "go.Figure | dict[str, Any] | None", **more: object) -> Panel:
    """Return what a panel shows of a result: its words, its picture and what is added.

    Args:
        result: the answer.
        figure: its picture, also as data; None where a table is enough.
        more: what stands beside.
    """
    drawn = None if figure is None else json.loads(drawing(sent(figure)))
    return {
        "title": result.title,
        "band": result.band,
        "headline": result.headline,
        "caveats": list(result.caveats),
        "figure": drawn,
        "height": 0 if drawn is None else int(drawn["layout"].get("height") or _HEIGHT),
        **more,
    }
