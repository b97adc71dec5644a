"""In which words does a figure travel to a view, when many of its traces stand at the same places?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from agentlens.page.plotlyjs import drawing

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["slim"]

_LEAST = 20


def slim(figure: "go.Figure") -> str:
    """Return a figure as JSON in which a trace names the earlier one whose `x` is its own, too.

    A line, its limits and its points share their times, which as text are most of a figure.

    Args:
        figure: any.
    """
    whole = figure.to_plotly_json()
    first: list[tuple[int, Any]] = []
    for number, trace in enumerate(whole["data"]):
        x = trace.get("x")
        if not isinstance(x, np.ndarray) or len(x) < _LEAST:
            continue
        known = next((place for place, one in first if np.array_equal(one, x)), None)
        if known is None:
            first.append((number, x))
        else:
            trace["x"] = {"same": known}
    return drawing(whole)
