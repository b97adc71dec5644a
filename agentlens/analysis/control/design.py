"""How is a control chart set up, and what does that achieve while nothing happens?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agentlens.analysis.control.choices import Choices
from agentlens.analysis.control.learn import Learnt
from agentlens.measures.metric import Metric
from agentlens.stats.charts.arms import Arms, Method, arms
from agentlens.stats.charts.cusum import limit_for_cusum
from agentlens.stats.charts.delays import delays_after
from agentlens.stats.charts.false_alarms import Rates, rates, rates_with_rules
from agentlens.stats.charts.limits import solve
from agentlens.stats.charts.run_length import limit_for
from agentlens.stats.charts.run_rules import Rule
from agentlens.stats.normal.futures import Deviations

__all__ = ["Design", "Rehearsal", "arms_of", "calibrated", "notable", "textbook"]

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


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """A chart on futures in which nothing happens: all that holds whatever its limits.

    Attributes:
        learnt: the baseline and its futures.
        choices: how the chart is set up; its width does not matter.
        metric: what is charted; delays are told for the direction of bad news.
    """

    learnt: Learnt
    choices: Choices
    metric: Metric

    @cached_property
    def ideal(self) -> float:
        """The limit that a known, independent, normal process would need."""
        return textbook(self.choices)

    @cached_property
    def still(self) -> Arms:
        """What each future adds up to, judged by what its own baseline taught."""
        return arms_of(self.learnt.futures.judged, self.choices)

    @cached_property
    def soon(self) -> Arms:
        """The same in those bins alone in which an alarm after a change is waited for."""
        return self.still.soon

    @cached_property
    def solved(self) -> tuple[float, float]:
        """The limits that achieve the run length asked for."""
        return solve(self.still, self.choices.arl, self.ideal)

    @property
    def side(self) -> int:
        """The direction of bad news: 1 upwards, -1 downwards."""
        return -1 if self.metric.better == "higher" else 1

    @cached_property
    def best_delay(self) -> float:
        """Mean bins to an alarm after one standard deviation, were normal known exactly."""
        known = arms_of(self.learnt.futures.known, self.choices)
        limits = solve(known, self.choices.arl, max(self.solved), passes=2)
        return delays_after(known.soon, [self.side], *limits)[0]

    def design(self, choices: Choices) -> Design:
        """Return what limits achieve: those given, else those that are solved for the run length.

        Args:
            choices: as those of the rehearsal, but for width and run rules.
        """
        limits = self.solved if choices.width is None else (choices.width, choices.width)
        step = notable(self.learnt, self.metric)
        shifts = (*_SHIFTS, step / float(self.learnt.found.scale[0]))
        *late, notable_delay = delays_after(self.soon, [self.side * one for one in shifts], *limits)
        return Design(
            method=choices.method,
            lam=choices.lam,
            allowance=choices.allowance,
            head_start=choices.head_start,
            asked=choices.arl,
            upper=limits[0],
            lower=limits[1],
            achieved=rates_with_rules(self.still, *limits, choices.rules)
            if choices.rules
            else rates(self.still, *limits),
            rules=choices.rules,
            ideal=self.ideal,
            delay=dict(zip(_SHIFTS, late, strict=True)),
            notable=step,
            notable_delay=notable_delay,
            best_delay=self.best_delay,
            choices=choices,
        )


def calibrated(learnt: Learnt, choices: Choices, metric: Metric) -> Design:
    """Return the design whose limits achieve the run length asked for, or what given limits achieve.

    Args:
        learnt: the baseline and its futures.
        choices: how the chart is set up.
        metric: what is charted; delays are told for the direction of bad news.
    """
    return Rehearsal(learnt, choices, metric).design(choices)


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
