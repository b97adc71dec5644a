"""What does a scorecard say in words?"""

from collections.abc import Sequence
from math import isfinite, isnan

from agentlens import text
from agentlens.analysis.slos.slo import promise
from agentlens.analysis.slos.standing import Standing
from agentlens.result import Fact

__all__ = ["facts", "headline", "times"]

_NAMED = 2


def headline(standings: Sequence[Standing]) -> str:
    """Return the answer in one sentence: how many, which, by how much, n, against what."""
    n = len(standings)
    act = [one for one in standings if one.band == "act"]
    watch = [one for one in standings if one.band == "watch"]
    unknown = [one for one in standings if one.band == "unknown"]
    others = [f"{len(watch)} to watch"] * bool(watch) + [f"{len(unknown)} unknown"] * bool(unknown)
    if act:
        broken = all(one.why == "broken" for one in act)
        what = "broken" if broken else "broken or burning"
        return f"{_of(act, n, what)}: {_each(act)}{_more(others)}."
    if watch:
        return (
            f"No promise is broken, {_of(watch, n, 'to watch')}: {_each(watch)}{_more(others[1:])}."
        )
    if unknown:
        kept = f"; {n - len(unknown)} kept" if n > len(unknown) else ""
        return f"{_of(unknown, n, 'unknown')}: {_each(unknown)}{kept}."
    every = "The promise is kept" if n == 1 else f"All {n} promises are kept"
    tight = max(standings, key=_over)
    closest = "" if n == 1 else "the closest is "
    return f"{every}: {closest}{_state(tight)}."


def _of(some: Sequence[Standing], n: int, what: str) -> str:
    if n == 1:
        return f"The promise is {what}"
    return f"{len(some)} of {text.plural(n, 'promise')} {'is' if len(some) == 1 else 'are'} {what}"


def _each(some: Sequence[Standing]) -> str:
    """Return two in words, the rest counted: first what is still burning, then what is most over."""
    worst = sorted(some, key=lambda one: (not one.agreed, not one.lasts, -_over(one)))
    return text.listed([_state(one) for one in worst], most=_NAMED)


def _over(standing: Standing) -> float:
    return -1.0 if isnan(standing.whole["burn"]) else float(standing.whole["burn"])


def _more(others: Sequence[str]) -> str:
    return f"; {text.listed(others)}" if others else ""


def _state(standing: Standing) -> str:
    """Return one promise as a phrase: number, objective, n, and what decided."""
    name = standing.slo.name
    if standing.band == "unknown":
        return f"{name} {_unknown(standing)}"
    row, slo = standing.whole, standing.slo
    if isnan(standing.allowed):
        value = text.number(float(row["value"]), standing.metric.unit, n=int(row["n"]))
        said = f"{value}, promised {promise(slo, standing.metric)}, n = {text.count(row['n'])}"
        return f"{name} ({said})"
    value = text.share(float(row["value"]), int(row["n"]))
    said = f"{value}, promised {promise(slo, standing.metric)}, n = {text.count(row['n'])}"
    spent = f"{_percent(row['burn'])} of the {slo.window} budget spent"
    if standing.agreed:
        pair = standing.agreed[0]
        fast = float(standing.table.set_index("window")["burn"][pair.long])
        spent += f", burning {times(fast)} too fast over {pair.long}"
    return f"{name} ({said}, {spent})"


def _unknown(standing: Standing) -> str:
    """Return why nothing can be said, and what would be needed."""
    row, unit = standing.whole, standing.metric.unit
    if standing.why == "absent":
        absent = standing.rows.absent
        return f"needs {text.listed(absent)}, which this log does not record"
    if standing.why == "empty":
        return f"has no row in its {standing.slo.window}"
    if isnan(standing.allowed):
        value = text.number(row["value"], unit)
        return (
            f"is {value} on {text.plural(row['n'], 'row')}, and an interval needs {standing.needed}"
        )
    effective = f" ({row['n_eff']:.0f} effective)" if round(row["n_eff"]) < row["n"] else ""
    seen = f"has {text.plural(row['n'], 'row')}{effective}, {text.count(row['bad'])} bad"
    if standing.why == "thin":
        return f"{seen}; rows of unequal weight need {standing.needed} effective"
    return f"{seen}; even with none bad it takes {text.count(standing.needed)} to show it is kept"


def facts(standings: Sequence[Standing]) -> dict[str, Fact]:
    """Return two facts a promise: its value against the objective, and what is left of the budget."""
    found = {}
    for one in standings:
        row, name = one.whole, one.slo.name
        if one.why in {"absent", "empty"}:
            found[name] = Fact(value=f"unknown: {_unknown(one)}")
            continue
        inside = one.metric.kind == "quantile"
        found[name] = Fact(
            value=float(row["value"]),
            unit="share" if inside else one.metric.unit,
            low=float(row["value_low"]),
            high=float(row["value_high"]),
            n=int(row["n"]),
        )
        found[f"{name}: promised"] = Fact(value=_promised(one))
    return found


def _promised(standing: Standing) -> str:
    row, slo = standing.whole, standing.slo
    said = f"{promise(slo, standing.metric)} over {slo.window}"
    who = f"; {slo.owner} acts" if slo.owner and standing.band in {"act", "watch"} else ""
    book = f", see {slo.runbook}" if slo.runbook and standing.band in {"act", "watch"} else ""
    if isnan(standing.allowed):
        return f"{said}; a mean has no budget{who}{book}"
    if standing.band == "unknown":
        return f"{said}; {_unknown(standing)}{who}{book}"
    allowed = f"{text.count(row['bad'])} bad of {text.significant(row['budget'])} allowed"
    left = _left(1 - row["burn"])
    between = _between(1 - row["burn_high"], 1 - row["burn_low"])
    return f"{said}; {allowed}, {left} {between}{_gone(standing)}{who}{book}"


def _left(share: float) -> str:
    """Return what is left of a budget, or by how much it is overspent."""
    return f"{_percent(share)} left" if share >= 0 else f"{_percent(-share)} overspent"


def _between(low: float, high: float) -> str:
    """Return the bounds of what is left; both are said in full only where they differ in kind.

    >>> _between(0.36, 0.5), _between(-0.25, -0.15), _between(-0.18, 0.01)
    ('[36%–50%]', '[15%–25%]', '[18% overspent to 1.0% left]')
    """
    if low >= 0:
        return f"[{_percent(low)}–{_percent(high)}]"
    if high <= 0:
        return f"[{_percent(-high)}–{_percent(-low)}]"
    return f"[{_left(low)} to {_left(high)}]"


def _gone(standing: Standing) -> str:
    if standing.gone is None:
        return ""
    value, soonest, latest = standing.gone
    end = text.duration(latest) if isfinite(latest) else "never"
    return (
        f", gone in about {text.duration(value)} [{text.duration(soonest)}–{end}] at the rate of"
        f" the last {standing.lasts}"
    )


def _percent(share: float) -> str:
    return f"{text.significant(100 * share, 2 if abs(share) < 1 else 3)}%"


def times(burn: float) -> str:
    """Return a burn rate as a reader sees it.

    >>> times(5.63)
    '5.6×'
    """
    return f"{text.significant(burn, 2)}×"
