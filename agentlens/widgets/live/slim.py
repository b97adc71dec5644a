"""In which words does the picture of a result travel to a view?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from agentlens.analysis.control.chart import ControlChart
from agentlens.page.plotlyjs import drawing
from agentlens.result import Result

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["pictured", "sent", "slim"]

_LEAST = 20


def slim(figure: "go.Figure | dict[str, Any]") -> str:
    """Return a figure as JSON in which a trace names the earlier one whose `x` is its own, too.

    A line, its limits and its points share their times, which as text are most of a figure.

    Args:
        figure: any, as plotly holds it or as data.
    """
    whole = sent(figure)
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


def pictured(result: Result) -> "go.Figure | dict[str, Any]":
    """Return the picture of a result, as data where it is written so.

    Args:
        result: any.
    """
    return result.drawing() if isinstance(result, ControlChart) else result.figure()


def sent(figure: "go.Figure | dict[str, Any]") -> dict[str, Any]:
    """Return what travels of a figure, as a value of its own.

    Args:
        figure: any, as plotly holds it or as data.
    """
    if not isinstance(figure, dict):
        whole: dict[str, Any] = figure.to_plotly_json()
        return whole
    from agentlens.figures.plain import plain  # noqa: PLC0415 - plotly on first use

    return plain(figure)
