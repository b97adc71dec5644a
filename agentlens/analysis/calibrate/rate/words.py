"""What does a corrected rate say in words?"""

from collections.abc import Sequence

import numpy as np

from agentlens import text
from agentlens.analysis.calibrate.evidence.basis import Basis, Elsewhere
from agentlens.analysis.calibrate.rate.estimates import (
    Assume,
    Estimate,
    Target,
    ends,
    judge_alone,
)
from agentlens.analysis.calibrate.rate.slices import Sliced
from agentlens.result import Fact
from agentlens.stats.intervals.difference import difference

__all__ = ["caveats", "facts", "headline", "named", "shown"]

_APART = 1.1
_HINT = 0.01


def headline(
    basis: Basis, there: Elsewhere, leading: Estimate, best: Estimate, assume: Assume
) -> str:
    """Return the rate in one sentence, with what was assumed and what the judge said."""
    raw = text.share(there.evidence.judge_rate, leading.n)
    said = f"judge said {raw}; {_labels(basis, there, leading, assume)}; {named(basis)}"
    if leading.way != best.way:
        return (
            f"Pass rate by {basis.people_are} alone {shown(leading)}, which is narrower than the corrected"
            f" {shown(best)} ({said})."
        )
    carried = ", if the judge errs here as on its labels" if assume == "stable_errors" else ""
    return f"Corrected pass rate {shown(best)}{carried} ({said})."


def facts(
    basis: Basis,
    there: Elsewhere,
    rows: Sequence[Estimate],
    assume: Assume,
    *,
    refused: bool = False,
) -> dict[str, Fact]:
    """Return the numbers of the card, by name."""
    found = {
        text.capital(one.way) if one.way == "PPI++" else one.way: Fact(
            value=one.value, unit="share", low=one.low, high=one.high, n=one.n
        )
        for one in rows
    }
    found["labels in this window"] = Fact(value=float(there.evidence.passed.size))
    found["assumes"] = Fact(value=assume.replace("_", " "))
    drawn = basis.described.drawn if not refused and assume == "stable_errors" else None
    if drawn is not None:
        rates = basis.described.rates
        j = rates["sensitivity"].value + rates["specificity"].value - 1
        low, high = ends(drawn.sensitivity + drawn.specificity - 1, basis.question.level)
        found["sensitivity + specificity - 1"] = Fact(value=j, low=low, high=high)
    if drawn is not None and there.judged is not basis.judged:
        found["p of the same judge rate"] = Fact(value=_moved(basis, there))
    return found


def caveats(
    basis: Basis,
    there: Elsewhere,
    assume: Assume,
    target: Target,
    parts: Sliced | None,
    *,
    refused: bool = False,
) -> tuple[str, ...]:
    """Return what a careful reader has to know."""
    said = list(dict.fromkeys((*basis.notes, *there.notes)))
    if basis.people_are != "people":
        said.append(
            f"The labels are of {basis.people_are}: where a card says people, it means that."
        )
    if refused:
        return tuple(said)
    if assume == "stable_errors":
        said += _assumed(basis, there)
    else:
        said.append(
            "Assumes that labels and verdicts are of the same traffic: the labels lie in this"
            " window."
        )
    said += _weights(there, target)
    kept = there.evidence.cells.label_effect
    if assume == "same_population" and kept > _APART:
        n = text.significant(there.evidence.passed.size / kept, 3)
        said.append(f"Labels share sessions: {there.evidence.passed.size} are worth {n}.")
    none = 1 - there.evidence.coverage
    if none > 0:
        said.append(_without(none, assume))
    beside = "Lee" if assume == "stable_errors" else "Lee and PPI++, where shown,"
    said.append(f"{beside} for comparison only: no headline rests on it.")
    if basis.described.drawn is None and assume == "stable_errors":
        said[-1] = "The labels' own window is not known: Lee's adjusted Wald interval from counts."
    return (*said, *(parts.notes if parts is not None else ()))


def shown(one: Estimate) -> str:
    """Return a rate with its interval."""
    return f"{text.share(one.value, one.n)} {text.interval(one.low, one.high, 'share', n=one.n)}"


def named(basis: Basis) -> str:
    """Return rubric and judge, as cards name them."""
    return ", ".join(one for one in (basis.rubric, basis.judge) if one)


def _labels(basis: Basis, there: Elsewhere, leading: Estimate, assume: Assume) -> str:
    n = text.plural(leading.n, "label")
    if assume == "same_population":
        return f"{n} from this window"
    if there.judged is basis.judged:
        return f"{n} from this window"
    return f"{n} of {basis.start:%Y-%m-%d} to {basis.stop:%Y-%m-%d}"


def _assumed(basis: Basis, there: Elsewhere) -> list[str]:
    assumed = (
        "Assumes that the judge's sensitivity and specificity are those of its labels, whatever the"
        " traffic: 20 fresh random labels in this window would replace the assumption."
    )
    said = [assumed]
    if there.judged is basis.judged:
        return said
    p = _moved(basis, there)
    raw = basis.evidence.judge_rate
    verb = "differs from" if p < _HINT else "is not proved to differ from"
    said.append(
        f"The judge's pass rate here {verb} that of the labels' window"
        f" ({text.share(there.evidence.judge_rate)} and {text.share(raw)}, p {p:.2g}): a hint, for"
        " silence never makes two windows the same population."
    )
    return said


def _moved(basis: Basis, there: Elsewhere) -> float:
    """Return p of "the judge passes as many here as in the window of the labels"."""
    level = basis.question.level
    sides = [
        tuple(np.array([v]) for v in (one.value, one.low, one.high))
        for one in (judge_alone(there.evidence, level), judge_alone(basis.evidence, level))
    ]
    (a, b, c), (d, e, f) = sides
    return float(difference((a, b, c), (d, e, f), level).p[0])


def _weights(there: Elsewhere, target: Target) -> list[str]:
    if target == "window":
        return ["Exactly these traces, each counted once; the labelled ones are known."]
    weight = there.evidence.weight
    if np.ptp(weight) <= 1e-9 * weight.max():
        return []
    return ["Weighted by one over the probability with which each trace was judged."]


def _without(none: float, assume: Assume) -> str:
    share = text.share(none, 1)
    if assume == "stable_errors":
        return (
            f"{share} of the traffic has no verdict; what people would say of it is assumed"
            " unchanged."
        )
    return f"{share} of the traffic has no verdict and is a cell of its own, never dropped."
