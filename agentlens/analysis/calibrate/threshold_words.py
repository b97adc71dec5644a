"""What does a threshold say in words?"""

from math import isnan

from agentlens import text
from agentlens.analysis.calibrate.threshold_choice import FEWEST, Choice
from agentlens.result import Fact
from agentlens.theme import Band

__all__ = ["band_of", "caveats", "facts", "headline"]

_CHANCE = 0.05


def band_of(found: Choice) -> Band:
    """Return unknown without a choice, watch where the judge's own rule does worse, else pass."""
    if isnan(found.value):
        return "unknown"
    return "watch" if found.gained <= _CHANCE else "pass"


def headline(found: Choice) -> str:
    """Return the threshold and what it is worth, in one sentence."""
    if isnan(found.value):
        return _lacking(found)
    row = found.measured
    low, high = (text.significant(one) for one in found.between)
    said = f"Pass from {text.significant(found.value)} on [{low}–{high}]"
    if row is None:
        return f"{said}."
    n = int(row["n"])
    agrees = text.share(float(row["agreement"]), n)
    if row["how"] == "folds":
        return (
            f"{said}: it agrees with people on {agrees} of {text.plural(n, 'label')}"
            " (cross-validated, no interval)."
        )
    span = text.interval(float(row["low"]), float(row["high"]), "share", n=n)
    return (
        f"{said}: on {text.plural(n, 'test label')} it agrees with people on {agrees} {span}, chosen"
        f" on {found.sizes[0]} others."
    )


def _lacking(found: Choice) -> str:
    if not found.scored:
        return (
            "This judge gives verdicts without a score or a confidence, or none of them is labelled:"
            " there is nothing to set a threshold on."
        )
    if found.sizes[0] < FEWEST:
        need = FEWEST - found.sizes[0]
        n = text.plural(found.sizes[0], "label")
        return f"{n} with a score cannot choose a threshold; label {need} more."
    return "All labels with a score say the same, so every threshold on that side is as good."


def facts(found: Choice) -> dict[str, Fact]:
    """Return the numbers by name."""
    if isnan(found.value):
        return {"labels with a score": Fact(value=float(found.scored))}
    low, high = found.between
    told = {"threshold": Fact(value=found.value, low=low, high=high, n=found.sizes[0])}
    for row in found.told.to_dict("records"):
        how, n = str(row["how"]), int(row["n"])
        ends = (float(row["low"]), float(row["high"]))
        name = {"training": "training score", "folds": "in folds"}.get(how, "on test labels")
        told[f"agreement, {name}"] = Fact(
            value=float(row["agreement"]), unit="share", low=ends[0], high=ends[1], n=n
        )
        told[f"cost a trace, {name}"] = Fact(value=float(row["cost"]), n=n)
    if found.confidence is not None:
        told |= found.confidence.facts
    if not isnan(found.gained):
        told["p, against the judge's own verdicts"] = Fact(value=found.gained)
    return told


def caveats(found: Choice) -> tuple[str, ...]:
    """Return how it was chosen and measured."""
    if isnan(found.value):
        return ()
    fp, fn = found.prices
    costs = text.significant(fp), text.significant(fn)
    notes = [f"A wrong pass costs {costs[0]}, a wrong fail {costs[1]}."]
    notes.append("Of equally cheap thresholds the middle of the longest run is taken.")
    notes.append(
        "The training score is that of the labels that chose, and too good; never quote it."
    )
    if found.confidence is not None:
        notes.append(found.confidence.note)
    if not found.sizes[1]:
        choose, report = found.splits
        notes.append(
            f"Fewer than {FEWEST} labels with a score in {choose} or {report}: all of them chose,"
            " and ten folds by user or session measured."
        )
    return tuple(notes)
