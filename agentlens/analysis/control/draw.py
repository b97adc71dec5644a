"""Where does a control chart's line run, and how far may it stray?"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from agentlens.analysis.control.design import Design
from agentlens.analysis.control.learn import Learnt
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.charts.arms import Method
from agentlens.stats.charts.carried import carried
from agentlens.stats.charts.drawn.cusum import cusum_drawn
from agentlens.stats.charts.drawn.ewma import ewma_drawn
from agentlens.stats.charts.drawn.shared import Drawn
from agentlens.stats.charts.drawn.shewhart import shewhart_drawn
from agentlens.stats.charts.run_rules import flags
from agentlens.stats.intervals.exact import Counted, edges

__all__ = ["draw", "drawing", "drawn_columns", "exact_limits"]

_LINES: dict[Method, tuple[str, ...]] = {
    "ewma": ("centre", "ewma", "lower", "upper"),
    "cusum": ("centre", "up", "down", "lower", "upper"),
    "shewhart": ("centre", "lower", "upper"),
}

_DRAWN: dict[Method, Callable[..., Drawn]] = {
    "ewma": ewma_drawn,
    "cusum": cusum_drawn,
    "shewhart": shewhart_drawn,
}


def drawn_columns(method: Method) -> tuple[str, ...]:
    """Return the columns that a chart of this method adds to its series."""
    return _LINES[method]


def draw(frame: pd.DataFrame, learnt: Learnt, design: Design) -> pd.DataFrame:
    """Return the series with the chart's line, centre and limits, and the bins beyond them.

    An EWMA and a Shewhart chart are drawn in the metric's own unit; the arms of a CUSUM have none,
    and the downward one is drawn below zero.
    """
    fixed, lines = drawing(learnt, design), _DRAWN[design.method]
    if design.method == "ewma":
        drawn = lines(**fixed, lam=design.lam, upper=design.upper, lower=design.lower)
    elif design.method == "cusum":
        centre = learnt.centre
        level = {"centre": np.exp(centre) if learnt.log_scale else centre}
        knobs = {"allowance": design.allowance, "head_start": design.head_start}
        drawn = level | lines(**fixed, **knobs, upper=design.upper, lower=design.lower)
    else:
        drawn = lines(**fixed, upper=design.upper, lower=design.lower)
        drawn |= exact_limits(learnt, design.upper, design.lower)
    drawn |= {"baseline": learnt.normal, "learnt": learnt.stable}
    # So many columns take five times as long to add one after the other.
    rest = frame[[name for name in frame if name not in drawn]]
    return pd.concat([rest, pd.DataFrame(drawn, index=frame.index)], axis=1)


def drawing(learnt: Learnt, design: Design) -> dict[str, Any]:
    """Return what is drawn whatever the limits: what a drawn chart is told but for its knobs."""
    found = learnt.found
    fixed: dict[str, Any] = {
        "precision": found.precision[0],
        "present": found.present,
        "tested": ~learnt.normal,
    }
    if design.method == "cusum":
        return fixed | {"standard": found.standard[0]}
    fixed |= {
        "centre": learnt.centre,
        "scale": float(found.scale[0]),
        "log_scale": learnt.log_scale,
        "clipped": learnt.setting.law == "binomial",
    }
    if design.method == "ewma":
        return fixed | {"standard": found.standard[0], "memory": found.memory[0]}
    sides = (found.standard, -found.standard) if found.tails is None else found.tails
    fired = np.zeros(found.present.size, dtype=bool)
    fired[found.present] = _rules_fired(learnt, design)
    return fixed | {"above": sides[0][0], "below": sides[1][0], "fired": fired}


def exact_limits(learnt: Learnt, upper: float, lower: float) -> dict[str, Floats]:
    """Return the limits of a Shewhart chart of a rate or a count; nothing for any other."""
    if learnt.found.tails is None:
        return {}
    there = learnt.found.present
    deviation = float(learnt.found.scale[0]) / learnt.found.precision[0, there]
    law: Counted = "binomial" if learnt.setting.law == "binomial" else "poisson"
    high, low = edges(learnt.centre[there], deviation**2, law, upper, lower)
    limits = {"upper": carried(high, there), "lower": carried(low, there)}
    if law == "binomial":
        limits = {name: np.clip(values, 0.0, 1.0) for name, values in limits.items()}
    return limits


def _rules_fired(learnt: Learnt, design: Design) -> Flags:
    """Return the bins with data that complete a run rule; patterns begin with the test."""
    there = learnt.found.present
    tested = ~learnt.normal[there]
    points = np.where(tested, design.arms(learnt).steps[0, :, 0], np.nan)
    completed = flags(points, design.rules).values()
    return np.asarray(np.any([*completed, np.zeros(tested.size, dtype=bool)], axis=0))
