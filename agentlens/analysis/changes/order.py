"""Which changes are certain, which of them matter, and which comes first?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from agentlens.analysis.changes.one.change import Change
from agentlens.analysis.compare.by_metric.margins import margin_of
from agentlens.stats.multiple import benjamini_hochberg
from agentlens.theme import Band

__all__ = ["Ranked", "Verdict", "band_of", "frame_of", "ranked"]

Verdict = Literal["worse", "better", "changed", "small", "same", "open", "redefined", "unknown"]
_CALLED = ("worse", "better", "changed")
_TENTH = 0.1
_LAST: tuple[Verdict, ...] = ("small", "open", "same", "redefined", "unknown")


@dataclass(frozen=True, eq=False)
class Ranked:
    """A change and what it comes to beside all others.

    Attributes:
        change: of one metric.
        title: what the metric is called.
        q: p with all metrics paid for.
        margin: the change that would matter, in the metric's unit.
        verdict: worse, better or changed where it is certain and matters; small where it is only
            certain; same where it surely does not matter; open; redefined; unknown.
    """

    change: Change
    title: str
    q: float
    margin: float
    verdict: Verdict

    @property
    def called(self) -> bool:
        """Whether the change is certain and matters."""
        return self.verdict in _CALLED

    @property
    def unusual(self) -> bool:
        """Whether it lies beyond how far the metric usually moves; so where that is not known."""
        low, high = self.change.usual
        return not low <= self.change.change[0] <= high

    @property
    def urgent(self) -> bool:
        """Whether it is bad, certain, large enough to matter, and not of the usual size."""
        return self.verdict == "worse" and self.unusual


def ranked(changes: Sequence[tuple[str, Change]], fdr: float) -> tuple[Ranked, ...]:
    """Return the verdicts, the most certain bad change that matters first.

    Args:
        changes: of all metrics, each with what the metric is called.
        fdr: the share of false calls among the changes that are called.
    """
    paid = benjamini_hochberg(np.array([one.p for _, one in changes]))
    found = [
        _ranked(one, title, float(q), fdr) for (title, one), q in zip(changes, paid, strict=True)
    ]
    return tuple(sorted(found, key=_place))


def band_of(found: Sequence[Ranked]) -> Band:
    """Return act where something urgent changed, watch where anything surely did, else pass."""
    if any(one.urgent for one in found):
        return "act"
    if any(one.called for one in found):
        return "watch"
    known = any(np.isfinite(one.change.p) for one in found)
    return "pass" if known else "unknown"


def frame_of(found: Sequence[Ranked]) -> pd.DataFrame:
    """Return a row for each metric, in the order in which they are told."""
    rows = []
    for one in found:
        of = one.change
        rows.append(
            {
                "metric": of.metric.name,
                "title": one.title,
                "unit": of.metric.unit,
                "verdict": one.verdict,
                "before": of.before[0],
                "before_low": of.before[1],
                "before_high": of.before[2],
                "now": of.now[0],
                "now_low": of.now[1],
                "now_high": of.now[2],
                "n_before": of.n[0],
                "n_now": of.n[1],
                "change": of.change[0],
                "low": of.change[1],
                "high": of.change[2],
                "relative": of.relative[0],
                "relative_low": of.relative[1],
                "relative_high": of.relative[2],
                "usual_low": of.usual[0],
                "usual_high": of.usual[1],
                "margin": one.margin,
                "p": of.p,
                "q": one.q,
                "better": of.metric.better,
                "why": of.redefined or of.lacking,
            }
        )
    return pd.DataFrame(rows)


def _ranked(one: Change, title: str, q: float, fdr: float) -> Ranked:
    margin = _matters(one)
    return Ranked(one, title, q, margin, _verdict(one, margin, certain=q <= fdr))


def _matters(one: Change) -> float:
    """Return how large a change must be to matter.

    A part of the value says nothing where values lie on both sides of zero: there it is a tenth of
    their spread. A corrected rate of a judge is a rate, although it is a mean of such values.
    """
    metric, values = one.metric, one.rows.numerator
    if metric.unit == "share":
        metric = replace(metric, kind="rate")
    elif metric.kind == "mean" and values.size and values.min() < 0:
        return _TENTH * float(values.std())
    return margin_of(metric, one.before[0]).at(one.before[0])


def _verdict(one: Change, margin: float, *, certain: bool) -> Verdict:
    if one.redefined:
        return "redefined"
    if not np.isfinite(one.p):
        return "unknown"
    value, low, high = one.change
    if certain and abs(value) < margin:
        return "small"
    if certain:
        if one.metric.better == "neither":
            return "changed"
        return "better" if (value > 0) == (one.metric.better == "higher") else "worse"
    return "same" if -margin < low and high < margin else "open"


def _place(one: Ranked) -> tuple[int, float, float]:
    """Return where a change stands: urgent, worse, other calls, then the rest by its verdict."""
    calls = (one.urgent, one.verdict == "worse", one.called)
    rank = calls.index(True) if one.called else len(calls) + _LAST.index(one.verdict)
    of = one.change
    size = abs(of.change[0]) / one.margin if one.margin > 0 else 0.0
    p = of.p if np.isfinite(of.p) else 1.0
    return rank, p, -size if np.isfinite(size) else 0.0
