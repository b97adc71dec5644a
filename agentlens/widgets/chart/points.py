"""Which rows does a figure draw, and what is it called?"""

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["drawn_count", "drawn_rows", "spoken"]

_MARKUP = re.compile(r"<[^<>]*>")
_ALONG = ("labels", "r", "theta", "a", "b", "c", "x", "y", "z", "values")


def drawn_rows(figure: "go.Figure", *, most: int | None = None) -> pd.DataFrame:
    """Return what a figure draws as rows: its trace, and the numbers that give it its place.

    Args:
        figure: any.
        most: rows; a figure that is drawn again and again is not read to its end each time.

    >>> import plotly.graph_objects as go
    >>> drawn_rows(go.Figure(go.Heatmap(x=["a", "b"], y=["u"], z=[[1, 2]])))
        trace  x  y  z
    0 heatmap  a  u  1
    1 heatmap  b  u  2
    """
    parts: list[pd.DataFrame] = []
    left = most
    for trace in figure.data:
        if left is not None and left <= 0:
            break
        part = _cells(trace) if _is_grid(trace) else _points(trace, left)
        part.insert(0, "trace", pd.Series([trace.name or trace.type] * len(part), dtype=object))
        parts.append(part)
        left = None if left is None else left - len(part)
    if not parts:
        return pd.DataFrame(columns=["trace", "x", "y"])
    return pd.concat(parts, ignore_index=True).iloc[:most] if len(parts) > 1 else parts[0]


def drawn_count(figure: "go.Figure") -> int:
    """Return how many rows that are in all.

    >>> import plotly.graph_objects as go
    >>> drawn_count(go.Figure([go.Scatter(y=[1, 2]), go.Heatmap(z=[[1, 2, 3]])]))
    5
    """
    return sum(
        np.asarray(trace.z, object).size
        if _is_grid(trace)
        else max(map(len, _given(trace).values()), default=0)
        for trace in figure.data
    )


def spoken(title: object) -> str:
    """Return a title of plotly as words: without its markup, which nobody can hear.

    >>> spoken("<b>Rate</b> &lt; 1")
    'Rate < 1'
    """
    return unescape(_MARKUP.sub("", str(title or ""))).strip()


def _is_grid(trace: Any) -> bool:
    return "z" in trace and trace.z is not None and np.ndim(trace.z[0]) == 1


def _cells(trace: Any) -> pd.DataFrame:
    """Return one row a cell; a place that is not given is a number, as plotly counts."""
    z = np.asarray(trace.z, object)
    down, across = z.shape
    x = range(across) if trace.x is None else trace.x
    y = range(down) if trace.y is None else trace.y
    # Edges may be given in place of middles: then there is one more than there are cells.
    names = (np.asarray(one, object)[:n] for one, n in ((x, across), (y, down)))
    columns, rows = names
    places = {"x": np.tile(columns, down), "y": np.repeat(rows, across), "z": z.ravel()}
    return pd.DataFrame(places, dtype=object)


def _points(trace: Any, most: int | None) -> pd.DataFrame:
    there = {name: _series(one[:most]) for name, one in _given(trace).items()}
    if "y" in there and "x" not in there and trace.type.startswith("scatter"):
        there = {"x": pd.Series(range(len(there["y"])), dtype=object), **there}
    return pd.DataFrame(there)


def _series(values: Any) -> "pd.Series[Any]":
    """Return values as they are, but for numpy's moments, which nobody can read."""
    moments = getattr(values, "dtype", np.dtype(object)).kind == "M"
    found = pd.Series(values) if moments else pd.Series(list(values), dtype=object)
    return found.astype(object)


def _given(trace: Any) -> dict[str, Any]:
    named = {name: getattr(trace, name) for name in _ALONG if name in trace}
    return {name: one for name, one in named.items() if one is not None}
