"""Is the judge's agreement with people still high enough, label by label?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agentlens.analysis.calibrate.evidence.gather import gathered, usable
from agentlens.scoring.reading.labels import labels_of
from agentlens.scoring.reading.verdicts import Verdicts
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.agreement.wealth import wealth
from agentlens.stats.arrays import Floats
from agentlens.stats.intervals.rates import wilson
from agentlens.tables.log import Log

__all__ = ["FEWEST", "RICH", "Fresh", "fresh_labels"]

FEWEST = 20
RICH = 20.0
"""The wealth at which a page is due: by luck alone it comes at most once in twenty times."""


@dataclass(frozen=True, eq=False)
class Fresh:
    """The stream of labels drawn from all alike, one a user or session, in order of time.

    Attributes:
        rows: trace_id, time, y, verdict and agrees.
        wealth: after each label, of a gambler who bets that agreement is too low.
        target: the agreement that is promised.
    """

    rows: pd.DataFrame
    wealth: Floats
    target: float

    @property
    def paged(self) -> int | None:
        """The first label at which a page was due."""
        rich = np.flatnonzero(self.wealth >= RICH)
        return int(rich[0]) if rich.size else None

    def agreement(self, level: float) -> tuple[float, float, float]:
        """Return the share of labels on which judge and people agree, and its interval."""
        n = float(len(self.rows))
        k = float(self.rows["agrees"].sum())
        low, high = wilson(np.array([k]), np.array([n]), level)
        return k / n if n else float("nan"), float(low[0]), float(high[0])


def fresh_labels(log: Log, rubric: Rubric | str, verdicts: Verdicts | None, target: float) -> Fresh:
    """Return the stream and the wealth.

    Args:
        log: with verdicts and labels.
        rubric: what was asked.
        verdicts: of the judge; None where it gave none.
        target: the agreement that is promised.
    """
    if verdicts is None:
        names = ["trace_id", "time", "y", "verdict", "agrees"]
        return Fresh(pd.DataFrame(columns=names), np.zeros(0), target)
    rows = gathered(log, verdicts, labels_of(log, rubric), "test").labelled
    kept = usable(rows, "test") & (rows["stage"] == "uniform") & (rows["verdict"] >= 0)
    rows = rows[kept].sort_values(["time", "order"], kind="stable").drop_duplicates("cluster")
    agrees = (rows["verdict"] == rows["y"]).to_numpy()
    rows = rows[["trace_id", "time", "y", "verdict"]].assign(agrees=agrees).reset_index(drop=True)
    return Fresh(rows, wealth(agrees.astype(np.float64), target, "below"), target)
