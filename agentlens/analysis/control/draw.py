"""Where does a control chart's line run, and how far may it stray?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.control.choices import Choices
from agentlens.analysis.control.learn import Learnt
from agentlens.measures.metric import Metric
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.charts.arms import Arms, Method, arms, delays
from agentlens.stats.charts.cusum import limit_for_cusum
from agentlens.stats.charts.false_alarms import Rates, rates, rates_with_rules
from agentlens.stats.charts.follow import Path, follow
from agentlens.stats.charts.limits import solve
from agentlens.stats.charts.run_length import limit_for
from agentlens.stats.charts.run_rules import Rule, flags
from agentlens.stats.intervals.exact import Counted, edges
from agentlens.stats.normal.futures import Deviations

__all__ = ["Design", "calibrated", "draw", "drawn_columns"]

_LINES: dict[Method, tuple[str, ...]] = {
    "ewma": ("centre", "ewma", "lower", "upper"),
    "cusum": ("centre", "up", "down", "lower", "upper"),
    "shewhart": ("centre", "lower", "upper"),
}

_SHIFTS = (0.5, 1.0, 2.0)
_POINTS, _TENTH = 0.05, 0.1
_JUST_BEYOND = 1 + 1e-9


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

    def arms(self, learnt: Learnt) -> Arms:
        """Return the arms of the chart on the bins at hand."""
        return arms(
            learnt.found,
            self.method,
            lam=self.lam,
            allowance=self.allowance,
            head_start=self.head_start,
        )


def calibrated(learnt: Learnt, choices: Choices, metric: Metric) -> Design:
    """Return the design whose limits achieve the run length asked for, or what given limits achieve.

    Args:
        learnt: the baseline and its futures.
        choices: how the chart is set up.
        metric: what is charted; delays are told for the direction of bad news.
    """

    def quiet(found: Deviations) -> Arms:
        return arms(
            found,
            choices.method,
            lam=choices.lam,
            allowance=choices.allowance,
            head_start=choices.head_start,
        )

    ideal = _ideal(choices)
    still, known = quiet(learnt.futures.judged), quiet(learnt.futures.known)
    given = choices.width
    limits = solve(still, choices.arl, ideal) if given is None else (given, given)
    side = -1 if metric.better == "higher" else 1
    step = _notable(learnt, metric)

    def delay(shift: float) -> float:
        return delays(still.shifted(side * shift), *limits)

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
        best_delay=delays(known.shifted(side), *solve(known, choices.arl, max(limits), passes=2)),
    )


def _notable(learnt: Learnt, metric: Metric) -> float:
    """Return a change that people would talk about: five points of a share, else a tenth."""
    if metric.unit == "share":
        return _POINTS
    if learnt.log_scale:
        return float(np.log1p(_TENTH))
    return _TENTH * abs(float(learnt.model.level[0]))


def _ideal(choices: Choices) -> float:
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
    found, there = design.arms(learnt), learnt.found.present
    tested = ~learnt.normal
    fired = _rules_fired(found, design, tested[there])
    way = follow(found, design.upper, design.lower, tested[there], fired)
    centre = learnt.centre
    if design.method == "cusum":
        lines = {
            "up": _carried(way.up, there),
            "down": -_carried(way.down, there),
            "lower": np.full(centre.size, -design.lower),
            "upper": np.full(centre.size, design.upper),
        }
        level = np.exp(centre) if learnt.log_scale else centre
        drawn = frame.assign(centre=level, **lines)
    else:
        drawn = frame.assign(**_in_unit(learnt, design, found, way.up))
    # A gap ends no episode: an empty bin repeats the one before it.
    held = np.nan_to_num(_carried(way.episode.astype(np.float64), there)).astype(np.int64)
    beyond = np.zeros(tested.size, np.int64)
    beyond[there] = way.beyond
    return drawn.assign(
        stand=_stand(way, found, design, there, beyond),
        beyond=beyond,
        episode=np.where(tested, held, 0),
        baseline=learnt.normal,
        learnt=learnt.stable,
    )


def _stand(way: Path, found: Arms, design: Design, there: Flags, beyond: Ints) -> Floats:
    """Return how far the chart stands from its centre, as a share of the limit on that side."""
    reach = found.reach[:, 0]
    up, down = way.up / (design.upper * reach), way.down / (design.lower * reach)
    stand = _carried(np.where(up >= down, up, -down), there)
    # A run rule calls from within the limits.
    return np.where((beyond != 0) & (np.abs(stand) <= 1), beyond * _JUST_BEYOND, stand)


def _rules_fired(found: Arms, design: Design, tested: Flags) -> Flags:
    """Return the bins that complete a run rule; patterns begin with the test."""
    points = np.where(tested, found.steps[0, :, 0], np.nan)
    completed = flags(points, design.rules).values()
    return np.asarray(np.any([*completed, np.zeros(tested.size, dtype=bool)], axis=0))


def _in_unit(learnt: Learnt, design: Design, found: Arms, up: Floats) -> dict[str, Floats]:
    """Return centre, line and limits in the unit of the metric."""
    there, scale = learnt.found.present, float(learnt.found.scale[0])
    precision = learnt.found.precision[0, there]
    centre = learnt.centre
    lines = {"centre": centre}
    if learnt.found.tails is not None:
        middle, variance = centre[there], (scale / precision) ** 2
        law: Counted = "binomial" if learnt.setting.law == "binomial" else "poisson"
        high, low = edges(middle, variance, law, design.upper, design.lower)
        lines |= {"upper": _carried(high, there), "lower": _carried(low, there)}
    elif design.method == "shewhart":
        half = _carried(scale / precision, there)
        lines |= {"upper": centre + design.upper * half, "lower": centre - design.lower * half}
    else:
        # The variance of the line and its weight obey the same kind of recursion.
        heard = _weight(precision, design.lam)
        reach = _carried(found.reach[:, 0] * scale / heard, there)
        lines |= {
            "ewma": centre + _carried(up * scale / heard, there),
            "upper": centre + design.upper * reach,
            "lower": centre - design.lower * reach,
        }
    if learnt.log_scale:
        lines = {name: np.exp(values) for name, values in lines.items()}
    if learnt.setting.law == "binomial":
        lines = {name: np.clip(values, 0.0, 1.0) for name, values in lines.items()}
    return lines


def _weight(precision: Floats, lam: float) -> Floats:
    """Return how much precision the line has heard of, with the weights of the EWMA."""
    out = np.empty_like(precision)
    square = precision**2
    heard = float(square.mean())
    for t, new in enumerate(square.tolist()):
        heard = lam * new + (1 - lam) * heard
        out[t] = heard
    return out


def _carried(values: Floats, there: np.ndarray) -> Floats:
    """Return values of the bins with data on all bins; an empty one repeats the one before."""
    place = np.maximum.accumulate(np.where(there, np.cumsum(there) - 1, -1))
    return np.where(place >= 0, values[np.maximum(place, 0)], np.nan)
