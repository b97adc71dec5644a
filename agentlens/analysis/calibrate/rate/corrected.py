"""Which share of a window would people pass, and how sure is that?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, get_args

import pandas as pd

from agentlens.analysis.calibrate.evidence.basis import Basis, Elsewhere
from agentlens.analysis.calibrate.evidence.gather import of_window
from agentlens.analysis.calibrate.rate.estimates import (
    Assume,
    Estimate,
    Target,
    by_lee,
    by_people,
    by_ppi,
    carried_over,
    judge_alone,
    post_stratified,
)
from agentlens.analysis.calibrate.rate.refused import refused
from agentlens.analysis.calibrate.rate.slices import Sliced, sliced
from agentlens.analysis.calibrate.rate.words import caveats, facts, headline
from agentlens.errors import BadInputError, UnknownNameError
from agentlens.result import Result
from agentlens.tables.log import Log
from agentlens.theme import Band

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Assume", "CorrectedRate", "Target", "corrected_rate"]

_UNSURE = 0.05


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class CorrectedRate(Result):
    """The share that people would pass, corrected for how the judge errs.

    Attributes:
        value: the rate; NaN where it cannot be known.
        low: of its interval.
        high: of its interval.
        assume: what was assumed.
    """

    verb: ClassVar[str] = "corrected_rate"

    value: float
    low: float
    high: float
    assume: Assume

    def figure(self) -> "go.Figure":
        """Return the picture: the intervals of every way to find the rate, beneath one another."""
        from agentlens.figures.judging.corrected import (  # noqa: PLC0415 - on first use
            forest_figure,
        )

        return forest_figure(self.frame, title=self.title.partition(",")[0])


def corrected_rate(
    basis: Basis,
    log: Log | None,
    *,
    assume: Assume,
    target: Target,
    by: str | Sequence[str] | None,
) -> CorrectedRate:
    """Return the rate; the arguments are those of `Calibration.corrected_rate`."""
    _check(log, assume, target, by)
    there = basis.elsewhere(log)
    why = refused(basis, there, assume, given=log is not None)
    if why:
        return _unknown(basis, there, assume, why)
    level = basis.question.level
    question = basis.asking(f"rate {assume} {target}")
    best = _best(basis, there, assume, target, question)
    people = by_people(there.evidence, level)
    others = [judge_alone(there.evidence, level), people, by_lee(basis, there.evidence, level)]
    if assume == "same_population":
        others.append(by_ppi(there.evidence, level))
    rows = [best, *(one for one in others if one is not None and one.way != best.way)]
    rows += _if_unsure(basis, there, assume, target)
    leading = people if people is not None and people.width < best.width else best
    parts = sliced(basis, there, log, by, assume) if by is not None and log is not None else None
    return CorrectedRate(
        title=_title(basis, there, assume, target, by),
        band=_band(leading, there),
        headline=headline(basis, there, leading, best, assume),
        frame=_frame(rows, parts),
        caveats=caveats(basis, there, assume, target, parts),
        known=MappingProxyType(facts(basis, there, rows, assume)),
        value=leading.value,
        low=leading.low,
        high=leading.high,
        assume=assume,
    )


def _best(
    basis: Basis, there: Elsewhere, assume: Assume, target: Target, question: str
) -> Estimate:
    level = basis.question.level
    if assume == "same_population":
        return post_stratified(there.evidence, level, question, target)
    if basis.described.drawn is not None:
        return carried_over(basis, there.evidence, level, question)
    counted = by_lee(basis, there.evidence, level)
    if counted is None:
        message = "a refusal should have come before: no way to carry the errors over"
        raise ValueError(message)
    return counted


def _if_unsure(basis: Basis, there: Elsewhere, assume: Assume, target: Target) -> list[Estimate]:
    """Return the rate with all unsure labels as pass and as fail, where they are many."""
    rows, split = there.labelled, basis.question.split
    unsure = rows["y"].isna()
    if assume != "same_population" or unsure.sum() <= _UNSURE * len(rows):
        return []
    found = []
    for word, value in (("pass", 1.0), ("fail", 0.0)):
        evidence = of_window(there.judged, rows.assign(y=rows["y"].fillna(value)), split)
        question = basis.asking(f"unsure {word} {target}")
        one = post_stratified(evidence, basis.question.level, question, target)
        found.append(replace(one, way=f"unsure as {word}"))
    return found


def _band(leading: Estimate, there: Elsewhere) -> Band:
    """Return watch where the judge's own rate is proved wrong: whoever quotes it misleads."""
    inside = leading.low <= there.evidence.judge_rate <= leading.high
    return "pass" if inside else "watch"


def _frame(rows: Sequence[Estimate], parts: Sliced | None) -> pd.DataFrame:
    made = [_row("all", one) for one in rows]
    if parts is not None:
        made += [_row(name, one) for name, one in zip(parts.names, parts.estimates, strict=True)]
    return pd.DataFrame(made)


def _row(where: str, one: Estimate) -> Mapping[str, object]:
    return {"slice": where, **vars(one)}


def _unknown(basis: Basis, there: Elsewhere, assume: Assume, why: str) -> CorrectedRate:
    level = basis.question.level
    has = bool((there.evidence.verdict >= 0).any())
    rows = [judge_alone(there.evidence, level)] if has else []
    return CorrectedRate(
        title=_title(basis, there, assume, "process", None),
        band="unknown",
        headline=why,
        frame=pd.DataFrame(
            [_row("all", one) for one in rows],
            columns=["slice", "way", "value", "low", "high", "n", "remark"],
        ),
        caveats=caveats(basis, there, assume, "process", None, refused=True),
        known=MappingProxyType(facts(basis, there, rows, assume, refused=True)),
        value=float("nan"),
        low=float("nan"),
        high=float("nan"),
        assume=assume,
    )


def _title(
    basis: Basis,
    there: Elsewhere,
    assume: Assume,
    target: Target,
    by: str | Sequence[str] | None,
) -> str:
    exactly = ", exactly these traces" if target == "window" else ""
    sides = "" if by is None else f" by {by if isinstance(by, str) else ', '.join(by)}"
    how = assume.replace("_", " ")
    return f"Corrected {basis.rubric}{sides}, {there.window}, {how}{exactly}"


def _check(log: Log | None, assume: Assume, target: Target, by: str | Sequence[str] | None) -> None:
    if assume not in get_args(Assume):
        raise UnknownNameError("assumption", assume, get_args(Assume))
    if target not in get_args(Target):
        raise UnknownNameError("target", target, get_args(Target))
    if by is not None and log is None:
        message = "Slices need the traces' columns: pass the log, corrected_rate(log, by=...)."
        raise BadInputError(message)
