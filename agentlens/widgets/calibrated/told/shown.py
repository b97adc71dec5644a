"""What of a calibration travels to the browser, and in which form?"""

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from agentlens import text
from agentlens.analysis.calibrate.bands_sides import Sides
from agentlens.analysis.calibrate.calibration import Calibration
from agentlens.analysis.calibrate.evidence.described import described, say
from agentlens.analysis.calibrate.evidence.gather import of_window
from agentlens.analysis.calibrate.threshold_confidence import confidence_of
from agentlens.result import Fact
from agentlens.widgets.calibrated.counts import RATES, Counts
from agentlens.widgets.calibrated.covered.report import Reported
from agentlens.widgets.calibrated.edges import Edges, told_sides
from agentlens.widgets.calibrated.knobs import Price
from agentlens.widgets.calibrated.material import Material
from agentlens.widgets.calibrated.told.pictures import curves, reliability_figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = [
    "ceiling_of",
    "covered_of",
    "pictures_of",
    "told_bands",
    "told_choice",
    "told_rates",
    "told_report",
]


def ceiling_of(cal: Calibration) -> tuple[float | None, str]:
    """Return how often two people agree, as a number where it is one, and in words."""
    ceiling = cal.basis.people.ceiling
    if ceiling is None:
        return None, "no ceiling known"
    known = ceiling.value if isinstance(ceiling.value, float) else None
    return known, f"two people agree: {ceiling}"


def told_rates(cal: Calibration, material: Material, counts: Counts | None) -> dict[str, list[str]]:
    """Return agreement, sensitivity and specificity in words at each threshold.

    Args:
        cal: the calibration.
        material: the labels that may be looked at.
        counts: of them; None where there are no scores.
    """
    if counts is not None:
        bare, spreads = material.mode == "same", counts.spreads()
        places = range(counts.steps.cuts.size)
        return {name: [spreads[name].words(i, bare=bare) for i in places] for name in RATES}
    if material.choosing.empty:
        return {name: ["unknown"] for name in RATES}
    basis = cal.basis
    evidence = of_window(basis.judged, basis.labelled, "dev")
    rates = described(evidence, basis.question.level, basis.asking("errors, dev")).rates
    return {name: [str(say(rates[name]))] for name in RATES}


def told_bands(edges: Edges, seen: Sides, covered: Sides | None) -> dict[str, Any]:
    """Return where edges may lie, and what the labels say at each.

    Args:
        edges: where they may lie.
        seen: what the labels say that may be looked at.
        covered: what the others say, once that was reported.
    """
    up, down = seen.errors
    return {
        "steps": [text.significant(float(one)) for one in edges.steps],
        "none": edges.none,
        "days": edges.days,
        "asked": {"above": text.share(up, 1), "below": text.share(down, 1)},
        "delta": text.share(seen.delta, 1),
        "seen": told_sides(seen),
        "test": None if covered is None else told_sides(covered),
    }


def told_report(found: Reported | None, place: int) -> dict[str, Any] | None:
    """Return what was reported, with the place of the threshold that it belongs to."""
    if found is None:
        return None
    at = "" if found.threshold is None else text.significant(found.threshold)
    return {
        "place": place,
        "at": at,
        "look": found.look,
        "lines": [list(one) for one in found.lines],
        "counts": [text.count(one) for one in found.counts],
        "note": found.note,
    }


def covered_of(material: Material) -> str:
    """Return which labels are covered, or why none are."""
    if material.mode == "same":
        return "Nothing can be reported: every label had a part in the choice."
    n = text.plural(len(material.measuring), "test label")
    if material.mode == "verdicts":
        return f"{n} of this judge's own verdicts, covered until you ask."
    return f"{n}, covered until you ask. Each threshold that you report on is a look."


def pictures_of(
    cal: Calibration,
    material: Material,
    counts: Counts | None,
    place: int,
    prices: Mapping[str, Price],
) -> "tuple[dict[str, go.Figure], str]":
    """Return the pictures of the labels that may be looked at, and a note on what the score is worth.

    Args:
        cal: the calibration.
        material: the labels.
        counts: of them at each threshold; None where there are no scores.
        place: where the threshold stands.
        prices: of a wrong pass and of a wrong fail.
    """
    if counts is None:
        return {}, ""
    figures = {
        "curves": curves(
            counts,
            counts.spreads()["agreement"],
            place=place,
            prices=(prices["cost_fp"].start, prices["cost_fn"].start),
            ceiling=ceiling_of(cal)[0],
            bare=material.mode == "same",
        )
    }
    confidence = confidence_of(material.choosing, material.choosing.iloc[:0])
    if len(confidence.bins):
        figures["reliability"] = reliability_figure(confidence.bins)
    told = [f"{name} {_bare(fact)}" for name, fact in confidence.facts.items()]
    return figures, " ".join(
        [confidence.note, *([f"{text.capital(text.listed(told))}."] if told else [])]
    )


def told_choice(cal: Calibration, cost_fp: float, cost_fn: float) -> str:
    """Return what the labels that may be looked at choose at these prices, in words.

    Args:
        cal: the calibration.
        cost_fp: what a wrong pass costs.
        cost_fn: what a wrong fail costs.
    """
    found = cal.threshold(cost_fp=cost_fp, cost_fn=cost_fn)
    if isnan(found.value):
        return found.headline
    low, high = (text.significant(one) for one in found.between)
    said = f"Cheapest at these prices: {text.significant(found.value)} [{low}–{high}]"
    folds = found.told[found.told["how"] == "folds"]
    if folds.empty:
        return f"{said}."
    row = folds.iloc[0]
    agrees = text.share(float(row["agreement"]), int(row["n"]))
    cost = text.significant(float(row["cost"]))
    return (
        f"{said}; chosen so it agrees on {agrees} at {cost} a trace (cross-validated, no interval)."
    )


def _bare(fact: Fact) -> str:
    return text.number(fact.value, fact.unit) if isinstance(fact.value, float) else str(fact.value)
