"""How is a comparison told?"""

from collections.abc import Sequence

import numpy as np

from agentlens import text
from agentlens.analysis.compare.arms import Arms
from agentlens.analysis.compare.by_metric.outcome import Choices, Outcome
from agentlens.analysis.compare.notes import lower
from agentlens.analysis.compare.traffic import Traffic
from agentlens.analysis.compare.whole import Decision
from agentlens.result import Fact

__all__ = ["facts", "headline", "title"]

_SAID = {
    "roll back": "Roll back",
    "hold": "Hold",
    "ship": "Ship",
    "undecided": "Not decided",
    "unknown": "Nothing can be said",
}


def title(arms: Arms, names: str, choices: Choices) -> str:
    """Return what is asked."""
    how = f", paired by {choices.pair}" if choices.pair else ""
    how += ", adjusted by " + text.listed(choices.adjust) if choices.adjust else ""
    how += ", unadjusted" if choices.adjust == () and not choices.pair else ""
    how += ", looked at all the time" if choices.looks == "continuous" else ""
    return f"{names}: {arms.said}{how}"


def headline(arms: Arms, outcomes: Sequence[Outcome], decision: Decision) -> str:
    """Return the verdict and the number that carries it."""
    said = _SAID[decision.verdict]
    guarded = [one for one in outcomes if one.guarded]
    if decision.verdict == "unknown":
        return f"{said} of {arms.said}: {_lacking(outcomes)}"
    if decision.verdict in {"roll back", "hold"}:
        worse = [one for one in guarded if one.verdict == "worse"]
        worst = min(worse, key=lambda one: one.p)
        more = f"; {len(worse) - 1} more worse" if len(worse) > 1 else ""
        alone = (
            ""
            if decision.verdict == "roll back"
            else f", on its own, not once {text.plural(len(guarded), 'comparison')} are paid for"
        )
        return f"{said}: {_moved(worst)} in {arms.said}{alone}{more}."
    if decision.verdict == "ship":
        better = [one for one in guarded if one.verdict == "better"]
        widest = max(guarded, key=_used)
        if len(guarded) == 1:
            word = "better" if better else f"no worse by more than {widest.margin_said}"
            return f"{said}: {_moved(widest)} in {arms.said}, {word}."
        gain = f", {len(better)} of them better" if better else ""
        return (
            f"{said}: all {len(guarded)} metrics are no worse than their margins in"
            f" {arms.said}{gain}; nearest to its margin is {_moved(widest)}."
        )
    open_ = [one for one in guarded if one.verdict in {"undecided", "unknown"}]
    most = max(open_, key=_need)
    return (
        f"{said}: {text.plural(len(open_), 'metric')} of {len(guarded)} open in {arms.said};"
        f" {_short(most)}."
    )


def facts(
    arms: Arms, outcomes: Sequence[Outcome], decision: Decision, traffic: Traffic
) -> dict[str, Fact]:
    """Return the numbers on the card, by name."""
    found = {"verdict": Fact(value=decision.verdict)}
    for one in outcomes:
        found[one.metric.title] = Fact(value=_row(one))
    found["ran"] = Fact(value="at the same time" if arms.together else "one after the other")
    found["traces"] = Fact(value=traffic.sizes)
    if traffic.split:
        found["split"] = Fact(value=traffic.split)
    return found


def _moved(one: Outcome) -> str:
    """Return from where to where, by how much, and how many rows say so."""
    current, baseline, apart, low, high = one.value
    now, then = text.number(current, one.unit), text.number(baseline, one.unit)
    moved = f"{'rose' if apart > 0 else 'fell'} to {now} from {then}"
    if apart == 0:
        moved = f"stayed at {now}"
    what = one.metric.title + (" (as a share)" if one.scale else "")
    return (
        f"{what} {moved}, {_apart(apart, one.unit)}"
        f" [{_apart(low, one.unit)} to {_apart(high, one.unit)}], n = {one.n:,} and"
        f" {one.n_baseline:,}"
    )


def _apart(value: float, unit: str) -> str:
    """Return a difference with its sign; of shares in points."""
    if not np.isfinite(value):
        return "unknown"
    sign = "+" if value > 0 else ""
    if unit == "share":
        return f"{sign}{text.significant(100 * value, 2)} points"
    return f"{sign}{text.number(value, unit)}"


def _row(one: Outcome) -> str:
    if one.verdict == "unknown":
        return "unknown"
    return f"{one.verdict}: {_moved(one).removeprefix(one.metric.title).strip()}"


def _short(one: Outcome) -> str:
    """Return what is lacking for a decision."""
    if one.verdict == "unknown":
        return f"{one.metric.title} cannot be known ({lower(one.notes[-1]).rstrip('.')})"
    if not np.isfinite(one.required_n):
        return f"{_moved(one)}: its baseline is too small to decide, however long it runs"
    if one.days <= 0:
        return f"{_moved(one)}: between no difference and its margin of {one.margin_said}"
    return (
        f"{_moved(one)}, needs about {text.count(one.required_n)} rows to be told from its margin"
        f" of {one.margin_said}, some {text.significant(one.days, 2)} more days"
    )


def _lacking(outcomes: Sequence[Outcome]) -> str:
    said = [one.notes[-1] for one in outcomes if one.notes and one.guarded]
    return lower(said[0]) if said else "no metric has a good direction."


def _used(one: Outcome) -> float:
    """Return how much of its margin a metric has used up."""
    low, high = one.value[3], one.value[4]
    worst = -low if one.metric.better == "higher" else high
    return worst / one.margin


def _need(one: Outcome) -> float:
    if one.verdict == "unknown":
        return np.inf
    return one.days if np.isfinite(one.days) else 1e12
