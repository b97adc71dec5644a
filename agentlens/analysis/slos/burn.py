"""How fast is the budget burning, is that proved, and when will it be gone?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from agentlens.measures.rows import Rows
from agentlens.stats.arrays import Floats
from agentlens.stats.promises.budget import gone_after
from agentlens.stats.promises.judged import spend, thresholds

__all__ = ["Pair", "exhaustion", "pairs"]

Span = tuple[str, pd.Timedelta]


@dataclass(frozen=True)
class Pair:
    """Two windows that must agree: the long one says how much, the short one that it still lasts.

    Attributes:
        short: its window must be proved to burn faster than the budget allows.
        long: its window must be proved to burn faster than `pace`.
        spend: share of the budget that is spent in the long window at that pace.
        pace: the burn rate, from `spend`; at least 1.
    """

    short: str
    long: str
    spend: float
    pace: float


def pairs(windows: Sequence[Span], whole: pd.Timedelta, allowed: float) -> tuple[Pair, ...]:
    """Return the pairs of neighbouring windows, shortest first, each with its pace.

    A window that is as long as the promise's own says nothing more than its budget.

    >>> day = pd.Timedelta("1D")
    >>> for one in pairs([("1h", day / 24), ("6h", day / 4), ("3D", 3 * day)], 28 * day, 0.01):
    ...     print(one.short, one.long, round(one.pace, 9))
    1h 6h 5.6
    6h 3D 1.0
    """
    spans = np.array([one.total_seconds() for one in (whole, *(span for _, span in windows))])
    paces = thresholds(spans, allowed).tolist()
    return tuple(
        Pair(short, long, spend(place, spans.size), paces[place])
        for place, ((short, _), (long, _)) in enumerate(pairwise(windows), start=2)
    )


def exhaustion(
    rows: Rows,
    bad: Floats,
    burn: Mapping[str, float],
    *,
    allowed: float,
    at: int,
    span: int,
) -> tuple[float, float, float]:
    """Return in how many seconds the budget is gone at the present rate: value, soonest, latest.

    Traffic goes on as it was over the window; what leaves the window frees its budget.

    Args:
        rows: of the window of the promise, in order of time.
        bad: 1 for a bad row, 0 for a good one.
        burn: the present rate as burn, burn_low and burn_high.
        allowed: share of rows that may be bad.
        at: now, in microseconds.
        span: length of the promise's window in microseconds.
    """
    leaves = (rows.time + span - at) / 1e6
    seen = (at - rows.time[0]) / 1e6
    value, soonest, latest = (
        gone_after(
            np.asarray(leaves),
            bad,
            rows.weight,
            allowed=allowed,
            burn=burn[name],
            traffic=float(rows.weight.sum() / seen),
        )
        for name in ("burn", "burn_high", "burn_low")
    )
    return value, soonest, latest
