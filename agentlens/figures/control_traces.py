"""Which lines and points does a control chart draw?"""

from typing import Any

import numpy as np
import pandas as pd

from agentlens.text import count, number
from agentlens.theme import CATEGORIES, GREY

__all__ = ["traces_of"]

_BLUE, _ORANGE, _GREEN = CATEGORIES[0], CATEGORIES[1], CATEGORIES[2]
_DOT = "#868E9B"
_CROWD = 400


def traces_of(frame: pd.DataFrame, unit: str) -> list[dict[str, Any]]:
    """Return lines, limits, bins, and the bins beyond, as data.

    Args:
        frame: with time, value, n, centre, lower, upper, beyond and what the method adds.
        unit: of the metric.
    """
    along = frame["time"].dt.tz_localize(None).to_numpy()
    dashed = {"color": GREY, "width": 1.2, "dash": "dash", "shape": "hv"}
    solid = {"color": _BLUE, "width": 2}

    def line(name: str, column: str, look: dict[str, Any], **more: Any) -> dict[str, Any]:
        shared = {"type": "scatter", "x": along, "mode": "lines", "hoverinfo": "skip"}
        return {**shared, "y": frame[column].to_numpy(), "name": name, "line": look, **more}

    traces = [
        line("limits", "upper", dashed, legendgroup="limits"),
        line("lower limit", "lower", dashed, legendgroup="limits", showlegend=False),
    ]
    said = _carried(frame, unit)
    if "up" in frame:
        traces.append(line("CUSUM upwards", "up", solid))
        traces.append(line("CUSUM downwards", "down", {**solid, "color": _GREEN}))
    else:
        traces.append(line("expected", "centre", {"color": GREY, "width": 1}))
        dots = {"color": _DOT, "size": 5 if len(frame) <= _CROWD else 3.5}
        traces.append(_points("bins", along, frame["value"].to_numpy(), dots, said))
    if "ewma" in frame:
        traces.append(line("EWMA", "ewma", solid))
    return [*traces, _beyond(frame, along, said)]


def _points(
    name: str, x: np.ndarray, y: np.ndarray, look: dict[str, Any], said: dict[str, Any]
) -> dict[str, Any]:
    where = {"type": "scatter", "x": x, "y": y, "mode": "markers"}
    return {**where, "name": name, "marker": look, "hoverinfo": "text", **said}


def _beyond(frame: pd.DataFrame, along: np.ndarray, said: dict[str, Any]) -> dict[str, Any]:
    """Return the bins beyond their limits, each on the line that left them."""
    side = frame["beyond"].to_numpy()
    out = np.flatnonzero(side != 0)
    if "up" in frame:
        height = np.where(side > 0, frame["up"], frame["down"])
    else:
        height = frame["ewma" if "ewma" in frame else "value"].to_numpy()
    look = {
        "color": _ORANGE,
        "size": 8,
        "symbol": np.where(side[out] > 0, "triangle-up", "triangle-down"),
        "line": {"color": "#FFFFFF", "width": 1},
    }
    chosen = {
        "ids": [said["ids"][place] for place in out],
        "customdata": said["customdata"][out],
        "hovertext": [said["hovertext"][place] for place in out],
    }
    return _points("beyond limits", along[out], height[out], look, chosen)


def _carried(frame: pd.DataFrame, unit: str) -> dict[str, Any]:
    """Return what a point says when it is pointed at, and what it says to a click."""
    # Python's own times and numbers: those of pandas are slow to write, one by one.
    times = frame["time"].dt.to_pydatetime().tolist()
    columns = (frame[name].tolist() for name in ("value", "n", "centre"))
    words = [
        f"{start:%a %d %b %H:%M}<br>{number(value, unit, n=n)} · n = {count(n)}"
        f"<br>expected {number(centre, unit, n=n)}"
        for start, value, n, centre in zip(times, *columns, strict=True)
    ]
    return {
        "ids": [one.isoformat() for one in times],
        "customdata": frame["n"].to_numpy(),
        "hovertext": words,
    }
