"""What does the browser need to draw a control chart again with other limits or another memory?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agentlens.analysis.control.chart import ControlChart
from agentlens.analysis.control.choices import Choices
from agentlens.analysis.control.design import Design
from agentlens.analysis.control.draw import drawing
from agentlens.analysis.control.ground import Ground
from agentlens.analysis.control.learn import Learnt
from agentlens.analysis.control.signals import is_bad
from agentlens.stats.charts.arms import Method
from agentlens.tables.period import length
from agentlens.text import capital
from agentlens.widgets.tune.engines.knots import Knots
from agentlens.widgets.tune.engines.prepared import Prepared
from agentlens.widgets.tune.engines.ticks import ticks_of
from agentlens.widgets.tune.engines.told import is_turned, said

if TYPE_CHECKING:
    from agentlens.widgets.tune.knobs import Knob

__all__ = ["control"]

_VERSION = 1
_KNOBS: dict[Method, tuple[str, ...]] = {
    "ewma": ("lam", "width", "arl"),
    "cusum": ("allowance", "width", "head_start", "arl"),
    "shewhart": ("width", "arl"),
}


def control(result: ControlChart, knobs: Mapping[str, "Knob"], ground: Ground) -> Prepared | None:
    """Return what the browser needs, None where nothing was learnt or no knob is the browser's.

    Args:
        result: of `control_chart`, where the knobs stand now.
        knobs: what may be turned.
        ground: on which the chart stands.
    """
    design, learnt = result.design, ground.learnt
    if design is None or isinstance(learnt, str):
        return None
    choices = design.choices
    mine = {name: knobs[name] for name in _KNOBS[result.method] if _is_mine(name, knobs, choices)}
    here = {name: getattr(choices, name) for name in mine}
    ticks = ticks_of(mine, here)
    if not ticks:
        return None
    knots = Knots(result, learnt, ticks, _solved(mine))
    start = {"width": float(np.mean([design.upper, design.lower]))} if _solved(mine) else {}
    return Prepared(
        name="control",
        version=_VERSION,
        knobs=frozenset(ticks),
        fixed=_fixed(result, design, learnt)
        | {"here": {name: here[name] for name in ticks}, "order": list(ticks)},
        arrays=_arrays(result, learnt, design),
        start=start if choices.width is None else {},
        ticks=ticks,
        grid=knots.part,
    )


def _is_mine(name: str, knobs: Mapping[str, "Knob"], choices: Choices) -> bool:
    """Return whether the browser may recompute what a knob does.

    A run length to aim for is only the browser's where the limits are solved for it; where it is
    given as a rate, or shared by a family, the knob is not what the chart has.
    """
    if name not in knobs or knobs[name].of:
        return False
    if name != "arl":
        return True
    given = "width" in knobs or choices.width is not None
    return not given and not {"false_alarms", "family"} & set(knobs)


def _solved(knobs: Mapping[str, "Knob"]) -> bool:
    return "width" in knobs and knobs["width"].default is None


def _fixed(result: ControlChart, design: Design, learnt: Learnt) -> dict[str, Any]:
    """Return what a headline, a band and the points need, and the setting that is drawn now."""
    every = pd.Timedelta(length(result.every))
    time = result.frame["time"]
    ends = [*time.dt.to_pydatetime(), time.iloc[-1] + every]  # Python's times are soon written
    numbers = {
        name: value
        for name, value in drawing(learnt, design).items()
        if not isinstance(value, np.ndarray)
    }
    facts = [[name, str(fact)] for name, fact in result.known.items() if is_turned(name)]
    return {
        "method": result.method,
        "name": capital(result.metric.title),
        "numbers": numbers,
        "defaults": {name: getattr(design, name) for name in ("lam", "allowance", "head_start")},
        "limits": [design.upper, design.lower],
        "facts": [*facts, *said(design, every)],
        "bad": {"above": is_bad(1, result.metric), "below": is_bad(-1, result.metric)},
        "when": [f"{one:%d %b %H:%M}" for one in ends],
        "points": _points(result) if result.method == "cusum" else None,
        "exact": learnt.found.tails is not None,
        "solved": design.choices.width is None,
    }


def _points(result: ControlChart) -> dict[str, list[str]]:
    """Return what every bin would say as a point, where the picture has no points for bins."""
    every = replace(result, frame=result.frame.assign(beyond=1)).drawing()
    trace = next(one for one in every["data"] if one["name"] == "beyond limits")
    return {"ids": trace["ids"], "hovertext": trace["hovertext"]}


def _arrays(result: ControlChart, learnt: Learnt, design: Design) -> dict[str, np.ndarray]:
    numbers = {
        name: np.asarray(value, np.float64)
        for name, value in drawing(learnt, design).items()
        if isinstance(value, np.ndarray)
    }
    seen = {name: result.frame[name].to_numpy(np.float64) for name in ("value", "n")}
    return numbers | seen
