"""How is an explanation told: in one sentence, in numbers, and with what reserve?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.explain.answer import Explained
from agentlens.analysis.explain.judge.change import JudgeChange
from agentlens.measures.metric import Metric
from agentlens.result import Fact

__all__ = ["amount", "facts", "headline", "with_words"]

_KIND = {
    "mix": "the mix of traffic",
    "rate": "the same kinds of traffic",
    "judge": "the judge itself",
    "sampling": "sampling",
    "remainder": "kinds of traffic that only one period has",
    "interaction": "mix and rate at once",
    "traffic": "traffic",
}
_POWER = 2.8


def amount(value: float, unit: str) -> str:
    """Return a change with its sign, shares in points.

    >>> amount(-0.0342, "share"), amount(2.5, "s")
    ('-3.4 points', '+2.50 s')
    """
    if unit == "share":
        # Points keep their one decimal however small; a zero has no sign.
        said = f"{100 * value:+.1f}"
        return f"{said[1:] if float(said) == 0 else said} points"
    return ("-" if value < 0 else "+") + text.number(abs(value), unit)


def headline(found: Explained, metric: Metric, judge: JudgeChange | None) -> str:
    """Return the change and what stands behind it, in one sentence."""
    start, end = found.raw or (found.baseline, found.current)
    n_now, n_before = found.n
    subject = text.capital(found.said or metric.title) + (", unweighted," if found.raw else "")
    # Both to the same digits: beside the change, a rounder one of the two would contradict it.
    digits = max(n_now, n_before)
    went = (
        f"{subject} went from {_level(start, found.unit, digits)} (n = {text.count(n_before)})"
        f" to {_level(end, found.unit, digits)} (n = {text.count(n_now)}),"
        f" {amount(end - start, found.unit)}"
    )
    if found.verdict == "no change":
        seen = _POWER * found.total("change")["error"]
        return (
            f"{went}: no change that can be told from chance; one of"
            f" {amount(seen, found.unit).removeprefix('+')} would most likely have been."
        )
    if not found.stands:
        return f"{went}: more than chance, but not to be told whether mix or rate."
    if found.verdict == "traffic":
        top = found.parts.iloc[0]
        return f"{went}: {top['name']} did {_with_interval(top, found.unit)}."
    told = [_cause(kind, found, judge) for kind in found.stands]
    return f"{went}: {'; '.join(told)}{_other(found)}."


def _cause(kind: str, found: Explained, judge: JudgeChange | None) -> str:
    if kind == "judge" and "judge" not in found.totals.index:
        behaviour = judge.behaviour if judge is not None else None
        if behaviour is None:
            return "the judge changed"
        return (
            "the judge changed: it passes"
            f" {text.share(behaviour.current, behaviour.n_current)} of the traces that did not"
            f" serve their users, before {text.share(behaviour.baseline, behaviour.n_baseline)}"
        )
    line = found.total(kind)
    own = found.parts[found.parts["kind"] == kind]
    said = f"{_KIND[kind]} did {_with_interval(line, found.unit)}"
    if kind == "remainder":
        return f"{said} ({text.listed(found.one_sided, most=3)})"
    if len(own) < 2 or kind not in {"mix", "rate"}:  # noqa: PLR2004 - one part is the whole
        return said
    top = own.iloc[int(own["value"].abs().argmax())]
    detail = f" ({_moved(found, str(top['name']))})" if kind == "mix" else ""
    return f"{said}, of which {top['name']} {amount(float(top['value']), found.unit)}{detail}"


def _moved(found: Explained, dimension: str) -> str:
    """Return the value of a dimension whose share moved the metric most, with its shares."""
    rows = found.by_dimension[found.by_dimension["dimension"] == dimension]
    top: Any = rows.iloc[int(rows["mix"].abs().fillna(-1.0).argmax())]
    before, now = (text.share(float(top[f"share_{one}"])) for one in ("baseline", "current"))
    return f"{top['value']} {before} → {now}"


def _other(found: Explained) -> str:
    """Return what is to be said of that of mix and rate which does not stand."""
    if len(found.stands) != 1 or found.stands[0] not in {"mix", "rate", "judge", "remainder"}:
        return ""
    silent = ["rate"] if found.stands[0] != "rate" else ["mix"]
    if found.stands[0] == "judge" and "judge" not in found.totals.index:
        return ""
    line = found.total(silent[0])
    where = "inside the same kinds of traffic" if silent == ["rate"] else "from the mix of traffic"
    return f"; {where} nothing that can be told from chance ({_with_interval(line, found.unit)})"


def _level(value: float, unit: str, n: int) -> str:
    return text.number(value, unit, n=n)


def _with_interval(line: Mapping[str, float] | Any, unit: str) -> str:
    value, low, high = (amount(float(line[one]), unit) for one in ("value", "low", "high"))
    for once in (" points" if unit == "share" else "", f" {unit}"):
        low, high = low.removesuffix(once), high.removesuffix(once)
    return f"{value} [{low} to {high}]"


def with_words(found: Explained) -> pd.DataFrame:
    """Return the parts with a phrase each."""
    said = []
    for _, part in found.parts.iterrows():
        name, kind = str(part["name"]), str(part["kind"])
        words = f"{name}: {_with_interval(part, found.unit)}"
        if kind == "mix":
            words = f"mix of {words} ({_moved(found, name)})"
        elif kind == "rate":
            words = f"change {'in ' if '=' in name else ''}{words}"
        elif kind == "remainder":
            words = f"{words} ({text.listed(found.one_sided)})"
        said.append(words)
    return found.parts.assign(words=said)


def facts(found: Explained, metric: Metric, judge: JudgeChange | None) -> dict[str, Fact]:
    """Return the numbers of the card."""
    n_now, n_before = found.n
    known = {
        "verdict": Fact(value=found.verdict),
        "baseline": Fact(value=found.baseline, unit=found.unit, n=n_before),
        "current": Fact(value=found.current, unit=found.unit, n=n_now),
    }
    for kind in found.totals.index:
        line = found.total(kind)
        known[str(kind)] = Fact(value=_with_interval(line, found.unit))
    if np.isfinite(found.same_mix):
        known[f"{metric.title} at the baseline's mix"] = Fact(
            value=found.same_mix, unit=metric.unit
        )
    if judge is not None and judge.behaviour is not None:
        for when, value, n in (
            ("before", judge.behaviour.baseline, judge.behaviour.n_baseline),
            ("now", judge.behaviour.current, judge.behaviour.n_current),
        ):
            name = f"judge passes of unhappy users' traces, {when}"
            known[name] = Fact(value=value, unit="share", n=n)
    return known
