"""How far does a metric move from one period to the next where nothing happens?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from agentlens.analysis.changes.one.blocks import Blocked, blocked, on_log_scale
from agentlens.analysis.changes.spans import BLOCKS, Spans
from agentlens.measures.rows import Rows
from agentlens.stats.normal.steps import Luck, from_past, from_waves

__all__ = ["Learnt", "learnt"]

_FEW_STEPS = 8  # three weeks before the current one; fewer steps overlap to hardly two


@dataclass(frozen=True)
class Learnt:
    """The luck of a step, and where it comes from.

    Attributes:
        luck: how far such a step strays where nothing happens.
        sampling: how much of its variance is sampling.
        past: how many periods before the current one there are.
        taught: whether they taught it, and not the two periods alone.
    """

    luck: Luck
    sampling: float
    past: float
    taught: bool


def learnt(rows: Rows, weeks: pd.DataFrame, spans: Spans, since: int, level: float) -> Learnt:
    """Return how far such a step strays where nothing happens.

    Three periods before the current one hold eight steps or more of the same kind, one a block,
    and they tell. With less only the blocks of the two periods do.

    Args:
        rows: of the metric.
        weeks: its value in each period on record.
        spans: the periods.
        since: the first block in which the metric was defined as it is now.
        level: of the limits in `weeks`.
    """
    shape, periods = spans.shape, len(spans.starts)
    sums = blocked(rows, spans.block_of(rows.time), periods * BLOCKS)
    recorded = np.flatnonzero(sums.n[:-BLOCKS])
    first = max(since, int(recorded[0]) if recorded.size else 0)
    blocks = max((periods - 1) * BLOCKS - first, 0)
    starts = first + shape.starts(blocks)
    steps = sums.windows(starts, shape.now) - sums.windows(starts - shape.lag, shape.before)
    if np.isfinite(steps).sum() < _FEW_STEPS:
        two = weeks.iloc[-2:]
        own = _of_two(sums, spans)
        return Learnt(own, _sampling(two, rows, level), blocks / BLOCKS, taught=False)
    past = weeks.iloc[first // BLOCKS : -1]
    sampling = _sampling(past, rows, level)
    return Learnt(from_past(steps, shape), sampling, blocks / BLOCKS, taught=True)


def _of_two(sums: Blocked, spans: Spans) -> Luck:
    """Return the luck of a step from the blocks of its own two periods.

    Of periods of one length block is held against block, so that what repeats drops out.
    """
    shape, first = spans.shape, (len(spans.starts) - 1) * BLOCKS
    now = sums.each(first, BLOCKS)
    if shape.before == BLOCKS and first >= shape.lag:
        return from_waves(now - sums.each(first - shape.lag, BLOCKS))
    alone = from_waves(now)
    return Luck(alone.variance * (1 + BLOCKS / shape.before), alone.degrees)


def _sampling(weeks: pd.DataFrame, rows: Rows, level: float) -> float:
    """Return the variance that rows alone give to a step between two of these periods."""
    low, high = (weeks[name].to_numpy(dtype=np.float64) for name in ("low", "high"))
    if on_log_scale(rows.metric):
        with np.errstate(divide="ignore", invalid="ignore"):
            low, high = np.log(low), np.log(high)
    variance = ((high - low) / (2 * ndtri(0.5 + level / 2))) ** 2
    known = variance[np.isfinite(variance)]
    return float(2 * known.mean()) if known.size else 0.0
