"""How is a change told?"""

from collections.abc import Sequence
from typing import get_args

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.analysis.changes.order import Ranked, Verdict
from agentlens.analysis.changes.spans import Spans
from agentlens.result import Fact

__all__ = ["facts", "headline", "moved", "said", "signed", "title", "usually"]

_WEEK = pd.Timedelta(7, "D")


def title(spans: Spans, metrics: Sequence[str] | None) -> str:
    """Return what is asked.

    Args:
        spans: what is compared.
        metrics: the names that were asked for, if any were.
    """
    what = f"What changed in {text.listed(metrics, most=12)}" if metrics else "What changed most"
    return f"{what}: {_phrase(spans)}"


def headline(found: Sequence[Ranked], spans: Spans) -> str:
    """Return the first change with its numbers, and how many more there are.

    Args:
        found: in the order in which they are told.
        spans: what is compared.
    """
    known = [one for one in found if np.isfinite(one.change.p)]
    if not known:
        return f"Whether anything changed is unknown: {_reason(found)}."
    called = [one for one in found if one.called]
    if called:
        first = text.capital(said(called[0]))
        return f"{first}; {_phrase(spans)}{usually(called[0], spans)}{_more(called, known)}."
    asked = "The metric" if len(known) == 1 else f"None of {len(known)} metrics"
    surely = "did not surely change" if len(known) == 1 else "surely changed"
    surest = min(known, key=lambda one: one.change.p)
    return f"{asked} {surely} by what matters, {_phrase(spans)}; the surest: {said(surest)}."


def facts(found: Sequence[Ranked], spans: Spans) -> dict[str, Fact]:
    """Return the numbers on the card, by name.

    Args:
        found: in the order in which they are told.
        spans: what is compared.
    """
    told = [one for one in found if one.called or one.verdict == "small"]
    known = {one.title: Fact(value=f"{one.verdict}: {said(one, name=False)}") for one in told}
    for verdict in get_args(Verdict):
        count = sum(one.verdict == verdict for one in found)
        if count:
            known[f"metrics {verdict}"] = Fact(value=float(count))
    known["compared"] = Fact(value=_phrase(spans))
    return known


def said(one: Ranked, *, name: bool = True) -> str:
    """Return a change as a phrase: from where to where, by how much, with interval and n.

    Args:
        one: the change.
        name: whether the phrase begins with the metric.
    """
    of = one.change
    unit = of.metric.unit
    sizes = zip((of.before, of.now), of.n, strict=True)
    before, now = (text.number(one[0], unit, n=n) for one, n in sizes)
    value, low, high = of.change
    way = f"rose to {now} from" if value > 0 else f"fell to {now} from"
    whole = f"{way if value else 'stayed at'} {before}, {signed(value, unit)}"
    first = signed(low, unit).removesuffix(" points")
    whole += f" [{first} to {signed(high, unit)}]"
    if np.isfinite(of.relative[0]):
        whole += f", {of.relative[0]:+.0%}"
    whole += f", n = {of.n[1]:,} and {of.n[0]:,}"
    return f"{one.title} {whole}" if name else whole


def moved(one: Ranked) -> str:
    """Return the direction and the size of a change, such as "fell by 4.1 points"."""
    value, unit = one.change.change[0], one.change.metric.unit
    return f"{'rose' if value > 0 else 'fell'} by {signed(abs(value), unit).removeprefix('+')}"


def usually(one: Ranked, spans: Spans) -> str:
    """Return how far the metric usually moves, as the end of a sentence; nothing if not known."""
    low, high = one.change.usual
    if not np.isfinite(high - low):
        return ""
    what = "weeks" if spans.length == _WEEK else "periods"
    reach = signed((high - low) / 2, one.change.metric.unit).removeprefix("+")
    return f"; usual {what} move it by up to {reach}"


def signed(value: float, unit: str) -> str:
    """Return a difference with its sign, of shares in points.

    >>> signed(-0.041, "share"), signed(1.25, "s")
    ('-4.1 points', '+1.25 s')
    """
    sign = "+" if value > 0 else ""
    if unit == "share":
        return f"{sign}{text.significant(100 * value, 2)} points"
    return f"{sign}{text.number(value, unit)}"


def _phrase(spans: Spans) -> str:
    now, then = (f"{_time(one[0])} to {_time(one[1])}" for one in (spans.current, spans.baseline))
    return f"{now} against {then}"


def _time(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}" if moment == moment.normalize() else f"{moment:%Y-%m-%d %H:%M}"


def _reason(found: Sequence[Ranked]) -> str:
    reasons = [one.change.lacking for one in found if one.change.lacking]
    usual = max(reasons, key=reasons.count, default="")
    return usual or f"{found[0].change.redefined} defines it anew"


def _more(called: Sequence[Ranked], known: Sequence[Ranked]) -> str:
    """Return how many other metrics changed."""
    others = [one.verdict for one in called[1:]]
    counts = {verdict: others.count(verdict) for verdict in ("worse", "better", "changed")}
    some = text.listed(f"{count} {verdict}" for verdict, count in counts.items() if count)
    return f"; of {text.plural(len(known) - 1, 'other metric')} {some or 'none surely changed'}"
