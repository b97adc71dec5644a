"""What do three bands say in words?"""

from math import isnan

from agentlens import text
from agentlens.analysis.calibrate.bands_sides import Sides
from agentlens.result import Fact
from agentlens.stats.agreement.bands import fewest
from agentlens.theme import Band

__all__ = ["band_of", "caveats", "facts", "headline"]


def band_of(found: Sides) -> Band:
    """Return pass where both outer bands are certified, watch for one, unknown for none."""
    known = [not isnan(one.threshold) for one in (found.above, found.below)]
    return "pass" if all(known) else "watch" if any(known) else "unknown"


def headline(found: Sides) -> str:
    """Return the bands with their workload in one sentence, or why there are none."""
    if not found.scored:
        return (
            "This judge gives verdicts without a score or a confidence: there is nothing to cut"
            " into bands."
        )
    rows = found.frame.set_index("band")
    up, down = (not isnan(one.threshold) for one in (found.above, found.below))
    if not up and not down:
        return _refused(found)
    said = []
    if up:
        said.append(
            f"{text.share(float(rows['share']['auto-pass']))} pass unseen (from"
            f" {text.significant(found.above.threshold)} on)"
        )
    if down:
        said.append(
            f"{text.share(float(rows['share']['page']))} page (up to"
            f" {text.significant(-found.below.threshold)})"
        )
    rest = text.share(float(rows["share"]["review"]))
    a_day = text.significant(float(rows["a_day"]["review"]), 2)
    lost = "" if up and down else f"; the {'page' if up else 'auto-pass'} band is not certified"
    return f"{text.listed(said)}, and {rest} are reviewed, {a_day} a day{lost}."


def _refused(found: Sides) -> str:
    error = found.errors[0]
    most = int(found.above.inside.max(initial=0))
    need = fewest(error, found.delta / 2)
    allowed = text.share(error, 1)
    if most < need:
        return (
            f"Cannot certify auto-pass at {allowed} error with {text.plural(most, 'label')} above"
            f" any threshold; {need} without an error are the minimum."
        )
    best = float(found.above.bound[found.above.inside >= need].min())
    return (
        f"Cannot certify auto-pass at {allowed} error: on {text.plural(found.labels, 'label')} the"
        f" error may be {text.share(best, 1)} even above the best threshold."
    )


def facts(found: Sides) -> dict[str, Fact]:
    """Return the numbers by name."""
    told = {"uniform labels with a score": Fact(value=float(found.labels))}
    if not found.scored:
        return told
    for name, side, error in (
        ("auto-pass", found.above, found.errors[0]),
        ("page", found.below, found.errors[1]),
    ):
        need = fewest(error, found.delta / 2)
        if isnan(side.threshold):
            told[f"{name}, labels needed"] = Fact(value=f"{need} in the band without an error")
    for row in found.frame.to_dict("records"):
        name = str(row["band"])
        told[f"{name}, share of traffic"] = Fact(value=float(row["share"]), unit="share")
        told[f"{name}, traces a day"] = Fact(value=round(float(row["a_day"]), 1))
        if not isnan(float(row["bound"])):
            told[f"{name}, error at most"] = Fact(
                value=float(row["bound"]), unit="share", n=int(row["labels"])
            )
    return told


def caveats(found: Sides) -> tuple[str, ...]:
    """Return what is promised, to whom, and on what it rests."""
    up, down = (text.share(one, 1) for one in found.errors)
    n = text.plural(found.labels, "label")
    notes = [
        f"Promised: of the traces passed unseen {up} fail at most, of those paged {down} pass.",
        f"Either promise is broken with a chance of at most {text.share(found.delta, 1)}.",
        f"Used were {n} drawn from all alike, and quantiles of the scores as thresholds.",
        "The promise is for traffic like that of these labels.",
    ]
    if found.by_hand:
        notes.append(
            f"{text.share(found.by_hand, 1)} of the traffic has no score and is reviewed by hand."
        )
    return tuple(notes)
