"""What does a difference of two corrected rates say in words?"""

from agentlens import text
from agentlens.analysis.calibrate.evidence.basis import Basis, Elsewhere
from agentlens.analysis.calibrate.rate.estimates import Assume, Estimate
from agentlens.analysis.calibrate.rate.words import named, shown
from agentlens.result import Fact

__all__ = ["caveats", "fact", "headline", "title"]


def headline(basis: Basis, found: Estimate, raw: Estimate, rated: list[Estimate]) -> str:
    """Return the difference in one sentence."""
    points = f"{100 * found.value:.1f} points"
    to = " to " if found.low < 0 else "–"
    between = f"[{100 * found.low:.1f}{to}{100 * found.high:.1f}]"
    sure = "" if found.low > 0 or found.high < 0 else ", not told from none"
    judge = f"{100 * raw.value:.1f}"
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
    a, b = (one.window for one in sides)
    how = assume.replace("_", " ")
    return f"Corrected {basis.rubric}, b less a, b {b}, a {a}, {how}"


def fact(one: Estimate, unit: str = "share") -> Fact:
    """Return an estimate as a fact: a share, or a difference in points."""
    if unit == "points":
        value, low, high = (round(100 * part, 1) for part in (one.value, one.low, one.high))
        return Fact(value=value, unit=unit, low=low, high=high, n=one.n)
    return Fact(value=one.value, unit="share", low=one.low, high=one.high, n=one.n)
