"""What does a panel say in words?"""

from collections.abc import Sequence
from math import isnan

from agentlens import text
from agentlens.analysis.judges.panel.seats import ABSENT, FEWEST, MAJORITY, VETO, WANTED, Seats
from agentlens.result import Fact
from agentlens.theme import Band

__all__ = ["band_of", "caveats", "facts", "headline", "lacking"]

_CHANCE = 0.05


def band_of(seats: Seats) -> Band:
    """Return unknown without labels, watch where panel and best judge differ, else pass."""
    if not seats.labels[1]:
        return "unknown"
    return "watch" if seats.gain is not None and seats.gain.p <= _CHANCE else "pass"


def headline(seats: Seats) -> str:
    """Return what the panel is worth, in one sentence."""
    k = len(seats.together)
    n = seats.labels[0]
    if isnan(seats.errors.mean):
        worth = (
            f"{k} judges, of which one or more err on none of {text.plural(n, 'label')} or on all"
        )
    else:
        worth = (
            f"{k} judges are worth {seats.errors.n_eff:.1f} independent ones (errors correlate"
            f" {seats.errors.mean:.2f} on {text.plural(n, 'label')})"
        )
    if not seats.best:
        return f"{worth}; too few dev labels to choose the best of them."
    shown = seats.frame.set_index("judge")
    best, most = (
        text.share(float(shown["value"][one]), int(shown["n"][one]))
        for one in (seats.best, MAJORITY)
    )
    verdict = (
        "no difference is shown"
        if seats.gain is None or seats.gain.p > _CHANCE
        else ("the majority is better" if seats.gain.value > 0 else "the single judge is better")
    )
    return (
        f"{worth}: their majority agrees with people on {most}, the best of them,"
        f" {seats.best}, on {best}; {verdict}."
    )


def lacking(seats: Seats, missing: Sequence[str]) -> str:
    """Return what is needed before a panel can be measured."""
    if missing:
        end = "" if missing[0].endswith((".", "!", "?")) else "."
        return f"Not every judge was asked; still to ask: {missing[0]}{end}"
    absent = [note for note in seats.notes if note.endswith((ABSENT, WANTED))]
    if absent:
        return absent[0]
    left = FEWEST - seats.labels[0]
    more = "" if left == FEWEST else " more"
    return f"A panel's agreement with itself is not accuracy; label {left}{more}."


def facts(seats: Seats) -> dict[str, Fact]:
    """Return the numbers by name."""
    if not seats.labels[1]:
        return {"labels": Fact(value=float(seats.labels[0]))}
    told = {}
    if not isnan(seats.errors.mean):
        told["correlation of errors"] = Fact(value=seats.errors.mean)
        told["worth in judges"] = Fact(value=round(seats.errors.n_eff, 2))
    for row in seats.frame.to_dict("records"):
        value, n = float(row["value"]), int(row["n"])
        if not isnan(value):
            told[f"{row['judge']} agrees"] = Fact(
                value=value, unit="share", low=float(row["low"]), high=float(row["high"]), n=n
            )
    if seats.gain is not None:
        told["majority minus best"] = Fact(
            value=100 * seats.gain.value,
            unit="points",
            low=100 * seats.gain.low,
            high=100 * seats.gain.high,
        )
        told["p, majority against best"] = Fact(value=seats.gain.p)
    return told


def caveats(seats: Seats, missing: Sequence[str]) -> tuple[str, ...]:
    """Return on what the numbers rest."""
    notes = []
    if seats.labels[1]:
        measured = text.plural(seats.labels[1], "label")
        others = seats.labels[0] - seats.labels[1]
        notes = [
            f"Measured on {measured} of the test split; the best was chosen on {others} others.",
            f"{text.capital(VETO)} fails what one member fails; no verdict does not agree.",
        ]
        if seats.best and seats.gain is None:
            notes.append("Too few labels drawn from all alike for a test of majority against best.")
    notes += [
        f"Still to ask: {one}{'' if one.endswith(('.', '!', '?')) else '.'}" for one in missing
    ]
    return (*notes, *seats.notes)
