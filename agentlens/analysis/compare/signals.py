"""Which metrics moved, and which traces show it?"""

from collections.abc import Sequence

import numpy as np

from agentlens.analysis.compare.arms import Arms
from agentlens.analysis.compare.by_metric.outcome import Outcome
from agentlens.measures.rows import Rows, metric_rows
from agentlens.result import Signal

__all__ = ["signals_of"]

_MOST = 500
_STANDS_OUT = ("worse", "better")


def signals_of(arms: Arms, outcomes: Sequence[Outcome]) -> tuple[Signal, ...]:
    """Return a signal for each metric that is worse or better, the worse ones first."""
    moved = [one for one in outcomes if one.verdict in _STANDS_OUT]
    moved.sort(key=lambda one: (one.verdict != "worse", one.p))
    return tuple(_signal(arms, one) for one in moved)


def _signal(arms: Arms, one: Outcome) -> Signal:
    rows = metric_rows(arms.log, one.metric)
    current, baseline, apart = one.value[:3]
    start, stop = arms.spans[0]
    up = apart > 0
    what = f"{one.metric.title} {'rose' if up else 'fell'} in {arms.said}"
    return Signal(
        what=what,
        start=start,
        end=stop,
        value=current,
        expected=baseline,
        n=one.n,
        trace_ids=_behind(arms, rows, up=up),
        bad=one.verdict == "worse",
    )


def _behind(arms: Arms, rows: Rows, *, up: bool) -> tuple[str, ...]:
    """Return the traces of the current arm that pull the furthest, the newest first among equals."""
    own = np.flatnonzero(arms.of(rows) == 1)
    number = rows.numerator[own] * (1.0 if up else -1.0)
    if rows.metric.kind == "ratio":
        value = rows.numerator[own].sum() / max(rows.denominator[own].sum(), 1e-300)
        number = (rows.numerator[own] - value * rows.denominator[own]) * (1.0 if up else -1.0)
    order = own[np.lexsort((-rows.time[own], -number))]
    if rows.metric.kind == "rate":
        pulling = rows.numerator[order] == (1.0 if up else 0.0)
        order = order[pulling] if pulling.any() else order
    return tuple(dict.fromkeys(rows.ids.iloc[rows.positions[order[:_MOST]]]))
