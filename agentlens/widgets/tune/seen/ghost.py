"""Which lines of the first setting stay on the chart in grey?"""

from typing import TYPE_CHECKING, Any

from agentlens.theme import GREY

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["ghost"]

_LEAST = 8


def ghost(figure: "go.Figure") -> "go.Figure":
    """Return the lines of a figure in grey, as a figure of its own; its first says what it is.

    Only lines through several points are kept: bars and points of another setting would be taken
    for the present ones.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - heavy

    lines = [
        one
        for one in figure.data
        if one.type == "scatter" and one.mode == "lines" and one.x is not None and one.fill is None
        and len(one.x) >= _LEAST and one.name not in {"expected", ""}
    ]  # fmt: skip
    made = []
    for place, one in enumerate(lines):
        line: dict[str, Any] = {"color": GREY, "width": 1.3, "dash": "dot"}
        if one.line.shape:
            line["shape"] = one.line.shape
        axes = {name: one[name] for name in ("xaxis", "yaxis") if one[name]}
        made.append(
            go.Scatter(
                x=one.x, y=one.y, mode="lines", line=line, opacity=0.75, hoverinfo="skip",
                name="at the start", legendgroup="start", showlegend=place == 0, **axes,
            )
        )  # fmt: skip
    return go.Figure(made)
