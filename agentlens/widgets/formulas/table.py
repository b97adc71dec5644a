"""Which formulas does the browser recompute, and which function of Python is the truth about each?

A formula is added by a line here, a line in `widgets/js/core/index.js` and its cases in
`tests/vectors`; tests hold the three together. What changes a formula's numbers raises its version.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agentlens.stats.agreement.cumulative import at_every_threshold
from agentlens.stats.agreement.workload import loads
from agentlens.stats.charts.drawn.cusum import cusum_drawn
from agentlens.stats.charts.drawn.ewma import ewma_drawn
from agentlens.stats.charts.drawn.shewhart import shewhart_drawn
from agentlens.stats.normal.memory import inflation
from agentlens.stats.promises.judged import judged

__all__ = ["FORMULAS", "Formula", "formula"]


@dataclass(frozen=True)
class Formula:
    """One formula that is written twice, once in Python and once in the browser's language.

    Attributes:
        name: the same on both sides.
        version: the same on both sides; raised whenever a number may come out differently.
        reference: the truth: it takes params and arrays by name and returns `gives` by name.
        params: single numbers that go in.
        arrays: what goes in by bin, by window or by threshold.
        gives: arrays or single numbers that come out.
    """

    name: str
    version: int
    reference: Callable[..., Mapping[str, Any]]
    params: tuple[str, ...]
    arrays: tuple[str, ...]
    gives: tuple[str, ...]


_LIMITS = ("upper", "lower")
_BINS = ("precision", "present", "tested")
_UNIT = ("scale", "log_scale", "clipped")
_CALLED = ("stand", "beyond", "episode")
_DECIDED = ("both", "person", "score", "neither")
_SEEN = ("share", "low", "high", "bound", "bad", "n", "n_eff", "span")

FORMULAS: tuple[Formula, ...] = (
    Formula(
        name="inflation",
        version=1,
        reference=lambda memory, lam: {"inflation": inflation(memory, lam)},
        params=("lam",),
        arrays=("memory",),
        gives=("inflation",),
    ),
    Formula(
        name="ewma_drawn",
        version=1,
        reference=ewma_drawn,
        params=("lam", *_LIMITS, *_UNIT),
        arrays=("standard", *_BINS, "centre", "memory"),
        gives=("centre", "ewma", *_LIMITS, *_CALLED),
    ),
    Formula(
        name="cusum_drawn",
        version=1,
        reference=cusum_drawn,
        params=("allowance", *_LIMITS, "head_start"),
        arrays=("standard", *_BINS),
        gives=("up", "down", *_LIMITS, *_CALLED),
    ),
    Formula(
        name="shewhart_drawn",
        version=1,
        reference=shewhart_drawn,
        params=(*_LIMITS, *_UNIT),
        arrays=("above", "below", *_BINS, "fired", "centre"),
        gives=("centre", *_LIMITS, *_CALLED),
    ),
    Formula(
        name="judged",
        version=1,
        reference=judged,
        params=("allowed",),
        arrays=_SEEN,
        gives=("budget", "burn", "burn_low", "burn_high", "threshold", "state", "why", "needed"),
    ),
    Formula(
        name="thresholds",
        version=1,
        reference=at_every_threshold,
        params=("cost_fp", "cost_fn"),
        arrays=("fails", "passes"),
        gives=(*_DECIDED, "agreement", "sensitivity", "specificity", "cost", "best"),
    ),
    Formula(
        name="bands",
        version=1,
        reference=lambda **given: loads(**given)._asdict(),
        params=("none", "days", "above", "below"),
        arrays=("at", "past"),
        gives=("share", "a_day"),
    ),
)


def formula(name: str) -> Formula:
    """Return the formula of that name.

    >>> formula("ewma_drawn").version
    1
    """
    return next(one for one in FORMULAS if one.name == name)
