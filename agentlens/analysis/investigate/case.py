"""What speaks for which cause: parts, slices, failures, what moved with it, what was deployed?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from agentlens.analysis.arms.periods import Periods, Span
from agentlens.analysis.explain.explained import Explained
from agentlens.analysis.explain.judge.change import JudgeChange
from agentlens.analysis.failures.growth.emerged import Emerged
from agentlens.analysis.investigate.around import Moved, Released
from agentlens.analysis.investigate.find.levels import Episode
from agentlens.analysis.slices.found import FoundSlice
from agentlens.stats.arrays import Flags, Ints

__all__ = ["Case", "Cause", "cause_of", "has_changed"]

Cause = Literal["slice", "mix", "both", "everywhere", "judge", "sampling", "burst", "none"]
_SURE = 0.01
_JUDGE_FALSE = 0.02


@dataclass(frozen=True, eq=False)
class Case:
    """Everything that was found out about one episode.

    Attributes:
        episode: what the chart called.
        arm: of each row of the metric.
        periods: the episode against what came before.
        began: when it most likely began.
        between: the interval that holds that time.
        slices: that changed more than the rest, the surest first.
        explained: the change in parts.
        emerged: failures that are new or grew.
        shared: of those, how many of the slice's traces show each, by id.
        moved: other metrics that changed too, inside the slice if there is one.
        released: deployments about that time.
        judge: what became of the judge, for a judge's score.
        cause: in one word.
    """

    episode: Episode
    arm: Ints
    periods: Periods
    began: pd.Timestamp
    between: Span
    slices: tuple[FoundSlice, ...]
    explained: Explained
    emerged: Emerged
    shared: pd.Series
    moved: tuple[Moved, ...]
    released: tuple[Released, ...]
    judge: JudgeChange | None
    cause: Cause

    @property
    def within(self) -> Flags:
        """Which rows of the metric the change is about."""
        if self.slices:
            return self.slices[0].within
        return np.ones(self.arm.size, dtype=bool)

    @property
    def grew(self) -> tuple[str, str] | None:
        """The column and value whose share moved the metric most through the mix, if that stands."""
        parts = self.explained.parts
        mix = parts[(parts["kind"] == "mix") & (parts["p"] < _SURE)]
        if not len(mix) or "mix" not in self.explained.totals.index:
            return None
        side = np.sign(float(self.explained.totals["value"].loc["mix"]))
        column = str(mix["name"].iloc[int((side * mix["value"]).to_numpy().argmax())])
        values = self.explained.by_dimension
        values = values[values["dimension"] == column]
        if not len(values):
            return None
        more = side * values["mix"] * (values["share_current"] > values["share_baseline"])
        return column, str(values["value"].iloc[int(more.to_numpy().argmax())])


def cause_of(
    parts: Explained, slices: tuple[FoundSlice, ...], judge: JudgeChange | None = None
) -> Cause:
    """Return the cause in one word.

    A judge that changed comes first: what its verdicts say of anything else is in doubt then. A
    slice outweighs what the parts say of the rate: the search confirmed it by itself. Of a mix and
    a rate that pull apart, the one that pulls harder is the cause.
    """
    if has_changed(judge):
        return "judge"
    told = parts.verdict
    if told == "sampling":
        return "sampling"
    if slices:
        return "both" if "mix" in parts.stands else "slice"
    if told == "both" and {"mix", "rate"} <= {*parts.totals.index}:
        mix, rate = (float(parts.totals["value"].loc[one]) for one in ("mix", "rate"))
        if mix * rate < 0:
            return "mix" if abs(mix) > abs(rate) else "everywhere"
    words: dict[str, Cause] = {"mix": "mix", "both": "both", "no change": "none"}
    return words.get(told, "everywhere")


def has_changed(judge: JudgeChange | None) -> bool:
    """Return whether a judge is called changed; where it is not, two in a hundred are."""
    return judge is not None and judge.p < _JUDGE_FALSE and judge.agrees
