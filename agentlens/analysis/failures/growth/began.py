"""When did a failure begin that is new or grew?"""

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import CURRENT
from agentlens.analysis.failures.growth.emerged import Emerged
from agentlens.stats.arrays import Floats, Ints
from agentlens.stats.events.began import before_first, likeliest_start

__all__ = ["began"]

_MOST = 168
_HOUR = pd.Timedelta("1h")
Between = tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp]


def began(found: Emerged, failure: str) -> Between:
    """Return when a failure most likely began, and the first and last time that are believed.

    What is new began before it was first seen, by no more traffic than the pace of the failure
    allows. What grew began where the likelihood of a higher rate is greatest.

    Args:
        found: the failures of both periods.
        failure: the id of one that was called.
    """
    row = found.frame[found.frame["id"] == failure].iloc[0]
    place = int(np.flatnonzero(found.events.kinds["id"] == failure)[0])
    looked = found.events.weight(place)
    at = found.positions(failure)
    start = found.periods.log.traces["start"]
    if row["change"] == "new":
        order = np.argsort(start.to_numpy(dtype="datetime64[us]"), kind="stable")
        order = order[(found.periods.arm[order] >= 0) & (looked[order] > 0)]
        return _before_first(start.iloc[order].reset_index(drop=True), order, at)
    return _grown(found, looked, at, float(row["share_baseline"]))


def _before_first(start: pd.Series, order: Ints, at: Ints) -> Between:
    """Return the first event, and how far back it may have begun, in traces looked at."""
    rank = np.full(int(order.max()) + 1, -1, dtype=np.int64)
    rank[order] = np.arange(order.size)
    places = np.sort(rank[at])
    first = int(places[0])
    back = before_first(places.astype(np.float64))
    low = max(first - int(min(np.ceil(back), first)), 0)
    return start.iloc[first], start.iloc[low], start.iloc[first]


def _grown(found: Emerged, looked: Floats, at: Ints, rate: float) -> Between:
    first, end = found.periods.current
    length = max(_HOUR, (end - first) / _MOST)
    many = max(int(np.ceil((end - first) / length)), 1)
    start = found.periods.log.traces["start"]
    bins = ((start - first) // length).clip(0, many - 1).to_numpy(dtype=np.int64)
    here = found.periods.arm == CURRENT
    seen = np.bincount(bins[here], weights=looked[here], minlength=many)
    events = np.bincount(bins[at], weights=looked[at], minlength=many)
    scale = float(looked[at].mean())  # of a weight, so that one failure counts as one
    best, low, high = likeliest_start(
        (events / scale).astype(np.float64), (seen * rate / scale).astype(np.float64)
    )
    return first + best * length, first + low * length, min(first + (high + 1) * length, end)
