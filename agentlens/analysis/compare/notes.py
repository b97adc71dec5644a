"""What must a careful reader of a comparison know?"""

from collections.abc import Sequence

from agentlens import text
from agentlens.analysis.compare.arms import Arms
from agentlens.analysis.compare.by_metric.outcome import Choices, Outcome
from agentlens.analysis.compare.traffic import Traffic
from agentlens.stats.trials.needed import POWER

__all__ = ["caveats", "lower"]


def caveats(
    arms: Arms, outcomes: Sequence[Outcome], choices: Choices, traffic: Traffic
) -> tuple[str, ...]:
    """Return what a careful reader must know, one sentence each."""
    notes = [*arms.notes, *arms.log.drawn, f"Compared: {traffic.sizes}.", *traffic.notes]
    n = sum(one.guarded for one in outcomes)
    level = text.share(choices.level, 1)
    if choices.looks == "continuous":
        notes.append(
            f"The {level} intervals hold the truth at all looks at once, so one may look, and stop,"
            " at any time; users or sessions count once each, in the order in which they first came."
        )
    else:
        notes.append(
            f"Intervals hold the truth in {level} of comparisons that are looked at once, with users"
            " and sessions kept whole; who looks again and again needs looks='continuous'."
        )
    notes.append(
        f"Roll back needs a metric that is worse after Holm's correction for"
        f" {text.plural(n, 'metric')}; ship needs every one no worse than its margin."
    )
    margins = [f"{one.metric.title} {one.margin_said}" for one in outcomes if one.margin_said]
    if margins:
        notes.append(f"Margins: {text.listed(margins, most=12)}.")
    notes += _how(arms, outcomes, choices)
    return (*notes, *_apiece(outcomes))


def _apiece(outcomes: Sequence[Outcome]) -> list[str]:
    """Return what is to be said of single metrics, said once where it is the same for several."""
    of: dict[str, list[str]] = {}
    for one in outcomes:
        for note in one.notes:
            of.setdefault(note, []).append(one.metric.title)
        if one.scale:
            of[f"Compared as the {one.scale}."] = [one.metric.title]
    return [f"{text.capital(text.listed(names))}: {lower(note)}" for note, names in of.items()]


def _how(arms: Arms, outcomes: Sequence[Outcome], choices: Choices) -> list[str]:
    """Return what was assumed."""
    notes = []
    columns = list(dict.fromkeys(name for one in outcomes for name in one.columns))
    if columns:
        notes.append(f"Like is compared with like by {text.listed(columns, most=8)}.")
    elif choices.pair is None:
        notes.append("Nothing is adjusted: other mixes of traffic would show as a difference.")
    if not arms.together and choices.pair is None:
        once = choices.looks == "once"
        widened = ", and hours that were good or bad for all widen the intervals" if once else ""
        notes.append(
            "The arms did not run at the same time: whatever else changed in between is part of the"
            f" difference{widened}."
        )
    how = "about brings the interval inside the margin"
    if choices.looks == "once":
        how = f"decides {text.share(POWER, 1)} of comparisons that hold no difference"
    notes.append(f"Required n {how}.")
    return notes


def lower(note: str) -> str:
    """Return a sentence that goes on after a colon; acronyms keep their letters."""
    return note[:1].lower() + note[1:] if note[1:2].islower() else note
