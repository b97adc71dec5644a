"""What would a policy have done with these charts, bin by bin, without looking ahead?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from agentlens.analysis.alerting.policy import Policy
from agentlens.analysis.control.chart import ControlChart
from agentlens.errors import BadInputError
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.promises.lifecycle import Life, lifecycle

__all__ = ["Replay"]


@dataclass(frozen=True, eq=False)
class Replay:
    """Charts on one grid of bins, ready to be run under any policy.

    A chart is learnt from a baseline before its test and its line looks only back, so that each
    bin holds what was known when it ended.
    """

    charts: tuple[ControlChart, ...]

    def __post_init__(self) -> None:
        """Refuse charts of unequal bins."""
        lengths = {chart.every for chart in self.charts}
        if len(lengths) != 1:
            message = f"Charts replayed together have bins of one length, not {sorted(lengths)}."
            raise BadInputError(message)

    @property
    def every(self) -> str:
        """Length of a bin."""
        return self.charts[0].every

    @cached_property
    def time(self) -> pd.DatetimeIndex:
        """The start of each bin of the common grid."""
        starts = [chart.frame["time"] for chart in self.charts]
        return pd.DatetimeIndex(pd.concat(starts).drop_duplicates().sort_values())

    @cached_property
    def grids(self) -> tuple[Floats, Flags, Flags]:
        """Signed share of the limit, bins with data, and bins that are tested, by chart."""
        shape = (len(self.charts), len(self.time))
        stand, there, tested = np.zeros(shape), np.zeros(shape, bool), np.zeros(shape, bool)
        for row, chart in enumerate(self.charts):
            place = self.time.get_indexer(pd.Index(chart.frame["time"]))
            stand[row, place] = chart.frame["stand"]
            there[row, place] = chart.frame["n"] > 0
            if chart.band != "unknown":
                # To the end of the grid: a slice that falls silent is silent, not past.
                tested[row, place[int(np.argmax(~chart.frame["baseline"]))] :] = True
        return stand, there, tested

    def run(self, policy: Policy) -> Life:
        """Return the states and the calls under a policy."""
        stand, there, tested = self.grids
        better = [chart.metric.better for chart in self.charts]
        either = np.array([policy.both_sides or one == "neither" for one in better])[:, None]
        sign = np.array([-1.0 if one == "higher" else 1.0 for one in better])[:, None]
        bad = np.where(either, np.abs(stand), sign * stand)
        return lifecycle(
            np.where(tested, bad, 0.0),
            there | ~tested,
            sustained=policy.sustained,
            of=policy.of,
            back=policy.back,
            dwell=policy.bins("dwell", self.every),
            cooldown=policy.bins("cooldown", self.every),
            silence=policy.bins("silence", self.every),
        )
