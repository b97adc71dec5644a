"""What does a difference of two corrected rates say in words?"""

from agentlens import text
from agentlens.analysis.calibrate.evidence.basis import Basis, Elsewhere
from agentlens.analysis.calibrate.rate.estimates import Assume, Estimate
from agentlens.analysis.calibrate.rate.words import named, shown
from agentlens.result import Fact

__all__ = ["caveats", "fact", "headline", "title"]


def headline(basis: Basis, found: Estimate, raw: Estimate, rated: list[Estimate]) -> str:
    """Return the difference in one sentence."""
    points = text.number(100 * found.value, "points")
    between = text.interval(100 * found.low, 100 * found.high, "points")
    sure = "" if found.low > 0 or found.high < 0 else ", not told from none"
    judge = text.number(100 * raw.value, "points")
    return (
        f"People would pass {shown(rated[1])} of b and {shown(rated[0])} of a, a difference of"
        f" {points} {between}{sure} (the judge alone said {judge};"
        f" {text.plural(found.n, 'label')}; {named(basis)})."
    )


def caveats(basis: Basis, sides: tuple[Elsewhere, Elsewhere], assume: Assume) -> tuple[str, ...]:
    """Return what a careful reader has to know."""
    said = list(dict.fromkeys((*basis.notes, *sides[0].notes, *sides[1].notes)))
    if assume == "same_population":
        said.append("Each side is corrected by labels of its own; the two are independent.")
        return tuple(said)
    said.append(
        "Assumes that the judge errs on both sides as on its labels; both share one calibration, so"
        " that most of what is not known of the judge cancels: 20 fresh random labels on each side"
        " would replace the assumption."
    )
    return tuple(said)


def title(basis: Basis, sides: tuple[Elsewhere, Elsewhere], assume: Assume) -> str:
    """Return what was asked."""
    a, b = (f"{one.start:%Y-%m-%d %H:%M} to {one.stop:%Y-%m-%d %H:%M}" for one in sides)
    how = assume.replace("_", " ")
    return f"Corrected {basis.rubric}, b less a, b {b}, a {a}, {how}"


def fact(one: Estimate) -> Fact:
    """Return an estimate as a fact; what may lie below zero, in points."""
    if one.low < 0 or one.value < 0:
        return Fact(
            value=100 * one.value, unit="points", low=100 * one.low, high=100 * one.high, n=one.n
        )
    return Fact(value=one.value, unit="share", low=one.low, high=one.high, n=one.n)
