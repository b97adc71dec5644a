"""Where does a control chart's line run, and how far may it stray?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from agentlens.analysis.control.choices import Choices
from agentlens.analysis.control.learn import Learnt
from agentlens.measures.metric import Metric
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.charts.arms import Arms, Method, arms, delays
from agentlens.stats.charts.carried import carried
from agentlens.stats.charts.cusum import limit_for_cusum
from agentlens.stats.charts.drawn.cusum import cusum_drawn
from agentlens.stats.charts.drawn.ewma import ewma_drawn
from agentlens.stats.charts.drawn.shared import Drawn
from agentlens.stats.charts.drawn.shewhart import shewhart_drawn
from agentlens.stats.charts.false_alarms import Rates, rates, rates_with_rules
from agentlens.stats.charts.limits import solve
from agentlens.stats.charts.run_length import limit_for
from agentlens.stats.charts.run_rules import Rule, flags
from agentlens.stats.intervals.exact import Counted, edges
from agentlens.stats.normal.futures import Deviations

__all__ = [
    "Design",
    "arms_of",
    "calibrated",
    "draw",
    "drawing",
    "drawn_columns",
    "exact_limits",
    "notable",
    "textbook",
]

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
_SHIFTS = (0.5, 1.0, 2.0)
_POINTS, _TENTH = 0.05, 0.1


@dataclass(frozen=True)
class Design:
    """How a chart is set up, and what that was found to do on futures of this baseline.

    Attributes:
        method: ewma, cusum or shewhart.
        lam: weight of the newest bin of an EWMA.
        allowance: of a CUSUM, half the shift that it is made for, in standard deviations.
        head_start: share of the limit at which the arms of a CUSUM start.
        asked: bins between false alarms that the limits were solved for.
        upper: limit above: standard deviations of the EWMA, or h of the CUSUM.
        lower: limit below.
        achieved: false alarms on histories in which nothing happens.
        rules: run rules that call, too; `achieved` includes them.
        ideal: the limit that a known, independent, normal process would need.
        delay: mean bins to an alarm, by shift in standard deviations of a bin.
        notable: a change that people would talk about, on the chart's scale.
        notable_delay: mean bins to an alarm after that.
        best_delay: mean bins to an alarm after one standard deviation, were normal known exactly.
        choices: how it was asked for.
    """

    method: Method
    lam: float
    allowance: float
    head_start: float
    asked: float
    upper: float
    lower: float
    achieved: Rates
    rules: tuple[Rule, ...]
    ideal: float
    delay: dict[float, float]
    notable: float
    notable_delay: float
    best_delay: float
    choices: Choices

    def arms(self, learnt: Learnt) -> Arms:
        """Return the arms of the chart on the bins at hand."""
        return arms_of(learnt.found, self.choices)


def calibrated(learnt: Learnt, choices: Choices, metric: Metric) -> Design:
    """Return the design whose limits achieve the run length asked for, or what given limits achieve.

    Args:
        learnt: the baseline and its futures.
        choices: how the chart is set up.
        metric: what is charted; delays are told for the direction of bad news.
    """
    ideal = textbook(choices)
    still, known = arms_of(learnt.futures.judged, choices), arms_of(learnt.futures.known, choices)
    given = choices.width
    limits = solve(still, choices.arl, ideal) if given is None else (given, given)
    side = -1 if metric.better == "higher" else 1
    step = notable(learnt, metric)

    def delay(shift: float) -> float:
        return delays(still.soon.shifted(side * shift), *limits)

    return Design(
        method=choices.method,
        lam=choices.lam,
        allowance=choices.allowance,
        head_start=choices.head_start,
        asked=choices.arl,
        upper=limits[0],
        lower=limits[1],
        achieved=rates_with_rules(still, *limits, choices.rules)
        if choices.rules
        else rates(still, *limits),
        rules=choices.rules,
        ideal=ideal,
        delay={shift: delay(shift) for shift in _SHIFTS},
        notable=step,
        notable_delay=delay(step / float(learnt.found.scale[0])),
        best_delay=delays(
            known.soon.shifted(side), *solve(known, choices.arl, max(limits), passes=2)
        ),
        choices=choices,
    )


def arms_of(found: Deviations, choices: Choices) -> Arms:
    """Return the arms of such a chart on some deviations."""
    return arms(
        found,
        choices.method,
        lam=choices.lam,
        allowance=choices.allowance,
        head_start=choices.head_start,
    )


def notable(learnt: Learnt, metric: Metric) -> float:
    """Return a change that people would talk about: five points of a share, else a tenth."""
    if metric.unit == "share":
        return _POINTS
    if learnt.log_scale:
        return float(np.log1p(_TENTH))
    return _TENTH * abs(float(learnt.model.level[0]))


def textbook(choices: Choices) -> float:
    """Return the limit for independent normal bins whose level and spread are known."""
    if choices.method == "cusum":
        return limit_for_cusum(choices.allowance, choices.arl)
    return limit_for(1.0 if choices.method == "shewhart" else choices.lam, choices.arl)


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
    return frame.assign(**drawn, baseline=learnt.normal, learnt=learnt.stable)


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
