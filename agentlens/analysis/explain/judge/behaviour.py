"""Does a judge let more pass of what users themselves were unhappy with?"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from agentlens.measures.builtin import BUILTIN
from agentlens.measures.rows import Rows, metric_rows
from agentlens.stats.arrays import Flags, Ints
from agentlens.stats.parts.cells import joint, merged
from agentlens.stats.parts.kitagawa import cells_of, split
from agentlens.stats.parts.spread import joined, spread
from agentlens.tables.log import Log

__all__ = ["Behaviour", "behaviour_of"]

_LEAST = 20
_FEW = 5
_SIGNS = ("completed", "user_corrected", "escalated")


class Behaviour(NamedTuple):
    """How often the judge passed traces that did not serve their users.

    `value` is the change of that rate within the same kinds of trace; `z` tells it from chance.
    """

    n_baseline: int
    n_current: int
    baseline: float
    current: float
    value: float
    low: float
    high: float
    z: float


def behaviour_of(log: Log, rows: Rows, arm: Ints, besides: Flags, level: float) -> Behaviour | None:
    """Return the judge's pass rate among unhappy users' traces; None where there are too few.

    Whether the judge changed or not, what a user corrected, handed over or left unfinished is as
    bad as it was before; it is compared within the same task and the same sign of unhappiness.

    Args:
        log: the traces.
        rows: of the judge's score.
        arm: of each row: 1 current, 0 baseline, -1 neither.
        besides: rows that have a label: they are left out, so that the two kinds of evidence share
            no row.
        level: of the interval.
    """
    served = metric_rows(log, BUILTIN["strong_completion"])
    if served.absent:
        return None
    unhappy = np.zeros(len(log.traces), dtype=bool)
    unhappy[served.positions[served.numerator == 0]] = True
    at = np.flatnonzero(unhappy[rows.positions] & (arm >= 0) & ~besides)
    sides, y, weight = arm[at], rows.numerator[at], rows.weight[at]
    n = np.bincount(sides, minlength=2)
    if n.min() < _LEAST:
        return None
    cell, first = joint(_kinds(log.traces, rows.positions[at]), at.size)
    cells = cells_of(cell, sides, y, weight, first.size)
    columns = [code[first] for code in _kinds(log.traces, rows.positions[at])]
    found = split(cells, merged(columns, cells.counts, _FEW))
    share = weight / np.bincount(sides, weights=weight)[sides]
    pull = share * found.rate_row[1, sides, cell]
    adds = share * found.rate_row[0, sides, cell] + pull * y
    own, df = joined(rows.cluster[at], sides)
    value = float(found.rate.sum())
    seen = spread(np.array([value]), adds[None, :], own, df, np.zeros((1, 1)), np.zeros(0), level)
    means = np.bincount(sides, weights=share * y)
    z = value / float(seen.error[0]) if seen.error[0] > 0 else 0.0
    return Behaviour(
        int(n[0]), int(n[1]), float(means[0]), float(means[1]),
        value, float(seen.low[0]), float(seen.high[0]), z,
    )  # fmt: skip


def _kinds(traces: pd.DataFrame, positions: Ints) -> list[Ints]:
    """Return what users did, and the task, as codes."""
    names = [*_SIGNS, *(["task_type"] if "task_type" in traces else [])]
    return [pd.factorize(traces[name].iloc[positions])[0].astype(np.int64) + 1 for name in names]
