"""Which changes stand out, and which traces show each?"""

from collections.abc import Sequence

import numpy as np

from agentlens.analysis.changes.order import Ranked
from agentlens.analysis.changes.spans import Spans
from agentlens.analysis.changes.words import moved
from agentlens.analysis.control.followed import behind
from agentlens.result import Signal

__all__ = ["distinct", "signals_of"]

_SHOWN = 5


def distinct(found: Sequence[Ranked]) -> list[Ranked]:
    """Return the changes without those that only say again what an earlier one said.

    Metrics that are made of the same columns move together, such as three quantiles of latency.

    Args:
        found: in the order in which they are told.
    """
    kept, seen = [], set()
    for one in found:
        parts = one.change.metric.expressions().values()
        columns = frozenset(name for part in parts for name in part.columns)
        if not columns or columns not in seen:
            kept.append(one)
        seen.add(columns)
    return kept


def signals_of(called: Sequence[Ranked], spans: Spans) -> tuple[Signal, ...]:
    """Return a signal for each of these changes, with the traces that show it best.

    Args:
        called: what stands out, in the order in which it is told.
        spans: what was compared.
    """
    return tuple(_signal(one, spans) for one in called)


def _signal(one: Ranked, spans: Spans) -> Signal:
    of = one.change
    every = np.ones(of.rows.time.size, dtype=bool)
    side = 1 if of.change[0] > 0 else -1
    start, end = spans.current
    return Signal(
        what=f"{one.title} {moved(one)}",
        start=start,
        end=end,
        value=of.now[0],
        expected=of.before[0],
        n=of.n[1],
        trace_ids=behind(of.rows, every, side, of.before[0])[:_SHOWN],
        bad=one.verdict == "worse",
    )
