"""How much traffic was there when, and how did it do?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from agentlens import text
from agentlens.errors import AgentLensError
from agentlens.measures.metric import Metric
from agentlens.measures.rows import metric_rows
from agentlens.measures.series import binned, tabulate
from agentlens.stats.arrays import Floats
from agentlens.tables.log import Log
from agentlens.widgets.live.rows import told

__all__ = ["Timeline", "timeline_of"]

_LENGTHS = ("1min", "5min", "15min", "1h", "3h", "6h", "12h", "1D", "7D")
_MOST = 400
_LIMIT = 2000
_MS = pd.Timedelta("1ms")


@dataclass(frozen=True, eq=False)
class Timeline:
    """The log by bins.

    Attributes:
        every: length of a bin.
        starts: of each bin, in milliseconds since 1970.
        n: traces of each.
        value: of the metric in each; empty where there is none.
        name: of the metric; "" where there is none.
        unit: of the metric.
        note: why there is no metric, or what else is to be said.
    """

    every: pd.Timedelta
    starts: Floats
    n: Floats
    value: Floats
    name: str
    unit: str
    note: str

    def told(self) -> dict[str, Any]:
        """Return what a view needs beside the numbers."""
        frame = pd.DataFrame(
            {"time (UTC)": pd.to_datetime(self.starts, unit="ms"), "traces": self.n}
        )
        if self.name:
            frame[self.name] = [text.number(float(one), self.unit) for one in self.value]
        return {
            "width": self.every / _MS,
            "name": text.capital(self.name),
            "unit": self.unit,
            "note": self.note,
            "table": told(frame, f"Traces by {_said(self.every)}"),
        }


def timeline_of(log: Log, metric: str | Metric | None, every: str | None) -> Timeline:
    """Return the log by bins, some hundreds of them.

    Args:
        log: the traces.
        metric: drawn above the numbers of traces; None for none.
        every: length of a bin; None for one that gives at most four hundred.
    """
    covered = log.stop - log.start
    fits = (one for one in _LENGTHS if covered / pd.Timedelta(one) <= _MOST)
    bins = binned(log, every or next(fits, _LENGTHS[-1]))
    note = ""
    if len(bins.starts) > _LIMIT:
        wide = next(one for one in _LENGTHS if covered / pd.Timedelta(one) <= _LIMIT)
        note = f"{_said(pd.Timedelta(wide))} bins shown, {every} asked for."
        bins = binned(log, wide)
    starts = bins.starts.as_unit("ms").asi8.astype(np.float64)
    place = bins.of(pd.DatetimeIndex(log.traces["start"]).as_unit("us").asi8)
    n = np.bincount(place, minlength=starts.size).astype(np.float64)
    value, name, unit = np.zeros(0), "", ""
    if metric is not None:
        try:
            rows = metric_rows(log, metric)
            value = tabulate(log, rows, bins)["value"].to_numpy(np.float64)
            name, unit = rows.metric.name, rows.metric.unit
        except AgentLensError as refused:
            note = f"{note} No metric above the counts: {refused}".strip()
    return Timeline(bins.width, starts, n, value, name.replace("_", " "), unit, note)


def _said(length: pd.Timedelta) -> str:
    return text.duration(length.total_seconds())
