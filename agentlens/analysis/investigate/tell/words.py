"""How is a case put into words?"""

from agentlens import text
from agentlens.analysis.investigate.case import Case
from agentlens.analysis.investigate.question import Question
from agentlens.analysis.investigate.tell.brief import when
from agentlens.analysis.investigate.tell.numbers import Levels, levels_of
from agentlens.result import Fact

__all__ = ["caveats", "headline", "lines", "undecided"]

_MOST = 3
_PARTS = {
    "mix": "mix of traffic",
    "rate": "change inside the same kinds of traffic",
    "judge": "the judge itself",
    "sampling": "sampling",
}


def headline(question: Question, case: Case, levels: Levels) -> str:
    """Return the case in one sentence."""
    moved = "rose" if levels.shift > 0 else "fell"
    name, since = text.capital(question.metric.title), f"since about {when(case.began)}"
    told = _told(levels)
    if case.cause == "judge":
        return f"The judge changed, so that {question.metric.title} means something else {since}: {told}."
    if case.cause == "mix":
        alone = case.explained.totals.to_dict("index").get("mix", {})
        unit = case.explained.unit
        low, high = (_points(float(alone[one]), unit) for one in ("low", "high"))
        return (
            f"The mix of traffic changed {since}{_grown(case)}: that alone moves"
            f" {case.explained.said or question.metric.title} by {_points(alone['value'], unit)}"
            f" [{low} to {high}]; in all {told}. No kind of traffic is known to be served worse."
        )
    if case.cause == "sampling":
        return f"{name} {moved} {since}, {told}, because the sampling changed, not the agent."
    change = levels.change
    if not case.slices and case.cause == "everywhere" and change.low <= 0 <= change.high:
        rate = float(case.explained.totals["value"].loc["rate"])
        return (
            f"{name} {'rose' if rate > 0 else 'fell'} inside the same kinds of traffic {since}, by"
            f" {_points(rate, case.explained.unit)}, and the mix of traffic made up for it; in all"
            f" {told}."
        )
    where = f" in {case.slices[0].name}" if case.slices else ""
    none = "" if case.slices else "; no slice stands out from the rest"
    also = f", and the mix of traffic changed too{_grown(case)}" if case.cause == "both" else ""
    return f"{name} {moved}{where}, {told}, {since}{also}{none}."


def lines(question: Question, case: Case, *, on: bool) -> list[tuple[str, str]]:
    """Return heading and sentence, in the order of a report.

    Args:
        question: what is asked.
        case: what was found.
        on: whether it lasts.
    """
    low, high = case.between
    lasted = "still on at the end of the log" if on else f"until about {when(case.episode.end)}"
    told = [
        ("began", f"{when(case.began)} UTC [{when(low)} – {when(high)}], {lasted}"),
        ("why", _why(question, case)),
        ("where", _where(question, case)),
        ("failures", _failures(case)),
    ]
    if case.moved:
        moved = ", ".join(
            f"{one.metric.title} {text.number(one.baseline, one.metric.unit)} →"
            f" {text.number(one.value, one.metric.unit)}"
            for one in case.moved[: 2 * _MOST]
        )
        told.append(("moved with it", moved))
    near = ", ".join(f"{one.label} on {when(one.time)}" for one in case.released[:_MOST])
    told.append(
        ("deployed about then", f"{near}: near, not proven" if near else "nothing within 12 hours")
    )
    return told


def undecided(case: Case) -> list[str]:
    """Return what could not be decided, and what would decide it."""
    said = []
    within = [one for one in case.released if one.within]
    if within:
        said.append(
            f"Whether {within[0].label} caused it: both lie in the same hours. A rollback, or both"
            " releases on the same inputs, would tell."
        )
    if case.cause == "everywhere":
        said.append(
            "Where it comes from: of the columns looked at, no slice changed more than the rest. What"
            " is not recorded (a provider, a region, an upstream service) would have to be."
        )
    if case.judge is not None and not case.judge.known:
        said.append("How much of it is the judge's: there are too few labels.")
    if case.explained.replaced:
        names = text.listed(case.explained.replaced)
        said.append(f"What {names} did: the two periods hardly share a value.")
    return said


def caveats(question: Question, case: Case) -> tuple[str, ...]:
    """Return what a careful reader must know."""
    now, then = case.explained.n
    sizes = f"n = {text.count(now)} against {text.count(then)}"
    notes = [f"{case.periods.said}, {sizes}.", *question.rows.notes]
    since = case.episode.since
    if since is not None and case.periods.baseline[0] >= since:
        notes.append(
            f"The level just before was off, too, since {when(since)}: that is compared with."
        )
    notes.append(
        "Each chart had a chance of 0.2 % to call although nothing changed, over all that it tested;"
        " each slice pays for the whole search, at 5 %; failures and other metrics are adjusted for"
        " their number."
    )
    if question.notes:
        notes.append(f"Slices: {' '.join(question.notes)}")
    return tuple(notes)


def _told(levels: Levels) -> str:
    now, before = levels.now, levels.before
    n = f"n = {text.count(now.n or 0)} against {text.count(before.n or 0)}"
    return f"{_level(before)} → {_level(now)} ({n})"


def _level(fact: Fact) -> str:
    return text.number(float(fact.value), fact.unit, n=fact.n)


def _grown(case: Case) -> str:
    if case.grew is None:
        return ""
    column, value = case.grew
    values = case.explained.by_dimension
    row = values[(values["dimension"] == column) & (values["value"] == value)].iloc[0]
    now, then = (text.share(float(row[one])) for one in ("share_current", "share_baseline"))
    return f" ({column}={value}: {then} → {now} of it)"


def _why(question: Question, case: Case) -> str:
    totals, unit = case.explained.totals, case.explained.unit
    table = {str(kind): row for kind, row in totals.to_dict("index").items()}
    said = [
        f"{words} {_points(table[kind]['value'], unit)}"
        f" [{_points(table[kind]['low'], unit)} to {_points(table[kind]['high'], unit)}]"
        for kind, words in _PARTS.items()
        # The change told is the weighted one; sampling is a part of the unweighted only.
        if kind in table and (kind != "sampling" or case.cause == "sampling")
    ]
    of = case.explained.said or question.metric.title
    whole = _points(case.explained.current - case.explained.baseline, unit)
    told = f"{of} {whole} over all traffic: {'; '.join(said)}"
    return told if case.judge is None else f"{told}. {case.judge.words}"


def _points(value: float, unit: str) -> str:
    if unit == "share":
        said = f"{100 * value:+.1f}"
        return f"{said[1:] if float(said) == 0 else said} points"
    return f"{'+' if value >= 0 else '-'}{text.number(abs(value), unit)}"


def _where(question: Question, case: Case) -> str:
    if not case.slices:
        return "no slice changed more than the rest"
    return "; ".join(
        f"{one.name} {_told(levels_of(question, case, one.within))}" for one in case.slices[:_MOST]
    )


def _failures(case: Case) -> str:
    called = case.emerged.called
    if not len(called):
        return "none is new, none grew"
    ordered = called.set_index("id").loc[case.shared.index].head(_MOST)
    numbers = (ordered[one] for one in ("change", "name", "n_current", "n_baseline"))
    said = [
        f"{change}: {name} ({now:,} traces, before {before:,}"
        + (f"; {case.shared[one]:,} of them here)" if case.slices else ")")
        for one, change, name, now, before in zip(ordered.index, *numbers, strict=True)
    ]
    more = len(called) - len(said)
    return "; ".join(said) + (f"; and {more} more" if more else "")
