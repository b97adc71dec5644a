"""Who moved: the judge, or what it judges?"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from agentlens.analysis.judges.watch.fresh import FEWEST, Fresh
from agentlens.analysis.judges.watch.product import Moved
from agentlens.analysis.judges.watch.runs import Watching
from agentlens.stats.agreement.anchors import BASELINE_RUNS
from agentlens.theme import Band

__all__ = ["Seen", "Verdict"]

_LEVEL = 0.95

Verdict = Literal["nobody", "the judge", "the agent or its traffic", "unknown"]


@dataclass(frozen=True, eq=False)
class Seen:
    """All that is known of a judge's steadiness.

    Attributes:
        runs: over the anchors; None without anchors.
        fresh: the stream of fresh labels.
        move: of the rate; None where there are no two periods.
        every: between two anchor runs.
    """

    runs: Watching | None
    fresh: Fresh
    move: Moved | None
    every: pd.Timedelta

    @property
    def watched(self) -> bool:
        """Whether at least one run stands beside a whole baseline."""
        return self.runs is not None and self.runs.runs > BASELINE_RUNS

    @property
    def alarm(self) -> bool:
        """Whether the anchors say that the judge changed."""
        return self.runs is not None and self.runs.alarm

    @property
    def moved(self) -> bool:
        """Whether the rate moved."""
        return self.move is not None and self.move.told

    @property
    def who(self) -> Verdict:
        """Who moved, by what the anchors and the rate say together."""
        if self.alarm:
            return "the judge"
        if self.moved:
            return "the agent or its traffic" if self.watched else "unknown"
        return "nobody" if self.watched else "unknown"

    @property
    def band(self) -> Band:
        """Act where the judge changed or agrees too little, watch where the agent moved.

        Without anchors, fresh labels pass where even the lower bound keeps the promise.
        """
        if self.alarm or self.fresh.paged is not None:
            return "act"
        if self.watched:
            return "watch" if self.moved else "pass"
        if self.moved or not self.labelled:
            return "unknown"
        return "pass" if self.fresh.agreement(_LEVEL)[1] >= self.fresh.target else "watch"

    @property
    def labelled(self) -> bool:
        """Whether fresh labels are enough for a rate."""
        return len(self.fresh.rows) >= FEWEST
