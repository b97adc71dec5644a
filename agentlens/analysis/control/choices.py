"""How is a chart to be set up, and can that be?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import pandas as pd

from agentlens.errors import BadInputError, UnknownNameError
from agentlens.stats.charts.arms import Method
from agentlens.stats.charts.run_rules import NELSON, WESTERN_ELECTRIC, Rule
from agentlens.tables.period import Period, length

__all__ = ["Choices", "Seasonal", "choices_of", "named_rules", "run_length_of"]

Seasonal = Literal["auto", "daily", "weekly", "none"]

_PER = {"hour": "1h", "day": "1D", "week": "7D", "month": "30D", "quarter": "91D", "year": "365D"}
_SAID = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:per|a|an|/)\s*([a-z]+)\s*")
_SHORTEST, _LONGEST = 10.0, 1e6


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The knobs of a chart, checked."""

    every: str
    baseline: Period | None
    method: Method
    lam: float
    allowance: float
    width: float | None
    arl: float
    seasonal: Seasonal
    head_start: float
    rules: tuple[Rule, ...]
    seed: int

    @property
    def taught(self) -> tuple[object, ...]:
        """What decides on what the baseline teaches, and on which futures are drawn from it."""
        single = self.method == "shewhart"
        return self.every, self.baseline, single, self.seasonal, self.arl, self.seed

    @property
    def rehearsed(self) -> tuple[object, ...]:
        """What decides on what a chart adds up on these futures, whatever its limits."""
        return *self.taught, self.method, self.lam, self.allowance, self.head_start

    def __post_init__(self) -> None:
        """Refuse what cannot be, and say what can."""
        if self.method not in get_args(Method):
            raise UnknownNameError("method", self.method, get_args(Method))
        if self.seasonal not in get_args(Seasonal):
            raise UnknownNameError("seasonal", self.seasonal, get_args(Seasonal))
        _between("lam, the weight of the newest bin,", self.lam, 0, 1)
        _between("allowance, k in standard deviations,", self.allowance, 0, 5)
        _between("arl, bins between false alarms,", self.arl, _SHORTEST, _LONGEST)
        if self.width is not None:
            _between("width, in standard deviations (for a CUSUM its limit h),", self.width, 0, 200)
        if not 0 <= self.head_start < 1:
            message = (
                f"head_start is a share of the limit, from 0 to below 1, not {self.head_start!r}."
            )
            raise BadInputError(message)
        if self.head_start and self.method != "cusum":
            message = (
                "A head start is for the arms of a CUSUM; take method='cusum' or leave it out."
            )
            raise BadInputError(message)
        if self.rules and self.method != "shewhart":
            message = (
                "Run rules are for Shewhart charts: an EWMA or a CUSUM already remembers. Take"
                " method='shewhart' or leave rules out."
            )
            raise BadInputError(message)


def choices_of(
    *,
    every: str,
    arl: float,
    false_alarms: str | None,
    family: int,
    rules: str | Sequence[str],
    **same: Any,
) -> Choices:
    """Return the knobs as a chart is asked for them, read.

    Args:
        every: length of a bin.
        arl: bins between false alarms, where they are not given as a rate.
        false_alarms: a rate for the whole family, such as "1 per month".
        family: charts that share it.
        rules: run rules by their names, or by the name of a set.
        same: what needs no reading.
    """
    length_of_run = run_length_of(arl, false_alarms, every, family)
    return Choices(every=every, arl=length_of_run, rules=named_rules(rules), **same)


def _between(what: str, value: float, low: float, high: float) -> None:
    if not low < value <= high:
        message = f"{what} lies above {low:g} and at most at {high:g}, not {value!r}."
        raise BadInputError(message)


def run_length_of(arl: float, false_alarms: str | None, every: str, family: int) -> float:
    """Return the bins between false alarms that one chart of a family is to aim for.

    Args:
        arl: bins between false alarms, where they are not given as a rate.
        false_alarms: a rate for the whole family, such as "1 per month".
        every: length of a bin.
        family: charts that share it.

    >>> run_length_of(370.0, "2 per week", "1h", 10)
    840.0
    """
    if family < 1:
        message = f"family, the number of charts that share the false alarms, is at least 1, not {family!r}."
        raise BadInputError(message)
    if false_alarms is None:
        return arl * family
    said = _SAID.fullmatch(false_alarms.lower())
    if not said or float(said[1]) <= 0 or said[2].rstrip("s") not in _PER:
        message = (
            f"false_alarms={false_alarms!r} is not understood. Write it like '1 per month' or"
            f" '2 per week'; known are {', '.join(_PER)}."
        )
        raise BadInputError(message)
    per = pd.Timedelta(_PER[said[2].rstrip("s")])
    return float(per / length(every) / float(said[1]) * family)


def named_rules(asked: str | Sequence[str]) -> tuple[Rule, ...]:
    """Return run rules by their names, or by the name of a set.

    >>> [rule.name for rule in named_rules("western_electric")]
    ['we1', 'we2', 'we3', 'we4']
    """
    sets = {"western_electric": WESTERN_ELECTRIC, "nelson": NELSON}
    single = {rule.name: (rule,) for rule in (*WESTERN_ELECTRIC, *NELSON)}
    found: dict[str, Rule] = {}
    for name in (asked,) if isinstance(asked, str) else asked:
        if name not in sets | single:
            raise UnknownNameError("run rule", name, [*sets, *single])
        found |= {rule.name: rule for rule in (sets | single)[name]}
    return tuple(found.values())
