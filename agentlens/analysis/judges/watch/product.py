"""Has what the judge judges moved?"""

from dataclasses import dataclass, replace

import numpy as np

from agentlens.analysis.arms.periods import BASELINE, CURRENT, Periods, Span
from agentlens.analysis.calibrate.calibrate import calibrated
from agentlens.analysis.calibrate.evidence.basis import Question
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.reading.verdicts import Verdicts
from agentlens.scoring.rubrics.rubric import Rubric
from agentlens.stats.arrays import Flags, Floats
from agentlens.stats.groups import sums
from agentlens.stats.intervals.difference import difference
from agentlens.stats.intervals.rates import wilson
from agentlens.tables.log import Log
from agentlens.tables.match import among

__all__ = ["Moved", "moved"]

_MOST = 500


@dataclass(frozen=True)
class Moved:
    """The rate now less the rate before, and whether it is corrected for the judge's errors.

    Attributes:
        value: the difference.
        low: of its interval.
        high: of its interval.
        corrected: whether the judge's errors were taken out.
        now: the judge's own rate in the current period.
        before: and in the baseline.
        n: verdicts in the current period.
        span: the current period.
        ids: of its traces that went the way in which the rate moved, the latest first.
    """

    value: float
    low: float
    high: float
    corrected: bool
    now: float
    before: float
    n: int
    span: Span
    ids: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether both periods hold verdicts."""
        return bool(np.isfinite(self.value))

    @property
    def told(self) -> bool:
        """Whether the whole interval lies on one side of zero."""
        return self.known and (self.low > 0 or self.high < 0)


def moved(
    periods: Periods,
    verdicts: Verdicts,
    rubric: Rubric | str,
    judge: Judge | str | None,
    level: float,
) -> Moved:
    """Return how far the pass rate moved between two periods.

    Where a calibration can be had, the judge's errors are taken out, assumed to be the same in
    both; else the judge's own rates are compared.

    Args:
        periods: current and baseline.
        verdicts: the judge's, of their log.
        rubric: what was asked.
        judge: who was asked.
        level: how often the interval must hold the truth.
    """
    log = periods.log
    arm = periods.arm[verdicts.positions]
    now, before = (_rate(verdicts, arm == one, level) for one in (CURRENT, BASELINE))
    n = int(((arm == CURRENT) & (verdicts.verdict >= 0)).sum())
    apart = difference(_arrays(now), _arrays(before), level)
    went = (arm == CURRENT) & (verdicts.verdict == (1 if now[0] > before[0] else 0))
    names = log.traces["trace_id"].iloc[verdicts.positions[went]]
    ids = tuple(str(one) for one in names.iloc[::-1].drop_duplicates().head(_MOST))
    ends = float(apart.value[0]), float(apart.low[0]), float(apart.high[0])
    raw = Moved(
        *ends, corrected=False, now=now[0], before=before[0], n=n, span=periods.current, ids=ids
    )
    if not raw.known:
        return raw
    calibration = calibrated(log, verdicts, Question(rubric, judge, level=level))
    if calibration.band == "unknown":
        return raw
    judged = np.zeros(len(log), dtype=bool)
    judged[verdicts.positions] = True
    sides = [_part(log, judged & (periods.arm == one)) for one in (BASELINE, CURRENT)]
    found = calibration.difference(sides[0], sides[1])
    if found.band == "unknown" or not np.isfinite(found.value):
        return raw
    return replace(raw, value=found.value, low=found.low, high=found.high, corrected=True)


def _part(log: Log, keep: Flags) -> Log:
    """Return some of the traces with their scores."""
    traces = log.traces[keep].reset_index(drop=True)
    mine = among(log.scores["trace_id"], traces["trace_id"])
    return Log(traces=traces, scores=log.scores[mine].reset_index(drop=True))


def _arrays(rate: tuple[float, float, float]) -> tuple[Floats, Floats, Floats]:
    value, low, high = (np.array([one]) for one in rate)
    return value, low, high


def _rate(verdicts: Verdicts, chosen: Flags, level: float) -> tuple[float, float, float]:
    """Return the weighted share that passes, its interval widened for weights and clusters."""
    mine = chosen & (verdicts.verdict >= 0) & ~np.isnan(verdicts.g)
    w = verdicts.g[mine]
    total = float(w.sum())
    if not total:
        return np.nan, np.nan, np.nan
    passed = (verdicts.verdict[mine] == 1).astype(np.float64)
    p = float(w @ passed) / total
    _, of_row = np.unique(verdicts.cluster[mine], return_inverse=True)
    within = sums(of_row.astype(np.int64), w * (passed - p), int(of_row.max()) + 1)
    few = within.size / max(within.size - 1, 1)
    variance = few * float((within**2).sum()) / total**2
    n = p * (1 - p) / variance if variance > 0 else float(within.size)
    n = min(n, float(w.size))
    low, high = wilson(np.array([p * n]), np.array([n]), level)
    return p, float(low[0]), float(high[0])
