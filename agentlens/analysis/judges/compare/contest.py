"""How far apart are a judge and each candidate, and how sure is that?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from agentlens.analysis.judges.asking import verdicts_or_none
from agentlens.analysis.judges.compare.pair import CELLS, Pair, pair_of
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.agreement.paired import Apart
from agentlens.stats.multiple import holm
from agentlens.tables.log import Log

__all__ = ["ALL", "DIFFER", "Contest", "contests"]

ALL = "labels from all traces"
DIFFER = "labels where they differ"


@dataclass(frozen=True, eq=False)
class Contest:
    """One judge against another.

    Attributes:
        names: of the two.
        pair: their verdicts and the labels; None where one of them gave none.
        ways: each way to estimate the difference, where there are labels enough.
        p: of the narrower way, for all candidates together.
    """

    names: tuple[str, str]
    pair: Pair | None
    ways: dict[str, Apart]
    p: float

    @property
    def best(self) -> tuple[str, Apart] | None:
        """The way with the narrower interval; None where there is none."""
        if not self.ways:
            return None
        return min(self.ways.items(), key=lambda one: one[1].high - one[1].low)

    def decided(self, level: float) -> bool:
        """Return whether one of the two is shown to be better."""
        if self.best is None:
            return False
        found = self.best[1]
        return (found.low > 0 or found.high < 0) and self.p <= 1 - level

    def cells(self) -> pd.DataFrame:
        """Return traces, labels and human passes by what the two say."""
        empty = pd.DataFrame({"cell": list(CELLS), "traces": 0, "labels": 0, "human_pass": 0})
        held = empty if self.pair is None else self.pair.cells()
        held.insert(0, "comparison", " against ".join(self.names))
        return held

    def to_label(self) -> list[str]:
        """Return the traces on which they differ and that have no label."""
        if self.pair is None:
            return []
        rows = self.pair.rows[self.pair.differing & self.pair.rows["y"].isna()]
        return [str(one) for one in rows["trace_id"].drop_duplicates()]


def contests(
    log: Log,
    rubric: Rubric | str,
    judges: Sequence[Judge | str],
    names: Sequence[str],
    *,
    level: float,
    seed: int,
) -> tuple[Contest, ...]:
    """Return the first judge against each other one.

    Args:
        log: with all verdicts and labels.
        rubric: what was asked.
        judges: the first, then the candidates.
        names: theirs.
        level: how often an interval must hold the truth.
        seed: of the draws.
    """
    first = verdicts_or_none(log, rubric, judges[0])
    found = []
    for judge, name in zip(judges[1:], names[1:], strict=True):
        second = verdicts_or_none(log, rubric, judge)
        pair = None
        ways: dict[str, Apart] = {}
        if first is not None and second is not None:
            pair = pair_of(log, rubric, first, second)
            tried = {ALL: pair.from_all(level), DIFFER: pair.from_differing(level, seed)}
            ways = {way: one for way, one in tried.items() if one is not None}
        found.append(Contest((names[0], name), pair, ways, np.nan))
    p = holm(np.array([np.nan if one.best is None else one.best[1].p for one in found]))
    return tuple(replace(one, p=float(each)) for one, each in zip(found, p, strict=True))
