"""Which failures are more frequent in one period than in another, beyond what chance would do?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import BASELINE, CURRENT, Periods, bounds
from agentlens.analysis.failures.events import Events, events_of
from agentlens.analysis.failures.growth.arrivals import Arrivals
from agentlens.analysis.failures.growth.decide import decided
from agentlens.stats.arrays import Flags, Floats, Ints
from agentlens.stats.events.conditional import ratio_interval
from agentlens.stats.events.rare import share_interval

__all__ = ["Emerged", "emerged"]

_MOST_IDS = 500


@dataclass(frozen=True, eq=False)
class Emerged:
    """Every failure of two periods, and which of them emerged.

    Attributes:
        periods: what was compared.
        events: the failures, trace by trace.
        frame: one row a failure: id, name, kind, change (new, grew, vanished, same), the number of
            traces and users that show it in each period and among how many it could be seen, its
            shares with exact limits, how many times as frequent it became, how much it clumps, p,
            q (adjusted for all failures tested), and when it was first seen in the current period.
            The most certain change comes first.
        tested: how many failures were tested.
        equal_weights: whether every trace stands for as many others.
    """

    periods: Periods
    events: Events
    frame: pd.DataFrame
    tested: int
    equal_weights: bool

    @property
    def called(self) -> pd.DataFrame:
        """The failures that are new or grew."""
        return self.frame[self.frame["change"].isin(["new", "grew"])]

    def positions(self, failure: str, arm: int = CURRENT) -> Ints:
        """Return the positions, in the log of the periods, of the traces that show a failure.

        Args:
            failure: its id.
            arm: CURRENT or BASELINE.
        """
        place = int(np.flatnonzero(self.events.kinds["id"] == failure)[0])
        rows = self.events.rows
        at = rows.loc[rows["failure"] == place, "position"].to_numpy(dtype=np.int64)
        own: Ints = at[self.periods.arm[at] == arm]
        return own

    def trace_ids(self, failure: str, arm: int = CURRENT) -> tuple[str, ...]:
        """Return at most 500 traces that show a failure, those that ended in it first, then by time.

        Args:
            failure: its id.
            arm: CURRENT or BASELINE.
        """
        place = int(np.flatnonzero(self.events.kinds["id"] == failure)[0])
        rows = self.events.rows[self.events.rows["failure"] == place]
        rows = rows[self.periods.arm[rows["position"].to_numpy(dtype=np.int64)] == arm]
        traces = self.periods.log.traces[["trace_id", "start"]].iloc[rows["position"]]
        order = traces.assign(recovered=~rows["ended"].to_numpy(dtype=bool))
        order = order.sort_values(["recovered", "start", "trace_id"], kind="stable")
        return tuple(order["trace_id"].astype(str).head(_MOST_IDS))


def emerged(
    periods: Periods,
    *,
    fdr: float = 0.05,
    level: float = 0.95,
    apart: frozenset[str] = frozenset(),
    events: Events | None = None,
) -> Emerged:
    """Return every failure of two periods, tested for being new or grown.

    Args:
        periods: what is compared with what.
        fdr: of the failures called, the share that may be false calls; with nothing changed, the
            probability of any call.
        level: of the intervals.
        apart: keys of failures that are not tested here, since one event of theirs is enough.
        events: the failures of the log of the periods, where they are known already.

    Example:
        >>> import agentlens as al
        >>> from agentlens.analysis.arms.periods import periods_of
        >>> log = al.demo(days=14, traces_per_day=300, seed=2, incidents=["schema_error"])
        >>> found = emerged(periods_of(log, current="4D"))
        >>> found.called[["change", "tool", "n_current", "n_baseline"]].values.tolist()
        [['new', 'search_orders', 7, 0]]
    """
    events = events_of(periods.log) if events is None else events
    found, rows = _arrivals(events, periods)
    frame = _counted(events, found, rows)
    told = decided(found, fdr, ~events.kinds["key"].isin(apart).to_numpy(dtype=bool))
    now, before = found.totals(CURRENT), found.totals(BASELINE)
    worth = told.clumped
    ratio, low, high = ratio_interval(now / worth, before / worth, told.share, level)
    frame = frame.assign(
        ratio=ratio, ratio_low=low, ratio_high=high, clumping=worth, p=told.p, q=told.q
    )
    for name, arm in (("current", CURRENT), ("baseline", BASELINE)):
        seen = found.exposure(arm)
        frame[f"share_{name}"], *limits = _shares(found.totals(arm), seen, worth, level)
        frame[f"low_{name}"], frame[f"high_{name}"] = limits
    new = np.where(before > 0, "grew", "new")
    frame["change"] = np.where(told.up, new, np.where(told.gone, "vanished", "same"))
    here = frame[(frame["n_current"] + frame["n_baseline"] > 0).to_numpy(dtype=bool)]
    order = here.sort_values(["p", "ratio", "id"], kind="stable", ignore_index=True)
    return Emerged(periods, events, order, int(told.tested.sum()), found.even)


def _shares(
    count: Floats, seen: Floats, clumped: Floats, level: float
) -> tuple[Floats, Floats, Floats]:
    """Return the share of each failure with limits, counted as the fewer events it is worth."""
    worth = np.where(count > 0, clumped, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = count / seen
        low, high = share_interval(count / worth, np.maximum(seen / worth, count / worth), level)
    return value, np.where(seen > 0, low, np.nan), np.where(seen > 0, high, np.nan)


def _arrivals(events: Events, periods: Periods) -> tuple[Arrivals, pd.DataFrame]:
    """Return the failures of both periods as arrays, and as rows with their arm."""
    arm = periods.arm
    inside = np.flatnonzero(arm >= 0)
    place = np.full(arm.size, -1, dtype=np.int64)
    place[inside] = np.arange(inside.size)
    position = events.rows["position"].to_numpy(dtype=np.int64)
    keep: Flags = arm[position] >= 0
    rows = events.rows[keep].assign(arm=arm[position[keep]])
    position = position[keep]
    sources = list(events.seen)
    seen = np.vstack([events.seen[one][inside] for one in sources])
    source = np.array([sources.index(one) for one in events.kinds["seen_by"]], dtype=np.int64)
    failure = rows["failure"].to_numpy(dtype=np.int64)
    size = np.vstack([events.seen[one] for one in sources])[source[failure], position]
    largest = seen.max(axis=1)
    even = bool(((seen == 0) | (seen == largest[:, None])).all())
    if even:  # then a trace is a trace, and counts are whole
        seen = (seen > 0).astype(np.float64)
        size = np.ones_like(size)
    times = periods.log.traces["start"].to_numpy(dtype="datetime64[us]").astype(np.int64)
    found = Arrivals(
        failure=failure,
        arm=rows["arm"].to_numpy(dtype=np.int64),
        size=size,
        user=events.cluster[position],
        place=place[position],
        source=source,
        n=len(events.kinds),
        times=times[inside],
        arms=arm[inside],
        seen=seen,
        even=even,
        spans=(bounds(periods.baseline), bounds(periods.current)),
    )
    return found, rows.assign(user=found.user, time=times[position])


def _counted(events: Events, found: Arrivals, rows: pd.DataFrame) -> pd.DataFrame:
    frame = events.kinds[["id", "name", "kind", "error", "tool", "says", "key"]].copy()
    for name, arm in (("current", CURRENT), ("baseline", BASELINE)):
        own = rows[rows["arm"] == arm].groupby("failure")
        many = own.agg(n=("position", "size"), users=("user", "nunique"), ended=("ended", "sum"))
        many = many.reindex(range(len(frame)), fill_value=0).astype("int64")
        frame[f"n_{name}"], frame[f"users_{name}"] = many["n"], many["users"]
        if arm == CURRENT:
            frame["ended_current"] = many["ended"]
            first = own["time"].min().reindex(range(len(frame)))
            frame["first_seen"] = pd.to_datetime(first, unit="us", utc=True)
        frame[f"seen_{name}"] = found.exposure(arm)
    return frame
