"""How often does the judge agree with people, and how sure is that?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from agentlens import text
from agentlens.analysis.calibrate.evidence.evidence import Evidence, seeded
from agentlens.result import Fact
from agentlens.stats.agreement import kappa as beyond_chance
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.corrected.effect import design_effect
from agentlens.stats.corrected.errors import (
    NAMES,
    Errors,
    Quadrants,
    drawn_quadrants,
    errors,
    point_quadrants,
)
from agentlens.stats.corrected.poststrat import DRAWS, Draws, draws
from agentlens.stats.intervals.rates import wilson

__all__ = ["FEWEST", "Described", "Rate", "described", "parted", "say"]

FEWEST = 20
"""Below so many in a denominator there are counts and no percentage."""
_BEYOND = {
    "kappa": beyond_chance.kappa,
    "AC1": beyond_chance.ac1,
    "phi": beyond_chance.phi,
}
_BOOTSTRAP = 2000
_SMALL, _THIN = 100, 5


class Rate(NamedTuple):
    """A share, its interval, and the labels behind it: k of n."""

    value: float
    low: float
    high: float
    k: int
    n: int

    @property
    def known(self) -> bool:
        """Whether enough labels stand behind it to be called a rate."""
        return self.n >= FEWEST


@dataclass(frozen=True, eq=False)
class Described:
    """A judge in numbers.

    Attributes:
        rates: agreement, sensitivity, specificity, ppv and false_omission.
        beyond: kappa, AC1 and phi: value, low and high; NaN where undefined.
        cells: draws of the cells; None where only counts of labels are known.
        drawn: draws of the rates; None likewise.
        effect: how much more the counted agreement varies than single labels would.
    """

    rates: Mapping[str, Rate]
    beyond: Mapping[str, tuple[float, float, float]]
    cells: Draws | None
    drawn: Errors | None
    effect: float = 1.0


def described(evidence: Evidence, level: float, question: str) -> Described:
    """Return the rates of a judge with their intervals.

    Where the verdicts of the whole window are known they are used, too: the interval is that of
    draws, and a plan that looked at the verdict is undone. Else the uniform labels are counted.

    Args:
        evidence: verdicts and labels.
        level: of the intervals.
        question: what is asked, so that the same question gets the same draws.
    """
    if not evidence.whole:
        return _counted(evidence.only_uniform(), level, question)
    drawn = draws(evidence.cells, seeded(evidence, question), DRAWS)
    shares = drawn_quadrants(drawn, evidence.verdicts)
    found, best = errors(shares), errors(point_quadrants(evidence.cells, evidence.verdicts))
    spread = {name: _ends(getattr(found, name), level) for name in NAMES}
    counts = _behind(evidence)
    rates = {
        name: Rate(float(getattr(best, name)[0]), *spread[name], *counts[name]) for name in NAMES
    }
    quadrants = point_quadrants(evidence.cells, evidence.verdicts)
    return Described(rates, _beyond(evidence, quadrants, shares, level), drawn, found)


def say(rate: Rate) -> Fact:
    """Return a rate as a fact: with its interval, as bare counts below 20, unknown without any."""
    if not rate.n:
        return Fact(value="unknown")
    if not rate.known:
        return Fact(value=f"{rate.k} of {rate.n}")
    return Fact(value=rate.value, unit="share", low=rate.low, high=rate.high, n=rate.n)


def _beyond(
    evidence: Evidence, best: Quadrants, drawn: Quadrants, level: float
) -> dict[str, tuple[float, float, float]]:
    """Return what the agreement is worth beyond habit; undefined where a rater never varies."""
    found = {}
    labels = evidence.quadrant()
    for name, function in _BEYOND.items():
        undefined = sum(labels) == 0 or np.isnan(float(function(*labels)))
        value = np.nan if undefined else float(function(*best)[0])
        ends = (np.nan, np.nan) if undefined else _ends(function(*drawn), level)
        found[name] = (value, *ends)
    return found


def _behind(evidence: Evidence) -> dict[str, tuple[int, int]]:
    """Return how many labels say so, of how many, for each rate."""
    a, b, c, d = evidence.quadrant()
    return {
        "agreement": (a + d, a + b + c + d),
        "sensitivity": (a, a + b),
        "specificity": (d, c + d),
        "ppv": (a, a + c),
        "false_omission": (b, b + d),
    }


def _counted(evidence: Evidence, level: float, question: str) -> Described:
    """Return the same from counts of uniform labels alone."""
    right = (evidence.passed == evidence.label_verdict).astype(np.float64)
    has = evidence.label_verdict >= 0
    right, cluster = right[has], evidence.label_cluster[has]
    effect = design_effect(right - right.mean(), cluster) if right.size else 1.0
    rates = {}
    for name, (k, n) in _behind(evidence).items():
        low, high = wilson(np.array([k / effect]), np.array([n / effect]), level)
        rates[name] = Rate(k / n if n else np.nan, float(low[0]), float(high[0]), k, n)
    cells = np.array(evidence.quadrant(), dtype=np.float64)
    if not cells.sum():
        none = dict.fromkeys(_BEYOND, (np.nan, np.nan, np.nan))
        return Described(rates, none, None, None, effect)
    best = Quadrants(*(np.array([one]) for one in cells))
    if cells.sum() / effect < _SMALL or cells.min() < _THIN:
        beyond = _beyond(evidence, best, _resampled(evidence, has, question), level)
    else:
        beyond = {name: _by_delta(name, cells, effect, level) for name in _BEYOND}
    return Described(rates, beyond, None, None, effect)


def _resampled(evidence: Evidence, has: Flags, question: str) -> Quadrants:
    """Return the four cells of samples of sessions, drawn with replacement."""
    of_row = np.unique(evidence.label_cluster[has], return_inverse=True)[1]
    human, says = evidence.passed[has] == 1, evidence.label_verdict[has] == 1
    kinds = np.where(human, np.where(says, 0, 1), np.where(says, 2, 3))
    n = int(of_row.max()) + 1
    counts = np.bincount(of_row * 4 + kinds, minlength=4 * n).reshape(n, 4)
    counts = counts[np.lexsort(counts.T)].astype(np.float64)  # names of sessions do not count
    times = seeded(evidence, question).multinomial(n, np.full(n, 1 / n), size=_BOOTSTRAP)
    return Quadrants(*(times @ counts).T)


def _by_delta(name: str, cells: Floats, effect: float, level: float) -> tuple[float, float, float]:
    from scipy.special import ndtri  # noqa: PLC0415 - only where no window is known

    function = _BEYOND[name]
    value = float(function(*cells))
    error = beyond_chance.delta_error(function, cells, float(cells.sum()) / effect)
    half = float(ndtri(0.5 + level / 2)) * error
    return value, max(value - half, -1.0), min(value + half, 1.0)


def _ends(values: Floats, level: float) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not known.size:
        return np.nan, np.nan
    tail = (1 - level) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)


def parted(rates: Mapping[str, Rate], kappa: float, ac1: float, share: float) -> str:
    """Return the sentence that is due where agreement and kappa part, or nothing."""
    if np.isnan(kappa) or ac1 - kappa < _PARTED or not rates["agreement"].known:
        return ""
    blind = beyond_chance.always_pass(share)
    return (
        f"{text.share(share, 1)} pass: a judge that always says pass scores agreement"
        f" {text.share(share, 1)}, κ 0, AC1 {blind.ac1:.2f}."
    )


_PARTED = 0.2
