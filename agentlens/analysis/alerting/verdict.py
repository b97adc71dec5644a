"""Which calls were true, which incidents were found, how late, and at what cost?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.alerting.policy import Policy
from agentlens.analysis.alerting.replay import Replay
from agentlens.analysis.control.chart import ControlChart
from agentlens.tables.period import length

__all__ = ["Verdict", "judge"]

_WEEK = pd.Timedelta("7D")


@dataclass(frozen=True, eq=False)
class Verdict:
    """Incidents with what became of them, and calls with whether they were true.

    Attributes:
        incidents: incident, start, end, hit, called, chart, delay_h, missed.
        pages: time, chart, verdict (hit, again or false), incident.
        weeks: that were tested.
    """

    incidents: pd.DataFrame
    pages: pd.DataFrame
    weeks: float


def judge(
    replay: Replay, policy: Policy, incidents: pd.DataFrame, tolerance: pd.Timedelta
) -> Verdict:
    """Return the verdict on a policy.

    Args:
        replay: the charts.
        policy: to be judged.
        incidents: incident, start and end.
        tolerance: how long after its onset an incident may be found.
    """
    width = length(replay.every)
    calls = replay.run(policy).calls
    row, place = np.nonzero(calls)
    order = np.argsort(place, kind="stable")
    row, place = row[order], place[order]
    known_at = replay.time[place] + width  # a bin is known when it has ended
    tested = replay.grids[2].any(axis=0)
    first = replay.time[int(np.argmax(tested))]
    weeks = max(float(tested.sum() * width / _WEEK), 1e-9)
    inside = incidents[incidents["start"] >= first].sort_values("start", ignore_index=True)
    starts = inside["start"].to_numpy("datetime64[us]")
    until = np.maximum(
        inside["end"].to_numpy("datetime64[us]"), starts + tolerance.to_timedelta64()
    )
    at = known_at.to_numpy("datetime64[us]").astype("datetime64[us]")
    # A bin that ends with the onset has seen nothing of the incident.
    within = (at[:, None] > starts) & (at[:, None] <= until)
    names = [chart.title.rsplit(", every", 1)[0] for chart in replay.charts]
    rows, seen = [], np.zeros(len(inside), dtype=bool)
    verdicts, of = [], []
    for call, hits in enumerate(within):
        newest = str(inside["incident"].iloc[np.flatnonzero(hits)[-1]]) if hits.any() else ""
        verdicts.append("hit" if (hits & ~seen).any() else "again" if newest else "false")
        of.append(newest)
        seen |= hits
        rows.append({"time": known_at[call], "chart": names[row[call]]})
    pages = pd.DataFrame(rows, columns=["time", "chart"]).assign(verdict=verdicts, incident=of)
    found = [int(np.argmax(hits)) if hits.any() else -1 for hits in within.T]
    return Verdict(_incidents(replay.charts, inside, pages, found, width), pages, weeks)


def _incidents(
    charts: tuple[ControlChart, ...],
    inside: pd.DataFrame,
    pages: pd.DataFrame,
    first: list[int],
    width: pd.Timedelta,
) -> pd.DataFrame:
    """Return the incidents with hit, first call, delay in hours and bad sessions until then."""
    rows = []
    for (incident, start, stop), call in zip(_rows(inside), first, strict=True):
        found = call >= 0
        called: pd.Timestamp | None = pages["time"].iloc[call] if found else None
        end = stop if called is None else min(called, stop)
        rows.append(
            {
                "incident": incident,
                "start": start,
                "end": stop,
                "hit": found,
                "called": called,
                "chart": pages["chart"].iloc[call] if found else "",
                "delay_h": np.nan if called is None else (called - start) / pd.Timedelta("1h"),
                "missed": max((_missed(c, start, end, width) for c in charts), default=0.0),
            }
        )
    columns = ["incident", "start", "end", "hit", "called", "chart", "delay_h", "missed"]
    return pd.DataFrame(rows, columns=columns)


def _rows(inside: pd.DataFrame) -> list[tuple[str, pd.Timestamp, pd.Timestamp]]:
    """Return incident, start and end of each row."""
    return list(zip(inside["incident"], inside["start"], inside["end"], strict=True))


def _missed(
    chart: ControlChart, start: pd.Timestamp, end: pd.Timestamp, width: pd.Timedelta
) -> float:
    """Return the bad rows of a rate beyond what was expected; other kinds have no bad rows."""
    if chart.metric.kind != "rate" or chart.band == "unknown":
        return 0.0
    frame = chart.frame
    held = frame[(frame["time"] + width > start) & (frame["time"] < end) & (frame["n"] > 0)]
    beyond = float((held["total"] - held["centre"] * held["weight"]).sum())
    return max(-beyond if chart.metric.better == "higher" else beyond, 0.0)
