"""What does a gate say in words?"""

from collections.abc import Mapping, Sequence

import numpy as np

from agentlens import text
from agentlens.analysis.calibrate.certify.bounds import Bound, fewest_in_sequence, stream_of
from agentlens.analysis.calibrate.evidence.basis import Basis
from agentlens.analysis.calibrate.evidence.described import FEWEST
from agentlens.analysis.calibrate.rate.words import named
from agentlens.result import Fact
from agentlens.stats.corrected.poststrat import point
from agentlens.stats.corrected.power import (
    TRUTHS,
    certify,
    each_needed,
    fewest_without_error,
    labels_in_sequence,
    labels_needed,
)

__all__ = ["caveats", "facts", "headline", "lacking"]

_BETTER = 0.05
_NEAR_ONE = 0.99
_SAME = 1e-9


def headline(basis: Basis, bounds: Sequence[Bound], level: float) -> str:
    """Return the verdict in one sentence, with the number that decided."""
    decisive = next((one for one in bounds if not one.met), bounds[0])
    if decisive.least is None:
        return _in_sequence(basis, decisive, level)
    rate = text.share(decisive.value, decisive.n)
    between = text.interval(decisive.low, decisive.high, "share", n=decisive.n)
    sign = "≥" if decisive.met else "<"
    said = (
        f"{decisive.name} {rate} {between}, lower bound {100 * decisive.least:.1f}%"
        f" {sign} {100 * decisive.target:g}% ({text.plural(decisive.n, 'label')}; {named(basis)})"
    )
    if decisive.met:
        more = f"; {len(bounds)} of {len(bounds)} minima reached" if len(bounds) > 1 else ""
        return f"Certified: {said}{more}."
    truth = min(decisive.target + _BETTER, _NEAR_ONE)
    often = float(certify(decisive.n, truth, decisive.target, level))
    return (
        f"Not certified: {said}; a judge whose {decisive.name} is truly {100 * truth:g}% passes"
        f" this gate {text.share(often, 1)} of the time{_needed(truth, decisive.target, level)}."
    )


def facts(bounds: Sequence[Bound], n: int, target: float, level: float) -> dict[str, Fact]:
    """Return the numbers of the card: what was found, and what it takes."""
    found: dict[str, Fact] = {}
    for one in bounds:
        found[one.name] = Fact(value=one.value, unit="share", low=one.low, high=one.high, n=one.n)
        if one.least is None:
            found["evidence so far"] = Fact(value=float(one.wealth or 0.0))
            found["evidence that certifies"] = Fact(value=1 / (1 - level))
        else:
            found[f"{one.name}, lower bound"] = Fact(value=f"{100 * one.least:.1f}%")
        found[f"{one.name}, asked"] = Fact(value=f"{100 * one.target:g}%")
    sequential = any(one.least is None for one in bounds)
    better = tuple(truth for truth in TRUTHS if truth > target)
    if sequential:
        for truth in better:
            about = labels_in_sequence(truth, target, level)
            found[f"a true {100 * truth:g}%"] = Fact(value=f"takes about {about:,.0f} labels")
    elif n:
        for truth, needed in zip(better, each_needed(better, target, level=level), strict=True):
            often = float(certify(n, truth, target, level))
            more = f", {needed:,} labels give 80%" if needed is not None else ""
            found[f"a true {100 * truth:g}% passes"] = Fact(value=f"{text.share(often, 1)}{more}")
    fewest = (fewest_in_sequence if sequential else fewest_without_error)(target, level)
    found["fewest labels, none disagreeing"] = Fact(value=float(fewest))
    return found


def caveats(
    basis: Basis, bounds: Sequence[Bound], level: float, look: int, *, sequential: bool
) -> tuple[str, ...]:
    """Return what a careful reader has to know."""
    said = list(basis.notes)
    risk = text.share(1 - level, 1)
    if sequential:
        said.append(
            f"Uniform labels in the order in which they were made, one of each session; a judge just"
            f" at the target is certified at most {risk} of the time, however often one looks."
        )
        said.append("The curves are of a gate that is looked at once; in sequence it takes longer.")
    else:
        how = "from draws" if basis.described.drawn is not None else "exact (Clopper-Pearson)"
        said.append(
            f"Bounds are one-sided, {how}: a judge just at the target passes about {risk} of the"
            " time."
        )
        said.append(
            "How likely a judge passes is from exact binomials of as many uniform labels; the"
            " verdicts of the whole window help a little beyond that."
        )
    if look > 1:
        said.append(
            f"Look {look} at a growing label set: the {risk} no longer holds. Use sequential=True."
        )
    elif not sequential and basis.store is None:
        said.append("Looks are not counted: calibrate with store= to count them.")
    if not basis.repeated:
        said.append("Run-to-run noise not measured: retest would tell.")
    said += _blind(basis, bounds)
    if len(bounds) > 1:
        said.append("All minima must be reached, so that none needs a correction for the others.")
    return tuple(said)


def lacking(basis: Basis, wanted: Mapping[str, float], level: float, *, sequential: bool) -> str:
    """Return which labels a gate lacks, or nothing."""
    if sequential:
        weight = basis.evidence.weight
        if np.ptp(weight) > _SAME * weight.max():
            return (
                "A gate in sequence needs labels of traffic that was judged evenly; these traces"
                " were judged with different probabilities. Leave sequential=True out."
            )
        n = stream_of(basis).size
        fewest = fewest_in_sequence(wanted["agreement"], level)
        if n < 1:
            return (
                "A gate in sequence takes uniform labels, and there is none in this split;"
                f" {fewest} without a disagreement are the minimum."
            )
        return ""
    for name in wanted:
        n = basis.described.rates[name].n
        people = "pass" if name == "sensitivity" else "fail"
        if n < FEWEST and name != "agreement":
            had = f"{text.plural(n, 'label')} that people {people}" if n else "No such label"
            return (
                f"{text.capital(name)} is unknown: {had}, and below {FEWEST} there are only counts;"
                f" label more that people {people} (plan_labels with goal='failures')."
            )
    return ""


def _in_sequence(basis: Basis, one: Bound, level: float) -> str:
    rate, n = text.share(one.value, one.n), text.plural(one.n, "uniform label")
    asked = f"{100 * one.target:g}%"
    if one.certified_at is not None:
        return (
            f"Certified at uniform label {one.certified_at}: agreement reaches {asked}, now {rate}"
            f" of {n} ({named(basis)})."
        )
    enough = text.significant(1 / (1 - level))
    return (
        f"Not certified yet: agreement {rate} of {n}, asked {asked}; the evidence is"
        f" {text.significant(one.wealth or 0.0)} of {enough} ({named(basis)})."
    )


def _needed(truth: float, target: float, level: float) -> str:
    needed = labels_needed(truth, target, level=level)
    return "" if needed is None else f"; {needed:,} labels give 80%"


def _blind(basis: Basis, bounds: Sequence[Bound]) -> list[str]:
    """Return that a judge which passes everything would reach the target, where it would."""
    asked = {one.name: one.target for one in bounds}
    evidence = basis.evidence
    passed = float(evidence.passed @ evidence.label_weight / evidence.label_weight.sum())
    share = point(evidence.cells) if evidence.whole else passed
    if "specificity" in asked or share < asked.get("agreement", 1.0):
        return []
    said = (
        f"A judge that always says pass would agree on {text.share(share, evidence.n)}: agreement"
        " alone certifies no eye for failures, min_specificity= would."
    )
    return [said]
