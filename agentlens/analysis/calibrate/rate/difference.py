"""By how much more of one window than of another would people pass?"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, get_args

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.calibrate.evidence.basis import Basis, Elsewhere
from agentlens.analysis.calibrate.evidence.evidence import Evidence, seeded
from agentlens.analysis.calibrate.rate.difference_words import caveats, fact, headline, title
from agentlens.analysis.calibrate.rate.estimates import (
    Assume,
    Estimate,
    carried_over,
    ends,
    judge_alone,
    post_stratified,
    shared_draws,
)
from agentlens.analysis.calibrate.rate.refused import refused
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.result import Result, Signal
from agentlens.stats.arrays import Floats
from agentlens.stats.corrected.poststrat import DRAWS, draws, rates
from agentlens.stats.corrected.stable import carried
from agentlens.stats.intervals.difference import difference
from agentlens.tables.log import Log
from agentlens.tables.match import among
from agentlens.theme import Band

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["CorrectedDifference", "corrected_difference"]

_MOST = 500
_COLUMNS = ["slice", "way", "value", "low", "high", "n", "remark"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class CorrectedDifference(Result):
    """By how much more of b than of a people would pass, corrected for how the judge errs.

    Attributes:
        value: the rate of b less that of a; NaN where it cannot be known.
        low: of its interval.
        high: of its interval.
        assume: what was assumed.
    """

    verb: ClassVar[str] = "difference"

    value: float
    low: float
    high: float
    assume: Assume

    def figure(self) -> "go.Figure":
        """Return the picture: both rates, and their difference beneath."""
        from agentlens.figures.judging.corrected import (  # noqa: PLC0415 - on first use
            difference_figure,
        )

        return difference_figure(self.frame, title=", ".join(self.title.split(", ")[:2]))


def corrected_difference(basis: Basis, a: Log, b: Log, *, assume: Assume) -> CorrectedDifference:
    """Return the difference; the arguments are those of `Calibration.difference`."""
    if assume not in get_args(Assume):
        raise UnknownNameError("assumption", assume, get_args(Assume))
    both = int(among(b.traces["trace_id"], a.traces["trace_id"]).sum())
    if both:
        message = (
            f"{text.plural(both, 'trace')} in both a and b; a difference needs two sides apart."
            " For the same traces judged twice use compare_judges."
        )
        raise BadInputError(message)
    sides = basis.elsewhere(a), basis.elsewhere(b)
    for side in sides:
        why = refused(basis, side, assume, given=True)
        if why:
            return _unknown(basis, sides, assume, why)
    return _answered(basis, sides, assume)


def _answered(
    basis: Basis, sides: tuple[Elsewhere, Elsewhere], assume: Assume
) -> CorrectedDifference:
    level = basis.question.level
    if assume == "stable_errors":
        if basis.described.drawn is None:
            why = (
                "The labels' own window is not in this log, so what both sides share is not known."
            )
            return _unknown(basis, sides, assume, why)
        question = basis.asking("difference stable_errors")
        a, b = shared_draws(basis, (sides[0].evidence, sides[1].evidence), question)
        rated = [carried_over(basis, s.evidence, level, basis.asking("rate")) for s in sides]
        value = _point(basis, sides)
    else:
        a, b = (_own(one.evidence, basis.asking(f"difference {n}")) for n, one in enumerate(sides))
        rated = [post_stratified(s.evidence, level, basis.asking("rate")) for s in sides]
        value = rated[1].value - rated[0].value
    low, high = ends(b - a, level)
    found = Estimate("corrected", value, low, high, min(one.n for one in rated))
    raw = _raw(basis, sides)
    band = _band(found)
    return CorrectedDifference(
        title=title(basis, sides, assume),
        band=band,
        headline=headline(basis, found, raw, rated),
        frame=pd.DataFrame(
            [
                {"slice": "a", **vars(rated[0])},
                {"slice": "b", **vars(rated[1])},
                {"slice": "b less a", **vars(found)},
                {"slice": "b less a", **vars(raw)},
            ]
        ),
        caveats=caveats(basis, sides, assume),
        known=MappingProxyType(
            {
                "b less a": fact(found, "points"),
                "a": fact(rated[0]),
                "b": fact(rated[1]),
                "judge alone, b less a": fact(raw, "points"),
            }
        ),
        found=_signals(basis, sides[1], found, rated) if band == "act" else (),
        value=value,
        low=low,
        high=high,
        assume=assume,
    )


def _point(basis: Basis, sides: tuple[Elsewhere, Elsewhere]) -> float:
    """Return the difference in closed form, neither side cut to lie between 0 and 1."""
    known = basis.described.rates
    s, c = (np.array([known[one].value]) for one in ("sensitivity", "specificity"))
    none = basis.evidence.verdicts < 0
    cells = basis.cells
    x, n = cells.passed[none].sum(), cells.labelled[none].sum()
    unjudged = (x / cells.label_effect + 0.5) / (n / cells.label_effect + 1)
    values = [
        side.evidence.coverage * float(carried(np.array([side.evidence.judge_rate]), s, c)[0])
        + (1 - side.evidence.coverage) * unjudged
        for side in sides
    ]
    return float(values[1] - values[0])


def _own(evidence: Evidence, question: str) -> Floats:
    return rates(draws(evidence.cells, seeded(evidence, question), DRAWS))


def _raw(basis: Basis, sides: tuple[Elsewhere, Elsewhere]) -> Estimate:
    """Return what the judge alone would say."""
    each = [judge_alone(side.evidence, basis.question.level) for side in sides]
    a, b = (tuple(np.array([v]) for v in (one.value, one.low, one.high)) for one in each)
    found = difference((b[0], b[1], b[2]), (a[0], a[1], a[2]), basis.question.level)
    n = min(one.n for one in each)
    ends_ = float(found.low[0]), float(found.high[0])
    return Estimate("judge, uncorrected", float(found.value[0]), *ends_, n, "not the truth")


def _band(found: Estimate) -> Band:
    if found.high < 0:
        return "act"
    return "watch" if found.low > 0 else "pass"


def _signals(
    basis: Basis, worse: Elsewhere, found: Estimate, rated: list[Estimate]
) -> tuple[Signal, ...]:
    failed = worse.judged[worse.judged["verdict"] == 0].sort_values("trace_id", kind="stable")
    ids = failed["trace_id"].astype(str).drop_duplicates().head(_MOST)
    return (
        Signal(
            what=f"people would pass {text.number(-100 * found.value, 'points')} fewer by {basis.rubric}",
            start=worse.start,
            end=worse.stop,
            value=rated[1].value,
            expected=rated[0].value,
            n=len(worse.judged),
            trace_ids=tuple(ids),
        ),
    )


def _unknown(
    basis: Basis, sides: tuple[Elsewhere, Elsewhere], assume: Assume, why: str
) -> CorrectedDifference:
    return CorrectedDifference(
        title=title(basis, sides, assume),
        band="unknown",
        headline=why,
        frame=pd.DataFrame(columns=_COLUMNS),
        caveats=basis.notes,
        value=float("nan"),
        low=float("nan"),
        high=float("nan"),
        assume=assume,
    )
